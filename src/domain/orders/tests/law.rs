//! One law after placing: what stands, and that everything later is a difference of it.
//! `TILLBOX_LIVES` says how many orders live by chance.

use std::fmt::Write as _;

use super::fixtures::*;
use crate::domain::calendar::Zone;
use crate::domain::journal::{self, JournalRow};
use crate::domain::orders::*;
use crate::domain::settings::Settings;
use crate::domain::tax::{PROPORTIONAL_CATEGORY, Percent, TaxRate};
use crate::domain::totals::Reduction;
use crate::error::Code;

/// A small generator (an LCG of Knuth's), so that the same orders are tried each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        i64::try_from(self.0 >> 33).unwrap() % sides
    }
}

const RATES: [(&str, &str); 3] = [("standard", "19"), ("reduced", "7"), ("books", "0")];

fn shop(includes_tax: bool, shipping: i64) -> Settings {
    let rate = |(category, rate): &(&str, &str)| TaxRate {
        category: (*category).to_owned(),
        country: "DE".to_owned(),
        rate: Percent::parse(rate).unwrap(),
    };
    let mut settings = settings();
    settings.prices_include_tax = includes_tax;
    settings.tax_rates = RATES.iter().map(rate).collect();
    settings.shipping_methods[0].price = money(shipping);
    settings
}

/// An order of lines `(price, quantity, category)`.
fn order_of(lines: &[(i64, i64, &str)], off: Option<Reduction>, settings: &Settings) -> Order {
    let numbered = || (1_i64..).zip(lines);
    let variants: Vec<ShelfVariant> = numbered()
        .map(|(number, (price, _, category))| ShelfVariant {
            tax_category: (*category).to_owned(),
            ..variant((number, 10 + number), None, *price, None)
        })
        .collect();
    let mut shelf = shelf_of(&variants);
    shelf.discount = off.map(|reduction| discount("OFF", reduction));
    let inputs: Vec<LineInput> =
        numbered().map(|(number, (_, quantity, _))| line(number, None, *quantity)).collect();
    let code = off.map(|_| "OFF".to_owned());
    let draft = Draft { discount_code: code, ..draft(&inputs) };
    placed(&quoted(&draft, GUEST, &shelf, settings).unwrap())
}

/// The sums of what stands: without tax, the tax, and with it.
fn sums(order: &Order) -> (i64, i64, i64) {
    let standing = Standing::of(order);
    (standing.net(), standing.tax(), standing.total())
}

#[test]
fn what_stands_bears_its_own_tax_rounded_once() {
    // 2 × 2.50 without tax, 19 %, one cancelled: 2.50, and 0.475 of tax is 0.48.
    let story = Story::of(order_of(&[(250, 2, "standard")], None, &shop(false, 0)));
    assert_eq!(story.order.totals.total, money(595));
    let half = story.step(cancel(Some(&[(1, 1)]))).order;
    assert_eq!((sums(&half), half.owed), ((250, 48, 298), 298));

    // 2 × 10.00 with tax, 0.01 off, one cancelled: half a cent off is one, so 9.99 stands, and
    // 9.99 × 19 / 119 = 1.595… is 1.60 of tax in it; 8.39 + 1.60 = 9.99.
    let off = Some(Reduction::Amount(money(1)));
    let story = Story::of(order_of(&[(1_000, 2, "standard")], off, &shop(true, 0)));
    assert_eq!(story.order.totals.total, money(1_999));
    let half = story.step(cancel(Some(&[(1, 1)]))).order;
    assert_eq!((sums(&half), half.owed), ((839, 160, 999), 999));
}

#[test]
fn a_unit_is_paid_back_once_whichever_of_refund_and_return_comes_first() {
    // 2 × 50.00, paid and sent; one is refunded by name and comes back afterwards.
    let sent = || {
        let order = order_of(&[(5_000, 2, "standard")], None, &shop(true, 0));
        Story::of(order).step(pay(None)).step(ship(None))
    };
    let refunded = sent().step(refund(None, Some(&[(1, 1)]), false));
    assert_eq!(refunded.order.refunds[0].price_reduction, money(5_000));
    assert_eq!((refunded.order.owed, refunded.order.to_refund), (5_000, money(0)));
    let back = refunded.step(take_back(&[(1, 1)], false)).order;
    assert_eq!((back.refunded_total, back.to_refund, back.owed), (money(5_000), money(0), 5_000));

    let back = sent().step(take_back(&[(1, 1)], false));
    assert_eq!((back.order.owed, back.order.to_refund), (5_000, money(5_000)));
    let refunded = back.step(refund(None, Some(&[(1, 1)]), false)).order;
    assert_eq!(refunded.refunds[0].price_reduction, money(0));
    assert_eq!((refunded.owed, refunded.to_refund), (5_000, money(0)));
}

#[test]
fn a_refund_settles_what_is_due_first_and_the_rest_is_a_reduction_with_its_tax() {
    // 10.00 at 19 % and 20.00 at 7 % with tax, 3.00 for shipping at 19 %, paid; the second line is
    // cancelled, so 20.00 are due. 26.50 go back: 6.50 beyond that, off 10.00 and 3.00 as 10 : 3.
    let lines = [(1_000, 1, "standard"), (2_000, 1, "reduced")];
    let story = Story::of(order_of(&lines, None, &shop(true, 300)));
    let story = story.step(pay(None)).step(cancel(Some(&[(2, 1)])));
    assert_eq!(story.order.to_refund, money(2_000));
    let order = story.step(refund(Some("26.50"), None, false)).order;
    let refund = &order.refunds[0];
    assert_eq!(refund.price_reduction, money(650));
    // 13.00 had 2.08 of tax in it (13.00 × 19 / 119 = 2.0756), 6.50 have 1.04 (1.0378): the
    // difference is 1.04 of tax and 5.46 without.
    assert_eq!((refund.taxes[0].net, refund.taxes[0].tax), (money(546), money(104)));
    assert_eq!((order.items[0].reduction, order.shipping_reduction), (500, 150));
    assert_eq!((sums(&order), order.to_refund), ((546, 104, 650), money(0)));
}

#[test]
fn what_is_left_of_a_units_price_belongs_to_that_unit() {
    // 2 × 50.00, 110.00 were paid. One unit is refunded by name: 10.00 of that settle the surplus,
    // 40.00 are taken off the unit, which stands at 10.00 and is the first to come back.
    let order = order_of(&[(5_000, 2, "standard")], None, &shop(true, 0));
    let surplus = StepInput::Payment(PaymentInput {
        amount: Some("110".to_owned()),
        method: crate::domain::settings::PaymentMethod::Cash,
        reference: None,
        paid_at: None,
        accept_surplus: true,
        again: false,
    });
    let story = Story::of(order).step(surplus).step(refund(None, Some(&[(1, 1)]), false));
    let first = &story.order.refunds[0];
    assert_eq!((first.amount, first.price_reduction), (money(5_000), money(4_000)));
    assert_eq!((story.order.owed, story.order.to_refund), (6_000, money(0)));
    // The other unit is refunded by name as well: its 50.00, and not the 10.00 of the first.
    let both =
        story.order.apply(&refund(None, Some(&[(1, 1)]), false), &terms(&Zone::utc()), at(9));
    assert_eq!(both.unwrap().0.refunds[1].amount, money(5_000));
    let back = story.step(ship(None)).step(take_back(&[(1, 1)], false)).order;
    assert_eq!((back.owed, back.to_refund), (5_000, money(1_000)));
}

#[test]
fn a_reduction_shrinks_with_the_units_it_was_for() {
    // 3 × 10.00, paid; 5.00 are given back beyond what is due. One unit fewer, and two thirds of
    // that stand: 3.33, so 20.00 − 3.33; with one left 3.33 / 2 is 1.67, so 10.00 − 1.67.
    let order = order_of(&[(1_000, 3, "standard")], None, &shop(true, 0));
    let story = Story::of(order).step(pay(None)).step(refund(Some("5.00"), None, false));
    assert_eq!(story.order.owed, 2_500);
    let story = story.step(cancel(Some(&[(1, 1)])));
    assert_eq!((story.order.owed, story.order.to_refund), (1_667, money(833)));
    let story = story.step(cancel(Some(&[(1, 1)])));
    assert_eq!(story.order.owed, 833);
    assert_eq!(story.step(cancel(None)).order.owed, 0);
}

#[test]
fn of_shipping_never_more_goes_back_than_stands_whatever_goes_with_it() {
    let mut settings = shop(false, 490);
    settings.shipping_methods[0].tax_category = PROPORTIONAL_CATEGORY.to_owned();
    for (price, item) in (900..1_300).flat_map(|price| [(price, 1), (price, 2)]) {
        let lines = [(995, 3, "standard"), (price, 4, "reduced")];
        let paid = Story::of(order_of(&lines, None, &settings)).step(pay(None));
        let less = paid.step(cancel(Some(&[(2, 1)]))).step(refund(None, Some(&[(2, 1)]), false));
        let mut story = less.step(refund(None, Some(&[(2, 1)]), true));
        // It went back whole; the tax of the groups may have left a minor unit of it.
        let stands = Standing::of(&story.order).shipping_total();
        match story.try_step(&refund(None, Some(&[(item, 1)]), true), at(99)) {
            Ok(()) => assert_eq!((stands, story.order.refunds[2].shipping.minor()), (1, 1)),
            Err(error) => assert_eq!(error.code(), Code::ActionNotPossible, "{item} at {price}"),
        }
    }
}

#[test]
fn shipping_is_owed_while_a_unit_stands_and_the_last_step_decides() {
    // 100.00 and 4.90 for shipping, paid and sent.
    let sent = || {
        let order = order_of(&[(10_000, 1, "standard")], None, &shop(true, 490));
        Story::of(order).step(pay(None)).step(ship(None))
    };
    let back = |reason| {
        let item = ReturnItemInput { units: units(&[(1, 1)])[0], restock: None };
        StepInput::Return(ReturnInput { items: vec![item], reason, refund: false })
    };
    for (reason, due) in [
        (Some(ReturnReason::Other), 10_000),
        (None, 10_000),
        (Some(ReturnReason::Withdrawal), 10_490),
        (Some(ReturnReason::Refused), 10_490),
        (Some(ReturnReason::Defect), 10_490),
    ] {
        let order = sent().step(back(reason)).order;
        assert_eq!(order.to_refund, money(due), "{reason:?}");
    }
    // Declared by the buyer, it comes back for that reason without being told.
    let order = sent().step(withdraw(None)).step(back(None)).order;
    assert_eq!(order.to_refund, money(10_490));
    let refunded = sent().step(withdraw(None)).step(take_back(&[(1, 1)], true)).order;
    assert_eq!(refunded.refunded_total, money(10_490));
    assert_eq!(refunded.refunds[0].shipping, money(490));
    // A parcel that was refused and never paid owes nothing, and the order is over.
    let order = order_of(&[(10_000, 1, "standard")], None, &shop(true, 490));
    let refused = Story::of(order).step(ship(None)).step(back(Some(ReturnReason::Refused))).order;
    assert_eq!(states(&refused), ("completed", "paid", "returned"));
    assert_eq!((refused.owed, refused.open_amount(), refused.to_refund), (0, 0, money(0)));
}

#[test]
fn whatever_happens_to_an_order_everything_is_a_difference_of_what_stands() {
    let lives = std::env::var("TILLBOX_LIVES").map_or(10_000, |lives| lives.parse().unwrap());
    let mut dice = Dice(15);
    let (mut taken, mut voided, mut reduced) = (0, 0, 0);
    for life in 0..lives {
        let mut life = Life::begin(&mut dice, life);
        for _ in 0..10 {
            match dice.roll(6) {
                0 => voided += i64::from(life.void(&mut dice)),
                _ => taken += i64::from(life.step(&input(&mut dice))),
            }
        }
        reduced +=
            i64::from(life.story.order.refunds.iter().any(|r| r.price_reduction.minor() > 0));
        life.send_everything_back();
    }
    assert!(
        taken > 3 * lives && voided > lives / 3 && reduced > lives / 20,
        "{taken} {voided} {reduced}"
    );
}

/// An order that lives, with the journal and the documents that follow from it.
struct Life {
    story: Story,
    journal: Vec<JournalRow>,
    /// The sum of the invoices without that of the credit notes, once there is one.
    documents: Option<i64>,
    told: String,
}

impl Life {
    fn begin(dice: &mut Dice, life: i64) -> Self {
        let settings =
            shop(dice.roll(2) == 0, [0, 490, 333][usize::try_from(dice.roll(3)).unwrap()]);
        let lines: Vec<(i64, i64, &str)> = (0..=dice.roll(3))
            .map(|_| {
                let (category, _) = RATES[usize::try_from(dice.roll(3)).unwrap()];
                (dice.roll(2_000), 1 + dice.roll(4), category)
            })
            .collect();
        let off = match dice.roll(3) {
            0 => Some(Reduction::Amount(money(1 + dice.roll(700)))),
            1 => Some(Reduction::Percent(Percent::parse("12.5").unwrap())),
            _ => None,
        };
        let order = order_of(&lines, off, &settings);
        let journal = journal::placed(&order);
        let told = format!("life {life}: {lines:?} {off:?}");
        let life = Self { story: Story::of(order), journal, documents: None, told };
        life.check();
        let placed = Standing::of(&life.story.order);
        assert_eq!(placed.total(), life.story.order.totals.total.minor(), "{}", life.told);
        life
    }

    fn step(&mut self, input: &StepInput) -> bool {
        let before = self.story.order.clone();
        let now = at(i64::try_from(self.story.steps.len()).unwrap());
        if self.story.try_step(input, now).is_err() {
            return false;
        }
        write!(self.told, "\n  {input:?}").unwrap();
        self.check_reduction(&before);
        self.follow(&before);
        if self.documents.is_none() && !Standing::of(&self.story.order).is_nothing() {
            self.documents = self.story.steps.len().is_multiple_of(3).then(|| self.total());
        }
        true
    }

    fn void(&mut self, dice: &mut Dice) -> bool {
        let Some(count) = i64::try_from(self.story.steps.len()).ok().filter(|count| *count > 0)
        else {
            return false;
        };
        let at_step = usize::try_from(dice.roll(count)).unwrap();
        let step = self.story.steps[at_step].clone();
        let (zone, id) = (Zone::utc(), step.id().unwrap());
        let before = self.story.order.clone();
        let steps = &self.story.steps;
        let decided = before.without(steps, (step.action(), id), &terms(&zone), at(99));
        let Ok((after, _)) = decided else { return false };
        write!(self.told, "\n  without {step:?}").unwrap();
        self.story.order = after;
        self.story.steps.remove(at_step);
        self.follow(&before);
        self.check_settled();
        true
    }

    /// No refund stands without the money that it settled.
    fn check_settled(&self) {
        let mut again = self.story.order.before_steps();
        for step in &self.story.steps {
            if let Step::Refund(refund) = step {
                let settled = refund.amount.minor() - refund.price_reduction.minor();
                assert!(settled <= again.to_refund.minor(), "{}", self.told);
            }
            again = again.with(step);
        }
    }

    /// All that was sent comes back because the buyer withdrew, and all else is cancelled.
    fn send_everything_back(&mut self) {
        self.step(&cancel(None));
        let kept = |item: &Item| (item.kept() > 0).then_some((item.id.get(), item.kept()));
        let kept: Vec<(i64, i64)> = self.story.order.items.iter().filter_map(kept).collect();
        for (item, quantity) in kept {
            for _ in 0..quantity {
                let item = ReturnItemInput { units: units(&[(item, 1)])[0], restock: None };
                let reason = Some(ReturnReason::Withdrawal);
                let back = ReturnInput { items: vec![item], reason, refund: false };
                assert!(self.step(&StepInput::Return(back)), "{}", self.told);
            }
        }
        let order = &self.story.order;
        if self.owes_shipping() {
            return;
        }
        // The parts of a full return are the order: nothing stands, and all that was paid and did
        // not go back is due.
        assert_eq!((self.total(), order.owed), (0, 0), "{}", self.told);
        assert_eq!(order.to_refund.minor(), order.refundable(), "{}", self.told);
    }

    /// Shipping is owed while a unit stands; else the last step that dropped one says so.
    fn owes_shipping(&self) -> bool {
        let left = |item: &Item| item.quantity - item.cancelled_quantity - item.returned_quantity;
        let last = self.story.steps.iter().rev().find_map(|step| match step {
            Step::Cancellation(_) => Some(false),
            Step::Return(returned) => Some(returned.reason == ReturnReason::Other),
            _ => None,
        });
        self.story.order.items.iter().any(|item| left(item) > 0) || last == Some(true)
    }

    fn total(&self) -> i64 {
        Standing::of(&self.story.order).total()
    }

    /// What follows a change: rows of the journal, and a document.
    fn follow(&mut self, before: &Order) {
        self.journal.extend(journal::changed(before, &self.story.order));
        let fell = Standing::of(before).total() - self.total();
        self.documents = self.documents.map(|documents| documents - fell);
        self.check();
    }

    /// A refund beyond what was due lowers what stands by exactly that.
    fn check_reduction(&self, before: &Order) {
        let Some(Step::Refund(refund)) = self.story.steps.last() else { return };
        if before.refunds.len() == self.story.order.refunds.len() || self.is_return() {
            return;
        }
        let beyond = (refund.amount.minor() - before.to_refund.minor()).max(0);
        assert_eq!(refund.price_reduction.minor(), beyond, "{}", self.told);
        assert_eq!(Standing::of(before).total() - self.total(), beyond, "{}", self.told);
        let taxes: i64 = refund.taxes.iter().map(|tax| tax.net.minor() + tax.tax.minor()).sum();
        assert_eq!(taxes, beyond, "{}", self.told);
    }

    fn is_return(&self) -> bool {
        let last = self.story.steps.last();
        matches!(last, Some(Step::Refund(refund)) if refund.reason.is_none())
    }

    fn check(&self) {
        let (order, told) = (&self.story.order, &self.told);
        let standing = Standing::of(order);
        check_standing(order, &standing, told);
        assert_eq!(order.shipping_owed, self.owes_shipping(), "{told}");
        // The journal says of each rate what stands of it, and where the money is.
        let of_rate = |rate| {
            let rows = self.journal.iter().filter(|row| row.rate == Some(rate));
            rows.fold((0, 0), |(net, tax), row| (net + row.sums.net, tax + row.sums.tax))
        };
        for (_, rate) in RATES {
            let rate = Percent::parse(rate).unwrap();
            let group = standing.taxes.iter().find(|group| group.rate == rate);
            let stands = group.map_or((0, 0), |group| (group.net.minor(), group.tax.minor()));
            assert_eq!(of_rate(rate), stands, "{} % of {told}", rate.text());
        }
        for row in &self.journal {
            let sums = row.sums;
            assert_eq!(sums.net + sums.tax, sums.gross - sums.reductions, "{told}");
        }
        let money = |part: fn(&JournalRow) -> i64| self.journal.iter().map(part).sum::<i64>();
        assert_eq!(money(|row| row.sums.received), order.paid_total.minor(), "{told}");
        assert_eq!(money(|row| row.sums.refunded), order.refunded_total.minor(), "{told}");
        if let Some(documents) = self.documents {
            assert_eq!(documents, standing.total(), "{told}");
        }
        for refund in &order.refunds {
            let amount = refund.amount.minor();
            assert!((0..=amount).contains(&refund.shipping.minor()), "{told}");
            assert!((0..=amount).contains(&refund.price_reduction.minor()), "{told}");
        }
        for item in &order.items {
            let named = order.refunds.iter().flat_map(|refund| &refund.items);
            let named = named.filter(|units| units.item_id == item.id);
            assert!(named.map(|units| units.quantity).sum::<i64>() <= item.quantity, "{told}");
        }
        // Money that is still to come and money that is to go back.
        let kept = order.paid_total.minor() - order.refunded_total.minor();
        assert!(kept >= 0 && order.owed >= 0, "{told}");
        assert_eq!(order.open_amount(), (order.owed - kept).max(0), "{told}");
        assert_eq!(order.to_refund.minor(), (kept - order.owed).max(0), "{told}");
    }
}

/// The sums hold together, and where no price was reduced, they are those of a plain recount.
fn check_standing(order: &Order, standing: &Standing, told: &str) {
    let parts = || standing.lines.iter().chain(&standing.shipping);
    assert!(parts().all(|part| part.total >= 0 && part.tax >= 0 && part.reduction >= 0), "{told}");
    let all: i64 = parts().map(|part| part.total).sum();
    assert_eq!(
        (all, standing.net() + standing.tax()),
        (standing.total(), standing.total()),
        "{told}"
    );
    for group in &standing.taxes {
        let (net, tax) = (i128::from(group.net.minor()), i128::from(group.tax.minor()));
        // Within one rounding: |tax − rate × net| < 1, in millionths.
        let off = tax * 1_000_000 - net * i128::from(group.rate.parts());
        assert!(off.abs() < 1_000_000, "{} % of {told}", group.rate.text());
    }
    if order.refunds.iter().all(|refund| refund.price_reduction.minor() == 0) {
        assert_eq!(standing.total(), recount(order), "{told}");
    }
}

/// What stands where no price was reduced, counted anew from the lines in whole fractions.
fn recount(order: &Order) -> i64 {
    let half_up = |dividend: i128, divisor: i128| (2 * dividend + divisor) / (2 * divisor);
    let mut amounts: Vec<(Percent, i128)> = Vec::new();
    for item in &order.items {
        let left = item.quantity - item.cancelled_quantity - item.returned_quantity;
        let (left, of) = (i128::from(left), i128::from(item.quantity));
        let off = half_up(i128::from(item.discount.minor()) * left, of);
        amounts.push((item.tax_rate, i128::from(item.unit_price.minor()) * left - off));
    }
    if order.shipping_owed {
        let price = i128::from(order.totals.shipping_total.minor());
        amounts.push((Percent::parse("19").unwrap(), price));
    }
    let net: i128 = amounts.iter().map(|(_, amount)| amount).sum();
    if order.prices_include_tax {
        return i64::try_from(net).unwrap();
    }
    let tax = |(_, rate): &(&str, &str)| {
        let rate = Percent::parse(rate).unwrap();
        let own = amounts.iter().filter(|(own, _)| *own == rate);
        half_up(own.map(|(_, amount)| amount).sum::<i128>() * i128::from(rate.parts()), 1_000_000)
    };
    i64::try_from(net + RATES.iter().map(tax).sum::<i128>()).unwrap()
}

fn input(dice: &mut Dice) -> StepInput {
    let some = [(1 + dice.roll(3), 1 + dice.roll(2))];
    let amount = format!("{}.{:02}", dice.roll(12), dice.roll(100));
    match dice.roll(13) {
        0 | 1 => pay(None),
        2 => pay(Some(&amount)),
        3 => StepInput::Payment(PaymentInput {
            amount: Some(amount),
            method: crate::domain::settings::PaymentMethod::Cash,
            reference: None,
            paid_at: None,
            accept_surplus: true,
            again: true,
        }),
        4 => ship(Some(&some)),
        5 => ship(None),
        6 => cancel(Some(&some)),
        7 => refund(Some(&amount), None, false),
        8 => refund(None, Some(&some), dice.roll(2) == 0),
        9 => refund(None, None, dice.roll(2) == 0),
        10 | 11 => {
            let reason =
                ReturnReason::of(ReturnReason::NAMES[usize::try_from(dice.roll(4)).unwrap()]);
            let item = ReturnItemInput { units: units(&some)[0], restock: None };
            let refund = dice.roll(2) == 0;
            StepInput::Return(ReturnInput { items: vec![item], reason, refund })
        }
        _ => withdraw(Some(&some)),
    }
}
