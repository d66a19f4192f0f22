//! What was sold in the sample shop's last 90 days, a line an order, and what became of each.
//!
//! A story must be over by the time its order is as old as it is here, whatever day of the week it
//! is: `tests/it/demo.rs` opens the demo at many hours of a week.

use crate::domain::settings::PaymentMethod;
use crate::domain::settings::PaymentMethod::{
    BankTransfer, Card, CashOnDelivery, Invoice, PayAtPickup,
};

/// An order.
#[derive(Debug)]
pub struct Sale {
    pub days_ago: i64,
    /// Of the shop's clock; for an order of today (`days_ago` is 0), how many hours ago.
    pub hour: i64,
    /// The key of a person.
    pub buyer: &'static str,
    pub lines: &'static [(&'static str, i64)],
    pub method: PaymentMethod,
    pub story: Story,
    pub note: Option<&'static str>,
    /// The code of a discount.
    pub code: Option<&'static str>,
}

/// The steps of an order, each with its time after it was placed.
pub type Story = &'static [(After, Step)];

/// The time from an order to a step.
#[derive(Clone, Copy, Debug)]
pub enum After {
    Minutes(i64),
    /// So many days later, counting those on which the shop is open, at this hour.
    Days(i64, i64),
}

/// Something that happens to an order.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// All that is open is paid.
    Pay,
    /// Half of what is open is paid.
    PayHalf,
    Pack,
    /// All that is left leaves the house.
    Ship,
    /// The first line leaves the house, the others wait.
    ShipFirst,
    /// All that is under way arrives.
    Deliver,
    /// Units that did not leave the house are cancelled.
    Cancel(&'static str),
    /// The last line is cancelled.
    CancelLast(&'static str),
    /// The first line comes back, and its money goes.
    ReturnFirst,
    /// Everything comes back, and its money goes.
    Return,
    /// Money that is to be refunded goes back.
    Refund(&'static str),
    /// So many hundredths go back as well.
    RefundPart(i64, &'static str),
    /// The buyer declares not to want it.
    Withdraw,
}

use After::{Days, Minutes};
use Step::{
    Cancel, CancelLast, Deliver, Pack, Pay, PayHalf, Refund, RefundPart, Return, ReturnFirst, Ship,
    ShipFirst, Withdraw,
};

const NEW: Story = &[];
const PAID: Story = &[(Minutes(9), Pay)];
const HALF_PAID: Story = &[(Minutes(9), PayHalf)];
const PACKED: Story = &[(Minutes(9), Pay), (Minutes(70), Pack)];
const PACKED_UNPAID: Story = &[(Minutes(70), Pack)];
/// Three days old at least, as all that ends on the next open day.
const SHIPPED: Story = &[(Minutes(9), Pay), (Days(1, 9), Pack), (Days(1, 15), Ship)];
const SHIPPED_UNPAID: Story = &[(Days(1, 9), Pack), (Days(1, 15), Ship)];
const PARTLY_SHIPPED: Story = &[(Minutes(9), Pay), (Days(1, 9), Pack), (Days(1, 15), ShipFirst)];
const CANCELLED: Story = &[(Minutes(95), Cancel("Ordered twice by mistake."))];
const PAID_AND_CANCELLED: Story =
    &[(Minutes(9), Pay), (Days(1, 10), Cancel("It would have come too late."))];
const PAID_AND_PARTLY_CANCELLED: Story =
    &[(Minutes(9), Pay), (Days(1, 10), CancelLast("One piece has a crack; we have no other."))];
/// Five days old at least.
const COMPLETED: Story =
    &[(Minutes(9), Pay), (Days(1, 9), Pack), (Days(1, 15), Ship), (Days(3, 11), Deliver)];
const FETCHED: Story = &[(Days(1, 9), Pack), (Days(1, 17), Pay), (Days(1, 17), Deliver)];
const REFUNDED: Story = &[
    (Minutes(9), Pay),
    (Days(1, 10), Cancel("The last one was broken when we packed it.")),
    (Days(1, 11), Refund("Cancelled before it was packed.")),
];
/// Nine days old at least.
const RETURNED: Story = &[
    (Minutes(9), Pay),
    (Days(1, 9), Pack),
    (Days(1, 15), Ship),
    (Days(3, 11), Deliver),
    (Days(4, 9), Withdraw),
    (Days(6, 10), Return),
];
const PARTLY_RETURNED: Story = &[
    (Minutes(9), Pay),
    (Days(1, 9), Pack),
    (Days(1, 15), Ship),
    (Days(3, 11), Deliver),
    (Days(6, 10), ReturnFirst),
];
const WITH_A_SCRATCH: Story = &[
    (Minutes(9), Pay),
    (Days(1, 9), Pack),
    (Days(1, 15), Ship),
    (Days(3, 11), Deliver),
    (Days(4, 10), RefundPart(500, "One candle had a scratch.")),
];
const PAID_AT_THE_DOOR: Story =
    &[(Days(1, 9), Pack), (Days(1, 15), Ship), (Days(3, 11), Deliver), (Days(3, 17), Pay)];
const DELIVERED_UNPAID: Story = &[(Days(1, 9), Pack), (Days(1, 15), Ship), (Days(3, 11), Deliver)];
const DELIVERED_HALF_PAID: Story =
    &[(Minutes(9), PayHalf), (Days(1, 9), Pack), (Days(1, 15), Ship), (Days(3, 11), Deliver)];
const PARTLY_CANCELLED: Story = &[
    (Days(1, 9), CancelLast("Changed my mind about this one.")),
    (Days(1, 12), Pay),
    (Days(1, 15), Ship),
    (Days(3, 11), Deliver),
];
/// Nine days old at least.
const IN_TWO_PARCELS: Story = &[
    (Minutes(9), Pay),
    (Days(1, 15), ShipFirst),
    (Days(3, 11), Deliver),
    (Days(4, 15), Ship),
    (Days(6, 11), Deliver),
];
/// Sixteen days old at least.
const INVOICE_PAID: Story = &[
    (Days(1, 9), Pack),
    (Days(1, 15), Ship),
    (Days(3, 11), Deliver),
    (Days(12, 10), PayHalf),
    (Days(12, 16), Pay),
];

const fn sale(
    days_ago: i64,
    hour: i64,
    buyer: &'static str,
    lines: &'static [(&'static str, i64)],
    method: PaymentMethod,
    story: Story,
) -> Sale {
    Sale { days_ago, hour, buyer, lines, method, story, note: None, code: None }
}

impl Sale {
    const fn noted(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }

    const fn with_code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }
}

/// A week a paragraph; each sells a little more than the one before.
pub const SALES: &[Sale] = &[
    sale(88, 10, "ana", &[("MUG-BLUE", 2), ("COFFEE-DARK", 1)], BankTransfer, COMPLETED),
    sale(85, 16, "femi", &[("COFFEE-DARK", 6), ("JAM", 4)], Invoice, INVOICE_PAID),
    sale(81, 11, "nora", &[("SOAP-LAV", 3), ("HONEY", 1)], BankTransfer, COMPLETED),
    sale(77, 19, "clara", &[("TEE-M-NAVY", 1)], Card, COMPLETED),
    sale(75, 9, "ana", &[("CALENDAR", 1), ("TEA", 2)], BankTransfer, COMPLETED),
    sale(72, 14, "oskar", &[("APRON", 1)], Card, COMPLETED).noted("A present; please no bill."),
    sale(70, 20, "clara", &[("CALENDAR", 2)], BankTransfer, CANCELLED),
    sale(68, 10, "jonas", &[("OIL-10", 1), ("OIL-05", 2)], CashOnDelivery, PAID_AT_THE_DOOR),
    sale(65, 17, "femi", &[("COFFEE-LIGHT", 4), ("TEA", 3)], Invoice, INVOICE_PAID),
    sale(63, 12, "nora", &[("SOAP-CEDAR", 2), ("CANDLE", 2)], BankTransfer, PARTLY_RETURNED),
    sale(60, 18, "tom", &[("BOARD", 1)], Card, COMPLETED),
    sale(58, 9, "ana", &[("NOTE-LINED", 2), ("NOTE-PLAIN", 1)], BankTransfer, IN_TWO_PARCELS),
    sale(55, 13, "jonas", &[("SOCK-L", 2)], CashOnDelivery, PAID_AT_THE_DOOR),
    sale(54, 11, "leila", &[("TEAPOT", 1), ("TEA", 1)], Card, COMPLETED),
    sale(52, 20, "clara", &[("TEE-S-SAND", 1), ("BAG", 1)], Card, COMPLETED),
    sale(50, 10, "femi", &[("COFFEE-DARK", 8), ("HONEY", 3)], Invoice, INVOICE_PAID),
    sale(48, 15, "tom", &[("MUG-MOSS", 2)], BankTransfer, PAID_AND_CANCELLED),
    sale(47, 9, "mei", &[("CANDLE", 2), ("JAM", 2)], BankTransfer, COMPLETED)
        .with_code("WELCOME10"),
    sale(45, 16, "ana", &[("BELL", 1), ("SOCK-M", 2)], BankTransfer, COMPLETED),
    sale(43, 12, "nora", &[("MUG-WHITE", 4)], BankTransfer, COMPLETED),
    sale(41, 19, "oskar", &[("TEE-L-NAVY", 2)], Card, COMPLETED),
    sale(40, 10, "tom", &[("COFFEE-LIGHT", 2), ("APRON", 1)], Card, PARTLY_CANCELLED),
    sale(38, 14, "jonas", &[("OIL-05", 3)], CashOnDelivery, PAID_AT_THE_DOOR),
    sale(36, 18, "clara", &[("NOTE-PLAIN", 2), ("CALENDAR", 1)], BankTransfer, COMPLETED),
    sale(34, 11, "mei", &[("SOAP-NONE", 4), ("SOAP-LAV", 2)], BankTransfer, COMPLETED),
    sale(
        33,
        9,
        "femi",
        &[("COFFEE-DARK", 8), ("JAM", 4), ("BREAD-SOUR", 6)],
        Invoice,
        INVOICE_PAID,
    ),
    sale(32, 17, "ana", &[("MUG-BLUE", 3)], BankTransfer, COMPLETED),
    sale(30, 12, "sam", &[("CANDLE", 3)], Card, WITH_A_SCRATCH).with_code("welcome10"),
    sale(28, 20, "leila", &[("BLANKET", 1), ("BAG", 2)], Card, IN_TWO_PARCELS),
    sale(27, 13, "nora", &[("HONEY", 4), ("TEA", 2)], BankTransfer, COMPLETED),
    sale(26, 10, "tom", &[("TEE-M-NAVY", 2), ("TEE-M-SAND", 1)], Card, RETURNED),
    sale(25, 15, "clara", &[("TEAPOT", 1)], BankTransfer, DELIVERED_HALF_PAID),
    sale(24, 11, "mei", &[("BOARD", 1), ("OIL-10", 2)], BankTransfer, COMPLETED),
    sale(23, 19, "jonas", &[("SOCK-M", 3), ("SOCK-L", 1)], CashOnDelivery, PAID_AT_THE_DOOR),
    sale(21, 9, "femi", &[("COFFEE-LIGHT", 6), ("COFFEE-DARK", 6)], Invoice, INVOICE_PAID),
    sale(20, 18, "oskar", &[("BELL", 2)], Card, REFUNDED),
    sale(19, 10, "ana", &[("CALENDAR", 1), ("NOTE-LINED", 3)], BankTransfer, COMPLETED),
    sale(18, 14, "leila", &[("MUG-WHITE", 2), ("MUG-BLUE", 2)], Card, COMPLETED),
    sale(17, 20, "sam", &[("BAG", 2), ("SOAP-CEDAR", 3)], Card, COMPLETED),
    sale(16, 12, "nora", &[("CANDLE", 5)], BankTransfer, COMPLETED)
        .noted("For the chapel; all five are for Sunday."),
    sale(15, 17, "clara", &[("TEE-L-SAND", 1), ("BAG", 1)], Card, COMPLETED),
    sale(14, 9, "mei", &[("JAM", 3), ("HONEY", 3)], BankTransfer, IN_TWO_PARCELS)
        .with_code("POSTFREE"),
    sale(13, 16, "tom", &[("APRON", 2)], Card, COMPLETED),
    sale(12, 10, "femi", &[("COFFEE-DARK", 10), ("BREAD-SOUR", 8)], Invoice, DELIVERED_UNPAID),
    sale(11, 15, "jonas", &[("OIL-10", 1)], PayAtPickup, FETCHED),
    sale(10, 11, "ana", &[("BLANKET", 1)], BankTransfer, COMPLETED),
    sale(9, 19, "oskar", &[("TEE-S-NAVY", 1), ("SOCK-S", 1)], Card, COMPLETED),
    sale(8, 9, "nora", &[("SOAP-LAV", 6), ("HONEY", 4)], BankTransfer, COMPLETED),
    sale(8, 18, "clara", &[("TEAPOT", 1), ("MUG-MOSS", 2)], Card, PAID_AND_PARTLY_CANCELLED),
    sale(7, 13, "leila", &[("BOARD", 2)], Card, COMPLETED),
    sale(6, 20, "tom", &[("NOTE-PLAIN", 2), ("NOTE-LINED", 2)], BankTransfer, COMPLETED),
    sale(5, 9, "mei", &[("MUG-BLUE", 2), ("TEA", 2)], BankTransfer, SHIPPED),
    sale(4, 11, "jonas", &[("BELL", 1), ("BAG", 1)], CashOnDelivery, SHIPPED_UNPAID),
    sale(4, 17, "ana", &[("COFFEE-DARK", 2), ("BLANKET", 1)], BankTransfer, PARTLY_SHIPPED)
        .noted("The blanket may come later."),
    sale(2, 10, "femi", &[("COFFEE-LIGHT", 6), ("JAM", 4)], Invoice, PACKED_UNPAID),
    sale(1, 12, "sam", &[("SOCK-M", 1), ("TEE-M-SAND", 1)], Card, PACKED),
    sale(1, 16, "nora", &[("OIL-05", 2)], PayAtPickup, PACKED_UNPAID)
        .noted("I will come by on my way home."),
    sale(0, 7, "tom", &[("BOARD", 1), ("APRON", 1)], BankTransfer, HALF_PAID),
    sale(0, 3, "leila", &[("MUG-WHITE", 2)], Card, PAID),
    sale(0, 1, "clara", &[("NOTE-LINED", 1), ("TEA", 1)], BankTransfer, NEW),
];
