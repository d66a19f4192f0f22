//! What the card provider answers, as far as the shop reads it. Whatever does not fit what was
//! asked for is garbage, and nothing is booked by it.

use serde_json::Value;

use crate::domain::cards::{SeenPayment, SeenSession};
use crate::domain::orders::RefundStatus;

/// The field in which the shop's own name of a refund is sent, and read again.
pub const REFUND_KEY_FIELD: &str = "metadata[tillbox_refund]";
const REFUND_KEY_NAME: &str = "tillbox_refund";
/// Characters of an id, and of an address.
const ID_CHARS_MAX: usize = 255;
const URL_CHARS_MAX: usize = 4_096;

/// Money to be given back.
#[derive(Clone, Debug)]
pub struct RefundWish {
    pub units: i64,
    pub payment_reference: String,
    pub key: String,
}

/// Why an answer makes no sense.
#[derive(Debug)]
pub struct Garbage(pub &'static str);

/// Money that goes back, as the provider sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRefund {
    pub provider_id: String,
    pub status: RefundStatus,
}

/// A page of the refunds of a payment.
pub struct RefundPage {
    pub found: Option<SeenRefund>,
    /// The id after which the next page begins.
    pub next: Option<String>,
}

type Read<T> = Result<T, Garbage>;

/// A session that was asked for under a key.
pub fn session(answer: &Value, key: &str) -> Read<SeenSession> {
    if answer["client_reference_id"].as_str() != Some(key) {
        return Err(Garbage("a session of something else"));
    }
    let status = answer["status"].as_str().unwrap_or_default();
    if !["open", "complete", "expired"].contains(&status) {
        return Err(Garbage("a session in no known state"));
    }
    let url = answer["url"].as_str().filter(|url| is_address(url)).map(str::to_owned);
    if status == "open" && url.is_none() {
        return Err(Garbage("an open session without an address"));
    }
    Ok(SeenSession {
        provider_id: id(&answer["id"])?,
        url,
        has_ended: status == "expired",
        payment: payment(answer)?,
    })
}

/// A session that was asked for by its id.
pub fn session_of(answer: &Value, id: &str, key: &str) -> Read<SeenSession> {
    match session(answer, key)? {
        seen if seen.provider_id == id => Ok(seen),
        _ => Err(Garbage("another session")),
    }
}

/// The money that came in by a session, if any did.
fn payment(answer: &Value) -> Read<Option<SeenPayment>> {
    match answer["payment_status"].as_str() {
        Some("paid") => {}
        Some("unpaid" | "no_payment_required") => return Ok(None),
        _ => return Err(Garbage("a session that is neither paid nor unpaid")),
    }
    // It may come whole instead of by its id.
    let intent = &answer["payment_intent"];
    let reference = id(if intent.is_object() { &intent["id"] } else { intent })?;
    let units = answer["amount_total"].as_i64().filter(|units| *units > 0);
    let currency = answer["currency"].as_str().filter(|code| code.len() == 3);
    match units.zip(currency) {
        Some((units, currency)) => {
            Ok(Some(SeenPayment { reference, units, currency: currency.to_owned() }))
        }
        None => Err(Garbage("a payment without an amount")),
    }
}

/// A refund that was asked for, or asked about.
pub fn refund(answer: &Value, wish: &RefundWish) -> Read<SeenRefund> {
    if !is_of(answer, wish) {
        return Err(Garbage("another refund"));
    }
    let status = match answer["status"].as_str() {
        Some("succeeded") => RefundStatus::Done,
        Some("failed" | "canceled") => RefundStatus::Failed,
        Some("pending" | "requires_action") => RefundStatus::Pending,
        _ => return Err(Garbage("a refund in no known state")),
    };
    Ok(SeenRefund { provider_id: id(&answer["id"])?, status })
}

/// A page of a list of refunds, in which one is looked for.
pub fn refunds(answer: &Value, wish: &RefundWish) -> Read<RefundPage> {
    let Some(rows) = answer["data"].as_array() else { return Err(Garbage("no list of refunds")) };
    if let Some(found) = rows.iter().find(|row| is_of(row, wish)) {
        return Ok(RefundPage { found: Some(refund(found, wish)?), next: None });
    }
    let has_more = answer["has_more"].as_bool().ok_or(Garbage("a list without an end"))?;
    let last = rows.last().filter(|_| has_more);
    let next = last.map(|last| id(&last["id"])).transpose()?;
    Ok(RefundPage { found: None, next })
}

fn is_of(answer: &Value, wish: &RefundWish) -> bool {
    answer["metadata"][REFUND_KEY_NAME].as_str() == Some(&wish.key)
        && answer["amount"].as_i64() == Some(wish.units)
}

/// An id, which goes into addresses as it is.
fn id(value: &Value) -> Read<String> {
    let is_plain = |id: &&str| {
        (1..=ID_CHARS_MAX).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    value.as_str().filter(is_plain).map(str::to_owned).ok_or(Garbage("an id that is none"))
}

/// An address to which a buyer's browser may be sent.
fn is_address(url: &str) -> bool {
    let is_web = url.starts_with("https://") || url.starts_with("http://127.0.0.1:");
    is_web && url.len() <= URL_CHARS_MAX && url.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(mut object: Value, field: &str, value: Value) -> Value {
        object[field] = value;
        object
    }

    #[test]
    fn a_session_is_read_or_makes_no_sense() {
        let open = json!({
            "id": "cs_test_1", "client_reference_id": "key", "status": "open",
            "url": "https://checkout.example/c/1#x", "payment_status": "unpaid",
            "payment_intent": null, "amount_total": 995, "currency": "eur",
        });
        let seen = session(&open, "key").unwrap();
        assert_eq!((seen.has_ended, seen.payment), (false, None));
        assert_eq!(seen.url.as_deref(), Some("https://checkout.example/c/1#x"));
        let paid = json!({
            "id": "cs_test_1", "client_reference_id": "key", "status": "complete", "url": null,
            "payment_status": "paid", "payment_intent": "pi_1", "amount_total": 995,
            "currency": "eur",
        });
        let money = session_of(&paid, "cs_test_1", "key").unwrap().payment.unwrap();
        assert_eq!((money.reference.as_str(), money.units), ("pi_1", 995));
        let whole = with(paid.clone(), "payment_intent", json!({ "id": "pi_1", "amount": 995 }));
        assert_eq!(session(&whole, "key").unwrap().payment.unwrap().reference, "pi_1");
        assert!(session(&paid, "another").is_err());
        assert!(session_of(&paid, "cs_test_2", "key").is_err());
        for (field, value) in [
            ("payment_status", json!("maybe")),
            ("payment_intent", json!(null)),
            ("payment_intent", json!("../refunds")),
            ("amount_total", json!(-1)),
            ("amount_total", json!("995")),
            ("currency", json!(null)),
            ("status", json!("half")),
            ("id", json!("")),
        ] {
            assert!(session(&with(paid.clone(), field, value.clone()), "key").is_err(), "{value}");
        }
        for url in [json!(null), json!("javascript:alert(1)"), json!("https://a b")] {
            assert!(session(&with(open.clone(), "url", url.clone()), "key").is_err(), "{url}");
        }
        assert!(session(&json!([]), "key").is_err());
    }

    #[test]
    fn a_refund_is_found_by_its_key_alone() {
        let (payment_reference, key) = ("pi_1".to_owned(), "k1".to_owned());
        let wish = RefundWish { units: 500, payment_reference, key };
        let row = |id: &str, key: &str, status: &str| {
            let metadata = json!({ "tillbox_refund": key });
            json!({ "id": id, "amount": 500, "status": status, "metadata": metadata })
        };
        for (status, wanted) in [
            ("succeeded", RefundStatus::Done),
            ("pending", RefundStatus::Pending),
            ("requires_action", RefundStatus::Pending),
            ("failed", RefundStatus::Failed),
            ("canceled", RefundStatus::Failed),
        ] {
            assert_eq!(refund(&row("re_1", "k1", status), &wish).unwrap().status, wanted);
        }
        assert!(refund(&row("re_1", "k1", "odd"), &wish).is_err());
        assert!(refund(&row("re_1", "k2", "succeeded"), &wish).is_err());
        let list = |rows: Value, more: bool| json!({ "data": rows, "has_more": more });
        let page = refunds(&list(json!([row("re_2", "k2", "succeeded")]), true), &wish).unwrap();
        assert_eq!((page.found, page.next.as_deref()), (None, Some("re_2")));
        let page = refunds(&list(json!([row("re_1", "k1", "succeeded")]), false), &wish).unwrap();
        assert_eq!(page.found.unwrap().provider_id, "re_1");
        assert!(refunds(&json!({ "data": [] }), &wish).is_err());
    }
}
