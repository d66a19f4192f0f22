//! Sessions in which buyers pay at the card provider. The shop asks what became of them, until it
//! is certain; what came in is booked once, whoever hears of it first.

use super::engine::sql::{Broken, Row};
use super::engine::statements::{insert, update};
use super::{Tx, orders};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::cards::{PaymentSession, SeenPayment, SeenSession, SessionStatus};
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::orders::{CardPayment, Order, StepInput};
use crate::error::{Error, Result};

/// Between two questions about a session that is open.
const ASK_SECONDS: i64 = 60;
/// The same once nobody should be able to pay by it.
const ASK_LATER_SECONDS: i64 = 10 * 60;
/// What has ended is asked about for so long.
const WATCHED_SECONDS: i64 = 24 * 60 * 60;
/// A time to ask that is further away than this comes from a clock that was set wrong.
const SANE_SECONDS: i64 = 24 * 60 * 60;

macro_rules! sessions {
    ($($where:literal),+) => {
        concat!(
            "select s.id, s.order_id, s.amount, o.currency, s.key, s.provider_id, s.url, s.status,
                s.unwanted, s.expires_at, s.asked_at, s.ended_at
            from payment_sessions s join orders o on o.id = s.order_id ",
            $($where),+
        )
    };
}

/// A session of an order.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, order_id: Id, id: Id) -> Result<PaymentSession> {
    let sql = sessions!("where s.order_id = $1 and s.id = $2");
    tx.maybe(sql, &[&order_id, &id], read)?.ok_or_else(Error::not_found)
}

/// The sessions of an order, the newest first.
pub fn list(tx: &Tx, order_id: Id) -> Result<Vec<PaymentSession>> {
    tx.all(sessions!("where s.order_id = $1 order by s.id desc"), &[&order_id], read)
}

/// The session of an order by which its buyer may pay just now.
pub fn open_of(tx: &Tx, order_id: Id) -> Result<Option<PaymentSession>> {
    tx.maybe(sessions!("where s.order_id = $1 and s.status = 'open'"), &[&order_id], read)
}

/// Begins a session over all that is open of an order, before the provider is asked for it.
///
/// # Errors
/// Stale where another one was begun meanwhile.
pub fn begin(tx: &Tx, order: &Order, key: &str, expires_at: Timestamp) -> Result<PaymentSession> {
    let id = insert!(tx, "payment_sessions", {
        "order_id": order.id,
        "amount": order.open_amount(),
        "key": key,
        "status": SessionStatus::Open.name(),
        "expires_at": expires_at,
        "created_at": tx.now(),
        "ask_at": tx.now().plus_seconds(ASK_SECONDS),
    })
    .broken("payment_sessions.order_id", Error::stale)?;
    find(tx, order.id, id)
}

/// Notes what the provider says of a session, and books what came in.
pub fn note_seen(tx: &Tx, known: &PaymentSession, seen: &SeenSession) -> Result<PaymentSession> {
    let session = find(tx, known.order_id, known.id)?;
    if session.status == SessionStatus::Paid {
        return Ok(session);
    }
    if session.provider_id.is_none() {
        update!(tx, "payment_sessions", session.id, {
            "provider_id": seen.provider_id,
            "url": seen.url,
        })?;
    }
    match &seen.payment {
        Some(payment) => book(tx, &session, payment)?,
        None if seen.has_ended => note_ended(tx, &session, SessionStatus::Expired)?,
        // It was made a moment ago: nobody has asked yet what became of it.
        None if session.provider_id.is_none() => {}
        None => note_asked(tx, known)?,
    }
    find(tx, session.order_id, session.id)
}

/// Notes that a session never came to be: nobody was told where to pay.
pub fn note_failed(tx: &Tx, known: &PaymentSession) -> Result<()> {
    let session = find(tx, known.order_id, known.id)?;
    if session.is_open() && session.provider_id.is_none() {
        note_ended(tx, &session, SessionStatus::Failed)?;
    }
    Ok(())
}

/// Notes that the provider knows nothing of a session, or that there is no key to ask with: once
/// its time is over, nobody waits for it.
pub fn note_unknown(tx: &Tx, known: &PaymentSession) -> Result<()> {
    let session = find(tx, known.order_id, known.id)?;
    match session.is_open() && session.expires_at <= tx.now() {
        true => note_ended(tx, &session, SessionStatus::Expired),
        false => note_asked(tx, known),
    }
}

/// Notes that the provider knows nothing of a session that a buyer is to be led to.
pub fn note_gone(tx: &Tx, known: &PaymentSession) -> Result<()> {
    let session = find(tx, known.order_id, known.id)?;
    if session.is_open() { note_ended(tx, &session, SessionStatus::Expired) } else { Ok(()) }
}

/// Notes that the provider was asked, whatever it said, and when it is asked again. One that is
/// not wanted any more since the question was put is to be ended at once.
pub fn note_asked(tx: &Tx, known: &PaymentSession) -> Result<()> {
    let session = find(tx, known.order_id, known.id)?;
    let ask_at = match session.unwanted == known.unwanted {
        true => next(&session, tx.now()),
        false => Some(tx.now()),
    };
    let sql = "update payment_sessions set asked_at = $1, ask_at = $2
        where id = $3 and status in ('open', 'expired')";
    tx.execute(sql, &[&tx.now(), &ask_at, &session.id]).map(drop)
}

/// The sessions about which the provider is to be asked now, those that wait longest first.
pub fn due(tx: &Tx, most: i64) -> Result<Vec<PaymentSession>> {
    let sql = sessions!(
        "where s.ask_at is not null and (s.ask_at <= $1 or s.ask_at > $2)
        order by s.ask_at limit $3"
    );
    tx.all(sql, &[&tx.now(), &tx.now().plus_seconds(SANE_SECONDS), &most], read)
}

/// When the provider is to be asked next, about a session or about money that goes back.
pub fn next_due(tx: &Tx) -> Result<Option<Timestamp>> {
    let sql = "select min(ask_at) from (
            select min(ask_at) as ask_at from payment_sessions where ask_at is not null
            union all
            select min(ask_at) from card_refunds where ask_at is not null) as due";
    tx.value(sql, &[])
}

/// Books the money of a session as it came. What the order does not need any more is to be
/// refunded.
fn book(tx: &Tx, session: &PaymentSession, payment: &SeenPayment) -> Result<()> {
    let known = "select 1 from payment_sessions where payment_reference = $1";
    let order = orders::find(tx, session.order_id)?;
    let amount = payment.money(order.currency).filter(|amount| amount.minor() > 0);
    let (Some(amount), false) = (amount, tx.exists(known, &[&payment.reference])?) else {
        tracing::error!(session = session.id.get(), "a payment by card cannot be booked");
        return note_ended(tx, session, SessionStatus::Failed);
    };
    // Marked first: what the step changes of the order ends other sessions, and not this one.
    update!(tx, "payment_sessions", session.id, {
        "status": SessionStatus::Paid.name(),
        "payment_reference": payment.reference,
        "asked_at": tx.now(),
        "ended_at": tx.now(),
        "ask_at": None::<Timestamp>,
    })?;
    let reference = payment.reference.clone();
    let came = CardPayment { amount, reference, session_id: session.id };
    orders::take_step(tx, &order, &StepInput::CardPayment(came), |decided| decided).map(drop)
}

fn note_ended(tx: &Tx, session: &PaymentSession, status: SessionStatus) -> Result<()> {
    let ended_at = session.ended_at.unwrap_or_else(|| tx.now());
    let ended = PaymentSession { status, ended_at: Some(ended_at), ..session.clone() };
    update!(tx, "payment_sessions", session.id, {
        "status": status.name(),
        "asked_at": tx.now(),
        "ended_at": ended_at,
        "ask_at": next(&ended, tx.now()),
    })
    .map(drop)
}

/// When a session is asked about again; never, once nothing can come of it.
fn next(session: &PaymentSession, now: Timestamp) -> Option<Timestamp> {
    let watched_until = session.ended_at.map(|ended| ended.plus_seconds(WATCHED_SECONDS));
    match session.status {
        SessionStatus::Open if now < session.expires_at => Some(now.plus_seconds(ASK_SECONDS)),
        SessionStatus::Open => Some(now.plus_seconds(ASK_LATER_SECONDS)),
        SessionStatus::Expired if watched_until.is_some_and(|until| now < until) => {
            Some(now.plus_seconds(ASK_LATER_SECONDS))
        }
        SessionStatus::Expired | SessionStatus::Paid | SessionStatus::Failed => None,
    }
}

fn read(row: &Row) -> Result<PaymentSession> {
    let currency = row.parse("currency", Currency::parse)?;
    let status = row.word("status", SessionStatus::of)?;
    let url: Option<String> = row.get("url")?;
    Ok(PaymentSession {
        id: row.get("id")?,
        url: url.filter(|_| status == SessionStatus::Open),
        amount: Money::new(row.get("amount")?, currency),
        currency,
        expires_at: row.get("expires_at")?,
        status,
        order_id: row.get("order_id")?,
        key: row.get("key")?,
        provider_id: row.get("provider_id")?,
        unwanted: row.get("unwanted")?,
        asked_at: row.get("asked_at")?,
        ended_at: row.get("ended_at")?,
    })
}
