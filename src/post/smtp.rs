//! The way to the mail server (RFC 5321), and what went wrong on it, in plain words.

use std::fmt;
use std::net::ToSocketAddrs;
use std::time::Duration;

use lettre::message::header::{self, ContentType};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error as SmtpError, SmtpTransport};
use lettre::{Address, Message, Transport};

use super::html::CODE_ID;
use super::letter::Letter;
use crate::domain::mails::{Mail, MailSecurity, MailSettings};
use crate::domain::text::Email;
use crate::secret;

/// A server that says nothing for so long is not there.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Names a file of certificates (PEM) that are trusted beside those of the web.
const CERTIFICATES_VARIABLE: &str = "TILLBOX_CA_FILE";

/// The reason why a mail did not go out, as the owner reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What to look at: `host`, `port`, `security`, `password`, `from`, `to`, `server`.
    pub about: &'static str,
    pub detail: String,
    /// It will be no other tomorrow.
    pub is_final: bool,
}

impl Fault {
    /// A fault of the shop itself.
    pub fn own(detail: &str) -> Self {
        Self::of("server", detail)
    }

    /// Tells `false` where there was no talk with the server at all.
    pub fn is_reached(&self) -> bool {
        !["host", "port", "security"].contains(&self.about)
    }

    fn of(about: &'static str, detail: impl Into<String>) -> Self {
        Self { about, detail: detail.into(), is_final: false }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.detail)
    }
}

/// Hands a mail to the mail server.
///
/// # Errors
/// The first thing that went wrong.
pub fn send(settings: &MailSettings, mail: &Mail, letter: &Letter) -> Result<(), Fault> {
    let message = message(settings, &mail.to, &mail.message_id, letter)?;
    hand_over(settings, &message)
}

/// Hands over a mail that nobody waits for, to learn whether the settings are right.
///
/// # Errors
/// The first thing that went wrong.
pub fn send_test(settings: &MailSettings, to: &Email, letter: &Letter) -> Result<(), Fault> {
    let label = secret::label().map_err(|_| unmade())?;
    let id = format!("<{}@{}>", secret::hex(&label), settings.domain());
    let message = message(settings, to.as_str(), &id, letter)?;
    hand_over(settings, &message)
}

fn message(
    settings: &MailSettings,
    to: &str,
    message_id: &str,
    letter: &Letter,
) -> Result<Message, Fault> {
    let from = mailbox(settings.from.as_str(), Some(&letter.from_name), "from")?;
    let mut builder = Message::builder()
        .from(from)
        .to(mailbox(to, None, "to")?)
        .subject(letter.subject.as_str())
        .message_id(Some(message_id.to_owned()));
    if let Some(reply_to) = &settings.reply_to {
        builder = builder.reply_to(mailbox(reply_to.as_str(), None, "from")?);
    }
    // Programs that answer by themselves leave such mails alone (RFC 3834 §5).
    builder = builder.header(AutoSubmitted);
    let html = SinglePart::html(letter.html.clone());
    let seen = match &letter.code {
        None => MultiPart::alternative()
            .singlepart(SinglePart::plain(letter.text.clone()))
            .singlepart(html),
        Some(picture) => {
            let kind = ContentType::parse("image/png").map_err(|_| unmade())?;
            let code = Attachment::new_inline(CODE_ID.to_owned()).body(picture.clone(), kind);
            MultiPart::alternative()
                .singlepart(SinglePart::plain(letter.text.clone()))
                .multipart(MultiPart::related().singlepart(html).singlepart(code))
        }
    };
    if letter.attachments.is_empty() {
        return builder.multipart(seen).map_err(|_| unmade());
    }
    let mut whole = MultiPart::mixed().multipart(seen);
    for (name, text) in &letter.attachments {
        let file = Attachment::new(format!("{}.txt", name.name()));
        whole = whole.singlepart(file.body(text.clone(), header::ContentType::TEXT_PLAIN));
    }
    builder.multipart(whole).map_err(|_| unmade())
}

#[derive(Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn unmade() -> Fault {
    Fault::own("The mail could not be put together.")
}

fn mailbox(address: &str, name: Option<&str>, about: &'static str) -> Result<Mailbox, Fault> {
    let parsed: Result<Address, _> = address.parse();
    let parsed = parsed.map_err(|_| Fault::of(about, "No mail can be sent to such an address."))?;
    Ok(Mailbox::new(name.map(str::to_owned), parsed))
}

fn hand_over(settings: &MailSettings, message: &Message) -> Result<(), Fault> {
    let MailSettings { host, port, .. } = settings;
    if (host.as_str(), *port).to_socket_addrs().map_or(true, |mut found| found.next().is_none()) {
        return Err(Fault::of("host", format!("There is no server of the name {host}.")));
    }
    let mut transport = SmtpTransport::builder_dangerous(host)
        .port(*port)
        .tls(tls(settings)?)
        .timeout(Some(TIMEOUT))
        .hello_name(ClientId::Domain(settings.domain().to_owned()));
    if let Some(username) = &settings.username {
        let password = settings.password.clone().unwrap_or_default();
        transport = transport.credentials(Credentials::new(username.clone(), password));
    }
    transport.build().send(message).map(drop).map_err(|error| fault(settings, &error))
}

fn tls(settings: &MailSettings) -> Result<Tls, Fault> {
    if settings.security == MailSecurity::None {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(settings.host.clone());
    if let Some(file) = std::env::var_os(CERTIFICATES_VARIABLE) {
        let read = std::fs::read(&file).ok();
        let certificate = read.and_then(|pem| Certificate::from_pem(&pem).ok());
        let Some(certificate) = certificate else {
            let detail = format!("The file that {CERTIFICATES_VARIABLE} names cannot be read.");
            return Err(Fault::of("security", detail));
        };
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = parameters.build().map_err(|_| Fault::own("TLS cannot be used."))?;
    Ok(match settings.security {
        MailSecurity::Tls => Tls::Wrapper(parameters),
        _ => Tls::Required(parameters),
    })
}

/// What an error of the way means for whoever set it up.
fn fault(settings: &MailSettings, error: &SmtpError) -> Fault {
    let MailSettings { host, port, .. } = settings;
    if let Some(code) = error.status() {
        let code = code.to_string();
        // The words of the server often say more than its number; addresses in them do not matter
        // to anyone but the owner, who reads this.
        let words = words_of(error);
        let (about, detail) = match code.as_str() {
            "530" | "534" | "535" | "538" | "454" => {
                ("password", format!("{host} refuses the name or the password"))
            }
            "550" | "551" | "553" if is_about_sender(&words) => {
                ("from", format!("{host} sends no mails from {}", settings.from.as_str()))
            }
            // A mailbox that is full (552) has room again one day.
            "550" | "551" | "552" | "553" => ("to", format!("{host} does not take the mail")),
            _ => ("server", format!("{host} does not take the mail just now")),
        };
        let is_final = about == "to" && code != "552";
        return Fault { is_final, ..Fault::of(about, format!("{detail} ({code} {words}).")) };
    }
    if error.is_tls() || is_tls(error) {
        let detail = format!(
            "The connection to {host} is not secure: {}. Its certificate must be valid for this \
             name, and the way to encrypt that of the port.",
            words_of(error)
        );
        return Fault::of("security", detail);
    }
    if error.is_timeout() {
        return Fault::of("port", format!("{host} does not answer at port {port} in time."));
    }
    if error.is_client() {
        let detail = format!("{host} offers no way to sign in that can be used, or no encryption.");
        return Fault::of("security", detail);
    }
    Fault::of("port", format!("Nobody answers at {host}, port {port} ({}).", words_of(error)))
}

fn is_about_sender(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["sender", "from", "own"].iter().any(|word| words.contains(word))
}

/// Tells `true` where a greeting of one kind met one of the other.
fn is_tls(error: &SmtpError) -> bool {
    let words = words_of(error).to_ascii_lowercase();
    ["tls", "certificate", "handshake", "corrupt message"].iter().any(|word| words.contains(word))
}

/// The words of the innermost cause.
fn words_of(error: &SmtpError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let words: Vec<String> = cause.to_string().split_whitespace().map(str::to_owned).collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(200).collect()
}
