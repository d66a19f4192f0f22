//! What orders cost, held against the same sums in exact fractions: a shop that is one cent off in
//! a thousand orders has books that do not agree with its receipts. The model takes the contract
//! at its word and knows nothing of how the program computes. `TILLBOX_TOTALS` says how many
//! orders there are (20,000).

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Debug;

use num_bigint::BigInt;
use num_rational::BigRational;
use tillbox::domain::Parsed;
use tillbox::domain::currency::Currency;
use tillbox::domain::money::Money;
use tillbox::domain::shipping::ShippingMethod;
use tillbox::domain::tax::Percent;
use tillbox::domain::totals::{
    Priced, Reduction, ShippingPart, ShippingPrice, ShippingTax, TaxGroup, add_up, discounts,
    shared,
};

use crate::server::Dice;

/// The largest sum in minor units, written out once more so that the model has its own.
const LIMIT: i64 = 999_999_999_999;
/// Rates in millionths of the whole: what countries ask for, and odd ones that round badly.
#[rustfmt::skip]
const RATES: [u32; 16] = [
    0, 0, 70_000, 190_000, 190_000, 200_000, 55_000, 107_500, 88_750, 500_000, 1, 3, 333_333,
    999_999, 1_000_000, 1_000_000,
];

#[test]
fn no_order_is_one_minor_unit_off_and_only_one_above_the_limit_is_refused() {
    let (mut dice, count) = (Dice::thrown("exact totals"), count());
    let (mut refused, mut full) = (0, 0);
    for number in 1..=count {
        let order = Order::drawn(&mut dice);
        let _shown = Shown(number, &order);
        let exact = order.exact();
        match told(&order) {
            Err(invalid) => {
                assert_eq!(invalid.code, "amount_too_large");
                assert!(exact.is_too_large(), "refused without need: {exact:?}");
                refused += 1;
            }
            Ok(told) => {
                assert!(!exact.is_too_large(), "not refused: {told:?}");
                assert_eq!(told, exact, "the program is on the left, the model on the right");
                check_books(&order, &told);
                full += u32::from(told.total == LIMIT.into());
            }
        }
    }
    eprintln!("{count} orders: {refused} refused, {full} at the limit to the last minor unit.");
    // Orders that are all refused, or that never come near the limit, would show nothing.
    assert!(count < 1_000 || (refused > 0 && refused < count / 2 && full > 0));
}

#[test]
fn a_sum_is_shared_out_to_the_last_minor_unit_and_the_odd_ones_go_where_most_is_due() {
    let (mut dice, count) = (Dice::thrown("exact shares"), count());
    for number in 1..=count {
        let most = magnitude(&mut dice);
        let weights: Vec<i64> =
            (0..line_count(&mut dice)).map(|_| amount(&mut dice, most)).collect();
        let all: i64 = weights.iter().sum();
        let sum = match dice.below(4) {
            0 => below(&mut dice, 10),
            1 => below(&mut dice, all + 1),
            2 => all,
            _ => magnitude(&mut dice) * (1 + below(&mut dice, 1_000_000)),
        };
        let _shown = Shown(number, &(sum, &weights));
        check_shares(sum, &weights, &shared(sum.into(), &weights));
    }
    eprintln!("{count} sums were shared out.");
}

/// Books that balance whatever the model says.
#[track_caller]
fn check_books(order: &Order, sums: &Sums) {
    let column = |at: usize| sums.lines.iter().map(|line| &line[at]).sum::<BigInt>();
    assert_eq!(column(0), sums.discount);
    assert!(sums.discount <= sums.subtotal);
    assert_eq!(column(1) + &sums.shipping_tax, sums.tax);

    let on_top = |tax: &BigInt| if order.includes_tax { BigInt::ZERO } else { tax.clone() };
    assert_eq!(sums.total, &sums.subtotal - &sums.discount + &sums.shipping + on_top(&sums.tax));
    assert_eq!(column(2) + &sums.shipping + on_top(&sums.shipping_tax), sums.total);
    for (line, subtotal) in sums.lines.iter().zip(order.subtotals()) {
        let [discount, tax, total] = line;
        assert!(*discount <= subtotal);
        assert_eq!(*total, subtotal - discount + on_top(tax));
        assert!(line.iter().all(|amount| *amount >= BigInt::ZERO));
    }
    if !sums.taxes.is_empty() {
        let net: BigInt = sums.taxes.iter().map(|(_, net, _)| net).sum();
        assert_eq!(net + &sums.tax, sums.total);
    }
    assert_eq!(sums.taxes.iter().map(|(.., tax)| tax).sum::<BigInt>(), sums.tax);
    assert!(sums.taxes.is_sorted_by(|(one, ..), (next, ..)| one > next));
    let of_shipping = |(.., amount, tax): &(u32, BigInt, BigInt)| (amount.clone(), tax.clone());
    let (amounts, taxes): (Vec<BigInt>, Vec<BigInt>) =
        sums.shipping_parts.iter().map(of_shipping).unzip();
    assert_eq!(amounts.iter().sum::<BigInt>(), sums.shipping);
    assert_eq!(taxes.iter().sum::<BigInt>(), sums.shipping_tax);
    let groups = sums.taxes.iter().flat_map(|(_, net, tax)| [net, tax]);
    let others = [&sums.shipping, &sums.shipping_tax, &sums.tax, &sums.total];
    assert!(groups.chain(others).all(|amount| *amount >= BigInt::ZERO));
}

/// What makes shares the right ones, without working them out: each is what is due, rounded down
/// or up; and every part that was rounded up had more of a unit due, or as much and came first.
#[track_caller]
fn check_shares(sum: i64, weights: &[i64], shares: &[i64]) {
    assert_eq!(shares.len(), weights.len());
    let all: i64 = weights.iter().sum();
    if all == 0 {
        assert!(shares.iter().all(|share| *share == 0), "{shares:?}");
        return;
    }
    assert_eq!(shares.iter().sum::<i64>(), sum, "{shares:?}");
    let (mut ups, mut downs) = (Vec::new(), Vec::new());
    for (at, (weight, share)) in weights.iter().zip(shares).enumerate() {
        let due = BigRational::new(BigInt::from(sum) * weight, all.into());
        let rest = due.fract();
        let up = BigInt::from(*share) - due.to_integer();
        assert!(up == 0.into() || (up == 1.into() && rest > whole(0.into())), "{shares:?}");
        if up == 0.into() { &mut downs } else { &mut ups }.push((rest, Reverse(at)));
    }
    let (least, most) = (ups.iter().min(), downs.iter().max());
    let fair = least.zip(most).is_none_or(|(least, most)| least > most);
    assert!(fair, "{shares:?}: {least:?} was rounded up, but {most:?} was not");
}

/// An order as the contract knows it; amounts in minor units, rates in millionths.
#[derive(Debug)]
struct Order {
    currency: Currency,
    includes_tax: bool,
    lines: Vec<Line>,
    off: Off,
    shipping: i64,
    shipping_rate: u32,
    /// Shipping bears the rates of the goods; of goods without an amount its own.
    proportional: bool,
    free_from: Option<i64>,
}

#[derive(Clone, Debug)]
struct Line {
    unit: i64,
    quantity: i64,
    rate: u32,
}

#[derive(Debug, PartialEq)]
enum Off {
    Nothing,
    Percent(u32),
    Amount(i64),
    Shipping,
}

/// All that there is to say about the price of an order.
#[derive(Debug, PartialEq)]
struct Sums {
    /// Discount, tax and total of each line.
    lines: Vec<[BigInt; 3]>,
    subtotal: BigInt,
    discount: BigInt,
    shipping: BigInt,
    shipping_tax: BigInt,
    /// Rate, amount and tax.
    shipping_parts: Vec<(u32, BigInt, BigInt)>,
    tax: BigInt,
    total: BigInt,
    /// Rate, net and tax, the highest rate first.
    taxes: Vec<(u32, BigInt, BigInt)>,
}

impl Sums {
    fn is_too_large(&self) -> bool {
        let sums = [&self.subtotal, &self.discount, &self.tax, &self.total];
        sums.into_iter().any(|sum| *sum > LIMIT.into())
    }
}

/// What the program says of an order.
fn told(order: &Order) -> Parsed<Sums> {
    let money = |minor| Money::new(minor, order.currency);
    let minor = |money: Money| {
        assert_eq!(money.currency(), order.currency);
        BigInt::from(money.minor())
    };
    let subtotal = |line: &Line| {
        Money::checked(i128::from(line.unit) * i128::from(line.quantity), order.currency)
    };
    let subtotals: Vec<Money> = order.lines.iter().map(subtotal).collect::<Parsed<_>>()?;
    let off = discounts(&subtotals, reduction(order));
    let goods: i64 = subtotals.iter().zip(&off).map(|(line, off)| line.minor() - off).sum();
    let mut method = ShippingMethod::standard(money(order.shipping));
    method.free_from = order.free_from.map(money);
    let price = if order.off == Off::Shipping { money(0) } else { method.price_for(goods, 0) };
    let rate = percent(order.shipping_rate);
    let tax = match order.proportional {
        true => ShippingTax::OfGoods { otherwise: rate },
        false => ShippingTax::Rate(rate),
    };
    let shipping = ShippingPrice { price, tax };

    let priced = |(line, subtotal): (&Line, &Money)| Priced {
        subtotal: *subtotal,
        rate: percent(line.rate),
    };
    let priced: Vec<Priced> = order.lines.iter().zip(&subtotals).map(priced).collect();
    let (sums, lines) = add_up(&priced, &off, shipping, order.includes_tax, order.currency)?;
    let part = |part: &ShippingPart| {
        (part.rate.parts().try_into().unwrap(), part.amount.into(), part.tax.into())
    };
    let group =
        |tax: &TaxGroup| (tax.rate.parts().try_into().unwrap(), minor(tax.net), minor(tax.tax));
    Ok(Sums {
        lines: lines.iter().map(|line| [line.discount, line.tax, line.total].map(minor)).collect(),
        subtotal: minor(sums.subtotal),
        discount: minor(sums.discount_total),
        shipping: minor(sums.shipping_total),
        shipping_tax: minor(sums.shipping_tax),
        shipping_parts: sums.shipping_parts.iter().map(part).collect(),
        tax: minor(sums.tax_total),
        total: minor(sums.total),
        taxes: sums.taxes.iter().map(group).collect(),
    })
}

fn reduction(order: &Order) -> Option<Reduction> {
    match order.off {
        Off::Nothing => None,
        Off::Percent(rate) => Some(Reduction::Percent(percent(rate))),
        Off::Amount(minor) => Some(Reduction::Amount(Money::new(minor, order.currency))),
        Off::Shipping => Some(Reduction::FreeShipping),
    }
}

fn percent(millionths: u32) -> Percent {
    Percent::parse(&format!("{}.{:04}", millionths / 10_000, millionths % 10_000)).unwrap()
}

/// The model: the sentences of the contract, one after the other.
impl Order {
    fn exact(&self) -> Sums {
        let (subtotals, off) = (self.subtotals(), self.discounts());
        let (subtotal, discount): (BigInt, BigInt) = (subtotals.iter().sum(), off.iter().sum());
        let shipping = self.shipping_after(&(&subtotal - &discount));
        let mut due: Vec<BigInt> = subtotals.iter().zip(&off).map(|(all, off)| all - off).collect();
        let parts = self.shipping_parts(&shipping, &due);
        due.extend(parts.iter().map(|(_, amount)| amount.clone()));
        let rates = self.lines.iter().map(|line| line.rate);
        let rates = rates.chain(parts.iter().map(|(rate, _)| *rate));
        let (tax_of, taxes) = self.taxes(&due, rates);
        let of_shipping = &tax_of[self.lines.len()..];
        let part = |((rate, amount), tax): ((u32, BigInt), &BigInt)| (rate, amount, tax.clone());

        let tax: BigInt = tax_of.iter().sum();
        let on_top = |tax: &BigInt| if self.includes_tax { BigInt::ZERO } else { tax.clone() };
        let lines = off.into_iter().zip(&tax_of).zip(&due);
        Sums {
            lines: lines.map(|((off, tax), due)| [off, tax.clone(), due + on_top(tax)]).collect(),
            total: &subtotal - &discount + &shipping + on_top(&tax),
            shipping_tax: of_shipping.iter().sum(),
            shipping_parts: parts.into_iter().zip(of_shipping).map(part).collect(),
            subtotal,
            discount,
            shipping,
            tax,
            taxes,
        }
    }

    fn subtotals(&self) -> Vec<BigInt> {
        self.lines.iter().map(|line| BigInt::from(line.unit) * line.quantity).collect()
    }

    fn discounts(&self) -> Vec<BigInt> {
        let subtotals = self.subtotals();
        let subtotal: BigInt = subtotals.iter().sum();
        let off = match self.off {
            Off::Nothing | Off::Shipping => BigInt::ZERO,
            Off::Percent(rate) => rounded(&(portion(rate) * subtotal)),
            Off::Amount(amount) => subtotal.min(amount.into()),
        };
        spread(&off, &subtotals)
    }

    fn shipping_after(&self, goods: &BigInt) -> BigInt {
        let given = self.free_from.is_some_and(|from| *goods >= from.into());
        if given || self.off == Off::Shipping { BigInt::ZERO } else { self.shipping.into() }
    }

    /// Shipping in the rates of the goods, in proportion to their amounts: after the discount,
    /// where that is nothing before it, and where that is nothing too, in its own rate.
    fn shipping_parts(&self, shipping: &BigInt, due: &[BigInt]) -> Vec<(u32, BigInt)> {
        let nothing = |amounts: &[BigInt]| amounts.iter().all(|amount| *amount == BigInt::ZERO);
        let amounts = if nothing(due) { self.subtotals() } else { due.to_vec() };
        if !self.proportional || nothing(&amounts) {
            return vec![(self.shipping_rate, shipping.clone())];
        }
        let mut rates: Vec<u32> = Vec::new();
        for line in &self.lines {
            if !rates.contains(&line.rate) {
                rates.push(line.rate);
            }
        }
        let weight = |rate: &u32| -> BigInt {
            let lines = self.lines.iter().zip(&amounts);
            lines.filter(|(line, _)| line.rate == *rate).map(|(_, amount)| amount).sum()
        };
        let weights: Vec<BigInt> = rates.iter().map(weight).collect();
        rates.into_iter().zip(spread(shipping, &weights)).collect()
    }

    /// The tax of each part, and of each rate that something with a price bears.
    fn taxes(
        &self,
        due: &[BigInt],
        rates: impl Iterator<Item = u32>,
    ) -> (Vec<BigInt>, Vec<(u32, BigInt, BigInt)>) {
        let mut groups: BTreeMap<Reverse<u32>, Vec<usize>> = BTreeMap::new();
        for (at, rate) in rates.enumerate() {
            groups.entry(Reverse(rate)).or_default().push(at);
        }
        let (mut tax_of, mut taxes) = (vec![BigInt::ZERO; due.len()], Vec::new());
        for (Reverse(rate), members) in groups {
            let parts: Vec<BigInt> = members.iter().map(|at| due[*at].clone()).collect();
            let sum: BigInt = parts.iter().sum();
            let tax = self.tax(&sum, rate);
            for (at, share) in members.into_iter().zip(spread(&tax, &parts)) {
                tax_of[at] = share;
            }
            if sum > BigInt::ZERO {
                let net = if self.includes_tax { sum - &tax } else { sum };
                taxes.push((rate, net, tax));
            }
        }
        // Where nothing is taxed, there is nothing to break down.
        if taxes.iter().all(|(rate, ..)| *rate == 0) {
            taxes.clear();
        }
        (tax_of, taxes)
    }

    fn tax(&self, sum: &BigInt, rate: u32) -> BigInt {
        let sum = whole(sum.clone());
        rounded(&match self.includes_tax {
            true => &sum - &sum / (whole(1.into()) + portion(rate)),
            false => sum * portion(rate),
        })
    }
}

fn whole(number: BigInt) -> BigRational {
    BigRational::from_integer(number)
}

fn portion(rate: u32) -> BigRational {
    BigRational::new(rate.into(), 1_000_000.into())
}

/// Half up: the whole number below one half more.
fn rounded(exact: &BigRational) -> BigInt {
    (exact + BigRational::new(1.into(), 2.into())).floor().to_integer()
}

/// Everybody gets the whole units of what is due; the units that are left go, one each, to those
/// with the largest fractions due, of equal ones to the first.
fn spread(sum: &BigInt, weights: &[BigInt]) -> Vec<BigInt> {
    let all: BigInt = weights.iter().sum();
    if all == BigInt::ZERO {
        return weights.to_vec();
    }
    // Left unreduced: they have one denominator, and reducing would take most of the time.
    let due = weights.iter().map(|weight| BigRational::new_raw(weight * sum, all.clone()));
    let due: Vec<BigRational> = due.collect();
    let mut shares: Vec<BigInt> = due.iter().map(|due| due.floor().to_integer()).collect();
    let mut left = sum - shares.iter().sum::<BigInt>();
    let mut queue: Vec<_> = due.iter().map(BigRational::fract).zip(0..).collect();
    queue.sort_by(|(one, at), (other, after)| other.cmp(one).then(at.cmp(after)));
    for (_, at) in queue {
        if left > BigInt::ZERO {
            let share: &mut BigInt = &mut shares[at];
            (*share, left) = (&*share + 1, left - 1);
        }
    }
    shares
}

/// Orders by chance.
impl Order {
    fn drawn(dice: &mut Dice) -> Self {
        let rates: Vec<u32> = (0..=dice.index(5)).map(|_| rate(dice)).collect();
        let most = magnitude(dice);
        let mut lines: Vec<Line> = Vec::new();
        for _ in 0..line_count(dice) {
            let rate = rates[dice.index(rates.len())];
            let line = Line { unit: amount(dice, most), quantity: quantity(dice), rate };
            // Lines of the same price tie for the last unit.
            let twin = lines.last().filter(|_| dice.below(4) == 0).cloned();
            lines.push(twin.map_or(line, |twin| Line { rate, ..twin }));
        }
        let subtotal: i64 = lines.iter().map(|line| (line.unit * line.quantity).min(LIMIT)).sum();
        let shipping_rate = match dice.below(3) {
            0 => rate(dice),
            _ => rates[dice.index(rates.len())],
        };
        let mut order = Self {
            currency: Currency::parse(["JPY", "EUR", "KWD"][dice.index(3)]).unwrap(),
            includes_tax: dice.below(2) == 0,
            off: off(dice, subtotal),
            lines,
            shipping: if dice.below(3) == 0 { 0 } else { amount(dice, most) },
            shipping_rate,
            proportional: dice.below(3) == 0,
            free_from: None,
        };
        match dice.below(8) {
            0 => order.fill_with_goods(dice),
            1 => order.fill_with_shipping(dice),
            2 => order.free_from = Some(amount(dice, most)),
            3 | 4 => order.free_from = Some(beside(dice, &order.goods())),
            _ => {}
        }
        order
    }

    /// The price of the goods after the discount.
    fn goods(&self) -> BigInt {
        self.subtotals().iter().sum::<BigInt>() - self.discounts().iter().sum::<BigInt>()
    }

    /// Makes the last line so dear that the goods reach the limit, or end next to it.
    fn fill_with_goods(&mut self, dice: &mut Dice) {
        self.lines.last_mut().unwrap().quantity = 0;
        let room = LIMIT - self.subtotals().iter().sum::<BigInt>();
        let last = self.lines.last_mut().unwrap();
        (last.unit, last.quantity) = (beside(dice, &room), 1);
    }

    /// Makes shipping so dear that the total reaches the limit, or ends next to it.
    fn fill_with_shipping(&mut self, dice: &mut Dice) {
        self.shipping = 0;
        let room = whole(LIMIT - self.exact().total);
        let rate = if self.includes_tax { 0 } else { self.shipping_rate };
        let price = room / (whole(1.into()) + portion(rate));
        self.shipping = beside(dice, &price.floor().to_integer());
    }
}

/// What is taken off goods of this price: often something right at an edge.
fn off(dice: &mut Dice, subtotal: i64) -> Off {
    match dice.below(8) {
        0 | 1 => Off::Nothing,
        2 => Off::Shipping,
        3 => Off::Percent(rate(dice)),
        4 => Off::Percent(10_000 * u32::try_from(dice.below(101)).unwrap()),
        5 => Off::Amount(beside(dice, &subtotal.into())),
        6 => Off::Amount(below(dice, subtotal + 1).min(LIMIT)),
        _ => Off::Amount(magnitude(dice)),
    }
}

fn rate(dice: &mut Dice) -> u32 {
    match dice.below(4) {
        0 => u32::try_from(dice.below(1_000_001)).unwrap(),
        _ => RATES[dice.index(RATES.len())],
    }
}

fn line_count(dice: &mut Dice) -> usize {
    let most = if dice.below(20) == 0 { 40 } else { 12 };
    1 + dice.index(most)
}

fn quantity(dice: &mut Dice) -> i64 {
    let most = match dice.below(32) {
        0 => 1_000_000,
        1 | 2 => 1_000,
        3..=12 => 9,
        _ => 1,
    };
    1 + below(dice, most)
}

/// Nothing, next to nothing, or something up to this.
fn amount(dice: &mut Dice, most: i64) -> i64 {
    let most = match dice.below(8) {
        0 => 0,
        1 | 2 => 9,
        3 => magnitude(dice).min(most),
        _ => most,
    };
    below(dice, most + 1)
}

fn magnitude(dice: &mut Dice) -> i64 {
    10_i64.pow(u32::try_from(dice.below(13)).unwrap()).min(LIMIT)
}

/// This amount, or the one before or after it, as far as it can be an amount of money.
fn beside(dice: &mut Dice, amount: &BigInt) -> i64 {
    let amount: BigInt = amount - 1 + below(dice, 3);
    amount.clamp(BigInt::ZERO, LIMIT.into()).try_into().unwrap()
}

fn below(dice: &mut Dice, end: i64) -> i64 {
    dice.below(end.unsigned_abs()).try_into().unwrap()
}

fn count() -> u32 {
    std::env::var("TILLBOX_TOTALS").map_or(20_000, |count| count.parse().unwrap())
}

/// Says what was being tried when a test fails, even where the program itself gives up.
struct Shown<'a, T: Debug>(u32, &'a T);

impl<T: Debug> Drop for Shown<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("This was number {}: {:?}", self.0, self.1);
        }
    }
}
