//! Quotes: what a draft comes to, and everything that may be wrong with it.

use super::fixtures::*;
use crate::domain::discounts::Discount;
use crate::domain::orders::*;
use crate::domain::tax::Percent;
use crate::domain::totals::Reduction;

#[test]
fn a_draft_is_for_whom_its_orderer_may_name() {
    let known = |shelf: Shelf| Shelf {
        buyer: Some(KnownBuyer { contact: contact(), version: 1, has_account: true }),
        ..shelf
    };
    let named = |customer_id: Option<i64>, guest: bool| Draft {
        customer_id: customer_id.map(id),
        customer: guest.then(contact),
        ..draft(&[line(1, None, 1)])
    };
    let own = Orderer::Customer(id(7));
    let holder = Orderer::Visitor { record: Some(id(7)) };
    for (orderer, draft, wrong) in [
        (own, named(None, false), None),
        (own, named(Some(7), false), None),
        (own, named(Some(8), false), Some("/customer_id not_found")),
        (own, named(None, true), Some("/customer not_allowed")),
        (GUEST, named(None, true), None),
        (GUEST, named(None, false), Some("/customer required")),
        (GUEST, named(Some(7), false), Some("/customer_id not_found")),
        (holder, named(Some(7), false), None),
        (holder, named(Some(8), false), Some("/customer_id not_found")),
        (Orderer::Storefront, named(Some(8), false), None),
        (Orderer::Storefront, named(Some(8), true), Some("/customer not_allowed")),
        (Orderer::Shop, named(None, false), Some("/customer required")),
    ] {
        let quote = quoted(&draft, orderer, &known(shelf()), &settings());
        match wrong {
            None => assert!(quote.is_ok(), "{orderer:?} {:?}", draft.customer_id),
            Some(wrong) => assert_eq!(faults(quote), [wrong], "{orderer:?}"),
        }
    }
    let nobody = quoted(&named(Some(8), false), Orderer::Shop, &shelf(), &settings());
    assert_eq!(faults(nobody), ["/customer_id not_found"]);
}

#[test]
fn a_quote_tells_everything_that_is_wrong_at_once() {
    let change = |change: &dyn Fn(&mut Draft)| {
        let mut draft = draft(&[line(1, None, 1)]);
        change(&mut draft);
        quoted(&draft, GUEST, &shelf(), &settings())
    };
    let text = |text: &str| Some(text.to_owned());
    for (draft, wrong) in vec![
        (
            change(&|draft| draft.shipping_method = text("balloon")),
            "/shipping_method not_available",
        ),
        (change(&|draft| draft.shipping_address = Some(address("FR"))), ""),
        (change(&|draft| draft.shipping_address = None), "/shipping_address address_required"),
        (
            change(&|draft| draft.payment_method = text("pay_at_pickup")),
            "/payment_method not_available",
        ),
        (change(&|draft| draft.discount_code = text("NONE")), "/discount_code not_available"),
        (change(&|draft| draft.order_date = text("2026-11-01")), "/order_date not_allowed"),
        (change(&|draft| draft.expected_total = text("much")), "/expected_total not_money"),
        (
            change(&|draft| draft.items = vec![(0, line(2, None, 1))]),
            "/items/0/variant_id variant_required",
        ),
        (
            change(&|draft| draft.items = vec![(0, line(3, None, 1))]),
            "/items/0/product_id not_found",
        ),
        (
            change(&|draft| draft.items = vec![(0, line(1, Some(21), 1))]),
            "/items/0/variant_id not_found",
        ),
        (change(&|draft| draft.items = vec![(0, line(2, Some(21), 101))]), "/items too_many_units"),
        (
            change(&|draft| draft.items = vec![(0, line(1, None, 3)), (1, line(1, Some(11), 3))]),
            "/items/0/quantity out_of_stock",
        ),
        (change(&|draft| draft.expected_total = text("14.91")), "/expected_total price_changed"),
    ] {
        match wrong {
            // Only the shop itself is where the method for any country goes.
            "" => assert_eq!(draft.unwrap().method.code, "pickup"),
            wrong => assert_eq!(faults(draft), [wrong]),
        }
    }
    let all = change(&|draft| {
        draft.customer = None;
        draft.payment_method = text("card");
        draft.items = vec![(0, line(3, None, 1)), (1, line(2, None, 1))];
    });
    assert_eq!(
        faults(all),
        [
            "/customer required",
            "/payment_method not_available",
            "/items/0/product_id not_found",
            "/items/1/variant_id variant_required",
        ]
    );
}

#[test]
fn the_shop_itself_may_date_an_order() {
    for (text, want) in [
        ("2026-11-01T10:00:00Z", Ok(-22 * DAY + HOUR)),
        ("2026-11-23T09:00:01Z", Err("/order_date in_the_future")),
        ("yesterday", Err("/order_date not_a_time")),
    ] {
        let draft = Draft { order_date: Some(text.to_owned()), ..draft(&[line(1, None, 1)]) };
        match want {
            Ok(seconds) => {
                let quote = quoted(&draft, Orderer::Shop, &shelf(), &settings()).unwrap();
                assert_eq!(quote.ordered_at, at(seconds));
            }
            Err(wrong) => {
                assert_eq!(faults(quoted(&draft, Orderer::Shop, &shelf(), &settings())), [wrong]);
            }
        }
    }
}

#[test]
fn a_discount_counts_once_for_a_buyer() {
    let discount = Discount {
        min_subtotal: Some(money(1_000)),
        once_per_customer: true,
        ..discount("ONCE", Reduction::Percent(Percent::parse("10").unwrap()))
    };
    let code = |variant, quantity| Draft {
        discount_code: Some("ONCE".to_owned()),
        ..draft(&[line(if variant == 11 { 1 } else { 2 }, Some(variant), quantity)])
    };
    let shelf =
        |discount_used| Shelf { discount: Some(discount.clone()), discount_used, ..shelf() };
    let quote = quoted(&code(11, 1), GUEST, &shelf(false), &settings()).unwrap();
    assert_eq!(quote.totals.discount_total, money(100));
    for (draft, used) in [(code(11, 1), true), (code(21, 3), false)] {
        let refused = quoted(&draft, GUEST, &shelf(used), &settings());
        assert_eq!(faults(refused), ["/discount_code not_available"]);
    }
}

#[test]
fn goods_are_held_for_a_week_unless_they_are_paid_later_or_cost_nothing() {
    let held = |method: &str| {
        let payment_method = Some(method.to_owned());
        let draft = Draft { payment_method, ..draft(&[line(1, None, 1)]) };
        quoted(&draft, GUEST, &shelf(), &settings()).unwrap().hold_until(at(0))
    };
    assert_eq!(held("bank_transfer"), Some(at(7 * DAY)));
    assert_eq!(held("cash_on_delivery"), None);
}
