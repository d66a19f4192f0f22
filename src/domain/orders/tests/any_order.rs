//! Orders that take steps by chance.

use super::fixtures::*;
use crate::domain::calendar::Zone;
use crate::domain::orders::*;

/// A small generator (an LCG of Knuth's), so that the same orders are tried each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn input(&mut self) -> StepInput {
        let item = i64::try_from(1 + self.roll(3)).unwrap();
        let quantity = i64::try_from(1 + self.roll(2)).unwrap();
        let some = [(item, quantity)];
        match self.roll(12) {
            0 => pay(None),
            1 => pay(Some("7.77")),
            2 => StepInput::Packing,
            3 | 4 => ship(Some(&some)),
            5 => ship(None),
            6 => deliver(None),
            7 => cancel(Some(&some)),
            8 => refund(Some("3.21"), None, false),
            9 => refund(None, Some(&some), self.roll(2) == 0),
            10 => take_back(&some, self.roll(2) == 0),
            _ => StepInput::Withdrawal { items: Some(units(&some)), by_shop: self.roll(2) == 0 },
        }
    }
}

#[test]
fn an_order_is_its_lines_and_its_steps_whatever_happens_to_it() {
    let mut dice = Dice(13);
    let (mut taken, mut voided) = (0, 0);
    for _ in 0..300 {
        let mut story = Story::of(order(&[3, 1, 2]));
        for seconds in 0..25 {
            taken += i32::from(story.try_step(&dice.input(), at(seconds)).is_ok());
            check(&story);
        }
        for step in &story.steps {
            let id = step.id().unwrap();
            let (zone, it) = (Zone::utc(), (step.action(), id));
            let voided_at = at(99);
            let decided = story.order.without(&story.steps, it, &terms(&zone), voided_at);
            if let Ok((without, _)) = decided {
                voided += 1;
                let mut others = story.steps.clone();
                others.retain(|other| other != step);
                check(&Story { order: without, steps: others });
            }
        }
    }
    assert!(taken > 1_000 && voided > 300, "{taken} steps were taken, {voided} taken back");
}

/// The steps applied again give the same order, and no sum is out of bounds.
fn check(story: &Story) {
    let Story { order, steps } = story;
    // As they are read from the file, where a parcel says that it has arrived.
    let as_stored = |step: &Step| match step {
        Step::Shipment(parcel) => {
            let stored = order.shipments.iter().find(|shipment| shipment.id == parcel.id);
            Step::Shipment(stored.unwrap().clone())
        }
        step => step.clone(),
    };
    let steps: Vec<Step> = steps.iter().map(as_stored).collect();
    let mut again = order.before_steps();
    for step in &steps {
        assert!(again.fits(step), "{step:?} does not fit again");
        again = again.with(step);
    }
    again.hold_until = order.hold_until;
    assert_eq!(serde_json::json!(again), serde_json::json!(order));
    for item in &order.items {
        assert!(item.unshipped() >= 0 && item.kept() >= 0, "{item:?}");
    }
    assert!((0..=order.paid_total.minor()).contains(&order.refunded_total.minor()));
    assert!(order.paid_total.minor() <= order.totals.total.minor());
    assert_eq!(order.status == Status::Cancelled, order.owed == 0 && order.is_void());
}
