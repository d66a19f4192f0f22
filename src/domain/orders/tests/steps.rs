//! Steps: which fit, what follows from them, and which can be taken back.

use super::fixtures::*;
use crate::domain::calendar::Zone;
use crate::domain::orders::*;
use crate::error::Code;

#[test]
fn the_states_follow_from_the_steps() {
    let story = || Story::of(order(&[2, 1]));
    // 2 × 10.00 + 10.00 + 4.90 for shipping.
    assert_eq!(story().order.totals.total, money(3_490));
    for (steps, states_after) in [
        (vec![], ("open", "unpaid", "unfulfilled")),
        (vec![pay(Some("1.00"))], ("open", "partially_paid", "unfulfilled")),
        (vec![pay(None)], ("open", "paid", "unfulfilled")),
        (vec![StepInput::Packing], ("open", "unpaid", "packed")),
        (vec![ship(Some(&[(1, 1)]))], ("open", "unpaid", "partially_shipped")),
        (vec![ship(None)], ("open", "unpaid", "shipped")),
        (vec![ship(None), deliver(None)], ("open", "unpaid", "delivered")),
        (vec![pay(None), ship(None), deliver(None)], ("completed", "paid", "delivered")),
        (vec![ship(Some(&[(1, 2)])), deliver(None)], ("open", "unpaid", "partially_shipped")),
        (vec![ship(Some(&[(1, 2)])), cancel(None), deliver(None)], ("open", "unpaid", "delivered")),
        (vec![cancel(None)], ("cancelled", "paid", "unfulfilled")),
        (vec![pay(None), cancel(None)], ("cancelled", "paid", "unfulfilled")),
        (
            vec![pay(None), refund(Some("1.00"), None, false)],
            ("open", "partially_refunded", "unfulfilled"),
        ),
        (
            vec![pay(None), cancel(None), refund(None, None, false)],
            ("cancelled", "refunded", "unfulfilled"),
        ),
        (
            vec![pay(None), ship(None), deliver(None), take_back(&[(1, 2), (2, 1)], true)],
            ("completed", "partially_refunded", "returned"),
        ),
        (vec![ship(None), take_back(&[(1, 2)], false)], ("open", "unpaid", "shipped")),
    ] {
        let told = format!("{steps:?}");
        let story = steps.into_iter().fold(story(), Story::step);
        assert_eq!(states(&story.order), states_after, "{told}");
    }
}

#[test]
fn a_payment_is_more_than_nothing_and_at_most_what_is_open() {
    // 10.00 and 4.90 for shipping.
    let story = Story::of(order(&[1])).step(pay(Some("4.90")));
    for (amount, want) in [
        (None, Ok(1_490)),
        (Some("10.00"), Ok(1_490)),
        (Some("0.01"), Ok(491)),
        (Some("10.01"), Err(Code::ActionNotPossible)),
        (Some("0.00"), Err(Code::Invalid)),
        (Some("ten"), Err(Code::Invalid)),
    ] {
        let applied = story.order.apply(&pay(amount), &terms(&Zone::utc()), at(9));
        let paid = applied.map(|(order, _)| order.paid_total.minor());
        assert_eq!(paid.map_err(|error| error.code()), want, "{amount:?}");
    }
    let paid = story.step(pay(None));
    let again = paid.order.apply(&pay(Some("0.00")), &terms(&Zone::utc()), at(9));
    assert_eq!(again.unwrap_err().detail(), "0.00 EUR is open on this order.");
}

#[test]
fn a_step_takes_only_units_that_are_left_for_it() {
    let sent = || Story::of(order(&[3, 2])).step(ship(Some(&[(1, 2)])));
    for (input, want) in [
        (ship(Some(&[(1, 1)])), Ok(())),
        (ship(Some(&[(1, 2)])), Err("1 of “Thing” are left.")),
        // A line that is named twice is meant with the sum.
        (ship(Some(&[(2, 1), (2, 1)])), Ok(())),
        (ship(Some(&[(2, 2), (2, 1)])), Err("2 of “Thing” are left.")),
        (ship(Some(&[(9, 1)])), Err("This order has no such item.")),
        (cancel(Some(&[(1, 1)])), Ok(())),
        (cancel(Some(&[(1, 2)])), Err("1 of “Thing” are left.")),
        (take_back(&[(1, 2)], false), Ok(())),
        (take_back(&[(1, 3)], false), Err("2 of “Thing” are left.")),
        (take_back(&[(2, 1)], false), Err("0 of “Thing” are left.")),
        (withdraw(Some(&[(1, 3)])), Ok(())),
        (withdraw(Some(&[(1, 4)])), Err("3 of “Thing” are left.")),
        (StepInput::Packing, Err("This order cannot be packed now.")),
        (deliver(Some(100)), Ok(())),
        (deliver(Some(7)), Err("This order has no such shipment.")),
    ] {
        let told = format!("{input:?}");
        let done = sent().try_step(&input, at(9));
        assert_eq!(
            done.map_err(|error| error.detail().to_owned()),
            want.map_err(str::to_owned),
            "{told}"
        );
    }
}

#[test]
fn a_buyer_cancels_until_packing_begins_and_the_shop_until_it_ships() {
    let wish = |by_shop| {
        let (items, reason) = (None, "no longer".to_owned());
        StepInput::Cancellation(CancellationInput { items, reason, by_shop })
    };
    let packed = || Story::of(order(&[1])).step(StepInput::Packing);
    assert!(Story::of(order(&[1])).try_step(&wish(false), at(9)).is_ok());
    let refused = packed().try_step(&wish(false), at(9)).unwrap_err();
    assert_eq!(refused.detail(), "Packing has begun; please ask the shop.");
    assert_eq!(refused.extra(), [("allowed", serde_json::json!([]))]);
    assert!(packed().try_step(&wish(true), at(9)).is_ok());
    let sent = packed().step(ship(None)).try_step(&wish(true), at(9)).unwrap_err();
    assert_eq!(sent.detail(), "Nothing of this order can be cancelled any more.");
}

#[test]
fn the_reason_on_an_order_is_that_of_its_full_cancellation() {
    let half = Story::of(order(&[2])).step(cancel(Some(&[(1, 1)])));
    assert_eq!((&half.order.cancel_reason, half.order.cancelled_at), (&None, None));
    let whole = half.step(cancel(None));
    assert_eq!(whole.order.cancel_reason.as_deref(), Some("changed my mind"));
    assert_eq!(whole.order.cancelled_at, Some(at(1)));
    assert_eq!(whole.order.owed, 0);
}

#[test]
fn a_refund_gives_back_at_most_what_was_paid() {
    // 2 × 10.00 and 4.90 for shipping, all paid.
    let paid = || Story::of(order(&[2])).step(pay(None));
    for (input, want) in [
        (refund(Some("24.90"), None, false), Ok(2_490)),
        (refund(Some("24.91"), None, false), Err(Code::ActionNotPossible)),
        (refund(Some("0"), None, false), Err(Code::Invalid)),
        (refund(None, Some(&[(1, 1)]), false), Ok(1_000)),
        (refund(None, Some(&[(1, 2)]), true), Ok(2_490)),
        (refund(None, None, true), Ok(490)),
        (refund(None, Some(&[(1, 3)]), false), Err(Code::ActionNotPossible)),
        (refund(None, Some(&[(7, 1)]), false), Err(Code::Invalid)),
        // Nothing is named and nothing is due.
        (refund(None, None, false), Err(Code::ActionNotPossible)),
    ] {
        let told = format!("{input:?}");
        let applied = paid().order.apply(&input, &terms(&Zone::utc()), at(9));
        let back = applied.map(|(order, _)| order.refunded_total.minor());
        assert_eq!(back.map_err(|error| error.code()), want, "{told}");
    }
    let due = paid().step(cancel(Some(&[(1, 1)]))).step(refund(None, None, false));
    assert_eq!(due.order.refunded_total, money(1_000));
}

#[test]
fn a_return_that_is_refunded_is_two_steps() {
    let sent = Story::of(order(&[2])).step(pay(None)).step(ship(None));
    let (order, steps) =
        sent.order.apply(&take_back(&[(1, 1)], true), &terms(&Zone::utc()), at(9)).unwrap();
    let actions: Vec<Action> = steps.iter().map(Step::action).collect();
    assert_eq!(actions, [Action::Returns, Action::Refunds]);
    assert_eq!((order.refunded_total, order.to_refund), (money(1_000), money(0)));

    let unpaid = Story::of(self::order(&[2])).step(ship(None));
    let refused = unpaid.order.apply(&take_back(&[(1, 1)], true), &terms(&Zone::utc()), at(9));
    assert_eq!(refused.unwrap_err().detail(), "There is nothing to refund.");
    let twice =
        unpaid.order.apply(&take_back(&[(1, 1), (1, 1)], false), &terms(&Zone::utc()), at(9));
    assert_eq!(faults(twice), ["/items/1/item_id given_twice"]);
}

#[test]
fn a_withdrawal_is_in_time_until_the_day_is_over() {
    let arrived = || Story::of(order(&[1])).step(ship(None)).step(deliver(None));
    let declared = withdraw(None);
    // It arrived on the 23rd, in the morning; 14 days later is the 7th, until midnight.
    for (now, in_time) in
        [(14 * DAY, true), (14 * DAY + 14 * HOUR, true), (14 * DAY + 15 * HOUR, false)]
    {
        assert_eq!(arrived().try_step(&declared, at(now)).is_ok(), in_time, "{now}");
    }
    // An unknown line is told before the time, because it is not valid at any time.
    let unknown = withdraw(Some(&[(9, 1)]));
    assert_eq!(faults(arrived().try_step(&unknown, at(99 * DAY))), ["/items/0/item_id not_found"]);
    let twice = arrived().step(withdraw(None)).try_step(&declared, at(9)).unwrap_err();
    assert_eq!(twice.detail(), "There is nothing left in this order that can be withdrawn from.");
    let cancelled = Story::of(order(&[1])).step(cancel(None)).try_step(&declared, at(9));
    assert_eq!(cancelled.unwrap_err().detail(), "This order was cancelled.");
    let mut exempt = order(&[1]);
    exempt.items[0].withdrawal_exempt = true;
    let named = withdraw(Some(&[(1, 1)]));
    let refused = Story::of(exempt).try_step(&named, at(9));
    assert_eq!(faults(refused), ["/items/0/item_id withdrawal_exempt"]);
}

#[test]
fn what_is_fetched_is_handed_over_by_its_delivery() {
    let pickup = Draft { shipping_method: Some("pickup".to_owned()), ..draft(&[line(1, None, 2)]) };
    let quote = quoted(&pickup, GUEST, &shelf(), &settings()).unwrap();
    let story = Story::of(placed(&quote)).step(StepInput::Packing);
    assert_eq!(states(&story.order), ("open", "unpaid", "ready_for_pickup"));
    let story = story.step(deliver(None));
    assert_eq!(states(&story.order), ("open", "unpaid", "delivered"));
    assert!(!story.order.shipments[0].is_parcel());
    let again = story.void(Action::Delivery, 0).unwrap();
    assert_eq!(states(&again), ("open", "unpaid", "ready_for_pickup"));
    assert!(again.shipments.is_empty());
    let back = story.step(take_back(&[(1, 1)], false));
    let refused = back.void(Action::Delivery, 0).unwrap_err();
    assert_eq!(refused.detail(), "Something of it came back already.");
}

#[test]
fn a_step_is_taken_back_while_nothing_rests_on_it() {
    let story = Story::of(order(&[1])).step(pay(Some("10.00"))).step(pay(None));
    let voided = story.void(Action::Payments, 0).unwrap();
    assert_eq!((voided.paid_total, voided.payments.len()), (money(490), 1));
    let refunded = story.step(refund(Some("12.00"), None, false));
    for nth in [0, 1] {
        let refused = refunded.void(Action::Payments, nth).unwrap_err();
        assert_eq!(refused.detail(), "Money of this payment was refunded.");
    }

    let packed = Story::of(order(&[1])).step(StepInput::Packing);
    assert_eq!(states(&packed.void(Action::Packing, 0).unwrap()).2, "unfulfilled");
    let sent = packed.step(ship(None));
    let refused = sent.void(Action::Packing, 0).unwrap_err();
    assert_eq!(refused.detail(), "Something of it was shipped already.");
    let arrived = sent.step(deliver(None));
    assert_eq!(states(&arrived.void(Action::Delivery, 0).unwrap()).2, "shipped");
    let missing = arrived.order.without(
        &arrived.steps,
        (Action::Delivery, id(999)),
        &terms(&Zone::utc()),
        at(9),
    );
    assert_eq!(missing.unwrap_err().code(), Code::NotFound);
}
