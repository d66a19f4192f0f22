//! How many orders are in which state, however many of them are counted already.

use serde_json::{Value, json};

use super::sample;
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::store::orders::{are_behind, catch_up, counts};
use crate::store::{Tx, opening};

const ORDERS: i64 = 300;

/// What `counts` says, beside what the rows themselves say.
fn check(tx: &Tx, wanted: &Value) {
    let told = json!(counts(tx, None).unwrap());
    assert_eq!(&told, wanted);
    let one = sample::to_id(1);
    assert_eq!(json!(counts(tx, Some(one)).unwrap()), told, "all are of one customer");
}

#[test]
fn orders_are_counted_right_before_and_after_their_sums_are_stored() {
    let dir = tempfile::tempdir().unwrap();
    let euro = Currency::parse("EUR").unwrap();
    let steps = |tx: &Tx| {
        sample::customer(tx, 1, "Anna", "a@example.org")?;
        for id in 1..=ORDERS {
            sample::order(tx, (id, &format!("{}", 1_000 + id)), 1, id)?;
        }
        let pay = "update orders set payment_status = 'paid', open_amount = 0 where id = $1";
        let cancel = "update orders set status = 'cancelled', to_refund = 1 where id = $1";
        let mut told = json!(counts(tx, None)?);
        assert_eq!(told["total"], ORDERS);
        assert!(are_behind(tx)?);
        for id in [1, ORDERS] {
            check(tx, &told);
            tx.execute(pay, &[&id])?;
            tx.execute(cancel, &[&id])?;
            for (pointer, by) in [
                ("/payment_status/unpaid", -1),
                ("/payment_status/paid", 1),
                ("/status/open", -1),
                ("/status/cancelled", 1),
                ("/to_pack", -1),
                ("/to_pay", -1),
                ("/to_refund", 1),
            ] {
                let place = told.pointer_mut(pointer).unwrap();
                *place = json!(place.as_i64().unwrap() + by);
            }
            check(tx, &told);
            assert!(!catch_up(tx)?);
            check(tx, &told);
        }
        sample::order(tx, (ORDERS + 1, "9999"), 1, 1)?;
        assert!(!are_behind(tx)?);
        assert_eq!(json!(counts(tx, None)?)["total"], ORDERS + 1);
        Ok(())
    };
    let now = Timestamp::from_micros(1_000);
    let folder = dir.path().join("shop");
    opening::write_beside_server(&folder, euro, now, steps).unwrap();
}
