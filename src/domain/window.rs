//! The shop window as its owner sets it: whether it is open, how it looks, what it says.

use serde::{Deserialize, Serialize};

use super::pictures::{Picture, PictureView};
use super::words::words;
use super::{Invalid, Parsed};

/// Characters of the words that the first page begins with.
pub const INTRO_CHARS_MAX: usize = 2_000;
/// Characters of one of the owner's texts.
pub const PAGE_CHARS_MAX: usize = 50_000;
/// The accent of a new shop.
const ACCENT: &str = "#1d5c4d";
/// White text on the accent, and the accent on white, must differ at least so much, in tenths (WCAG
/// 2.2, success criterion 1.4.3).
const CONTRAST_TENTHS_MIN: i64 = 45;
/// Parts of the luminance of white.
const WHITE: i64 = 10_000;

words! {
    /// The languages of the pages for buyers.
    #[derive(Default, PartialOrd, Ord, Hash, Deserialize)]
    #[serde(rename_all = "snake_case")]
    Language, "unknown_value", "A language is en or de." {
        #[default]
        En = "en",
        De = "de",
    }
}

words! {
    /// The texts that the owner writes, by the names in their addresses.
    #[derive(PartialOrd, Ord, Deserialize)]
    #[serde(rename_all = "snake_case")]
    InfoPage {
        /// Who stands behind the shop (2000/31/EC, Art. 5).
        Imprint = "imprint",
        Terms = "terms",
        /// What becomes of buyers' data (Regulation (EU) 2016/679, Art. 13).
        Privacy = "privacy",
        Shipping = "shipping",
        /// The right to withdraw, and how it is used (2011/83/EU, Art. 6).
        Withdrawal = "withdrawal",
    }
}

impl InfoPage {
    /// All of them, in the order in which they are linked.
    pub const ALL: [Self; 5] =
        [Self::Imprint, Self::Terms, Self::Privacy, Self::Shipping, Self::Withdrawal];
}

/// The colour of buttons and links, `#rrggbb`: white on it can be read, and so can it on white.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Accent(String);

impl Default for Accent {
    fn default() -> Self {
        Self(ACCENT.to_owned())
    }
}

impl Accent {
    /// Reads `#rrggbb`, in lower case from then on.
    ///
    /// # Errors
    /// `not_a_colour`; `low_contrast` for a colour that is too light.
    pub fn parse(text: &str) -> Parsed<Self> {
        let Some(parts) = channels(text) else {
            return Err(Invalid::new("not_a_colour", "Enter a colour such as #1d5c4d."));
        };
        // (1.05) / (L + 0.05), in tenths.
        let twentieth = WHITE / 20;
        let tenths = (WHITE + twentieth) * 10 / (luminance(parts) + twentieth);
        if tenths < CONTRAST_TENTHS_MIN {
            let (whole, tenth) = (tenths / 10, tenths % 10);
            let detail = format!(
                "White text on it cannot be read by everyone: the contrast is {whole}.{tenth} to \
                 1, and 4.5 are needed. Choose a darker colour."
            );
            return Err(Invalid::new("low_contrast", detail));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The colour as it stands in a sheet of styles.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn channels(text: &str) -> Option<[i64; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| i64::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let unsigned = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some([channel(0)?, channel(2)?, channel(4)?]).filter(|_| unsigned)
}

/// The relative luminance of a colour, in parts of [`WHITE`] (WCAG 2.2).
fn luminance([red, green, blue]: [i64; 3]) -> i64 {
    (2_126 * linear(red) + 7_152 * linear(green) + 722 * linear(blue)) / WHITE
}

/// The light of a channel of 0 to 255, in parts of [`WHITE`]: `((c + 0.055) / 1.055) ^ 2.4`, and of
/// the darkest `c / 12.92`.
fn linear(channel: i64) -> i64 {
    if channel <= 10 {
        return channel * WHITE * 100 / (255 * 1_292);
    }
    // In thousandths; its power of 12/5 is the number whose fifth power is its twelfth.
    let base = i128::from((40 * channel + 561) * 1_000 / 10_761);
    let twelfth = base.pow(12);
    // 10^36 stands for one, and so does WHITE^5 = 10^20.
    let wanted = twelfth / 10_i128.pow(16);
    let (mut below, mut above) = (0_i64, WHITE + 1);
    while above - below > 1 {
        let middle = i64::midpoint(below, above);
        if i128::from(middle).pow(5) <= wanted { below = middle } else { above = middle }
    }
    below
}

/// One of the owner's texts, in the subset of Markdown of [`crate::domain::markdown`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InfoText {
    pub name: InfoPage,
    pub text: String,
}

/// The settings of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub enabled: bool,
    pub accent: Accent,
    pub logo: Option<Picture>,
    /// Plain words below the name on the first page.
    pub intro: Option<String>,
    /// The owner's texts that there are, in the order of [`InfoPage::ALL`].
    pub pages: Vec<InfoText>,
    /// At least one; the first is that of visitors who read none of them.
    pub languages: Vec<Language>,
}

impl Default for Window {
    /// The window of a new shop: open.
    fn default() -> Self {
        Self {
            enabled: true,
            accent: Accent::default(),
            logo: None,
            intro: None,
            pages: Vec::new(),
            languages: vec![Language::En, Language::De],
        }
    }
}

impl Window {
    /// The owner's text of a page, if there is one.
    pub fn page(&self, name: InfoPage) -> Option<&str> {
        self.pages.iter().find(|page| page.name == name).map(|page| page.text.as_str())
    }

    /// The part that everyone may know.
    pub fn public(&self) -> PublicWindow<'_> {
        PublicWindow {
            enabled: self.enabled,
            accent: &self.accent,
            logo: self.logo.as_ref().map(Picture::view),
            intro: self.intro.as_deref(),
            languages: &self.languages,
        }
    }

    /// The language of the shop itself, and of whoever did not say theirs.
    pub fn own_language(&self) -> Language {
        self.languages.first().copied().unwrap_or(Language::En)
    }

    /// The same with a language before the others.
    #[must_use]
    pub fn speaking_first(mut self, language: Language) -> Self {
        self.languages.retain(|other| *other != language);
        self.languages.insert(0, language);
        self
    }

    /// The language of a visitor who said that they want one of these, best first.
    pub fn language_for(&self, wanted: &[Language]) -> Language {
        let spoken = wanted.iter().copied().find(|language| self.languages.contains(language));
        spoken.unwrap_or_else(|| self.own_language())
    }
}

/// The window as it is stored: all but the logo, which is a picture.
#[derive(Serialize, Deserialize)]
#[serde(default)]
pub struct StoredWindow {
    enabled: bool,
    accent: Accent,
    intro: Option<String>,
    pages: Vec<InfoText>,
    languages: Vec<Language>,
}

impl Default for StoredWindow {
    fn default() -> Self {
        Self::of(&Window::default())
    }
}

impl StoredWindow {
    /// What is stored of a window.
    pub fn of(window: &Window) -> Self {
        let Window { enabled, accent, logo: _, intro, pages, languages } = window.clone();
        Self { enabled, accent, intro, pages, languages }
    }

    /// The window with its logo.
    pub fn window(self, logo: Option<Picture>) -> Window {
        let Self { enabled, accent, intro, pages, languages } = self;
        Window { enabled, accent, logo, intro, pages, languages }
    }
}

impl Serialize for Window {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// Every page there can be, with its text or null.
        struct Pages<'a>(&'a Window);

        impl Serialize for Pages<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let page = |name: InfoPage| (name.name(), self.0.page(name));
                serializer.collect_map(InfoPage::ALL.map(page))
            }
        }

        #[derive(Serialize)]
        struct View<'a> {
            #[serde(flatten)]
            public: PublicWindow<'a>,
            pages: Pages<'a>,
        }
        View { public: self.public(), pages: Pages(self) }.serialize(serializer)
    }
}

/// The part of the window that tells anyone how it looks.
#[derive(Serialize)]
pub struct PublicWindow<'a> {
    enabled: bool,
    accent: &'a Accent,
    logo: Option<PictureView>,
    intro: Option<&'a str>,
    languages: &'a [Language],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accent_can_be_read_on_white() {
        // The contrast of each with white, by another program's figures.
        for (colour, code) in [
            ("#000000", None),
            ("#1d5c4d", None),
            ("#767676", None),                 // 4.54
            ("#777777", Some("low_contrast")), // 4.48
            ("#0000ff", None),                 // 8.59
            ("#FF0000", Some("low_contrast")), // 4.00
            ("#008000", None),                 // 5.14
            ("#ffffff", Some("low_contrast")),
            ("#fff", Some("not_a_colour")),
            ("#12345g", Some("not_a_colour")),
            ("#+12345", Some("not_a_colour")),
            ("1d5c4d0", Some("not_a_colour")),
            ("#1d5c4é", Some("not_a_colour")),
        ] {
            let refused = Accent::parse(colour).map_err(|invalid| invalid.code).err();
            assert_eq!(refused, code, "{colour}");
        }
        assert_eq!(Accent::parse("#ABCDEF").err().map(|it| it.code), Some("low_contrast"));
        assert_eq!(Accent::parse("#AB0000").unwrap().as_str(), "#ab0000");
        assert_eq!(Accent::parse(ACCENT), Ok(Accent::default()));
    }

    #[test]
    fn a_visitor_reads_the_first_language_that_the_shop_speaks() {
        use Language::{De, En};
        let window =
            |languages: &[Language]| Window { languages: languages.to_vec(), ..Window::default() };
        assert_eq!(window(&[En, De]).language_for(&[De, En]), De);
        assert_eq!(window(&[En, De]).language_for(&[]), En);
        assert_eq!(window(&[De]).language_for(&[En]), De);
        assert_eq!(window(&[De, En]).language_for(&[]), De);
    }
}
