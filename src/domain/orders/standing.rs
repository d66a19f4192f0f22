//! What stands of an order: the units that were neither cancelled nor returned, shipping while it
//! is owed, and what was taken off their prices later. All money after placing is counted by it:
//! what a step takes off, or brings back, is the difference of two such states.

use super::order::{Item, Order};
use crate::domain::money::{Money, share};
use crate::domain::tax::Percent;
use crate::domain::totals::{TaxGroup, included_tax, shared, tax_parts};

/// The sums of what stands, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// One for each line of the order.
    pub lines: Vec<StandingPart>,
    /// One for each rate that shipping bears; all of them nothing where it is not owed.
    pub shipping: Vec<StandingPart>,
    /// The sums of each rate that stand, the highest first.
    pub taxes: Vec<TaxGroup>,
}

/// A line, or shipping, as it stands: in minor units, with its tax but for `amount`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingPart {
    pub rate: Percent,
    /// Units that stand, also those whose price was paid back; none of shipping.
    pub units: i64,
    /// The discount of the units that have a price.
    pub discount: i64,
    /// The price of those after the discount; with tax where prices include it.
    pub amount: i64,
    /// The same with its tax, before reductions.
    pub gross: i64,
    /// What was taken off that price.
    pub reduction: i64,
    /// What is left: `gross` without `reduction`.
    pub total: i64,
    /// The tax in `total`.
    pub tax: i64,
}

impl Standing {
    /// What stands of an order as its lines say it.
    pub fn of(order: &Order) -> Self {
        let mut parts: Vec<StandingPart> = order.items.iter().map(line).collect();
        let lines = parts.len();
        parts.extend(shipping(order));
        add_tax(&mut parts, order.prices_include_tax);
        let reductions = reductions(order, &parts);
        reduce(&mut parts, &reductions);
        let currency = order.currency;
        let mut taxes: Vec<TaxGroup> = Vec::new();
        for part in parts.iter().filter(|part| part.total > 0) {
            let (net, tax) = (part.total - part.tax, part.tax);
            add_group(
                &mut taxes,
                part.rate,
                (Money::new(net, currency), Money::new(tax, currency)),
            );
        }
        let shipping = parts.split_off(lines);
        Self { lines: parts, shipping, taxes: sorted(taxes) }
    }

    /// Everything with its tax.
    pub fn total(&self) -> i64 {
        self.net() + self.tax()
    }

    /// Everything without its tax.
    pub fn net(&self) -> i64 {
        self.taxes.iter().map(|group| group.net.minor()).sum()
    }

    /// The tax in everything.
    pub fn tax(&self) -> i64 {
        self.taxes.iter().map(|group| group.tax.minor()).sum()
    }

    /// The price of shipping that stands, with its tax.
    pub fn shipping_total(&self) -> i64 {
        self.shipping.iter().map(|part| part.total).sum()
    }

    /// Tells `true` where no unit stands and nothing is owed.
    pub fn is_nothing(&self) -> bool {
        self.total() == 0 && self.lines.iter().all(|line| line.units == 0)
    }

    /// What stands here and not in `other`, for each rate that differs; less than nothing where
    /// more stands there.
    pub fn minus(&self, other: &Self) -> Vec<TaxGroup> {
        let mut groups = self.taxes.clone();
        for group in &other.taxes {
            let minus = |money: Money| Money::new(-money.minor(), money.currency());
            add_group(&mut groups, group.rate, (minus(group.net), minus(group.tax)));
        }
        groups.retain(|group| group.net.minor() != 0 || group.tax.minor() != 0);
        sorted(groups)
    }
}

impl Order {
    /// The same without any reduction of its prices.
    pub fn at_full_price(&self) -> Self {
        let mut order = self.clone();
        for item in &mut order.items {
            (item.zeroed, item.reduced, item.reduction) = (0, (0, 0), 0);
        }
        Self { shipping_reduction: 0, ..order }
    }

    /// Tells `true` where all that was placed stands at its price.
    fn is_whole(&self) -> bool {
        let off = |item: &Item| item.reduction + item.reduced.1;
        let all = |item: &Item| item.priced() == item.quantity && off(item) == 0;
        self.shipping_owed && self.shipping_reduction == 0 && self.items.iter().all(all)
    }

    /// Tells `true` where the same stands as in another state of this order.
    pub fn stands_like(&self, other: &Self) -> bool {
        let state = |item: &Item| (item.standing(), item.zeroed, item.reduced, item.reduction);
        let shipping = |order: &Self| (order.shipping_owed, order.shipping_reduction);
        shipping(self) == shipping(other)
            && self.items.iter().map(state).eq(other.items.iter().map(state))
    }

    /// The amount to be paid in all, in minor units: what stands, and where an older program said
    /// otherwise, by how much.
    pub(super) fn count_owed(&self) -> i64 {
        if self.is_whole() && self.opening == 0 {
            return self.totals.total.minor();
        }
        let standing = Standing::of(self);
        if standing.is_nothing() { 0 } else { (standing.total() + self.opening).max(0) }
    }
}

fn add_group(groups: &mut Vec<TaxGroup>, rate: Percent, (net, tax): (Money, Money)) {
    let plus = |one: Money, other: Money| Money::new(one.minor() + other.minor(), one.currency());
    match groups.iter_mut().find(|group| group.rate == rate) {
        Some(group) => (group.net, group.tax) = (plus(group.net, net), plus(group.tax, tax)),
        None => groups.push(TaxGroup { rate, net, tax }),
    }
}

fn sorted(mut groups: Vec<TaxGroup>) -> Vec<TaxGroup> {
    groups.sort_unstable_by_key(|group| std::cmp::Reverse(group.rate));
    groups
}

/// A line before its tax: the units that have a price, with their part of the discount.
fn line(item: &Item) -> StandingPart {
    let discount = share(item.discount.minor(), item.priced(), item.quantity);
    let amount = item.unit_price.minor() * item.priced() - discount;
    StandingPart { units: item.standing(), discount, ..StandingPart::of(item.tax_rate, amount) }
}

fn shipping(order: &Order) -> impl Iterator<Item = StandingPart> {
    let owed = order.shipping_owed;
    let parts = order.totals.shipping_parts.iter();
    parts.map(move |part| StandingPart::of(part.rate, if owed { part.amount } else { 0 }))
}

impl StandingPart {
    fn of(rate: Percent, amount: i64) -> Self {
        let nothing =
            Self { rate, units: 0, discount: 0, amount, gross: 0, reduction: 0, total: 0, tax: 0 };
        Self { gross: amount, total: amount, ..nothing }
    }
}

/// Adds the tax, rounded once for each rate on the sum of what stands.
fn add_tax(parts: &mut [StandingPart], prices_include_tax: bool) {
    let due: Vec<(i64, Percent)> = parts.iter().map(|part| (part.amount, part.rate)).collect();
    for (part, tax) in parts.iter_mut().zip(tax_parts(&due, prices_include_tax)) {
        part.tax = tax;
        part.gross += if prices_include_tax { 0 } else { tax };
        part.total = part.gross;
    }
}

/// What each part is reduced by: never more than it comes to.
fn reductions(order: &Order, parts: &[StandingPart]) -> Vec<i64> {
    let shipping: Vec<i64> = parts.iter().skip(order.items.len()).map(|part| part.gross).collect();
    let off_shipping = order.shipping_reduction.min(shipping.iter().sum());
    let of_line = |item: &Item| item.reduction + item.reduced.1;
    let lines = order.items.iter().zip(parts).map(|(item, part)| of_line(item).min(part.gross));
    lines.chain(shared(off_shipping.into(), &shipping)).collect()
}

/// Takes reductions off. They are money with its tax in it: in each rate that one touches, net and
/// tax are parted anew from what is left.
fn reduce(parts: &mut [StandingPart], reductions: &[i64]) {
    for (part, reduction) in parts.iter_mut().zip(reductions) {
        part.reduction = *reduction;
        part.total = part.gross - reduction;
    }
    let mut touched: Vec<Percent> =
        parts.iter().filter(|part| part.reduction > 0).map(|part| part.rate).collect();
    touched.sort_unstable();
    touched.dedup();
    for rate in touched {
        let left = |part: &StandingPart| if part.rate == rate { part.total } else { 0 };
        let left: Vec<i64> = parts.iter().map(left).collect();
        let tax = included_tax(left.iter().sum(), rate);
        for (part, tax) in parts.iter_mut().zip(shared(tax.into(), &left)) {
            part.tax = if part.rate == rate { tax } else { part.tax };
        }
    }
}
