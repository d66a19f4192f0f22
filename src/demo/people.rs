//! Who buys in the sample shop. Nobody here exists; the e-mails go nowhere (RFC 2606) and the phone
//! numbers are of those that Ireland keeps for drama.

/// The password that the two account holders sign in with.
pub const PASSWORD: &str = "a loaf of rye, sliced";

/// The ways in which the shop knows a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// By an account; the username is the part of the e-mail before the `@`.
    Account,
    /// By a record that the shop keeps, for orders at the counter and by phone.
    Record,
    /// As a guest: the first order makes the record.
    Guest,
}

/// Somebody who buys.
#[derive(Debug)]
pub struct Person {
    /// The part of the e-mail before the `@`; sales name their buyers by it.
    pub key: &'static str,
    pub name: &'static str,
    pub phone: Option<&'static str>,
    /// Street, postal code and city.
    pub address: Option<(&'static str, &'static str, &'static str)>,
    pub known: Known,
    pub accepts_marketing: bool,
    pub note: Option<&'static str>,
    pub since_days: i64,
}

/// The names that the account holders sign in with.
pub fn usernames() -> Vec<&'static str> {
    let holders = PEOPLE.iter().filter(|person| person.known == Known::Account);
    holders.map(|person| person.key).collect()
}

/// Somebody of whom nothing but the name is known.
const fn person(key: &'static str, name: &'static str, known: Known, since_days: i64) -> Person {
    Person {
        key,
        name,
        phone: None,
        address: None,
        known,
        accepts_marketing: false,
        note: None,
        since_days,
    }
}

pub const PEOPLE: &[Person] = &[
    Person {
        phone: Some("+353 20 910 0141"),
        address: Some(("7 Chapel Lane", "Z90 QX20", "Harbourtown")),
        accepts_marketing: true,
        ..person("ana", "Ana Silva", Known::Account, 92)
    },
    Person {
        address: Some(("23 Mill Road", "Z90 QX81", "Harbourtown")),
        ..person("tom", "Tom Becker", Known::Account, 61)
    },
    Person {
        phone: Some("+353 20 910 0177"),
        address: Some(("2 Quay Street", "Z90 QX07", "Harbourtown")),
        note: Some("Please ring twice; the bell is quiet."),
        ..person("nora", "Nora Lindqvist", Known::Record, 91)
    },
    Person {
        phone: Some("+353 20 910 0102"),
        note: Some("The café on the square; pays by invoice, once a month."),
        address: Some(("1 Market Square", "Z90 QX01", "Harbourtown")),
        ..person("femi", "Femi Adeyemi", Known::Record, 91)
    },
    Person {
        address: Some(("11 Harbour View", "Z90 QX33", "Harbourtown")),
        accepts_marketing: true,
        ..person("clara", "Clara Rossi", Known::Record, 84)
    },
    Person {
        phone: Some("+353 20 910 0168"),
        address: Some(("The Old Mill", "Z92 RC44", "Upper Glen")),
        ..person("jonas", "Jonas Weber", Known::Record, 70)
    },
    Person {
        address: Some(("Rose Cottage", "Z92 RC12", "Upper Glen")),
        accepts_marketing: true,
        ..person("mei", "Mei Tanaka", Known::Record, 47)
    },
    Person {
        address: Some(("14 Station Road", "Z90 QX55", "Harbourtown")),
        ..person("oskar", "Oskar Nowak", Known::Guest, 0)
    },
    Person {
        phone: Some("+353 20 910 0119"),
        address: Some(("5 Orchard Way", "Z92 RC30", "Upper Glen")),
        ..person("leila", "Leila Haddad", Known::Guest, 0)
    },
    Person {
        address: Some(("9 Bridge Street", "Z90 QX62", "Harbourtown")),
        ..person("sam", "Sam Murphy", Known::Guest, 0)
    },
];
