//! Every knob once: its name, its default, and why. From `Rocket.toml` if there is one, then the
//! environment (`TILLBOX_…`), then the command line; the last one to speak is heard.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use rocket::figment::providers::{Env, Format, Serialized, Toml};
use rocket::figment::{Figment, Provider};
use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::currency::Currency;
use crate::error::{Error, Result};
use crate::logging::LogFormat;

/// The folder of the demo, unless the caller names another one.
const DEMO_FOLDER: &str = "./tillbox-demo";

/// The settings of the program; those of the shop are in its file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Config {
    /// The folder that holds the shop. Everything is in it.
    pub data: PathBuf,
    /// The address to listen on: only this machine, until the owner decides otherwise.
    pub address: IpAddr,
    /// 0 takes any free port.
    pub port: u16,
    /// The currency of a new shop (ISO 4217).
    pub currency: String,
    /// Threads that answer requests; 0 is one for each processor.
    pub workers: usize,
    /// Origins whose pages may call the API from a browser, such as `https://shop.example`.
    /// `*` lets every page do so.
    #[serde(deserialize_with = "one_or_more")]
    pub cors_origins: Vec<String>,
    /// Proxies (addresses or networks) whose word about a caller's address is believed.
    #[serde(deserialize_with = "one_or_more")]
    pub trusted_proxies: Vec<String>,
    /// Daily copies that are kept in the folder `backups` beside the shop's file; 0 makes none.
    pub backups_kept: usize,
    /// MiB of memory that one picture may take while it is read and shrunk.
    pub picture_memory: u32,
    /// The address of the card provider's API: another one for tests, or for a proxy in between.
    pub stripe_url: String,
    /// The form of the log.
    pub log: LogFormat,
    /// Sign-ins a minute from one address. 0 is no limit, as below.
    pub limits_logins: i64,
    /// New customers and accounts a minute from one address.
    pub limits_sign_ups: i64,
    /// Orders a minute from one address or account.
    pub limits_orders: i64,
    /// Quotes a minute from one address or account.
    pub limits_quotes: i64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("./tillbox-data"),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8000,
            currency: "EUR".to_owned(),
            workers: 0,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            backups_kept: 7,
            picture_memory: 64,
            stripe_url: "https://api.stripe.com".to_owned(),
            log: LogFormat::Text,
            limits_logins: 30,
            limits_sign_ups: 10,
            limits_orders: 30,
            limits_quotes: 60,
        }
    }
}

impl Config {
    /// Reads the file and the environment.
    ///
    /// # Errors
    /// One sentence naming the knob that makes no sense.
    pub fn load() -> Result<Self> {
        Self::read(Figment::new())
    }

    /// The same for the demo, whose folder is its own: the file names that of a real shop.
    pub fn load_for_demo() -> Result<Self> {
        Self::read(Serialized::global("data", DEMO_FOLDER))
    }

    /// # Errors
    /// One sentence naming the knob that makes no sense.
    pub fn checked(self) -> Result<Self> {
        self.currency()?;
        for origin in &self.cors_origins {
            if let Err(reason) = check_origin(origin) {
                let detail = format!("The CORS origin \"{origin}\" fits no page: {reason}.");
                return Err(Error::conflict(detail));
            }
        }
        for proxy in &self.trusted_proxies {
            if network(proxy).is_none() {
                let detail = format!("The trusted proxy {proxy} is no address or network.");
                return Err(Error::conflict(detail));
            }
        }
        if !is_safe_base(&self.stripe_url) {
            let detail = "The card provider's address begins with https://; without encryption it \
                          may only be on this machine.";
            return Err(Error::conflict(detail));
        }
        Ok(self)
    }

    /// `over_file` speaks after the file and before the environment.
    fn read(over_file: impl Provider) -> Result<Self> {
        let figment = Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file("Rocket.toml").nested())
            .merge(over_file)
            .merge(Env::prefixed("TILLBOX_").global());
        let config: Self = figment
            .extract()
            .map_err(|error| Error::conflict(format!("A setting makes no sense: {error}.")))?;
        config.checked()
    }

    /// The currency of a new shop.
    ///
    /// # Errors
    /// One sentence for a code that does not exist.
    pub fn currency(&self) -> Result<Currency> {
        Currency::parse(&self.currency)
            .map_err(|invalid| Error::conflict(format!("--currency: {}", invalid.detail)))
    }

    /// Bytes of memory for one picture.
    pub fn picture_memory_bytes(&self) -> usize {
        usize::try_from(u64::from(self.picture_memory) << 20).unwrap_or(usize::MAX)
    }

    /// Threads that answer requests.
    pub fn worker_threads(&self) -> usize {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        if self.workers == 0 { processors } else { self.workers }
    }

    /// Tells `true` for a proxy whose word is believed.
    pub fn trusts(&self, ip: IpAddr) -> bool {
        self.trusted_proxies.iter().filter_map(|proxy| network(proxy)).any(
            |(network, bits)| match (network, ip.to_canonical()) {
                (IpAddr::V4(net), IpAddr::V4(ip)) => {
                    same_bits(net.to_bits().into(), ip.to_bits().into(), 128 - 32 + bits, 96)
                }
                (IpAddr::V6(net), IpAddr::V6(ip)) => {
                    same_bits(net.to_bits(), ip.to_bits(), bits, 0)
                }
                _ => false,
            },
        )
    }
}

/// Reads a list, or one text whose entries have commas between them.
fn one_or_more<'de, D: Deserializer<'de>>(input: D) -> std::result::Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(String),
        More(Vec<String>),
    }
    let trimmed = |text: &str| text.split(',').map(|each| each.trim().to_owned()).collect();
    Ok(match OneOrMore::deserialize(input)? {
        OneOrMore::One(text) if text.trim().is_empty() => Vec::new(),
        OneOrMore::One(text) => trimmed(&text),
        OneOrMore::More(all) => all,
    })
}

/// Holds an origin against the form in which browsers send it (RFC 6454 §6.2, the URL standard's
/// serialization): another spelling would fit no page, and nobody would see why. `*` is every page.
///
/// # Errors
/// The reason why it fits none.
fn check_origin(origin: &str) -> std::result::Result<(), &'static str> {
    if origin == "*" {
        return Ok(());
    }
    let Some((scheme, rest)) = origin.split_once("://") else {
        return Err(match origin {
            "null" => "null is sent by every page without an origin of its own",
            _ => "begin it with https:// or http://",
        });
    };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let in_brackets = |host: &str| Some(host.strip_prefix('[')?.strip_suffix(']')?.to_owned());
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
        Err("begin it with https:// or http://")
    } else if rest.contains(['/', '?', '#']) {
        Err("leave out what comes after the host, also a slash")
    } else if rest.contains('*') {
        Err("name each host, or give * alone for every page")
    } else if origin.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Err("write it in small letters")
    } else if !origin.is_ascii() {
        Err("write its host as browsers send it, in ASCII (xn--…)")
    } else if host.is_empty() || !(host.bytes().all(is_host) || is_ip_v6(in_brackets(host))) {
        Err("its host is none")
    } else if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        Err("its port is none")
    } else if matches!((scheme, port), ("https", Some("443")) | ("http", Some("80"))) {
        Err("leave out the port that its scheme has anyway")
    } else {
        Ok(())
    }
}

/// Tells `true` for an address of a server to which a key may be sent: an encrypted one, or one on
/// this machine.
fn is_safe_base(url: &str) -> bool {
    let plain = |rest: &str| !rest.is_empty() && !rest.contains(['?', '#', '@', ' ']);
    if let Some(rest) = url.strip_prefix("https://") {
        return plain(rest);
    }
    let Some(rest) = url.strip_prefix("http://").filter(|rest| plain(rest)) else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => authority,
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn is_ip_v6(text: Option<String>) -> bool {
    text.is_some_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

/// An address, or a network in CIDR notation: its first address and the length of its prefix.
fn network(text: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    (bits <= most).then_some((address.to_canonical(), bits))
}

/// Tells `true` where two numbers agree in the first `bits` of 128, of which `unused` are always
/// zero.
fn same_bits(one: u128, other: u128, bits: u32, unused: u32) -> bool {
    let differ = (one ^ other).leading_zeros();
    differ >= bits || bits <= unused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_spelled_as_browsers_spell_it() {
        for (origin, fault) in [
            ("https://shop.example", None),
            ("http://localhost:5173", None),
            ("http://127.0.0.1:3000", None),
            ("http://[::1]:3000", None),
            ("capacitor://localhost", None),
            ("*", None),
            ("https://shop.example/", Some("slash")),
            ("https://shop.example/cart", Some("slash")),
            ("shop.example", Some("https://")),
            ("//shop.example", Some("https://")),
            ("localhost:3000", Some("https://")),
            ("https://*.shop.example", Some("each host")),
            ("https://Shop.example", Some("small letters")),
            ("HTTPS://shop.example", Some("small letters")),
            ("https://b\u{fc}cher.example", Some("xn--")),
            ("https://shop.example:443", Some("leave out the port")),
            ("http://shop.example:80", Some("leave out the port")),
            ("https://shop.example:http", Some("port is none")),
            ("https://", Some("host is none")),
            ("https://owner@shop.example", Some("host is none")),
            ("https://[::g]", Some("host is none")),
            ("null", Some("without an origin")),
            ("", Some("https://")),
        ] {
            let config = Config { cors_origins: vec![origin.into()], ..Config::default() };
            let refused = config.checked().err().map(|error| error.detail().to_owned());
            let told = |fault: &str| refused.as_ref().is_some_and(|said| said.contains(fault));
            assert!(fault.map_or(refused.is_none(), told), "{origin}: {refused:?}");
        }
    }

    #[test]
    fn a_key_goes_to_encrypted_addresses_and_to_this_machine_alone() {
        for (url, is_taken) in [
            ("https://api.stripe.com", true),
            ("https://proxy.example/stripe", true),
            ("http://127.0.0.1:4242", true),
            ("http://localhost:4242/", true),
            ("http://[::1]:4242", true),
            ("http://api.stripe.com", false),
            ("http://127.0.0.1@evil.example", false),
            ("http://localhost.evil.example", false),
            ("https://", false),
            ("api.stripe.com", false),
            ("", false),
        ] {
            let config = Config { stripe_url: url.into(), ..Config::default() };
            assert_eq!(config.checked().is_ok(), is_taken, "{url}");
        }
    }

    #[test]
    fn a_proxy_is_trusted_by_its_address_or_network() {
        let trusted_proxies = ["10.1.0.0/16", "192.0.2.7", "2001:db8::/32"].map(str::to_owned);
        let config = Config { trusted_proxies: trusted_proxies.to_vec(), ..Config::default() };
        for (ip, trusted) in [
            ("10.1.2.3", true),
            ("10.2.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("::ffff:10.1.0.9", true),
            ("2001:db8:1::1", true),
            ("2001:db9::1", false),
        ] {
            assert_eq!(config.trusts(ip.parse().unwrap()), trusted, "{ip}");
        }
        assert!(!Config::default().trusts("127.0.0.1".parse().unwrap()));
        let bad = Config { trusted_proxies: vec!["10.0.0.0/33".into()], ..Config::default() };
        assert!(bad.checked().is_err());
    }
}
