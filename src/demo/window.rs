//! The shop window of the sample: what its owner says there.

use crate::domain::bank_account::{BankAccount, Iban};
use crate::domain::window::{InfoPage, InfoText, Window};

const INTRO: &str = "Bread before seven, soap that smells of something, and a bell for your \
                     bicycle. We send what you order, or you fetch it at the quay.";
const IMPRINT: &str = "\
The Corner Shop
3 Quay Street
Harbourtown Z90 QX09

E-mail: [shop@example.org](mailto:shop@example.org)

This shop is a **sample**: its goods and people are invented, and nothing is ever sent.";
const TERMS: &str = "\
## Your order
With the button at the checkout you order with obligation to pay. We confirm each order on its \
page.

## Payment
By transfer, card, cash on delivery, on invoice, or when you fetch it. What is not paid within a \
week goes back on the shelf.";
const PRIVACY: &str = "\
## What we store
Your name, your addresses and what you ordered, because we need them to send it and the law wants \
invoices. Nothing goes to anyone else but whoever brings the parcel.

## Cookies
One for your cart, and one that opens your order to your own browser. There are no others.";
const SHIPPING: &str = "\
- Parcels take one to three days and cost 4.90; from 60.00 on they cost nothing.
- What you fetch is ready the next day, at 3 Quay Street.";
const WITHDRAWAL: &str = "\
You may withdraw from your order within **14 days** of its arrival, without giving a reason. Use \
[the form](/withdrawal), or write to us. We pay back what you paid as soon as the goods are here.";
/// The account that ISO 13616 gives as the example of Ireland.
const IBAN: &str = "IE29 AIBK 9311 5212 3456 78";

/// What the window of the sample says.
pub fn window() -> Window {
    let text = |(name, text): (InfoPage, &str)| InfoText { name, text: text.to_owned() };
    let pages = [
        (InfoPage::Imprint, IMPRINT),
        (InfoPage::Terms, TERMS),
        (InfoPage::Privacy, PRIVACY),
        (InfoPage::Shipping, SHIPPING),
        (InfoPage::Withdrawal, WITHDRAWAL),
    ];
    Window { intro: Some(INTRO.to_owned()), pages: pages.map(text).to_vec(), ..Window::default() }
}

/// The account that buyers of the sample would transfer money to.
pub fn bank_account(holder: &str) -> Option<BankAccount> {
    let iban = Iban::parse(IBAN).ok()?;
    Some(BankAccount { account_holder: holder.to_owned(), iban, bic: None })
}
