//! The journal of sales: what each event did to the sums of the shop. A row is never changed; what
//! is taken back is a row with the opposite.

use super::orders::{Order, Standing};
use super::settings::PaymentMethod;
use super::tax::Percent;
use super::totals::TaxGroup;

/// The sums of a row, or of many: counts, and minor units of money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub orders: i64,
    pub units: i64,
    /// The price of what was placed, with its tax.
    pub gross: i64,
    pub discounts: i64,
    pub shipping: i64,
    /// What cancellations, returns and reductions of the price took off, with its tax; less than
    /// nothing where one of them was taken back.
    pub reductions: i64,
    /// `gross` without `reductions` and without tax.
    pub net: i64,
    pub tax: i64,
    pub received: i64,
    pub refunded: i64,
}

impl Sums {
    /// The sums of both.
    pub fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.units += other.units;
        self.gross += other.gross;
        self.discounts += other.discounts;
        self.shipping += other.shipping;
        self.reductions += other.reductions;
        self.net += other.net;
        self.tax += other.tax;
        self.received += other.received;
        self.refunded += other.refunded;
    }
}

/// A row of the journal: what bears a rate of tax, or money that moved in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalRow {
    pub rate: Option<Percent>,
    pub method: Option<PaymentMethod>,
    pub sums: Sums,
}

impl JournalRow {
    fn of_rate(rate: Percent) -> Self {
        Self { rate: Some(rate), method: None, sums: Sums::default() }
    }

    fn of_method(method: PaymentMethod) -> Self {
        Self { rate: None, method: Some(method), sums: Sums::default() }
    }
}

/// The rows of an order that was placed: one for each rate. The order itself is counted in the
/// first.
pub fn placed(order: &Order) -> Vec<JournalRow> {
    let mut rows: Vec<JournalRow> = Vec::new();
    for item in &order.items {
        let (total, tax) = (item.total.minor(), item.tax.minor());
        let sums = Sums {
            units: item.quantity,
            gross: total,
            discounts: item.discount.minor(),
            net: total - tax,
            tax,
            ..Sums::default()
        };
        row_of(&mut rows, JournalRow::of_rate(item.tax_rate)).add(&sums);
    }
    for part in order.totals.shipping_parts.iter().filter(|part| part.amount > 0) {
        let on_top = if order.prices_include_tax { 0 } else { part.tax };
        let gross = part.amount + on_top;
        let net = gross - part.tax;
        let sums = Sums { gross, shipping: part.amount, net, tax: part.tax, ..Sums::default() };
        row_of(&mut rows, JournalRow::of_rate(part.rate)).add(&sums);
    }
    if let Some(first) = rows.first_mut() {
        first.sums.orders = 1;
    }
    rows
}

/// The rows of a change from one state of an order to another: one for each rate whose sums moved,
/// and one for each way in which money did.
pub fn changed(before: &Order, after: &Order) -> Vec<JournalRow> {
    let mut rows = Vec::new();
    if !before.stands_like(after) {
        rows = taken_off(&Standing::of(before).minus(&Standing::of(after)), 1);
    }
    for (order, sign) in [(before, -1), (after, 1)] {
        for payment in &order.payments {
            let sums = Sums { received: sign * payment.amount.minor(), ..Sums::default() };
            row_of(&mut rows, JournalRow::of_method(payment.method)).add(&sums);
        }
        for refund in &order.refunds {
            let sums = Sums { refunded: sign * refund.moved(), ..Sums::default() };
            row_of(&mut rows, JournalRow::of_method(refund.method)).add(&sums);
        }
    }
    rows.retain(|row| row.sums != Sums::default());
    rows
}

/// The rows of what an order stands at: one for each rate.
pub fn opening(order: &Order) -> Vec<JournalRow> {
    let row = |group: &TaxGroup| {
        let (net, tax) = (group.net.minor(), group.tax.minor());
        JournalRow { sums: Sums { net, tax, ..Sums::default() }, ..JournalRow::of_rate(group.rate) }
    };
    Standing::of(order).taxes.iter().map(row).collect()
}

/// The rows of an order whose tax is due in another country from now on, in the one it leaves.
pub fn moved_out(order: &Order) -> Vec<JournalRow> {
    taken_off(&Standing::of(order).taxes, 1)
}

/// The same in the country that it comes to.
pub fn moved_in(order: &Order) -> Vec<JournalRow> {
    taken_off(&Standing::of(order).taxes, -1)
}

/// The rows of what does not stand any more; with a `sign` of −1, of what stands again.
fn taken_off(groups: &[TaxGroup], sign: i64) -> Vec<JournalRow> {
    let row = |group: &TaxGroup| {
        let (net, tax) = (sign * group.net.minor(), sign * group.tax.minor());
        let sums = Sums { reductions: net + tax, net: -net, tax: -tax, ..Sums::default() };
        JournalRow { sums, ..JournalRow::of_rate(group.rate) }
    };
    groups.iter().map(row).collect()
}

/// The sums of the row like this one, which is added where there is none.
fn row_of(rows: &mut Vec<JournalRow>, like: JournalRow) -> &mut Sums {
    let is_it = |row: &JournalRow| row.rate == like.rate && row.method == like.method;
    let at = rows.iter().position(is_it).unwrap_or(rows.len());
    if at == rows.len() {
        rows.push(like);
    }
    &mut rows[at].sums
}
