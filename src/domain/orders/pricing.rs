//! The prices of a quote: what is taken off its lines, and what they come to.

use super::lines::{QuoteLine, weight_of};
use crate::domain::Parsed;
use crate::domain::applied_discounts::{DiscountKind, all_parts, applied};
use crate::domain::discounts::Discount;
use crate::domain::money::Money;
use crate::domain::settings::Settings;
use crate::domain::shipping::ShippingMethod;
use crate::domain::totals::{
    Priced, Reduction, ShippingPrice, ShippingTax, Totals, add_up, discounts,
};

/// The discounts on a whole order, in the order in which they are taken off.
pub(super) struct OrderDiscounts<'a> {
    /// Agreed to for this order, and why.
    pub(super) agreed: Option<(Reduction, &'a str)>,
    pub(super) code: Option<&'a Discount>,
}

/// Prices the lines, and what they come to with their shipping.
pub(super) fn price(
    lines: &mut [QuoteLine],
    off: &OrderDiscounts,
    (method, shipping_tax): (&ShippingMethod, ShippingTax),
    settings: &Settings,
) -> Parsed<Totals> {
    let due = take_off(lines, off);
    let is_free = off.code.is_some_and(|code| code.reduction() == Reduction::FreeShipping);
    let shipping = match is_free || lines.is_empty() {
        true => Money::new(0, settings.currency),
        false => method.price_for(due.iter().sum(), weight_of(lines)),
    };
    let priced: Vec<Priced> =
        lines.iter().map(|line| Priced { subtotal: line.subtotal, rate: line.tax_rate }).collect();
    let off_lines: Vec<i64> =
        lines.iter().zip(&due).map(|(line, due)| line.subtotal.minor() - due).collect();
    let shipping = ShippingPrice { price: shipping, tax: shipping_tax };
    let inclusive = settings.prices_include_tax;
    let (mut totals, line_totals) =
        add_up(&priced, &off_lines, shipping, inclusive, settings.currency)?;
    totals.discount_code = off.code.map(|code| code.code.clone());
    totals.discount_reason = off.agreed.map(|(_, reason)| reason.to_owned());
    totals.discounts = all_parts(lines.iter().map(|line| line.discounts.as_slice()));
    for (line, totals) in lines.iter_mut().zip(line_totals) {
        (line.discount, line.tax, line.total) = (totals.discount, totals.tax, totals.total);
    }
    Ok(totals)
}

/// Takes the discounts on the order off its lines, each of what the one before has left, and
/// returns what is left in the end, in minor units. The lines note the parts.
fn take_off(lines: &mut [QuoteLine], off: &OrderDiscounts) -> Vec<i64> {
    let agreed = off.agreed.map(|(reduction, reason)| (DiscountKind::Order, reduction, reason));
    let code = off.code.map(|of| (DiscountKind::Code, of.reduction(), of.code.as_str()));
    let mut left: Vec<Money> = lines.iter().map(QuoteLine::after_own_discount).collect();
    for (kind, reduction, reason) in agreed.into_iter().chain(code) {
        let parts = discounts(&left, Some(reduction));
        for ((line, left), off) in lines.iter_mut().zip(&mut left).zip(parts) {
            *left = Money::new(left.minor() - off, left.currency());
            line.discounts.extend(applied(kind, Money::new(off, left.currency()), Some(reason)));
        }
    }
    left.into_iter().map(Money::minor).collect()
}
