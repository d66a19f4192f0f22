//! Mending: which parts of an order may still change, and to what.

use super::fixtures::*;
use crate::domain::calendar::Date;
use crate::domain::orders::*;
use crate::domain::settings::Settings;
use crate::domain::tax::{Percent, TaxRate};
use crate::error::{Code, Error, Result};

const NOWHERE: Option<&str> = Some("not_available");
const TAX: Option<&str> = Some("tax_would_change");

/// The parcel goes to four countries, whose rates are not all the same.
fn european() -> Settings {
    let mut settings = settings();
    settings.shipping_methods[0].countries = ["DE", "AT", "FR", "IT"].map(str::to_owned).to_vec();
    let row = |(category, country, rate): (&str, &str, &str)| TaxRate {
        category: category.to_owned(),
        country: country.to_owned(),
        rate: Percent::parse(rate).unwrap(),
    };
    settings.tax_rates = [
        ("standard", "DE", "19"),
        ("standard", "AT", "20"),
        ("standard", "FR", "19"),
        ("standard", "IT", "19"),
        ("books", "DE", "7"),
        ("books", "FR", "5"),
        ("books", "IT", "7"),
    ]
    .map(row)
    .to_vec();
    settings
}

/// An order of one piece of such goods, to Germany.
fn order_of(category: &str, price: i64, method: Option<&str>) -> Order {
    let mut goods = variant((1, 11), None, price, None);
    goods.tax_category = category.to_owned();
    let shipping_method = method.map(str::to_owned);
    let draft = Draft { shipping_method, ..draft(&[line(1, None, 1)]) };
    placed(&quoted(&draft, GUEST, &shelf_of(&[goods]), &european()).unwrap())
}

/// The same as an older program placed it.
fn older(mut order: Order) -> Order {
    order.shipping_tax_category = None;
    order.items[0].tax_category = None;
    order
}

fn moved(order: &Order, country: &str, settings: &Settings) -> Result<Order> {
    let shipping_address = Some(address(country));
    order.edited(OrderEditInput { shipping_address, ..OrderEditInput::of(order) }, settings)
}

#[test]
fn an_order_moves_where_its_parcel_goes_and_its_tax_stays_the_same() {
    let (mug, book) = (order_of("standard", 1_190, None), order_of("books", 1_070, None));
    let gift = order_of("books", 0, None);
    let fetched = order_of("standard", 1_190, Some("pickup"));
    let mut odd = older(book.clone());
    odd.items[0].tax_rate = Percent::parse("16").unwrap();
    let mut shared = mug.clone();
    shared.shipping_tax_category = Some("proportional".to_owned());
    shared.totals.shipping_parts[0].rate = Percent::parse("16").unwrap();
    for (order, country, refused) in [
        // Shipping that bears what the goods bear.
        (&shared, "FR", None),
        (&shared, "AT", TAX),
        (&mug, "FR", None),
        (&mug, "AT", TAX),
        (&mug, "CH", NOWHERE),
        // 7 % there too, and shipping bears 19 in both.
        (&book, "IT", None),
        (&book, "FR", TAX),
        // What costs nothing bears no tax.
        (&gift, "FR", None),
        (&fetched, "CH", None),
        (&older(mug.clone()), "FR", None),
        (&older(mug.clone()), "AT", TAX),
        (&older(book.clone()), "IT", None),
        (&older(book.clone()), "FR", TAX),
        // No category has that rate any more: nobody knows what it is there.
        (&odd, "IT", TAX),
    ] {
        let moved = moved(order, country, &european());
        let code = moved.as_ref().err().map(Error::name);
        assert_eq!(code, refused, "{:?} {country}", order.items[0]);
        if let Ok(moved) = moved {
            let address = moved.shipping_address.as_ref();
            assert_eq!(address.map(|address| address.country.as_str()), Some(country));
            assert_eq!(moved.totals.total, order.totals.total);
        }
    }
    let mut gifts = european();
    let gift = TaxRate { category: "gifts".to_owned(), ..gifts.tax_rates[0].clone() };
    gifts.tax_rates.push(gift);
    assert!(moved(&mug, "FR", &gifts).is_ok());
    // It may have been a gift, which bears nothing in France.
    assert_eq!(moved(&older(mug), "FR", &gifts).unwrap_err().code(), Code::TaxWouldChange);
}

#[test]
fn what_an_address_may_be_is_asked_only_where_it_changes() {
    let order = order_of("standard", 1_190, None);
    let mut elsewhere = european();
    elsewhere.shipping_methods[0].countries = vec!["FR".to_owned()];
    elsewhere.tax_rates[0].rate = Percent::parse("16").unwrap();
    let mut street = OrderEditInput::of(&order);
    street.shipping_address.as_mut().unwrap().line1 = "2 Long Lane".to_owned();
    let mended = order.edited(street.clone(), &elsewhere).unwrap();
    assert_eq!(
        (mended.shipping_address, mended.totals.total),
        (street.shipping_address, money(1_680))
    );
    let bare = OrderEditInput { shipping_address: None, ..OrderEditInput::of(&order) };
    let refused = faults(order.edited(bare.clone(), &european()));
    assert_eq!(refused, ["/shipping_address address_required"]);
    // The shop has the method no more.
    let mut gone = european();
    gone.shipping_methods.remove(0);
    assert_eq!(faults(order.edited(bare, &gone)), ["/shipping_address address_required"]);
    let fault = ["/shipping_address/country not_available"];
    assert_eq!(faults(moved(&order, "FR", &gone)), fault);
    assert!(moved(&order, "DE", &gone).is_ok());
}

#[test]
fn nothing_arrives_before_it_was_ordered_and_what_has_left_keeps_its_addresses() {
    let date = |text| Date::parse(text).unwrap();
    let fresh = order_of("standard", 1_190, None);
    let sent = Story::of(fresh).step(ship(None)).order;
    assert_eq!(moved(&sent, "FR", &european()).unwrap_err().code(), Code::ActionNotPossible);
    for (day, fits) in [("2026-11-22", false), ("2026-11-23", true), ("2027-01-01", true)] {
        let mut later = OrderEditInput::of(&sent);
        later.expected_delivery_date = date(day);
        assert_eq!(sent.edited(later, &european()).is_ok(), fits, "{day}");
    }
}

#[test]
fn the_buyers_words_stay_and_a_buyer_who_was_forgotten_stays_so() {
    let mut order = order_of("standard", 1_190, None);
    order.note = Some("Ring twice.".to_owned());
    let mut edit = OrderEditInput::of(&order);
    edit.staff_note = Some("Pays late.".to_owned());
    let noted = order.edited(edit.clone(), &european()).unwrap();
    assert_eq!((&noted.note, noted.staff_note.text()), (&order.note, Some("Pays late.")));
    (edit.note, edit.customer) = (None, None);
    assert_eq!(
        faults(order.edited(edit, &european())),
        ["/note not_allowed", "/customer required"]
    );
    let blank = Buyer { name: None, email: None, phone: None };
    let forgotten = Order { customer: blank, ..order };
    assert!(forgotten.edited(OrderEditInput::of(&forgotten), &european()).is_ok());
    let named = OrderEditInput { customer: Some(contact()), ..OrderEditInput::of(&forgotten) };
    let refused = forgotten.edited(named, &european()).unwrap_err();
    assert_eq!(refused.code(), Code::ActionNotPossible);
}
