//! Devices that have signed in: a cookie names the people who did, signed by the shop. Whoever
//! comes back by one is not held up by what strangers do.

use rocket::Request;

use super::credential::attributes;
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::error::Result;
use crate::secret::{self, Hash};
use crate::store::sessions::{LoginRecord, Realm};

const COOKIE: &str = "tb_device";
const LIVES_SECONDS: i64 = 365 * 24 * 3600;
/// People that one device is known to, the last to sign in first: a till has a few.
const PEOPLE_MAX: usize = 4;
const PURPOSE: &str = "device";
const NUMBER_DIGITS: usize = 16;

/// The people who have signed in on a device, by their marks: a mark is only as good as its
/// signature, which is looked at when its person signs in.
#[derive(Clone, Debug, Default)]
pub struct Device(Vec<Mark>);

/// One person on one device, `s7.1827040000.<number>.<signature>` in the cookie.
#[derive(Clone, Debug)]
struct Mark {
    realm: Realm,
    id: Id,
    ends_at_seconds: i64,
    /// Random: each device of a person has a counter of failures of its own.
    number: String,
    signature: String,
}

impl Device {
    /// The device that a request comes from.
    pub fn of(request: &Request<'_>) -> Self {
        request
            .cookies()
            .get(COOKIE)
            .map_or_else(Self::default, |cookie| Self::read(cookie.value()))
    }

    fn read(cookie: &str) -> Self {
        Self(cookie.split('-').filter_map(Mark::parse).take(PEOPLE_MAX).collect())
    }

    /// The name of this device as one of a person's own, if they have signed in here since they
    /// have their password.
    pub fn known_to(
        &self,
        secret: &Hash,
        (realm, record): (Realm, &LoginRecord),
        now: Timestamp,
    ) -> Option<&str> {
        let mark = self.mark_of(realm, record.id)?;
        let signature = mark.signature(secret, record);
        let fits = secret::same(signature.as_bytes(), mark.signature.as_bytes());
        (fits && now.seconds() < mark.ends_at_seconds).then_some(&mark.number)
    }

    /// The cookie that adds a person who has just signed in, and keeps those who did before.
    ///
    /// # Errors
    /// Internal, when the system has no randomness to give.
    pub fn cookie_with(
        &self,
        secret: &Hash,
        (realm, record): (Realm, &LoginRecord),
        now: Timestamp,
        is_https: bool,
    ) -> Result<String> {
        let number = match self.known_to(secret, (realm, record), now) {
            Some(number) => number.to_owned(),
            None => secret::hex(secret::random()?.get(..NUMBER_DIGITS / 2).unwrap_or_default()),
        };
        let ends_at_seconds = now.seconds() + LIVES_SECONDS;
        let mut mark =
            Mark { realm, id: record.id, ends_at_seconds, number, signature: String::new() };
        mark.signature = mark.signature(secret, record);
        let others = self.0.iter().filter(|other| (other.realm, other.id) != (realm, record.id));
        let marks = std::iter::once(&mark).chain(others).take(PEOPLE_MAX);
        let marks: Vec<String> = marks.map(Mark::text).collect();
        let attributes = attributes(is_https);
        Ok(format!("{COOKIE}={}; Max-Age={LIVES_SECONDS}{attributes}", marks.join("-")))
    }

    fn mark_of(&self, realm: Realm, id: Id) -> Option<&Mark> {
        self.0.iter().find(|mark| (mark.realm, mark.id) == (realm, id))
    }
}

impl Mark {
    fn parse(text: &str) -> Option<Self> {
        let [person, ends_at, number, signature] = *text.split('.').collect::<Vec<_>>() else {
            return None;
        };
        let realm = match person.get(..1)? {
            "c" => Realm::Customers,
            "s" => Realm::Staff,
            _ => return None,
        };
        let id = Id::parse(person.get(1..)?)?;
        let is_hex = |text: &str, digits| {
            text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let whole = is_hex(number, NUMBER_DIGITS) && is_hex(signature, 2 * secret::SECRET_BYTES);
        let (number, signature) = (number.to_owned(), signature.to_owned());
        let ends_at_seconds = ends_at.parse().ok()?;
        whole.then_some(Self { realm, id, ends_at_seconds, number, signature })
    }

    fn text(&self) -> String {
        format!("{}.{}", self.claim(), self.signature)
    }

    fn claim(&self) -> String {
        let letter = match self.realm {
            Realm::Customers => 'c',
            Realm::Staff => 's',
        };
        format!("{letter}{}.{}.{}", self.id, self.ends_at_seconds, self.number)
    }

    /// Made with the hash of the password: another password ends every mark of before.
    fn signature(&self, secret: &Hash, record: &LoginRecord) -> String {
        let message = format!("{} {}", self.claim(), record.password_hash);
        secret::hex(&secret::sign(secret, PURPOSE, message.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: Hash = [7; 32];

    fn record(id: i64, password_hash: &str) -> LoginRecord {
        LoginRecord {
            id: Id::new(id).unwrap(),
            customer_id: None,
            role: None,
            password_hash: password_hash.to_owned(),
            known_network: false,
        }
    }

    fn now() -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000)
    }

    fn sent_back(cookie: &str) -> Device {
        let value = cookie.strip_prefix("tb_device=").unwrap().split(';').next().unwrap();
        Device::read(value)
    }

    fn with(device: &Device, realm: Realm, id: i64) -> Device {
        let person = record(id, "hash");
        sent_back(&device.cookie_with(&SECRET, (realm, &person), now(), false).unwrap())
    }

    #[test]
    fn a_device_is_known_to_whom_it_names_while_they_have_the_password() {
        let device = with(&Device::default(), Realm::Staff, 7);
        let known = |secret: &Hash, realm, person: &LoginRecord, now| {
            device.known_to(secret, (realm, person), now).is_some()
        };
        let person = record(7, "hash");
        assert!(known(&SECRET, Realm::Staff, &person, now()));
        assert!(!known(&[8; 32], Realm::Staff, &person, now()));
        assert!(!known(&SECRET, Realm::Customers, &person, now()));
        assert!(!known(&SECRET, Realm::Staff, &record(8, "hash"), now()));
        assert!(!known(&SECRET, Realm::Staff, &record(7, "another"), now()));
        assert!(known(&SECRET, Realm::Staff, &person, now().plus_seconds(LIVES_SECONDS - 1)));
        assert!(!known(&SECRET, Realm::Staff, &person, now().plus_seconds(LIVES_SECONDS)));
    }

    #[test]
    fn whatever_is_changed_in_a_mark_ends_it() {
        let text = with(&Device::default(), Realm::Staff, 7).0.remove(0).text();
        let person = record(7, "hash");
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
            let device = Device::read(&String::from_utf8(bytes).unwrap());
            let known = device.known_to(&SECRET, (Realm::Staff, &person), now());
            assert_eq!(known, None, "{at}");
        }
        for odd in ["", "-", "s7", "s7...", "s7.1.é.é", &format!("{text}.1"), &text[1..], "%00"] {
            assert!(Device::read(odd).0.is_empty(), "{odd}");
        }
    }

    #[test]
    fn a_device_remembers_the_last_few_people_and_keeps_its_number() {
        let mut device = Device::default();
        for id in [1, 2, 3, 4, 5, 2] {
            device = with(&device, Realm::Staff, id);
        }
        device = with(&device, Realm::Customers, 2);
        let ids: Vec<_> = device.0.iter().map(|mark| (mark.realm, mark.id.get())).collect();
        let staff = [2, 5, 4].map(|id| (Realm::Staff, id));
        assert_eq!(ids, [&[(Realm::Customers, 2)], &staff[..]].concat());
        let number = |device: &Device| device.0[0].number.clone();
        assert_eq!(number(&with(&device, Realm::Customers, 2)), number(&device));
        assert_ne!(number(&with(&Device::default(), Realm::Customers, 2)), number(&device));
    }
}
