//! Mails: what they tell, how they go out, and when they are tried again.

use serde::{Deserialize, Serialize, Serializer};

use super::calendar::Timestamp;
use super::text::Email;
use super::window::Language;
use super::words::words;
use super::{Id, Invalid, Parsed};

/// Addresses of the shop's own people that are told of orders.
pub const NOTIFIED_MAX: usize = 10;
/// Characters of a host, a name of a user, a password.
pub const CREDENTIAL_CHARS_MAX: usize = 255;
/// Characters of the subject of a text, before it is filled in.
pub const SUBJECT_CHARS_MAX: usize = 500;
/// Characters of a text, before it is filled in.
pub const TEXT_CHARS_MAX: usize = 20_000;
/// Mails to one address in an hour that visitors cause.
pub const HOURLY_MAX: i64 = 5;
/// Mails that show the way to a new password, to one address in a day.
pub const RESETS_DAILY_MAX: i64 = 3;
/// Seconds for which what the staff did can be taken back before a mail tells of it.
pub const SECOND_THOUGHTS_SECONDS: i64 = 10;
/// Days for which mails that went out, or never will, are still listed.
pub const KEPT_DAYS: i64 = 30;
/// Seconds after each try that failed.
const PAUSES_SECONDS: [i64; 8] =
    [60, 5 * 60, 30 * 60, 2 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600, 48 * 3_600];
/// The part of a pause by which it may be longer, so that not all come at once.
const JITTER_PARTS: i64 = 10;

words! {
    /// What a mail tells.
    #[derive(PartialOrd, Ord, Hash)]
    MailKind {
        OrderReceived = "order_received",
        OrderPaid = "order_paid",
        OrderShipped = "order_shipped",
        /// Ready to be fetched.
        OrderReady = "order_ready",
        OrderCancelled = "order_cancelled",
        OrderRefunded = "order_refunded",
        /// The receipt of a withdrawal (Directive (EU) 2023/2673).
        WithdrawalReceived = "withdrawal_received",
        /// The receipt of a withdrawal that was declared without a login, to the address that was
        /// typed; tells nothing of any order.
        DeclarationReceived = "declaration_received",
        /// An invoice or a credit note.
        DocumentIssued = "document_issued",
        EmailVerification = "email_verification",
        PasswordReset = "password_reset",
        PasswordChanged = "password_changed",
        StaffInvitation = "staff_invitation",
        StaffPasswordReset = "staff_password_reset",
        ShopOrder = "shop_order",
        ShopLowStock = "shop_low_stock",
        ShopWithdrawal = "shop_withdrawal",
        ShopBackupFailed = "shop_backup_failed",
        Test = "test",
    }
}

impl MailKind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::NAMES.iter().filter_map(|name| Self::of(name))
    }

    /// Tells `true` for mails that show a way in: it is not stored once it was sent.
    pub fn shows_a_way_in(self) -> bool {
        matches!(self, Self::PasswordReset | Self::StaffInvitation | Self::StaffPasswordReset)
    }
}

words! {
    /// How far a mail has come.
    MailStatus, "unknown_value", "Choose one of queued, sent, failed." {
        Queued = "queued",
        Sent = "sent",
        /// It was tried for the last time.
        Failed = "failed",
    }
}

words! {
    /// How the way to the mail server is kept secret.
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    MailSecurity, "unknown_value", "Choose one of tls, starttls, none." {
        /// From the first byte on (RFC 8314), mostly port 465.
        Tls = "tls",
        /// After a plain greeting (RFC 3207), mostly port 587.
        StartTls = "starttls",
        /// Not at all, to a server on the same machine.
        None = "none",
    }
}

impl MailSecurity {
    /// The port at which servers mostly listen for this.
    pub fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// How mails go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSettings {
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    pub username: Option<String>,
    #[serde(serialize_with = "presence", rename(serialize = "has_password"))]
    pub password: Option<String>,
    /// The address that mails come from.
    pub from: Email,
    /// The address that answers go to; those of buyers go to `from` without it.
    pub reply_to: Option<Email>,
    /// The shop's own people who are told of orders.
    pub notify: Vec<Email>,
}

/// A password is never shown; that there is one is.
#[allow(clippy::ref_option)] // That is how serde calls it.
fn presence<S: Serializer>(secret: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(secret.is_some())
}

/// Mail settings as they are stored: all of them.
#[derive(Serialize, Deserialize)]
pub struct StoredMailSettings {
    #[serde(flatten)]
    shown: MailSettings,
    secret: Option<String>,
}

impl StoredMailSettings {
    /// What is stored of the settings.
    pub fn of(settings: &MailSettings) -> Self {
        Self { shown: settings.clone(), secret: settings.password.clone() }
    }

    /// The settings as they were.
    pub fn settings(self) -> MailSettings {
        MailSettings { password: self.secret, ..self.shown }
    }
}

impl MailSettings {
    /// The domain that mails come from.
    pub fn domain(&self) -> &str {
        self.from.as_str().rsplit('@').next().unwrap_or_default()
    }

    /// Tells `true` for a server that only this machine reaches.
    pub fn is_local(host: &str) -> bool {
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// A host: a name (RFC 1123 §2.1) or an address.
///
/// # Errors
/// `not_a_host`.
pub fn host(raw: &str) -> Parsed<String> {
    let is_label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (1..=63).contains(&label.len()) && plain
    };
    let is_name = raw.len() <= CREDENTIAL_CHARS_MAX && raw.split('.').all(is_label);
    if is_name || raw.parse::<std::net::IpAddr>().is_ok() {
        return Ok(raw.to_ascii_lowercase());
    }
    Err(Invalid::new("not_a_host", "Enter the name of a server, such as mail.example.org."))
}

/// The seconds until a mail is tried again that failed so many times; `None` where that was the
/// last time. `chance` is anything.
pub fn pause_seconds(tries: i64, chance: u8) -> Option<i64> {
    let pause = PAUSES_SECONDS.get(usize::try_from(tries - 1).ok()?)?;
    Some(pause + pause / JITTER_PARTS * i64::from(chance) / i64::from(u8::MAX))
}

/// A mail, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Mail {
    pub id: Id,
    pub kind: MailKind,
    pub status: MailStatus,
    pub to: String,
    pub language: Language,
    /// As it was sent; `None` before.
    pub subject: Option<String>,
    pub order_id: Option<Id>,
    pub message_id: String,
    pub tries: i64,
    /// `None` for a mail that is not tried any more.
    pub next_try_at: Option<Timestamp>,
    /// What went wrong the last time, in plain words.
    pub error: Option<String>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_tried_for_four_days() {
        let pauses: Vec<_> = (1..=9).map(|tries| pause_seconds(tries, 0)).collect();
        let minutes = [1, 5, 30, 120, 360, 720, 1_440, 2_880].map(|minutes| Some(minutes * 60));
        assert_eq!(pauses, [&minutes[..], &[None]].concat());
        assert_eq!(pause_seconds(1, u8::MAX), Some(66));
        assert_eq!((pause_seconds(0, 9), pause_seconds(-7, 9)), (None, None));
    }

    #[test]
    fn a_password_is_stored_and_not_shown() {
        let settings = MailSettings {
            host: "mail.example.org".to_owned(),
            port: 465,
            security: MailSecurity::Tls,
            username: Some("shop".to_owned()),
            password: Some("rye and salt".to_owned()),
            from: Email::parse("shop@example.org").unwrap(),
            reply_to: None,
            notify: Vec::new(),
        };
        let shown = serde_json::to_string(&settings).unwrap();
        assert!(shown.contains("\"has_password\":true") && !shown.contains("rye"), "{shown}");
        let stored = serde_json::to_string(&StoredMailSettings::of(&settings)).unwrap();
        let read: StoredMailSettings = serde_json::from_str(&stored).unwrap();
        assert_eq!(read.settings(), settings);
    }

    #[test]
    fn a_host_is_a_name_or_an_address() {
        for good in ["mail.example.org", "localhost", "127.0.0.1", "::1", "xn--mller-kva.example"] {
            assert!(host(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "mail..org", "http://mail", "mail:25", "müller.example", "a/b"] {
            assert!(host(bad).is_err(), "{bad}");
        }
        assert!(MailSettings::is_local("127.0.0.1") && MailSettings::is_local("::1"));
        assert!(!MailSettings::is_local("mail.example.org"));
    }
}
