//! A request as handlers see it: who asks, under which conditions, and the ways to the store.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use rocket::Request;
use rocket::http::{HeaderMap, Method};
use rocket::request::{FromRequest, Outcome};
use serde::Serialize;
use serde_json::json;

use super::App;
use super::auth::{self, Caller};
use super::body::Body;
use super::etag::{Tag, is_listed};
use super::headers::EndedCookie;
use super::limits::{Kind, UNNAMED_PROXY_FACTOR, Who};
use super::page::Query;
use super::requests;
use super::response::{ApiResult, Response};
use crate::domain::calendar::Timestamp;
use crate::error::{Code, Error, FieldError, Place, Result};
use crate::secret;
use crate::store::idempotency::{self, Once};
use crate::store::sessions::{self, LoginRecord, NewSession, StaffSession};
use crate::store::sql::Tx;

const IDEMPOTENCY_KEY_CHARS_MAX: usize = 255;
const FINGERPRINT_PURPOSE: &str = "fingerprint of a request";

/// A request. Making one never fails; what is wrong with its credential comes out when the handler
/// asks for the caller, after the body was checked.
pub struct RequestContext {
    pub app: App,
    pub now: Timestamp,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    caller: Result<Caller>,
    /// The caller came by the cookie, so that answers are theirs alone.
    by_cookie: bool,
    if_match: Option<String>,
    if_none_match: Option<String>,
    accept_encoding: Option<String>,
    idempotency_key: Option<String>,
    address: Address,
    /// The request reached us, or the proxy in front of us, over https.
    is_https: bool,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
struct Address {
    ip: IpAddr,
    /// A proxy stands in between that nobody has named: many people may share this address.
    proxied: bool,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for RequestContext {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let Some(app) = request.rocket().state::<App>().cloned() else {
            return Outcome::Forward(rocket::http::Status::InternalServerError);
        };
        let now = app.clock.now();
        let headers = request.headers();
        let text = |name| headers.get_one(name).map(str::to_owned);
        let (mut caller, by_cookie) = credential(request, &app, now);
        if let Ok(Caller::Staff(session @ StaffSession { stale: true, .. })) = &mut caller {
            // At most every ten minutes; a full disk must not keep anybody out.
            let id = session.session_id;
            if let Ok(until) = app.store.write(move |tx| sessions::seen(tx, id, now)).await {
                session.expires_at = until;
            }
        }
        requests::note_caller(request, &caller);
        let address = address(request, &app);
        let field = |field: rocket::form::ValueField<'_>| {
            (field.name.source().to_string(), field.value.to_owned())
        };
        Outcome::Success(Self {
            now,
            method: request.method(),
            // `/orders/` is `/orders`, also where a key must count once.
            path: request.uri().path().as_str().trim_end_matches('/').to_owned(),
            query: request.query_fields().map(field).collect(),
            caller,
            by_cookie,
            if_match: text("If-Match"),
            if_none_match: text("If-None-Match"),
            accept_encoding: text("Accept-Encoding"),
            idempotency_key: text("Idempotency-Key"),
            address,
            is_https: is_https(request, &app),
            app,
        })
    }
}

impl RequestContext {
    /// Who asks.
    ///
    /// # Errors
    /// 401 for a credential that is unknown or has ended; 403 for a key in a browser or a cookie
    /// from another site.
    pub fn caller(&self) -> Result<Caller> {
        self.caller.clone()
    }

    /// Who asks for something that [`RequestContext::once`] will do.
    ///
    /// # Errors
    /// As [`RequestContext::caller`], and 400 for an `Idempotency-Key` that is none.
    pub fn caller_of_once(&self) -> Result<Caller> {
        self.key()?;
        self.caller()
    }

    /// Who asks to sign in: a credential that is unknown or has ended counts as none.
    ///
    /// # Errors
    /// 403 for a key in a browser or a cookie from another site.
    pub fn caller_or_visitor(&self) -> Result<Caller> {
        match &self.caller {
            Err(error) if error.code() == Code::Unauthenticated => Ok(Caller::Visitor),
            caller => caller.clone(),
        }
    }

    pub fn if_match(&self) -> Option<String> {
        self.if_match.clone()
    }

    pub fn query(&self) -> Query {
        Query::new(self.path.clone(), self.query.clone())
    }

    /// The one parameter of a request that is no list.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// An object with its tag; 304 where the caller has it already.
    pub fn object(&self, object: &impl Serialize, tag: Tag, caller: &Caller) -> ApiResult {
        let staff_view = caller.sees_as_staff();
        let public = self.is_public(caller);
        if self.if_none_match.as_deref().is_some_and(|list| tag.is_in(list, staff_view)) {
            return Ok(Response::unchanged(tag.text(staff_view)).public(public));
        }
        Ok(Response::ok(object)?.with_etag(tag.text(staff_view)).public(public))
    }

    /// Whether the caller has what this tag stands for already.
    pub fn has(&self, tag: &str) -> bool {
        self.if_none_match.as_deref().is_some_and(|list| is_listed(list, tag))
    }

    /// Whether the caller reads what is compressed by gzip.
    pub fn takes_gzip(&self) -> bool {
        let takes = |coding: &str| {
            let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
            name.trim() == "gzip" && !matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00")
        };
        self.accept_encoding.as_deref().is_some_and(|list| list.split(',').any(takes))
    }

    /// Whether an answer about the shop's goods is the same for everybody.
    pub fn is_public(&self, caller: &Caller) -> bool {
        let shown = ["/products", "/shop"];
        let goods = shown.iter().any(|path| self.path.starts_with(path));
        goods && matches!(caller, Caller::Visitor) && !self.by_cookie
    }

    /// Runs `work` in a transaction.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx) -> Result<T> + Send + 'static,
    {
        self.app.store.write(work).await
    }

    /// Runs `work` in a transaction, once for each `Idempotency-Key`: a repeated request gets the
    /// first answer again.
    ///
    /// # Errors
    /// As [`crate::store::Store::write`]; 422 for a key that was used for something else.
    pub async fn once<F>(&self, caller: &Caller, body: &Body, work: F) -> ApiResult
    where
        F: FnOnce(&Tx) -> ApiResult + Send + 'static,
    {
        self.once_about(caller, body, |_| Ok(()), |tx, ()| work(tx)).await
    }

    /// The same about something that must be there, also for a repeated request: `find` looks for
    /// it first.
    ///
    /// # Errors
    /// As [`RequestContext::once`], and those of `find`.
    pub async fn once_about<T, G, F>(
        &self,
        caller: &Caller,
        body: &Body,
        find: G,
        work: F,
    ) -> ApiResult
    where
        G: FnOnce(&Tx) -> Result<T> + Send + 'static,
        F: FnOnce(&Tx, T) -> ApiResult + Send + 'static,
    {
        let once = self.key()?.map(|key| self.once_of(key, caller, body));
        let now = self.now;
        self.write(move |tx| {
            let found = find(tx)?;
            let Some(once) = once else { return work(tx, found) };
            if let Some(kept) = idempotency::find(tx, &once)? {
                return Ok(Response::replay(kept));
            }
            let answer = work(tx, found)?;
            idempotency::keep(tx, &once, &answer.to_store(), answer.person(), now)?;
            Ok(answer)
        })
        .await
    }

    /// Counts a request against the limit of visitors and customers.
    ///
    /// # Errors
    /// 429.
    pub fn limit(&self, kind: Kind, caller: &Caller) -> Result<()> {
        let config = &self.app.config;
        let (who, factor) = match caller {
            Caller::Customer(session) if matches!(kind, Kind::Order | Kind::Quote) => {
                (Who::Account(session.account_id.get()), 1)
            }
            caller if caller.is_visitor() || matches!(caller, Caller::Customer(_)) => {
                let Address { ip, proxied } = self.address;
                let factor = if proxied && is_private(ip) { UNNAMED_PROXY_FACTOR } else { 1 };
                (Who::address(ip), factor)
            }
            _ => return Ok(()),
        };
        let per_minute = match kind {
            Kind::Login => config.limits_logins,
            Kind::SignUp => config.limits_sign_ups,
            Kind::Order => config.limits_orders,
            Kind::Quote => config.limits_quotes,
        };
        self.app.limits.count(kind, who, per_minute * factor, self.now)
    }

    /// The caller's address as it is remembered after a sign-in: an HMAC.
    pub fn network_hash(&self) -> secret::Hash {
        let Who::Address(ip) = Who::address(self.address.ip) else { return [0; 32] };
        secret::sign(&self.app.secret, "sign-in place", ip.to_string().as_bytes())
    }

    /// The new session of somebody on the staff, also as the cookie of a page.
    pub fn signed_in(&self, person: &LoginRecord, opened: &NewSession) -> ApiResult {
        let answer = Response::created(
            "/staff/sessions/current".to_owned(),
            &json!({
                "token": opened.token,
                "token_type": "Bearer",
                "expires_at": opened.expires_at,
                "staff_id": person.id,
                "role": person.role,
            }),
        )?;
        Ok(answer.with_cookie(auth::session_cookie(&opened.token, self.is_https)))
    }

    /// Whether the address tells one caller from another.
    pub fn has_own_address(&self) -> bool {
        !self.address.proxied
    }

    /// The `Idempotency-Key`, quoted or bare.
    fn key(&self) -> Result<Option<String>> {
        let Some(sent) = &self.idempotency_key else { return Ok(None) };
        let inner = sent.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let key = inner.unwrap_or(sent);
        let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if visible && (1..=IDEMPOTENCY_KEY_CHARS_MAX).contains(&key.len()) {
            return Ok(Some(key.to_owned()));
        }
        let detail = "An Idempotency-Key is 1 to 255 visible ASCII characters.".to_owned();
        let place = Place::Header("Idempotency-Key");
        let error =
            FieldError { place, code: "bad_header", detail: detail.clone(), available: None };
        Err(Error::new(Code::BadRequest, detail).with_errors(vec![error]))
    }

    fn once_of(&self, key: String, caller: &Caller, body: &Body) -> Once {
        let fingerprint = secret::sign(&self.app.secret, FINGERPRINT_PURPOSE, body.raw());
        let mut scope = format!("{} {} {}", caller.name(), self.method, self.path);
        if caller.is_visitor() {
            // Visitors cannot be told apart, so each body is somebody of its own.
            scope.push(' ');
            scope.push_str(&secret::hex(&fingerprint));
        }
        Once { scope, key, fingerprint }
    }
}

/// Who shows which credential: the `Authorization` header first, then the cookie.
fn credential(request: &Request<'_>, app: &App, now: Timestamp) -> (Result<Caller>, bool) {
    let headers = request.headers();
    let identify = |token: &str| app.store.read(|tx| auth::identify(tx, token, &app.secret, now));
    if let Some(value) = headers.get_one("Authorization") {
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            let detail = "Send your credential as \"Authorization: Bearer …\".";
            return (Err(Error::new(Code::Unauthenticated, detail)), false);
        }
        let caller = identify(token.trim()).and_then(|caller| refuse_in_browser(caller, headers));
        return (caller, false);
    }
    let cookie = request.cookies().get(auth::COOKIE).map(|cookie| cookie.value().to_owned());
    let Some(token) = cookie.filter(|token| !token.is_empty()) else {
        return (Ok(Caller::Visitor), false);
    };
    match identify(&token) {
        Ok(caller @ Caller::Staff(_)) => (same_site(request).map(|()| caller), true),
        Err(error) if error.code() != Code::Unauthenticated => (Err(error), true),
        _ => {
            request.local_cache(|| EndedCookie(true));
            (Ok(Caller::Visitor), true)
        }
    }
}

/// A storefront key belongs to a server; whoever finds it in a page may take it.
fn refuse_in_browser(caller: Caller, headers: &HeaderMap<'_>) -> Result<Caller> {
    let browser = headers.contains("Origin") || headers.contains("Sec-Fetch-Site");
    if browser && matches!(caller, Caller::Storefront(_)) {
        let detail = "This key is for your shop front's server; a browser needs none.";
        return Err(Error::new(Code::KeyInBrowser, detail));
    }
    Ok(caller)
}

/// A cookie never carries a write from another site.
fn same_site(request: &Request<'_>) -> Result<()> {
    if matches!(request.method(), Method::Get | Method::Head | Method::Options) {
        return Ok(());
    }
    let headers = request.headers();
    let same = match headers.get_one("Sec-Fetch-Site") {
        Some(site) => site == "same-origin",
        None => headers.get_one("Origin").is_some_and(|origin| {
            let host = headers.get_one("Host").unwrap_or_default();
            let from = origin.split_once("://").map(|(_, from)| from);
            !host.is_empty() && from == Some(host)
        }),
    };
    let detail = "This came from another site; the session of the page is not for it.";
    if same { Ok(()) } else { Err(Error::new(Code::CrossSite, detail)) }
}

/// The address of the caller: the peer's, or what a trusted proxy says of it.
fn address(request: &Request<'_>, app: &App) -> Address {
    let peer = request.remote().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip());
    let peer = peer.to_canonical();
    let forwarded: Vec<&str> = request.headers().get("X-Forwarded-For").collect();
    if forwarded.is_empty() {
        return Address { ip: peer, proxied: false };
    }
    let config = &app.config;
    if !config.trusts(peer) {
        if is_private(peer) {
            app.warn_of_proxy_once(peer);
        }
        return Address { ip: peer, proxied: true };
    }
    // The last address that no trusted proxy wrote of another trusted proxy. What stands before it,
    // or before a word that is no address, anybody may have written.
    let words = forwarded.iter().rev().flat_map(|line| line.rsplit(','));
    let client = words
        .map(|word| forwarded_ip(word.trim()))
        .find(|ip| !ip.is_some_and(|ip| config.trusts(ip)));
    Address { ip: client.flatten().unwrap_or(peer), proxied: false }
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

fn is_https(request: &Request<'_>, app: &App) -> bool {
    let peer = request.remote().map(|peer| peer.ip().to_canonical());
    let said = request.headers().get_one("X-Forwarded-Proto") == Some("https");
    said && peer.is_some_and(|peer| app.config.trusts(peer))
}
