//! The address of a caller, through the proxies that the shop trusts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use rocket::Request;

use super::limits::Who;
use crate::http::app::App;
use crate::secret;

/// The address that a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress {
    pub ip: IpAddr,
    /// A proxy stands in between that nobody has named: many people may share this address.
    pub proxied: bool,
    /// The request reached the shop, or the proxy in front of it, over https.
    pub is_https: bool,
}

impl ClientAddress {
    /// The address of a request's sender.
    pub fn of(request: &Request<'_>, app: &App) -> Self {
        let (ip, proxied) = address(request, app);
        Self { ip, proxied, is_https: is_https(request, app) }
    }

    /// Tells `true` for the address of a proxy: a trusted one, or one near by.
    pub fn is_proxy(ip: IpAddr, app: &App) -> bool {
        app.config.trusts(ip) || is_private(ip)
    }

    /// Tells `true` for an address that many callers behind one unnamed proxy may share.
    pub fn is_shared(self) -> bool {
        self.proxied && is_private(self.ip)
    }

    /// The network of the address, which one caller is taken to have.
    pub fn network(self) -> Option<IpAddr> {
        let Who::Address(ip) = Who::address(self.ip) else { return None };
        Some(ip)
    }

    /// The network as it is remembered after a sign-in: an HMAC of the address. None behind a proxy
    /// that nobody has named, as its address is nobody's own.
    pub fn network_hash(self, secret: &secret::Hash) -> Option<secret::Hash> {
        let ip = self.network()?;
        let hash = || secret::sign(secret, "sign-in place", ip.to_string().as_bytes());
        (!self.proxied).then(hash)
    }
}

/// The address of the caller: the peer's, or what a trusted proxy says of it; and whether a proxy
/// that is not trusted stands in between.
fn address(request: &Request<'_>, app: &App) -> (IpAddr, bool) {
    let peer = request.remote().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip());
    let peer = peer.to_canonical();
    let forwarded: Vec<&str> = request.headers().get("X-Forwarded-For").collect();
    if forwarded.is_empty() {
        return (peer, false);
    }
    let config = &app.config;
    if !config.trusts(peer) {
        if is_private(peer) {
            app.warn_of_proxy_once(peer);
        }
        return (peer, true);
    }
    // The last address that no trusted proxy wrote of another trusted proxy. What stands before it,
    // or before a word that is no address, anybody may have written.
    let words = forwarded.iter().rev().flat_map(|line| line.rsplit(','));
    let client = words
        .map(|word| forwarded_ip(word.trim()))
        .find(|ip| !ip.is_some_and(|ip| config.trusts(ip)));
    (client.flatten().unwrap_or(peer), false)
}

/// An address as proxies write it: some with a port, some with brackets.
fn forwarded_ip(word: &str) -> Option<IpAddr> {
    let bracketed = || word.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || word.parse::<SocketAddr>().ok().map(|address| address.ip());
    word.parse().ok().or_else(with_port).or_else(bracketed)
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// Tells `true` where a trusted proxy says that the request reached it over https.
pub fn is_https(request: &Request<'_>, app: &App) -> bool {
    let peer = request.remote().map(|peer| peer.ip().to_canonical());
    if !peer.is_some_and(|peer| app.config.trusts(peer)) {
        return false;
    }
    // Of a chain of proxies the first one speaks of the caller.
    let first = |name| Some(request.headers().get_one(name)?.split(',').next()?.trim());
    let forwarded = first("Forwarded").into_iter().flat_map(|element| element.split(';'));
    let pairs = forwarded.filter_map(|pair| pair.trim().split_once('='));
    let protocol =
        pairs.filter(|(name, _)| name.eq_ignore_ascii_case("proto")).map(|(_, value)| value);
    let is_https = |word: &str| word.trim_matches('"').eq_ignore_ascii_case("https");
    first("X-Forwarded-Proto").into_iter().chain(protocol).any(is_https)
}
