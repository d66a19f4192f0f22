//! What an order costs, to the last minor unit: the discount, the price of shipping, and the tax.
//!
//! Tax is rounded half up once for each rate, on the sum of all that bears it, as the VAT breakdown
//! of EN 16931 wants it (BG-23), and then shared back over the lines by largest remainder. So what
//! stands on the lines always adds up to what stands below them.

use serde::Serialize;

use super::Parsed;
use super::applied_discounts::AppliedDiscount;
use super::currency::Currency;
use super::money::Money;
use super::tax::Percent;

/// A line to be priced: what its units cost in all, and the rate its goods bear.
#[derive(Clone, Copy, Debug)]
pub struct Priced {
    pub subtotal: Money,
    pub rate: Percent,
}

/// The price of shipping, and what it bears.
#[derive(Clone, Copy, Debug)]
pub struct ShippingPrice {
    pub price: Money,
    pub tax: ShippingTax,
}

/// The rates that shipping bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShippingTax {
    /// One, whatever is sent.
    Rate(Percent),
    /// Those of the goods, in proportion to their amounts: shipping is ancillary to them.
    /// `otherwise` is that of goods that have no amount at all.
    OfGoods { otherwise: Percent },
}

impl ShippingPrice {
    /// The price in each rate: that of the goods after the discount, of goods that cost nothing
    /// then before it. Of equal remainders that of the earlier line comes first.
    fn parts(self, lines: &[Priced], discounts: &[i64]) -> Vec<(i64, Percent)> {
        let otherwise = match self.tax {
            ShippingTax::Rate(rate) => return vec![(self.price.minor(), rate)],
            ShippingTax::OfGoods { otherwise } => otherwise,
        };
        let before = || lines.iter().map(|line| line.subtotal.minor());
        let after: Vec<i64> = before().zip(discounts).map(|(before, off)| before - off).collect();
        let amounts = if after.iter().any(|due| *due > 0) { after } else { before().collect() };
        let mut weights: Vec<(Percent, i64)> = Vec::new();
        for (line, amount) in lines.iter().zip(amounts) {
            match weights.iter_mut().find(|(rate, _)| *rate == line.rate) {
                Some((_, weight)) => *weight += amount,
                None => weights.push((line.rate, amount)),
            }
        }
        if weights.iter().all(|(_, weight)| *weight == 0) {
            weights = vec![(otherwise, 1)];
        }
        let (rates, weights): (Vec<Percent>, Vec<i64>) = weights.into_iter().unzip();
        shared(self.price.minor().into(), &weights).into_iter().zip(rates).collect()
    }
}

/// The reduction that a discount makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Of the goods.
    Percent(Percent),
    /// Off the goods, at most all of them.
    Amount(Money),
    /// The price of shipping.
    FreeShipping,
}

/// The sums of an order.
#[derive(Clone, Debug, Serialize)]
pub struct Totals {
    pub subtotal: Money,
    pub discount_code: Option<String>,
    pub discount_total: Money,
    /// The parts of `discount_total`.
    pub discounts: Vec<AppliedDiscount>,
    /// The reason for the discount that was agreed to for the whole order.
    #[serde(skip)]
    pub discount_reason: Option<String>,
    pub shipping_total: Money,
    pub shipping_tax: Money,
    /// The price of shipping in each rate that it bears.
    #[serde(skip)]
    pub shipping_parts: Vec<ShippingPart>,
    pub tax_total: Money,
    pub taxes: Vec<TaxGroup>,
    pub total: Money,
}

impl Totals {
    /// The price of shipping as it is stored: rate, amount and tax of each part.
    pub fn shipping_rows(&self) -> Vec<(Percent, i64, i64)> {
        self.shipping_parts.iter().map(|part| (part.rate, part.amount, part.tax)).collect()
    }
}

/// The part of the price of shipping that bears one rate, as it was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShippingPart {
    pub rate: Percent,
    /// Minor units; with its tax where prices include it.
    pub amount: i64,
    pub tax: i64,
}

/// All that bears one rate: its price without tax, and its tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TaxGroup {
    pub rate: Percent,
    pub net: Money,
    pub tax: Money,
}

/// The sums of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineTotals {
    pub discount: Money,
    pub tax: Money,
    pub total: Money,
}

/// The part of each line that is taken off: a percentage of the goods rounded half up, or an
/// amount, shared over the lines by largest remainder. Lines that cost nothing get nothing. Each
/// subtotal is within the limit of money.
pub fn discounts(subtotals: &[Money], reduction: Option<Reduction>) -> Vec<i64> {
    let amounts: Vec<i64> = subtotals.iter().map(|subtotal| subtotal.minor()).collect();
    let subtotal: i128 = amounts.iter().map(|amount| i128::from(*amount)).sum();
    let off = match reduction {
        None | Some(Reduction::FreeShipping) => 0,
        Some(Reduction::Percent(percent)) => {
            half_up(subtotal * i128::from(percent.parts()), i128::from(Percent::WHOLE_PARTS))
        }
        Some(Reduction::Amount(amount)) => i128::from(amount.minor()).min(subtotal),
    };
    shared(off, &amounts)
}

/// Adds everything up. `discounts`: what [`discounts`] says of these lines, one for each.
///
/// # Errors
/// `amount_too_large` when a sum is above the limit of money.
pub fn add_up(
    lines: &[Priced],
    discounts: &[i64],
    shipping: ShippingPrice,
    prices_include_tax: bool,
    currency: Currency,
) -> Parsed<(Totals, Vec<LineTotals>)> {
    let sum = |amounts: &mut dyn Iterator<Item = i64>| -> i128 { amounts.map(i128::from).sum() };
    let subtotal = sum(&mut lines.iter().map(|line| line.subtotal.minor()));
    let discount = sum(&mut discounts.iter().copied());
    let subtotal = Money::checked(subtotal, currency)?;
    let discount_total = Money::checked(discount, currency)?;

    // The lines, and shipping behind them.
    let lines_due = lines.iter().zip(discounts);
    let mut due: Vec<(i64, Percent)> =
        lines_due.map(|(line, off)| (line.subtotal.minor() - off, line.rate)).collect();
    due.extend(shipping.parts(lines, discounts));
    let taxes = tax_parts(&due, prices_include_tax);
    let of_shipping = due.iter().zip(&taxes).skip(lines.len());
    let part =
        |(&(amount, rate), &tax): (&(i64, Percent), &i64)| ShippingPart { rate, amount, tax };
    let shipping_parts: Vec<ShippingPart> = of_shipping.map(part).collect();
    let shipping_tax = Money::new(shipping_parts.iter().map(|part| part.tax).sum(), currency);
    let tax: i128 = sum(&mut taxes.iter().copied());
    let on_top = if prices_include_tax { 0 } else { tax };
    let goods = sum(&mut due.iter().map(|(amount, _)| *amount));
    let total = Money::checked(goods + on_top, currency)?;
    let tax_total = Money::checked(tax, currency)?;

    let of_line = |((amount, _), (off, tax)): (&(i64, Percent), (&i64, &i64))| LineTotals {
        discount: Money::new(*off, currency),
        tax: Money::new(*tax, currency),
        total: Money::new(amount + if prices_include_tax { 0 } else { *tax }, currency),
    };
    let totals = Totals {
        subtotal,
        discount_code: None,
        discount_total,
        discounts: Vec::new(),
        discount_reason: None,
        shipping_total: shipping.price,
        shipping_tax,
        shipping_parts,
        tax_total,
        taxes: groups(
            due.iter().zip(&taxes).map(|((amount, rate), tax)| Bearing {
                rate: *rate,
                amount: *amount,
                tax: *tax,
                includes_tax: prices_include_tax,
            }),
            currency,
        ),
        total,
    };
    Ok((totals, due.iter().zip(discounts.iter().zip(&taxes)).map(of_line).collect()))
}

/// Something that bears a rate: its amount, with its tax or without, and its tax.
#[derive(Clone, Copy, Debug)]
pub struct Bearing {
    pub rate: Percent,
    /// Minor units.
    pub amount: i64,
    pub tax: i64,
    pub includes_tax: bool,
}

/// The sums of every rate, the highest first; none where nothing bears any tax.
pub fn groups(parts: impl Iterator<Item = Bearing>, currency: Currency) -> Vec<TaxGroup> {
    let mut groups: Vec<(Percent, i64, i64)> = Vec::new();
    for part in parts.filter(|part| part.amount > 0) {
        let net = part.amount - if part.includes_tax { part.tax } else { 0 };
        match groups.iter_mut().find(|(rate, ..)| *rate == part.rate) {
            Some((_, sum, tax)) => (*sum, *tax) = (*sum + net, *tax + part.tax),
            None => groups.push((part.rate, net, part.tax)),
        }
    }
    if groups.iter().all(|(rate, ..)| *rate == Percent::ZERO) {
        return Vec::new();
    }
    groups.sort_unstable_by_key(|(rate, ..)| std::cmp::Reverse(*rate));
    let group = |(rate, net, tax)| TaxGroup {
        rate,
        net: Money::new(net, currency),
        tax: Money::new(tax, currency),
    };
    groups.into_iter().map(group).collect()
}

/// The tax of each part: rounded half up on the sum of its rate, shared by largest remainder.
/// `included`: amounts are with their tax.
pub fn tax_parts(due: &[(i64, Percent)], included: bool) -> Vec<i64> {
    let mut taxes = vec![0; due.len()];
    let mut rates: Vec<Percent> = due.iter().map(|(_, rate)| *rate).collect();
    rates.sort_unstable();
    rates.dedup();
    for rate in rates {
        let of_rate = |(amount, own): &(i64, Percent)| if *own == rate { *amount } else { 0 };
        let amounts: Vec<i64> = due.iter().map(of_rate).collect();
        let sum: i128 = amounts.iter().map(|amount| i128::from(*amount)).sum();
        let tax = tax_of(sum, rate, included);
        for (tax, part) in taxes.iter_mut().zip(shared(tax, &amounts)) {
            *tax += part;
        }
    }
    taxes
}

/// The tax in an amount that has it in it, rounded half up; minor units.
pub fn included_tax(gross: i64, rate: Percent) -> i64 {
    i64::try_from(tax_of(gross.into(), rate, true)).unwrap_or(i64::MAX)
}

fn tax_of(amount: i128, rate: Percent, included: bool) -> i128 {
    let (parts, whole) = (i128::from(rate.parts()), i128::from(Percent::WHOLE_PARTS));
    half_up(amount * parts, if included { whole + parts } else { whole })
}

/// Shares a sum over parts in proportion to their weights, by largest remainder; of equal
/// remainders the first part's comes first. Every part is a whole number, and they add up.
pub fn shared(sum: i128, weights: &[i64]) -> Vec<i64> {
    let all: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if all == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: &i64| sum * i128::from(*weight);
    let mut parts: Vec<i128> = weights.iter().map(|weight| exact(weight) / all).collect();
    let left = sum - parts.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    let remainder = |at: &usize| weights.get(*at).map_or(0, |weight| exact(weight) % all);
    by_remainder.sort_by_key(|at| std::cmp::Reverse(remainder(at)));
    for at in by_remainder.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts.into_iter().map(|part| i64::try_from(part).unwrap_or(i64::MAX)).collect()
}

/// A quotient of numbers that are not negative, rounded half up.
fn half_up(dividend: i128, divisor: i128) -> i128 {
    (2 * dividend + divisor).div_euclid(2 * divisor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64) -> Money {
        Money::new(minor, Currency::parse("EUR").unwrap())
    }

    fn percent(text: &str) -> Percent {
        Percent::parse(text).unwrap()
    }

    /// Prices lines `(subtotal, rate)` and shipping, without a discount.
    fn price(lines: &[(i64, &str)], shipping: (i64, &str), included: bool) -> (Totals, Vec<i64>) {
        let line =
            |(amount, rate): &(i64, &str)| Priced { subtotal: money(*amount), rate: percent(rate) };
        let lines: Vec<Priced> = lines.iter().map(line).collect();
        let tax = ShippingTax::Rate(percent(shipping.1));
        let shipping = ShippingPrice { price: money(shipping.0), tax };
        let none = vec![0; lines.len()];
        let currency = money(0).currency();
        let (totals, lines) = add_up(&lines, &none, shipping, included, currency).unwrap();
        (totals, lines.iter().map(|line| line.tax.minor()).collect())
    }

    #[test]
    fn tax_is_rounded_once_per_rate_and_adds_up_on_the_lines() {
        let (totals, lines) = price(&[(99, "19"); 10], (0, "19"), true);
        assert_eq!((totals.tax_total, totals.total), (money(158), money(990)));
        assert_eq!(lines, [16, 16, 16, 16, 16, 16, 16, 16, 15, 15]);

        let (totals, _) = price(&[(315, "7")], (0, "7"), false);
        assert_eq!((totals.tax_total, totals.total), (money(22), money(337)));
        let (totals, _) = price(&[(250, "5")], (0, "0"), false);
        assert_eq!((totals.tax_total, totals.total), (money(13), money(263)));

        let (totals, lines) = price(&[(1_000, "19")], (490, "19"), true);
        assert_eq!((totals.tax_total, totals.shipping_tax), (money(238), money(78)));
        assert_eq!((lines, totals.total), (vec![160], money(1_490)));
    }

    #[test]
    fn every_rate_has_its_row_and_no_tax_has_none() {
        let (totals, _) = price(&[(1_190, "19"), (107, "7"), (50, "0")], (119, "19"), true);
        let row =
            |rate, net, tax| TaxGroup { rate: percent(rate), net: money(net), tax: money(tax) };
        assert_eq!(totals.taxes, [row("19", 1_100, 209), row("7", 100, 7), row("0", 50, 0)]);
        assert_eq!(price(&[(1_190, "0")], (0, "0"), true).0.taxes, []);
        // Shipping that is free bears nothing.
        assert_eq!(price(&[(1_190, "0")], (0, "19"), true).0.taxes, []);
    }

    #[test]
    fn proportional_shipping_bears_the_rates_of_the_goods() {
        let check = |lines: &[(i64, &str, i64)],
                     price: i64,
                     included: bool,
                     want: &[(&str, i64)]| {
            let line = |(amount, rate, _): &(i64, &str, i64)| Priced {
                subtotal: money(*amount),
                rate: percent(rate),
            };
            let priced: Vec<Priced> = lines.iter().map(line).collect();
            let off: Vec<i64> = lines.iter().map(|(.., off)| *off).collect();
            let tax = ShippingTax::OfGoods { otherwise: percent("25") };
            let shipping = ShippingPrice { price: money(price), tax };
            let (totals, lines) =
                add_up(&priced, &off, shipping, included, money(0).currency()).unwrap();
            let parts: Vec<(String, i64)> =
                totals.shipping_parts.iter().map(|part| (part.rate.text(), part.amount)).collect();
            let want: Vec<(String, i64)> =
                want.iter().map(|(rate, amount)| ((*rate).to_owned(), *amount)).collect();
            assert_eq!(parts, want);
            let of_lines: i64 = lines.iter().map(|line| line.tax.minor()).sum();
            assert_eq!(of_lines + totals.shipping_tax.minor(), totals.tax_total.minor());
            totals
        };
        let row =
            |rate, net, tax| TaxGroup { rate: percent(rate), net: money(net), tax: money(tax) };
        // 10.00 at 7 % and 20.00 at 19 %: of 6.00 a third and two thirds. 12.00 bear 0.84, 24.00
        // bear 4.56, on top of 36.00.
        let goods = [(1_000, "7", 0), (2_000, "19", 0)];
        let split = [("7", 200), ("19", 400)];
        let totals = check(&goods, 600, false, &split);
        assert_eq!(totals.taxes, [row("19", 2_400, 456), row("7", 1_200, 84)]);
        assert_eq!((totals.total, totals.shipping_total), (money(4_140), money(600)));
        // 0.14 of the 0.84 and 0.76 of the 4.56 are shipping's.
        assert_eq!(totals.shipping_tax, money(90));
        // The same with the tax in it: 12.00 × 7/107 is 0.785, 24.00 × 19/119 is 3.832.
        let totals = check(&goods, 600, true, &split);
        assert_eq!(totals.taxes, [row("19", 2_017, 383), row("7", 1_121, 79)]);
        assert_eq!(totals.total, money(3_600));
        // What a discount takes off weighs nothing; goods for nothing weigh what they cost before.
        check(&[(1_000, "7", 0), (2_000, "19", 2_000)], 600, true, &[("7", 600), ("19", 0)]);
        check(&[(1_000, "7", 1_000), (2_000, "19", 2_000)], 600, true, &split);
        check(&[(0, "7", 0), (0, "19", 0)], 600, true, &[("25", 600)]);
        // A cent that is left goes to the larger remainder, of equal ones to the earlier line.
        check(&[(500, "19", 0), (500, "7", 0)], 101, true, &[("19", 51), ("7", 50)]);
        check(&[(200, "7", 0), (300, "19", 0), (100, "7", 0)], 1, true, &[("7", 1), ("19", 0)]);
        check(&goods, 100, true, &[("7", 33), ("19", 67)]);
        check(&goods, 0, true, &[("7", 0), ("19", 0)]);
    }

    #[test]
    fn a_discount_is_shared_over_the_lines_and_takes_no_more_than_there_is() {
        let off = |lines: &[i64], reduction| {
            let lines: Vec<Money> = lines.iter().map(|line| money(*line)).collect();
            discounts(&lines, Some(reduction))
        };
        assert_eq!(off(&[1_000, 1_000, 1_000], Reduction::Amount(money(100))), [34, 33, 33]);
        assert_eq!(off(&[0, 500, 0], Reduction::Amount(money(100))), [0, 100, 0]);
        assert_eq!(off(&[300, 200], Reduction::Amount(money(9_999))), [300, 200]);
        assert_eq!(off(&[0, 0], Reduction::Amount(money(100))), [0, 0]);
        assert_eq!(off(&[999, 1], Reduction::Percent(percent("10"))), [100, 0]);
        assert_eq!(off(&[5], Reduction::Percent(percent("10"))), [1]);
        assert_eq!(off(&[999], Reduction::Percent(percent("100"))), [999]);
        assert_eq!(off(&[999], Reduction::FreeShipping), [0]);
    }

    #[test]
    fn what_is_shared_adds_up_whatever_the_weights() {
        assert_eq!(shared(2, &[1, 1, 1]), [1, 1, 0]);
        assert_eq!(shared(1, &[1, 2]), [0, 1]);
        assert_eq!(shared(7, &[0, 0]), [0, 0]);
        let huge = [999_999_999_999, 1, 999_999_999_999];
        let parts = shared(1_999_999_999_998, &huge);
        assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), 1_999_999_999_998);
    }
}
