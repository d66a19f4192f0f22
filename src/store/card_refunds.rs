//! Money that goes back by card. Each part is stored with a random key before the provider is asked
//! for it, and asked about until it is certain what became of it.

use super::engine::sql::{Row, damaged};
use super::engine::statements::update;
use super::{Tx, orders, settings};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::orders::{EventKind, Refund, RefundStatus};
use crate::error::Result;

/// Between two questions about a refund of the last hour, and after that.
const ASK_SECONDS: i64 = 60;
const ASK_LATER_SECONDS: i64 = 10 * 60;
const SOON_SECONDS: i64 = 60 * 60;
/// The provider knows for a day that it was asked under a key; so long it is safe to ask again.
const KEY_SECONDS: i64 = 20 * 60 * 60;
/// A time to ask that is further away than this comes from a clock that was set wrong.
const SANE_SECONDS: i64 = 24 * 60 * 60;

/// A part of a refund, as the provider is asked for it.
#[derive(Clone, Debug)]
pub struct CardRefundCall {
    pub id: Id,
    pub order_id: Id,
    pub amount: Money,
    pub key: String,
    /// The provider's id of it; `None` until it has said it.
    pub provider_id: Option<String>,
    /// The provider's id of the payment that it is taken from.
    pub payment_reference: String,
    /// It was asked for so long ago that the provider may have forgotten the key: whether it was
    /// done has to be looked for first.
    pub is_old: bool,
}

/// The parts about which the provider is to be asked now, those that wait longest first.
pub fn due(tx: &Tx, most: i64) -> Result<Vec<CardRefundCall>> {
    let sql = "select r.id, r.order_id, r.amount, o.currency, r.key, r.provider_id, r.sent_at,
            s.payment_reference
        from card_refunds r join orders o on o.id = r.order_id
            join payments p on p.id = r.payment_id
            join payment_sessions s on s.id = p.session_id
        where r.ask_at is not null and (r.ask_at <= $1 or r.ask_at > $2)
        order by r.ask_at limit $3";
    let now = tx.now();
    tx.all(sql, &[&now, &now.plus_seconds(SANE_SECONDS), &most], |row: &Row| {
        let currency = row.parse("currency", Currency::parse)?;
        let sent_at: Option<Timestamp> = row.get("sent_at")?;
        Ok(CardRefundCall {
            id: row.get("id")?,
            order_id: row.get("order_id")?,
            amount: Money::new(row.get("amount")?, currency),
            key: row.get("key")?,
            provider_id: row.get("provider_id")?,
            payment_reference: row.get("payment_reference")?,
            // Also where the clock was set back: nobody knows how long ago it was.
            is_old: sent_at.is_some_and(|sent| sent.plus_seconds(KEY_SECONDS) <= now || sent > now),
        })
    })
}

/// Notes that the provider is asked for a part from now on. One that was asked for long ago and is
/// not there is asked for anew.
pub fn note_sending(tx: &Tx, call: &CardRefundCall) -> Result<()> {
    let sql = "update card_refunds set sent_at = $1
        where id = $2 and (sent_at is null or $3 = 1)";
    tx.execute(sql, &[&tx.now(), &call.id, &call.is_old]).map(drop)
}

/// Notes that the provider was asked and nothing is certain, and when it is asked again.
pub fn note_asked(tx: &Tx, id: Id) -> Result<()> {
    let created: Timestamp =
        tx.value("select created_at from card_refunds where id = $1", &[&id])?;
    let soon = tx.now() < created.plus_seconds(SOON_SECONDS);
    let next = tx.now().plus_seconds(if soon { ASK_SECONDS } else { ASK_LATER_SECONDS });
    let sql = "update card_refunds set ask_at = $1 where id = $2 and status = 'pending'";
    tx.execute(sql, &[&next, &id]).map(drop)
}

/// Notes what the provider says of a part; what is certain changes the order.
pub fn note_seen(
    tx: &Tx,
    call: &CardRefundCall,
    provider_id: Option<&str>,
    status: RefundStatus,
) -> Result<()> {
    let before = orders::find(tx, call.order_id)?;
    let has_part = |refund: &&Refund| refund.parts.iter().any(|part| part.id == Some(call.id));
    let refund = before.refunds.iter().find(has_part);
    let refund = refund.ok_or_else(|| damaged("a part of no refund"))?;
    let part = refund.parts.iter().find(|part| part.id == Some(call.id));
    if part.is_none_or(|part| part.status != RefundStatus::Pending) {
        return Ok(());
    }
    if provider_id.is_some() {
        update!(tx, "card_refunds", call.id, { "provider_id": provider_id })?;
    }
    let kind = match status {
        RefundStatus::Pending => return note_asked(tx, call.id),
        RefundStatus::Done => EventKind::RefundDone,
        RefundStatus::Failed => EventKind::RefundFailed,
    };
    update!(tx, "card_refunds", call.id, {
        "status": status.name(),
        "ended_at": tx.now(),
        "ask_at": None::<Timestamp>,
    })?;
    let refund_id = refund.id.ok_or_else(|| damaged("a refund without an id"))?;
    let after = before.with_card_refund(call.id, status);
    let settings = settings::load(tx)?;
    orders::save_card_refund(tx, &before, after, (kind, refund_id), &settings)
}
