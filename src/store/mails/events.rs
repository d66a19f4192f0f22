//! What the events of orders give to tell.

use super::{NewMail, count, queue};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::mails::{MailKind, MailSettings, SECOND_THOUGHTS_SECONDS};
use crate::domain::orders::{EventKind, Shipment};
use crate::domain::settings::Settings;
use crate::domain::text::Email;
use crate::domain::window::Language;
use crate::error::Result;
use crate::store::Tx;
use crate::store::engine::sql::Row;

/// Events that are looked at in one go.
const EVENTS_AT_ONCE: usize = 100;
/// An order that is older than its row by so much was taken elsewhere.
const PAST_MICROS: i64 = 24 * 3_600 * 1_000_000;
/// The beginnings of the names of those who buy.
const BUYERS: [&str; 2] = ["visitor", "account"];
/// The beginning of the names of those who work in the shop.
const STAFF: &str = "staff";

/// An event of an order, with what decides whom it is told to.
struct Event {
    id: Id,
    order_id: Id,
    kind: EventKind,
    actor: String,
    at: Timestamp,
    is_void: bool,
    /// Its order was taken elsewhere and only written down here.
    is_past: bool,
    email: Option<String>,
    language: Option<Language>,
    order: OrderState,
}

/// What of an order decides whether its buyer is told.
struct OrderState {
    is_pickup: bool,
    /// Nothing is owed any more, whatever was given back since.
    is_paid: bool,
    is_parcel: bool,
}

/// Tells `true` where orders have events of which it was not seen yet what they give to tell.
pub fn are_unseen(tx: &Tx) -> Result<bool> {
    let sql = "select 1 from order_events where id > (select last_event_id from post) limit 1";
    tx.exists(sql, &[])
}

/// Passes over the events until now: a shop that begins to send mails tells nothing of the past.
pub fn skip_to_now(tx: &Tx) -> Result<()> {
    let sql = "update post set last_event_id = (select coalesce(max(id), 0) from order_events)";
    tx.execute(sql, &[]).map(drop)
}

/// Queues what the next events give to tell. Returns `true` where there are more.
pub fn follow(tx: &Tx, settings: &Settings) -> Result<bool> {
    let Some(mail) = &settings.mail else { return Ok(false) };
    let sql = "select order_events.id as id, order_events.order_id as order_id, kind, actor, at,
            order_events.voided_at is not null as is_void, email, locale, pickup,
            payment_status not in ('unpaid', 'partially_paid') as is_paid,
            coalesce(carrier, '') as carrier,
            order_date < orders.created_at - $1 as is_past
        from order_events join orders on orders.id = order_events.order_id
            left join shipments on shipments.id = subject and kind = 'shipment'
        where order_events.id > (select last_event_id from post)
        order by order_events.id limit $2";
    let events = tx.all(sql, &[&PAST_MICROS, &count(EVENTS_AT_ONCE)], read)?;
    for event in &events {
        if !event.is_void && !event.is_past {
            tell(tx, settings, mail, event)?;
        }
    }
    if let Some(last) = events.last() {
        tx.execute("update post set last_event_id = $1", &[&last.id])?;
    }
    Ok(events.len() == EVENTS_AT_ONCE)
}

fn tell(tx: &Tx, settings: &Settings, mail: &MailSettings, event: &Event) -> Result<()> {
    let own = settings.window.own_language();
    if let Some(kind) = to_buyer(event)
        && let Some(to) = event.email.as_deref().and_then(|email| Email::parse(email).ok())
    {
        let by_buyer = BUYERS.iter().any(|name| event.actor.starts_with(name));
        let is_new = event.kind == EventKind::Placed;
        let can_be_taken_back = !is_new && !by_buyer;
        // A shop front's server places orders for whoever visits it.
        let by_visitor = by_buyer || is_new && !event.actor.starts_with(STAFF);
        queue(
            tx,
            mail,
            &NewMail {
                order_id: Some(event.order_id),
                event_id: Some(event.id),
                by_visitor,
                not_before: can_be_taken_back
                    .then(|| event.at.plus_seconds(SECOND_THOUGHTS_SECONDS)),
                ..NewMail::of(kind, &to, event.language.unwrap_or(own))
            },
        )?;
    }
    let Some(kind) = to_shop(event) else { return Ok(()) };
    for to in &mail.notify {
        queue(
            tx,
            mail,
            &NewMail {
                order_id: Some(event.order_id),
                event_id: Some(event.id),
                ..NewMail::of(kind, to, own)
            },
        )?;
    }
    Ok(())
}

/// What the buyer is told.
fn to_buyer(event: &Event) -> Option<MailKind> {
    match event.kind {
        EventKind::Placed => Some(MailKind::OrderReceived),
        EventKind::Payment => event.order.is_paid.then_some(MailKind::OrderPaid),
        EventKind::Packing => event.order.is_pickup.then_some(MailKind::OrderReady),
        EventKind::Shipment => event.order.is_parcel.then_some(MailKind::OrderShipped),
        EventKind::Cancellation => Some(MailKind::OrderCancelled),
        EventKind::Refund => Some(MailKind::OrderRefunded),
        EventKind::Withdrawal => Some(MailKind::WithdrawalReceived),
        EventKind::Invoice => Some(MailKind::DocumentIssued),
        _ => None,
    }
}

/// What the shop's own people are told.
fn to_shop(event: &Event) -> Option<MailKind> {
    match event.kind {
        // What they typed themselves they know.
        _ if event.actor.starts_with(STAFF) => None,
        EventKind::Placed => Some(MailKind::ShopOrder),
        EventKind::Withdrawal => Some(MailKind::ShopWithdrawal),
        _ => None,
    }
}

fn read(row: &Row) -> Result<Event> {
    Ok(Event {
        id: row.get("id")?,
        order_id: row.get("order_id")?,
        kind: row.word("kind", EventKind::of)?,
        actor: row.get("actor")?,
        at: row.get("at")?,
        is_void: row.get("is_void")?,
        is_past: row.get("is_past")?,
        email: row.get("email")?,
        language: row.maybe_word("locale", Language::of)?,
        order: OrderState {
            is_pickup: row.get("pickup")?,
            is_paid: row.get("is_paid")?,
            is_parcel: row.get::<String>("carrier")? != Shipment::PICKUP,
        },
    })
}
