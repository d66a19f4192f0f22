//! Money that goes back, and the tax that goes back with it.
//!
//! Tax is counted on running sums of each rate, so that refunds that return everything return
//! exactly the tax of the order, however they were cut.

use super::order::{Item, Order};
use super::payments::{out_of_range, parse_amount};
use super::steps::{Refund, Step, Units};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::money::{Money, share};
use crate::domain::tax::Percent;
use crate::domain::totals::{TaxGroup, groups, shared};
use crate::error::Result as Decided;

/// Money that the shop gives back: an amount, or units and the price of shipping; with nothing
/// named, what the order says is to be refunded.
#[derive(Clone, Debug)]
pub struct RefundInput {
    /// A decimal in the order's currency.
    pub amount: Option<String>,
    pub items: Option<Vec<Units>>,
    pub shipping: bool,
    pub reason: String,
}

/// The ways in which a refund is asked for.
#[derive(Clone, Copy, Debug)]
enum Wish<'a> {
    /// The amount that the order says is to be refunded.
    Due,
    /// An amount, in minor units.
    Amount(i64),
    /// The price of these units, and of shipping.
    Parts { items: &'a [Units], shipping: bool },
    /// The price of these returned units, at most what is to be refunded.
    Returned(&'a [Units]),
}

/// A refund that fits the order, before it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RefundPlan {
    amount: Money,
    shipping: Money,
    items: Vec<Units>,
    taxes: Vec<TaxGroup>,
}

/// A rate of the order: the amount that bears it with its tax, the tax in it, and the part of both
/// that went back.
struct Bucket {
    rate: Percent,
    gross: i64,
    tax: i64,
    done: i64,
    done_tax: i64,
}

impl Order {
    /// The refund that this says.
    ///
    /// # Errors
    /// Invalid for an amount that is none and for lines the order does not have; a conflict for
    /// more than was paid.
    pub(super) fn refund(&self, input: &RefundInput, now: Timestamp) -> Decided<Step> {
        let left = |item: &Item| item.quantity - self.refunded_units(item.id);
        let items = match &input.items {
            Some(named) => self.choose_units(Some(named), left)?,
            None => Vec::new(),
        };
        let wish = match &input.amount {
            Some(text) => Wish::Amount(self.refund_amount(text)?),
            None if input.items.is_some() || input.shipping => {
                Wish::Parts { items: &items, shipping: input.shipping }
            }
            None => Wish::Due,
        };
        let plan = self.plan_refund(wish).map_err(|detail| self.not_possible(detail))?;
        Ok(self.refund_step(plan, Some(input.reason.clone()), now))
    }

    /// The refund that goes with a return of these units, which this order has already.
    ///
    /// # Errors
    /// A sentence, where nothing is to be refunded.
    pub(super) fn refund_of_return(&self, units: &[Units], now: Timestamp) -> Result<Step, String> {
        let plan = self.plan_refund(Wish::Returned(units))?;
        Ok(self.refund_step(plan, None, now))
    }

    pub(super) fn add_refund(&mut self, refund: &Refund) {
        self.refunded_total = self.money(self.refunded_total.minor() + refund.amount.minor());
        self.refunds.push(refund.clone());
    }

    fn refund_step(&self, plan: RefundPlan, reason: Option<String>, now: Timestamp) -> Step {
        Step::Refund(Refund {
            id: None,
            amount: plan.amount,
            currency: self.currency,
            items: plan.items,
            shipping: plan.shipping,
            reason,
            taxes: plan.taxes,
            refunded_at: now,
        })
    }

    fn refund_amount(&self, text: &str) -> Decided<i64> {
        match parse_amount(text, self.currency)?.minor() {
            0 => Err(out_of_range("A refund is more than nothing.")),
            minor => Ok(minor),
        }
    }

    /// The amount that was paid and did not go back, in minor units.
    pub fn refundable(&self) -> i64 {
        self.paid_total.minor() - self.refunded_total.minor()
    }

    /// Units of a line that were refunded by name.
    fn refunded_units(&self, item_id: Id) -> i64 {
        let units = self.refunds.iter().flat_map(|refund| &refund.items);
        units.filter(|units| units.item_id == item_id).map(|units| units.quantity).sum()
    }

    /// # Errors
    /// A sentence, where it does not fit: more than was paid, or units that went back already.
    fn plan_refund(&self, wish: Wish) -> Result<RefundPlan, String> {
        let (mut items, mut shipping, mut prefers) = (Vec::new(), 0, Vec::new());
        let amount = match wish {
            Wish::Amount(amount) => amount,
            Wish::Due => {
                let dropped = |item: &Item| {
                    let units = item.cancelled_quantity + item.returned_quantity;
                    (item.tax_rate, share(item.total.minor(), units, item.quantity))
                };
                prefers = self.items.iter().map(dropped).collect();
                self.to_refund.minor()
            }
            Wish::Parts { items: units, shipping: with_shipping } => {
                prefers = self.prices_of(units)?;
                items = units.to_vec();
                if with_shipping {
                    shipping = self.shipping_left()?;
                    let parts = &self.totals.shipping_parts;
                    let rate = parts.first().map(|part| part.rate).unwrap_or_default();
                    prefers.push((rate, shipping));
                }
                prefers.iter().map(|(_, price)| price).sum()
            }
            Wish::Returned(units) => {
                items = self.not_refunded_yet(units);
                prefers = self.prices_of(&items)?;
                let price: i64 = prefers.iter().map(|(_, price)| price).sum();
                price.min(self.to_refund.minor())
            }
        };
        if amount == 0 || amount > self.refundable() {
            let left = Money::new(self.refundable(), self.currency).text();
            let code = self.currency.code();
            return Err(match amount {
                0 => "There is nothing to refund.".to_owned(),
                _ => format!("{left} {code} can be refunded: what was paid and did not go back."),
            });
        }
        let money = |minor| Money::new(minor, self.currency);
        let taxes = self.taxes_of(amount, &prefers);
        Ok(RefundPlan { amount: money(amount), shipping: money(shipping), items, taxes })
    }

    /// The prices of these units, a row a line: the share that follows what went back of it before.
    fn prices_of(&self, units: &[Units]) -> Result<Vec<(Percent, i64)>, String> {
        let price = |units: &Units| {
            let item = self.items.iter().find(|item| item.id == units.item_id);
            let item = item.ok_or("This order has no such item.")?;
            let before = self.refunded_units(item.id);
            let after = before + units.quantity;
            if after > item.quantity {
                let left = item.quantity - before;
                return Err(format!("{left} of “{}” were not refunded yet.", item.name));
            }
            let total = item.total.minor();
            let price = share(total, after, item.quantity) - share(total, before, item.quantity);
            Ok((item.tax_rate, price))
        };
        units.iter().map(price).collect()
    }

    fn shipping_left(&self) -> Result<i64, String> {
        let tax = if self.prices_include_tax { 0 } else { self.totals.shipping_tax.minor() };
        let done: i64 = self.refunds.iter().map(|refund| refund.shipping.minor()).sum();
        match self.totals.shipping_total.minor() + tax - done {
            left if left > 0 => Ok(left),
            _ => Err("There is no price of shipping left to refund.".to_owned()),
        }
    }

    fn not_refunded_yet(&self, units: &[Units]) -> Vec<Units> {
        let left = |units: &Units| {
            let item = self.items.iter().find(|item| item.id == units.item_id)?;
            let quantity = units.quantity.min(item.quantity - self.refunded_units(item.id));
            (quantity > 0).then_some(Units { item_id: item.id, quantity })
        };
        units.iter().filter_map(left).collect()
    }

    /// The tax in an amount that goes back. `prefers`: which rates it is taken from first, and how
    /// much of it.
    fn taxes_of(&self, amount: i64, prefers: &[(Percent, i64)]) -> Vec<TaxGroup> {
        let buckets = self.buckets(amount);
        let wanted = |bucket: &Bucket| {
            let own = prefers.iter().filter(|(rate, _)| *rate == bucket.rate);
            own.map(|(_, price)| price).sum::<i64>()
        };
        let left = |bucket: &Bucket| (bucket.gross - bucket.done).max(0);
        let mut first: Vec<i64> = buckets.iter().map(wanted).collect();
        if first.iter().sum::<i64>() > amount {
            first = shared(amount.into(), &first);
        }
        for (part, bucket) in first.iter_mut().zip(&buckets) {
            *part = (*part).min(left(bucket));
        }
        let rest = amount - first.iter().sum::<i64>();
        let room: Vec<i64> = buckets.iter().zip(&first).map(|(b, part)| left(b) - part).collect();
        let more = shared(rest.into(), &room);
        let group = |(bucket, (first, more)): (&Bucket, (&i64, &i64))| {
            let gross = first + more;
            let tax = share(bucket.tax, bucket.done + gross, bucket.gross) - bucket.done_tax;
            let money = |minor| Money::new(minor, self.currency);
            TaxGroup { rate: bucket.rate, net: money(gross - tax), tax: money(tax) }
        };
        let parts = buckets.iter().zip(first.iter().zip(&more)).map(group);
        parts.filter(|group| group.net.minor() + group.tax.minor() > 0).collect()
    }

    /// The rates of what was paid for: of all there is without what was cancelled, where that is
    /// enough; else, when more was paid, of the whole order.
    fn buckets(&self, amount: i64) -> Vec<Bucket> {
        let alive = self.buckets_of(|item| item.quantity - item.cancelled_quantity);
        let sum: i64 = alive.iter().map(|bucket| bucket.gross).sum();
        let fits = alive.iter().all(|bucket| bucket.done <= bucket.gross);
        if fits && self.paid_total.minor() <= sum && self.refunded_total.minor() + amount <= sum {
            return alive;
        }
        self.buckets_of(|item| item.quantity)
    }

    fn buckets_of(&self, units: impl Fn(&Item) -> i64) -> Vec<Bucket> {
        let rates = groups(self.bearings(units), self.currency);
        let bucket = |group: TaxGroup| {
            let before = self.refunds.iter().flat_map(|refund| &refund.taxes);
            let before = before.filter(|before| before.rate == group.rate);
            let (done, done_tax) = before.fold((0, 0), |(gross, tax), before| {
                (gross + before.net.minor() + before.tax.minor(), tax + before.tax.minor())
            });
            let tax = group.tax.minor();
            Bucket { rate: group.rate, gross: group.net.minor() + tax, tax, done, done_tax }
        };
        rates.into_iter().map(bucket).collect()
    }
}
