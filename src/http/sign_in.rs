//! Signing in: how often it may be tried, by whom, and the response to the staff.

use serde_json::json;

use super::context::RequestContext;
use super::credential::session_cookie;
use super::limits::{Attempt, FAILURES_PER_LOGIN, Guesser, Kind, UNNAMED_PROXY_FACTOR, Who};
use super::permissions::Caller;
use super::response::{ApiResult, Response};
use crate::domain::passwords::Password;
use crate::error::{Error, FieldError, Result};
use crate::hashing::Queue;
use crate::secret::{self, Hash};
use crate::store::sessions::{LoginRecord, NewSession, Realm};

/// A device on which a person has signed in before, by the name of its own counter.
#[derive(Clone, Debug)]
pub enum KnownDevice {
    /// It showed its cookie.
    Cookie(String),
    /// It has none, but comes from the network of an earlier sign-in.
    Network(String),
}

impl KnownDevice {
    /// The device of a request, where this person has signed in on it before. `network`: where they
    /// come from, unless it is nobody's own.
    pub fn of(
        ctx: &RequestContext,
        realm: Realm,
        record: &LoginRecord,
        network: Option<Hash>,
    ) -> Option<Self> {
        let (secret, now) = (&ctx.app.secret, ctx.app.clock.now());
        if let Some(number) = ctx.device.known_to(secret, (realm, record), now) {
            return Some(Self::Cookie(number.to_owned()));
        }
        let network = secret::hex(&network.filter(|_| record.known_network)?);
        Some(Self::Network(format!("{realm:?} {} {network}", record.id)))
    }

    /// The queue for hashing of a device that may be known.
    pub fn queue(known: Option<&Self>, realm: Realm) -> Queue {
        match (known, realm) {
            (None, _) => Queue::Strangers,
            (_, Realm::Customers) => Queue::Customers,
            (_, Realm::Staff) => Queue::Staff,
        }
    }
}

/// Refuses somebody who changes their own password and does not know the present one. First the
/// name that guesses are counted by, who waits for the hash, and the hash. Guessing counts as
/// failing to sign in.
///
/// # Errors
/// `required` or `wrong_password` at `/current_password`; 429.
pub async fn prove_password(
    ctx: &RequestContext,
    (name, queue, hash): (String, Queue, String),
    current: Option<&str>,
) -> Result<()> {
    let refuse = |code, detail: &str| {
        Error::invalid(vec![FieldError::at("/current_password", code, detail)])
    };
    let Some(current) = current else {
        return Err(refuse("required", "Enter your current password as well."));
    };
    let app = &ctx.app;
    let attempt = app.limits.attempt(Guesser::Known(&name), app.clock.elapsed())?;
    if app.hashing.verify(queue, Some(hash), Password::attempt(current)).await? {
        attempt.succeeded();
        return Ok(());
    }
    attempt.failed();
    Err(refuse("wrong_password", "This is not your current password."))
}

/// Counts an attempt to sign in: on a known device for itself, else for the name and the network.
///
/// # Errors
/// 429.
pub fn attempt<'a>(
    ctx: &'a RequestContext,
    name: &str,
    known: Option<&KnownDevice>,
) -> Result<Attempt<'a>> {
    let caller = ctx.caller_or_visitor()?;
    let limited = caller.is_visitor() || matches!(caller, Caller::Customer(_));
    let (limits, now) = (&ctx.app.limits, ctx.app.clock.elapsed());
    let logins = if limited { ctx.app.config.limits_logins } else { 0 };
    if let Some(KnownDevice::Cookie(number)) = known {
        // Behind a proxy that nobody has named, strangers share its address.
        limits.count(Kind::Login, Who::Device(secret::hash(number)), logins, now)?;
    } else {
        ctx.limit(Kind::Login, &caller)?;
    }
    let guesser = match known {
        Some(KnownDevice::Cookie(device) | KnownDevice::Network(device)) => Guesser::Known(device),
        None => {
            let factor = if ctx.address.is_shared() { UNNAMED_PROXY_FACTOR } else { 1 };
            let failures_per_hour = logins * FAILURES_PER_LOGIN * factor;
            Guesser::Stranger { name, from: Who::address(ctx.address.ip), failures_per_hour }
        }
    };
    limits.attempt(guesser, now)
}

/// 201 with the new session of a person on the staff, also as the cookie of a page.
pub fn signed_in(ctx: &RequestContext, record: &LoginRecord, session: &NewSession) -> ApiResult {
    let response = Response::created(
        "/staff/sessions/current".to_owned(),
        &json!({
            "token": session.token,
            "token_type": "Bearer",
            "expires_at": session.expires_at,
            "staff_id": record.id,
            "role": record.role,
        }),
    )?;
    let device = ctx.device_cookie(Realm::Staff, record)?;
    Ok(response.with_cookies([session_cookie(&session.token, ctx.address.is_https), device]))
}
