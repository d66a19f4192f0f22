//! Credentials: the token or cookie of a request, and the caller behind it.

use rocket::Request;
use rocket::http::{Cookie, HeaderMap, Method};

use super::lost_headers::LostHeaders;
use super::notes::Notes;
use super::permissions::Caller;
use crate::domain::api_keys::KeyRole;
use crate::error::{Code, Error, Result};
use crate::http::app::App;
use crate::order_tokens::{ORDER_PREFIX, order_of_token};
use crate::secret::Hash;
use crate::store::sessions::{CUSTOMER_PREFIX, STAFF_PREFIX, StaffSession};
use crate::store::{Tx, api_keys, customers, sessions};

/// The cookie that carries a staff session for the admin page: over https under a name that no
/// other host and no plain connection can set (RFC 6265bis §4.1.3).
const COOKIE: &str = "tb_session";
const HTTPS_COOKIE: &str = "__Host-tb_session";

/// The caller of a request, and how they came.
pub struct Credential {
    /// Refused where the credential is unknown or has ended, or does not belong here.
    pub caller: Result<Caller>,
    /// The caller came by the cookie, so that responses are theirs alone.
    pub by_cookie: bool,
}

impl Credential {
    /// Reads the credential of a request, and lets a staff session live on that is in use.
    pub async fn of(request: &Request<'_>, app: &App) -> Self {
        let (mut caller, by_cookie) = shown(request, app);
        if let Ok(Caller::Staff(session @ StaffSession { stale: true, .. })) = &mut caller {
            // At most every ten minutes; a full disk must not keep anybody out.
            let id = session.session_id;
            if let Ok(until) = app.store.write(move |tx| sessions::seen(tx, id)).await {
                session.expires_at = until;
            }
        }
        Self { caller, by_cookie }
    }
}

/// The caller by the credential that is shown: the `Authorization` header first, then the cookie.
fn shown(request: &Request<'_>, app: &App) -> (Result<Caller>, bool) {
    let headers = request.headers();
    let identify = |token: &str| app.store.read(|tx| identify(tx, token, &app.secret));
    if LostHeaders::of(request).has("Authorization") {
        return (Err(unknown()), false);
    }
    if let Some(value) = headers.get_one("Authorization") {
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            let detail = "Send your credential as \"Authorization: Bearer …\".";
            return (Err(Error::new(Code::Unauthenticated, detail)), false);
        }
        let caller = identify(token.trim()).and_then(|caller| refuse_in_browser(caller, headers));
        return (caller, false);
    }
    let cookies = [HTTPS_COOKIE, COOKIE].into_iter().filter_map(|name| request.cookies().get(name));
    let mut tokens = cookies.map(Cookie::value).filter(|token| !token.is_empty()).peekable();
    if tokens.peek().is_none() {
        return (Ok(Caller::Visitor), false);
    }
    for token in tokens {
        match identify(token) {
            Ok(caller @ Caller::Staff(_)) => return (same_site(request).map(|()| caller), true),
            Err(error) if error.code() != Code::Unauthenticated => return (Err(error), true),
            _ => {}
        }
    }
    let _ = Notes::of(request).ended_cookie.set(());
    (Ok(Caller::Visitor), true)
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

/// Refuses a write that came from another site: a cookie never carries one, and no form of ours
/// stands there.
///
/// # Errors
/// [`Code::CrossSite`].
pub fn same_site(request: &Request<'_>) -> Result<()> {
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

/// Finds the caller of a token.
///
/// # Errors
/// 401 for a token that is unknown or has ended.
fn identify(tx: &Tx, token: &str, secret: &Hash) -> Result<Caller> {
    let found = if token.starts_with(CUSTOMER_PREFIX) {
        sessions::customer(tx, token)?.map(Caller::Customer)
    } else if token.starts_with(STAFF_PREFIX) {
        sessions::staff(tx, token)?.map(Caller::Staff)
    } else if token.starts_with(customers::TOKEN_PREFIX) {
        customers::by_token(tx, token)?.map(Caller::RecordHolder)
    } else if token.starts_with(ORDER_PREFIX) {
        order_of_token(secret, token).map(Caller::OrderHolder)
    } else {
        api_keys::by_token(tx, token)?.map(|(id, role)| match role {
            KeyRole::Admin => Caller::Admin(id),
            KeyRole::Storefront => Caller::Storefront(id),
            KeyRole::Read => Caller::Reader(id),
        })
    };
    found.ok_or_else(unknown)
}

fn unknown() -> Error {
    Error::new(Code::Unauthenticated, "This credential is unknown or has ended.")
}

/// Tells `false` when the credential of a caller who came a while ago has ended.
pub fn is_alive(tx: &Tx, caller: &Caller) -> Result<bool> {
    match caller {
        Caller::Staff(session) => sessions::is_alive(tx, session.session_id),
        Caller::Customer(session) => sessions::is_alive(tx, session.session_id),
        Caller::Storefront(id) | Caller::Reader(id) | Caller::Admin(id) => {
            api_keys::is_alive(tx, *id)
        }
        Caller::Visitor | Caller::RecordHolder(_) | Caller::OrderHolder(_) => Ok(true),
    }
}

/// The cookie of a staff session.
pub fn session_cookie(token: &str, is_https: bool) -> String {
    let name = if is_https { HTTPS_COOKIE } else { COOKIE };
    format!("{name}={token}{}", attributes(is_https))
}

/// Ends the cookie of a session, under both of its names.
pub fn cleared_cookies(is_https: bool) -> [String; 2] {
    [(COOKIE, is_https), (HTTPS_COOKIE, true)]
        .map(|(name, secure)| format!("{name}=; Max-Age=0{}", attributes(secure)))
}

/// Tells `true` for the header of a cookie that [`session_cookie`] made.
pub fn is_session_cookie(header: &str) -> bool {
    let name = header.split('=').next();
    [COOKIE, HTTPS_COOKIE].map(Some).contains(&name)
}

/// The attributes of a cookie that no script can read and no other site can send.
pub fn attributes(is_https: bool) -> &'static str {
    if is_https {
        "; Path=/; HttpOnly; SameSite=Strict; Secure"
    } else {
        "; Path=/; HttpOnly; SameSite=Strict"
    }
}
