//! Which order a declaration means, and what becomes of it.

use crate::clock::Clock;
use crate::domain::Id;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::orders::{Draft, LineInput, Orderer};
use crate::domain::products::{OfferInput, ProductInput};
use crate::domain::window::Language;
use crate::domain::withdrawals::{Declaration, DeclarationInput};
use crate::domain::{Change, settings::Settings};
use crate::error::Result;
use crate::store::tests::sample::contact;
use crate::store::withdrawal_declarations::declare;
use crate::store::{Store, Tx, forgetting, opening, orders, products, settings};

const NO_ORDER: Option<&str> = Some("No order has this number, name and e-mail.");
const IN_WORDS: Option<&str> = Some("It names a part of the order in words.");
const NOTHING_LEFT: Option<&str> =
    Some("There is nothing left in this order that can be withdrawn from.");

/// The shop has had two prefixes: order 1 is `A-1001`, order 2 is `B-1002`, both of Ana Ström.
fn fill(tx: &Tx) -> Result<()> {
    let price = Change::Set(Money::new(995, Currency::parse("EUR").unwrap()));
    let offer = OfferInput { price, ..OfferInput::default() };
    let mug = ProductInput { offer, ..ProductInput::named("Mug") };
    let product = products::create(tx, &mug, &products::plan(&mug, None)?)?;
    for prefix in ["A-", "B-"] {
        let old = settings::load(tx)?;
        let order_number_prefix = prefix.to_owned();
        let new = Settings { order_number_prefix, ..Settings::clone(&old) };
        settings::update(tx, &old, &new)?;
        let line = LineInput::of(product.id, None, 1);
        let customer = Some(contact("Ana Ström", "Ana@Example.org"));
        let draft = Draft { items: vec![(0, line)], customer, ..Draft::default() };
        orders::place(tx, &draft, Orderer::Shop)?;
    }
    Ok(())
}

fn in_a_shop(work: impl Fn(&Tx) -> Result<()> + Send + 'static) {
    let dir = tempfile::tempdir().unwrap();
    let euro = Currency::parse("EUR").unwrap();
    let store: Store = opening::open(&dir.path().join("shop"), Clock::system(), euro, 1).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let filled = store.write(move |tx| fill(tx).and_then(|()| work(tx)));
    runtime.block_on(filled).unwrap();
}

fn said(tx: &Tx, (number, name): (&str, &str), words: Option<&str>) -> Result<Declaration> {
    let input = DeclarationInput {
        order_number: number.to_owned(),
        name: name.to_owned(),
        email: "ANA@example.ORG".to_owned(),
        statement: words.map(str::to_owned),
    };
    declare(tx, &input, Language::En)
}

#[test]
fn a_declaration_fits_however_its_order_is_written() {
    in_a_shop(|tx| {
        for (number, name, words, order, open) in [
            ("A-1001", "ana STRÖM", None, Some(1), None),
            // Withdrawn from above already.
            ("A-1001", "Ana Ström", None, Some(1), NOTHING_LEFT),
            ("# 1002", "Ana Stro\u{308}m", Some("The mug."), Some(2), IN_WORDS),
            ("#B-1002", "Ana\u{200b} Ström", None, Some(2), None),
            ("1001", "Ana Ström", None, Some(1), NOTHING_LEFT),
            ("1003", "Ana Ström", None, None, NO_ORDER),
            ("", "Ana Ström", None, None, NO_ORDER),
            ("1001", "Ana", None, None, NO_ORDER),
            ("1001", "Ana Ström%", Some("All."), None, NO_ORDER),
        ] {
            let declaration = said(tx, (number, name), words)?;
            let got = (declaration.order_id.map(Id::get), declaration.open_because.as_deref());
            assert_eq!(got, (order, open), "{number} {name}");
            assert_eq!(declaration.input.name, name, "stored as typed");
        }
        for id in [1, 2] {
            let order = orders::find(tx, Id::new(id).unwrap())?;
            assert_eq!(order.withdrawals.len(), 1, "{id}");
        }
        Ok(())
    });
}

#[test]
fn what_was_declared_of_a_forgotten_customers_orders_is_blanked() {
    in_a_shop(|tx| {
        let part = said(tx, ("1001", "Ana Ström"), Some("The mug."))?;
        let other = said(tx, ("7", "Ana Ström"), Some("Of another shop."))?;
        tx.execute("update orders set status = 'completed', open_amount = 0", &[])?;
        forgetting::forget_customer(tx, Id::FIRST)?;
        let find = |id| crate::store::withdrawal_declarations::find(tx, id);
        let blank = DeclarationInput {
            order_number: "1001".to_owned(),
            name: String::new(),
            email: String::new(),
            statement: None,
        };
        assert_eq!(find(part.id)?.input, blank);
        assert_eq!(find(other.id)?.input, other.input, "it fits no order");
        Ok(())
    });
}
