//! Enums whose values are words on the wire and in the file: each word is written once.

/// Makes an enum of words. With a code and a sentence behind its name it can be parsed, and refuses
/// any other word with them.
macro_rules! words {
    ($(#[$about:meta])* $name:ident {
        $($(#[$of_value:meta])* $value:ident = $word:literal,)+
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$of_value])* $value,)+
        }

        impl $name {
            /// Every word there is.
            pub const NAMES: &'static [&'static str] = &[$($word),+];

            /// The word of this value.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }

            /// The value of a word, if it is one.
            pub fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$value),)+
                    _ => None,
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(
                &self,
                serializer: S,
            ) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
    ($(#[$about:meta])* $name:ident, $code:literal, $detail:literal {
        $($(#[$of_value:meta])* $value:ident = $word:literal,)+
    }) => {
        $crate::domain::words::words! {
            $(#[$about])* $name { $($(#[$of_value])* $value = $word,)+ }
        }

        impl $name {
            /// The value of a word.
            ///
            /// # Errors
            #[doc = concat!("`", $code, "`.")]
            pub fn parse(word: &str) -> $crate::domain::Parsed<Self> {
                Self::of(word).ok_or_else(|| $crate::domain::Invalid::new($code, $detail))
            }
        }
    };
}

pub(crate) use words;
