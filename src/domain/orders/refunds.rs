//! Money that goes back. It settles what is to be refunded first; what goes beyond that is a
//! reduction of the price, and by so much less stands from then on.

use super::order::{Item, Order};
use super::payments::{out_of_range, parse_amount};
use super::standing::Standing;
use super::steps::{Refund, RefundStatus, Step, Units};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::totals::shared;
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

/// What is refunded, in minor units.
#[derive(Clone, Debug, Default)]
struct RefundPlan {
    amount: i64,
    items: Vec<Units>,
    /// The part of the amount that is for shipping.
    shipping: i64,
}

impl Order {
    /// The refund that this says.
    ///
    /// # Errors
    /// Invalid for an amount that is none and for lines the order does not have; a conflict for
    /// more than was paid.
    pub(super) fn refund(&self, input: &RefundInput, now: Timestamp) -> Decided<Refund> {
        let plan = match &input.amount {
            Some(text) => RefundPlan { amount: self.refund_amount(text)?, ..RefundPlan::default() },
            None if input.items.is_some() || input.shipping => {
                let items = input.items.as_deref().unwrap_or_default();
                self.refund_of_parts(items, input.shipping)?
            }
            None => RefundPlan { amount: self.to_refund.minor(), ..RefundPlan::default() },
        };
        let (left, currency) = (self.refundable(), self.currency.code());
        if plan.amount == 0 {
            return Err(self.not_possible("There is nothing to refund."));
        }
        if plan.amount > left {
            let left = self.money(left).text();
            let detail =
                format!("{left} {currency} can be refunded: what was paid and did not go back.");
            return Err(self.not_possible(detail));
        }
        Ok(self.planned(plan, Some(input.reason.clone()), now))
    }

    /// The refund that goes with a return of these units, which this order has already; `before`:
    /// the order before it. At most what is to be refunded.
    ///
    /// # Errors
    /// A sentence, where nothing is.
    pub(super) fn refund_of_return(
        &self,
        before: &Self,
        units: &[Units],
        now: Timestamp,
    ) -> Result<Step, String> {
        let price = before.owed - self.owed;
        let amount = price.min(self.to_refund.minor());
        if amount <= 0 {
            return Err("There is nothing to refund.".to_owned());
        }
        let shipping = Standing::of(before).shipping_total() - Standing::of(self).shipping_total();
        // Rounding may leave a minor unit of its tax with the goods.
        let shipping = if amount == price { shipping.clamp(0, amount) } else { 0 };
        let plan = RefundPlan { amount, items: self.not_named_yet(units), shipping };
        Ok(Step::Refund(self.planned(plan, None, now)))
    }

    /// The amount that was paid and did not go back, in minor units.
    pub fn refundable(&self) -> i64 {
        self.paid_total.minor() - self.refunded_total.minor()
    }

    pub(super) fn add_refund(&mut self, refund: &Refund) {
        self.reduce(refund);
        self.refunded_total = self.money(self.refunded_total.minor() + refund.counted());
        self.refunds.push(refund.clone());
    }

    fn refund_amount(&self, text: &str) -> Decided<i64> {
        match parse_amount(text, self.currency)?.minor() {
            0 => Err(out_of_range("A refund is more than nothing.")),
            minor => Ok(minor),
        }
    }

    /// The price of these units and of shipping: of units that were dropped at most what is to be
    /// refunded, of the others what they stand at.
    fn refund_of_parts(&self, items: &[Units], with_shipping: bool) -> Decided<RefundPlan> {
        let left = |item: &Item| {
            let left = item.priced() + self.dropped_unnamed(item);
            left.min(item.quantity - self.named(item.id))
        };
        let items = self.choose_units(Some(items), left)?;
        let due = self.to_refund.minor();
        let dropped = self.price_of_dropped(&items).clamp(0, due);
        let stands = |order: &Self| self.owed_difference(order).max(0);
        let of_units = stands(&self.without_price_of(&items, false));
        let shipping = if !with_shipping {
            0
        } else if !self.shipping_owed {
            self.price_of_shipping(due - dropped)
        } else if Standing::of(self).shipping_total() > 0 {
            // Rounding may leave a minor unit of its tax with the units.
            (stands(&self.without_price_of(&items, true)) - of_units).max(0)
        } else {
            0
        };
        if with_shipping && shipping == 0 {
            return Err(self.not_possible("There is no price of shipping left to refund."));
        }
        Ok(RefundPlan { amount: dropped + of_units + shipping, items, shipping })
    }

    /// What did not go back of the price of shipping that is not owed any more, at most `due`.
    fn price_of_shipping(&self, due: i64) -> i64 {
        let tax = if self.prices_include_tax { 0 } else { self.totals.shipping_tax.minor() };
        let done: i64 = self.refunds.iter().map(|refund| refund.shipping.minor()).sum();
        (self.totals.shipping_total.minor() + tax - done).clamp(0, due.max(0))
    }

    /// The refund of a plan, with what it takes off the price.
    fn planned(&self, plan: RefundPlan, reason: Option<String>, now: Timestamp) -> Refund {
        let beyond = (plan.amount - self.to_refund.minor()).max(0);
        let last = self.payments.last().map(|payment| payment.method);
        let refund = Refund {
            id: None,
            amount: self.money(plan.amount),
            currency: self.currency,
            items: plan.items,
            shipping: self.money(plan.shipping),
            reason,
            price_reduction: self.money(beyond),
            taxes: Vec::new(),
            refunded_at: now,
            via: None,
            status: RefundStatus::Done,
            failed_amount: self.money(0),
            method: last.unwrap_or(self.payment_method),
            parts: Vec::new(),
        };
        if beyond == 0 {
            return refund;
        }
        let mut reduced = self.clone();
        reduced.reduce(&refund);
        Refund { taxes: Standing::of(self).minus(&Standing::of(&reduced)), ..refund }
    }

    /// Takes the reduction of a refund off the price. It belongs to what the refund names: units
    /// stand at nothing where it is their price, else the amount is taken off their lines; with
    /// nothing named, off everything in proportion.
    fn reduce(&mut self, refund: &Refund) {
        let reduction = refund.price_reduction.minor();
        if reduction == 0 {
            return;
        }
        let of_shipping = refund.shipping.minor() > 0 && self.shipping_owed;
        let reduced = self.without_price_of(&refund.items, of_shipping);
        if self.owed_difference(&reduced) == reduction {
            *self = reduced;
            return;
        }
        let of_named = self.reduce_named(&refund.items, of_shipping, reduction);
        self.reduce_all(reduction - of_named);
    }

    /// Takes an amount off the named units and shipping if that is meant, in proportion to what
    /// they come to and at most that. Returns how much it was.
    fn reduce_named(&mut self, items: &[Units], shipping: bool, amount: i64) -> i64 {
        let price = |units: &Units| {
            self.owed_difference(&self.without_price_of(std::slice::from_ref(units), false)).max(0)
        };
        let mut prices: Vec<i64> = items.iter().map(price).collect();
        prices.push(if shipping { Standing::of(self).shipping_total() } else { 0 });
        let amount = amount.min(prices.iter().sum());
        let (parts, before) = (shared(amount.into(), &prices), self.clone());
        for (units, part) in items.iter().zip(&parts) {
            let quantity = self.standing_of(units);
            self.add_to_items(&[Units { quantity, ..*units }], |item, units| {
                item.reduced = (item.reduced.0 + units, item.reduced.1 + part);
            });
        }
        self.shipping_reduction += parts.last().copied().unwrap_or(0);
        before.owed_difference(self)
    }

    /// Takes an amount off all lines and shipping, in proportion to what they come to.
    fn reduce_all(&mut self, amount: i64) {
        let standing = Standing::of(self);
        let mut totals: Vec<i64> = standing.lines.iter().map(|line| line.total).collect();
        totals.push(standing.shipping_total());
        let parts = shared(amount.min(totals.iter().sum()).into(), &totals);
        for ((item, line), part) in self.items.iter_mut().zip(&standing.lines).zip(&parts) {
            item.reduced.1 = item.reduced.1.min(line.reduction);
            item.reduction = line.reduction - item.reduced.1 + part;
        }
        let off_shipping: i64 = standing.shipping.iter().map(|part| part.reduction).sum();
        self.shipping_reduction = off_shipping + parts.last().copied().unwrap_or(0);
    }

    /// How many of named units are ones that stand at their price.
    fn standing_of(&self, units: &Units) -> i64 {
        let Some(item) = self.item(units.item_id) else { return 0 };
        (units.quantity - self.named_dropped(item, units.quantity)).min(item.priced())
    }

    /// The order whose named units stand at nothing, and shipping if that is meant.
    fn without_price_of(&self, items: &[Units], shipping: bool) -> Self {
        let mut reduced = self.clone();
        for units in items {
            let quantity = self.standing_of(units);
            reduced.add_to_items(&[Units { quantity, ..*units }], Item::zero);
        }
        if shipping {
            let stands = Standing::of(self).shipping;
            reduced.shipping_reduction = stands.iter().map(|part| part.gross).sum();
        }
        reduced
    }

    /// By how much less stands of another state of this order.
    fn owed_difference(&self, other: &Self) -> i64 {
        Standing::of(self).total() - Standing::of(other).total()
    }

    /// The price of the named units that were dropped and not refunded by name.
    fn price_of_dropped(&self, items: &[Units]) -> i64 {
        let mut again = self.clone();
        for units in items {
            let Some(item) = self.item(units.item_id) else { continue };
            let quantity = self.named_dropped(item, units.quantity);
            again.add_to_items(&[Units { quantity, ..*units }], |item, units| {
                let cancelled = units.min(item.cancelled_quantity);
                item.cancelled_quantity -= cancelled;
                item.returned_quantity -= units - cancelled;
            });
        }
        -self.owed_difference(&again)
    }

    /// How many of so many named units are meant to be ones that were dropped: those come first, as
    /// long as something is to be refunded.
    fn named_dropped(&self, item: &Item, named: i64) -> i64 {
        named.min(self.dropped_unnamed(item))
    }

    /// Units of a line that were cancelled or returned and not refunded by name, while anything is
    /// to be refunded.
    fn dropped_unnamed(&self, item: &Item) -> i64 {
        if self.to_refund.minor() == 0 {
            return 0;
        }
        let dropped = item.cancelled_quantity + item.returned_quantity;
        (dropped - (self.named(item.id) - item.zeroed)).max(0)
    }

    /// Units of a line that refunds name.
    fn named(&self, item_id: Id) -> i64 {
        let units = self.refunds.iter().flat_map(|refund| &refund.items);
        units.filter(|units| units.item_id == item_id).map(|units| units.quantity).sum()
    }

    fn not_named_yet(&self, units: &[Units]) -> Vec<Units> {
        let left = |units: &Units| {
            let quantity = units.quantity.min(self.dropped_unnamed(self.item(units.item_id)?));
            (quantity > 0).then_some(Units { quantity, ..*units })
        };
        units.iter().filter_map(left).collect()
    }
}
