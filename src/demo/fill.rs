//! Filling an empty shop. What happened in it is written into a diary first and done in the order
//! of its times, so that ids, numbers and the ledger of stock run as they would have.

use std::collections::HashMap;
use std::sync::Arc;

use super::furnish::{COUNTRY, FOOD, PICKUP, furnish, money, wrong};
use super::german::said;
use super::goods::{GOODS, Good, RETIRED, SUPPLIES, Supply, Unit};
use super::people::{self, Known, PEOPLE, Person};
use super::sales::{After, SALES, Sale, Step};
use super::shelves::Shelves;
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::customers::{Address, Contact, CustomerInput};
use crate::domain::discounts::DiscountInput;
use crate::domain::money::Money;
use crate::domain::orders::{
    CancellationInput, DeliveryInput, Draft, Item, LineInput, Order, Orderer, PaymentInput,
    RefundInput, ReturnInput, ReturnItemInput, ShipmentInput, StepInput, Units,
};
use crate::domain::passwords::{Password, Username};
use crate::domain::products::{OfferInput, ProductInput, Status, VariantInput};
use crate::domain::settings::{PaymentMethod, Settings};
use crate::domain::stock_movements::MovementReason;
use crate::domain::tax::{Percent, STANDARD_CATEGORY, categories};
use crate::domain::text::Email;
use crate::domain::totals::Reduction;
use crate::domain::window::Language;
use crate::domain::{Change, Id};
use crate::error::{Error, Result};
use crate::hashing;
use crate::store::stock_movements::{self, Amount, Cause};
use crate::store::{Tx, customer_accounts, customers, discounts, orders, products, settings};

const DAY_SECONDS: i64 = 86_400;
/// The actor of what the shop itself does.
const SHOP: &str = "demo";
const CARRIERS: [(&str, &str); 3] =
    [("Green Parcel", "GP"), ("Coast Courier", "CC"), ("Glen Bicycle Post", "GB")];

/// Something that happened in the shop.
#[derive(Clone, Copy)]
enum Entry {
    List(&'static Good),
    Supply(&'static Supply),
    Retire(&'static str),
    Join(&'static Person),
    /// An order, by its place in the list of sales.
    Sell(usize, &'static Sale),
    /// A step of the order.
    Go(usize, Step),
}

/// Fills a shop that holds nothing; all of it happened before the time of the transaction.
pub fn fill(tx: &Tx) -> Result<()> {
    let tx = tx.by(SHOP);
    let now = tx.now();
    let settings = furnish(&tx)?;
    let (currency, mut shop) = (settings.currency, Shop::empty(&settings));
    shop.shelves = Shelves::put_up(&tx.at(now.plus_seconds(-96 * DAY_SECONDS)), Language::En)?;
    advertise(&tx.at(now.plus_seconds(-89 * DAY_SECONDS)), currency)?;
    let mut diary = diary(&Days { now, settings });
    diary.sort_by_key(|(at, _)| *at);
    diary.into_iter().try_for_each(|(at, entry)| shop.note(&tx.at(at), entry))?;
    super::declarations::declare(&tx, shop.orders.into_values().collect())
}

/// Puts the goods that are still in the range up for sale, with what was delivered of them.
pub fn goods(tx: &Tx, language: Language) -> Result<()> {
    let tx = tx.by(SHOP);
    let mut shop = Shop { language, ..Shop::empty(&*settings::load(&tx)?) };
    shop.shelves = Shelves::put_up(&tx, language)?;
    let (_, retired) = RETIRED;
    let stays = |good: &&Good| good.units.iter().all(|unit| unit.sku != retired);
    GOODS.iter().filter(stays).try_for_each(|good| shop.list(&tx, good))
}

/// Makes the codes that buyers have.
fn advertise(tx: &Tx, currency: Currency) -> Result<()> {
    let welcome = DiscountInput {
        code: "WELCOME10".to_owned(),
        reduction: Reduction::Percent(Percent::parse("10").map_err(wrong)?),
        min_subtotal: None,
        starts_at: None,
        ends_at: None,
        usage_limit: None,
        once_per_customer: true,
    };
    let post = DiscountInput {
        code: "POSTFREE".to_owned(),
        reduction: Reduction::FreeShipping,
        min_subtotal: Some(money(2_000, currency)),
        usage_limit: Some(50),
        once_per_customer: false,
        ..welcome.clone()
    };
    discounts::create(tx, &welcome)?;
    discounts::create(tx, &post).map(drop)
}

fn diary(days: &Days) -> Vec<(Timestamp, Entry)> {
    let mut diary = Vec::new();
    for good in GOODS {
        diary.push((days.at(good.listed_days_ago, 7), Entry::List(good)));
    }
    for person in PEOPLE.iter().filter(|person| person.known != Known::Guest) {
        diary.push((days.at(person.since_days, 8), Entry::Join(person)));
    }
    for supply in SUPPLIES {
        diary.push((days.at(supply.days_ago, supply.hour), Entry::Supply(supply)));
    }
    let (days_ago, sku) = RETIRED;
    diary.push((days.at(days_ago, 8), Entry::Retire(sku)));
    for (place, sale) in SALES.iter().enumerate() {
        // Nobody orders on the stroke of the hour.
        let minute = i64::try_from(place).unwrap_or(0) * 17 % 43;
        let ordered_at = match sale.days_ago {
            0 => days.now.plus_seconds(-sale.hour * 3600 - minute * 60),
            days_ago => days.at(days_ago, sale.hour).plus_seconds(minute * 60),
        };
        diary.push((ordered_at, Entry::Sell(place, sale)));
        for (after, step) in sale.story {
            diary.push((days.after(ordered_at, *after, minute), Entry::Go(place, *step)));
        }
    }
    diary
}

/// The shop's calendar, seen from now.
struct Days {
    now: Timestamp,
    settings: Arc<Settings>,
}

impl Days {
    /// This hour of a day that was so many days ago.
    fn at(&self, days_ago: i64, hour: i64) -> Timestamp {
        let zone = &self.settings.time_zone;
        let day = zone.date_of(self.now.plus_seconds(-days_ago * DAY_SECONDS));
        zone.start_of(day).plus_seconds(hour * 3600)
    }

    /// The moment at which a step is due; `minute` keeps all orders from being packed at one
    /// stroke.
    fn after(&self, at: Timestamp, after: After, minute: i64) -> Timestamp {
        let (days, hour) = match after {
            After::Minutes(minutes) => return at.plus_seconds(minutes * 60),
            After::Days(days, hour) => (days, hour),
        };
        let zone = &self.settings.time_zone;
        let mut day = zone.date_of(at);
        let mut left = days;
        while left > 0 {
            day = day.next();
            left -= i64::from(self.settings.open_weekdays.contains(&day.weekday()));
        }
        zone.start_of(day).plus_seconds(hour * 3600 + minute * 60)
    }
}

/// The shop while its diary is read: the id of each thing in it.
struct Shop {
    currency: Currency,
    /// Of its goods.
    language: Language,
    /// The tax category of food: its own where the settings name it.
    food: &'static str,
    shelves: Shelves,
    /// Product and variant by SKU.
    goods: HashMap<&'static str, (Id, Id)>,
    /// Those who are known, by key.
    people: HashMap<&'static str, Regular>,
    /// By place in the list of sales.
    orders: HashMap<usize, Id>,
}

/// A person with a record: how they order, and under which name that is noted.
struct Regular {
    customer_id: Id,
    orderer: Orderer,
    actor: String,
}

impl Shop {
    fn empty(settings: &Settings) -> Self {
        let (goods, people, orders) = (HashMap::new(), HashMap::new(), HashMap::new());
        let known = categories(&settings.tax_rates).contains(&FOOD);
        let food = if known { FOOD } else { STANDARD_CATEGORY };
        let shelves = Shelves::default();
        let (currency, language) = (settings.currency, Language::En);
        Self { currency, language, food, shelves, goods, people, orders }
    }

    fn note(&mut self, tx: &Tx, entry: Entry) -> Result<()> {
        match entry {
            Entry::List(good) => self.list(tx, good),
            Entry::Supply(supply) => {
                let amount = Amount::Delta(supply.delta);
                self.move_stock(tx, supply.sku, amount, (supply.reason, supply.note))
            }
            Entry::Retire(sku) => {
                let product = products::find(tx, self.good(sku)?.0)?;
                products::delete(tx, &product)
            }
            Entry::Join(person) => self.join(tx, person),
            Entry::Sell(place, sale) => self.sell(tx, place, sale),
            Entry::Go(place, step) => self.go(tx, place, step),
        }
    }

    /// Puts a product up for sale, then what was delivered on the shelf.
    fn list(&mut self, tx: &Tx, good: &'static Good) -> Result<()> {
        let text = |text: &str| said(text, self.language).to_owned();
        let input = ProductInput {
            description: text(good.text),
            status: Change::Set(if good.draft { Status::Draft } else { Status::Active }),
            vendor: Some(text(good.vendor)),
            tags: good.tags.iter().copied().map(text).collect(),
            collection_ids: self.shelves.of(good),
            tax_category: if good.perishable { self.food } else { STANDARD_CATEGORY }.to_owned(),
            withdrawal_exempt: good.perishable,
            restock_returns: !good.perishable,
            variants: Change::Set(good.units.iter().map(|unit| self.variant(good, unit)).collect()),
            ..ProductInput::named(said(good.name, self.language))
        };
        let product = products::create(tx, &input, &products::plan(&input, None)?)?;
        self.shelves.show(tx, good, &product)?;
        for (unit, variant) in good.units.iter().zip(&product.variants) {
            self.goods.insert(unit.sku, (product.id, variant.id));
            if let Some(count) = unit.stock {
                let why = (MovementReason::Received, said("The first delivery", self.language));
                self.move_stock(tx, unit.sku, Amount::Sellable(count), why)?;
            }
        }
        Ok(())
    }

    fn variant(&self, good: &Good, unit: &Unit) -> VariantInput {
        let text = |text: &str| said(text, self.language).to_owned();
        let pair = |(name, value): (&&str, &&str)| (text(name), text(value));
        VariantInput {
            offer: OfferInput {
                price: Change::Set(money(unit.price, self.currency)),
                compare_at_price: Change::Set(good.was.map(|was| money(was, self.currency))),
                sku: Change::Set(Some(unit.sku.to_owned())),
                low_stock_at: Change::Set(good.low_stock_at),
                allow_backorder: Change::Set(good.allow_backorder),
                weight_grams: Change::Set(Some(unit.grams)),
                ..OfferInput::default()
            },
            options: good.options.iter().zip(unit.values).map(pair).collect(),
            ..VariantInput::default()
        }
    }

    fn move_stock(
        &self,
        tx: &Tx,
        sku: &str,
        amount: Amount,
        (reason, note): (MovementReason, &str),
    ) -> Result<()> {
        let (_, variant_id) = self.good(sku)?;
        let cause = Cause { reason, note: Some(note), order_id: None };
        stock_movements::move_stock(tx, variant_id, amount, &cause).map(drop)
    }

    fn join(&mut self, tx: &Tx, person: &'static Person) -> Result<()> {
        let input = CustomerInput {
            contact: contact(person)?,
            addresses: address(person).into_iter().collect(),
            note: Change::Set(person.note.map(str::to_owned)),
            accepts_marketing: person.accepts_marketing,
        };
        let id = customers::create(tx, &input)?.id;
        let (orderer, actor) = match person.known {
            Known::Account => {
                let username = Username::parse(person.key).map_err(wrong)?;
                let password = Password::choose(people::PASSWORD, &[person.key]).map_err(wrong)?;
                let hash = hashing::hash(&password)?;
                let account = customer_accounts::create(tx, id, &username, &hash)?;
                (Orderer::Customer(id), format!("account {}", account.id))
            }
            Known::Record | Known::Guest => (Orderer::Shop, SHOP.to_owned()),
        };
        self.people.insert(person.key, Regular { customer_id: id, orderer, actor });
        Ok(())
    }

    fn sell(&mut self, tx: &Tx, place: usize, sale: &Sale) -> Result<()> {
        let known = PEOPLE.iter().find(|person| person.key == sale.buyer);
        let person = known.ok_or_else(|| missing(sale.buyer))?;
        let regular = self.people.get(sale.buyer);
        let line = |(sku, quantity): &(&str, i64)| {
            let (product_id, variant_id) = self.good(sku)?;
            Ok(LineInput::of(product_id, Some(variant_id), *quantity))
        };
        let items: Vec<LineInput> = sale.lines.iter().map(line).collect::<Result<_>>()?;
        let guest = if regular.is_none() { Some(contact(person)?) } else { None };
        let fetched = sale.method == PaymentMethod::PayAtPickup;
        let draft = Draft {
            items: items.into_iter().enumerate().collect(),
            customer_id: regular.map(|regular| regular.customer_id),
            customer: guest,
            shipping_address: address(person),
            shipping_method: Some(PICKUP.to_owned()).filter(|_| fetched),
            payment_method: Some(sale.method.name().to_owned()),
            discount_code: sale.code.map(str::to_owned),
            note: sale.note.map(str::to_owned),
            ..Draft::default()
        };
        let visitor = (Orderer::Visitor { record: None }, "visitor");
        let (orderer, actor) =
            regular.map_or(visitor, |regular| (regular.orderer, regular.actor.as_str()));
        let order = orders::place(&tx.by(actor), &draft, orderer)?;
        self.orders.insert(place, order.id);
        Ok(())
    }

    fn go(&self, tx: &Tx, place: usize, step: Step) -> Result<()> {
        let id = *self.orders.get(&place).ok_or_else(|| missing("order"))?;
        let order = orders::find(tx, id)?;
        let input = self.step(&order, step)?;
        orders::take_step(tx, &order, &input, |decided| decided).map(drop)
    }

    fn step(&self, order: &Order, step: Step) -> Result<StepInput> {
        Ok(match step {
            Step::Pay => payment(order, None),
            Step::PayHalf => {
                let half = Money::new(order.open_amount() / 2, order.currency);
                payment(order, Some(half.text()))
            }
            Step::Pack => StepInput::Packing,
            Step::Ship => shipment(order, None)?,
            Step::ShipFirst => shipment(order, order.items.first().map(all_of))?,
            Step::Deliver => StepInput::Delivery(DeliveryInput { shipment_id: None }),
            Step::Cancel(reason) => cancellation(None, reason),
            Step::CancelLast(reason) => {
                cancellation(Some(order.items.last().map(all_of).into_iter().collect()), reason)
            }
            Step::ReturnFirst => returned(order, 1),
            Step::Return => returned(order, order.items.len()),
            Step::Refund(reason) => refund(None, reason),
            Step::RefundPart(hundredths, reason) => {
                refund(Some(money(hundredths, self.currency)), reason)
            }
            Step::Withdraw => StepInput::Withdrawal { items: None, by_shop: false },
        })
    }

    fn good(&self, sku: &str) -> Result<(Id, Id)> {
        self.goods.get(sku).copied().ok_or_else(|| missing(sku))
    }
}

fn payment(order: &Order, amount: Option<String>) -> StepInput {
    let method = order.payment_method;
    let reference = match method {
        PaymentMethod::BankTransfer => Some(format!("Order {}", order.number)),
        PaymentMethod::Invoice => Some(format!("Invoice for {}", order.number)),
        _ => None,
    };
    StepInput::Payment(PaymentInput {
        amount,
        method,
        reference,
        paid_at: None,
        accept_surplus: false,
        again: true,
    })
}

fn shipment(order: &Order, units: Option<Units>) -> Result<StepInput> {
    let place = usize::try_from(order.id.get()).unwrap_or(0) % CARRIERS.len();
    let (carrier, code) = CARRIERS.get(place).ok_or_else(|| missing("carrier"))?;
    let parcel = order.shipments.len() + 1;
    Ok(StepInput::Shipment(ShipmentInput {
        items: units.map(|units| vec![units]),
        carrier: Some((*carrier).to_owned()),
        tracking_number: Some(format!("{code}{:08}{parcel}", order.id.get() * 40_961)),
        tracking_url: None,
        expected_delivery_date: None,
    }))
}

fn cancellation(items: Option<Vec<Units>>, reason: &str) -> StepInput {
    let reason = reason.to_owned();
    StepInput::Cancellation(CancellationInput { items, reason, by_shop: true })
}

/// The first lines come back, and their money goes.
fn returned(order: &Order, lines: usize) -> StepInput {
    let item = |item: &Item| ReturnItemInput { units: all_of(item), restock: None };
    let items = order.items.iter().take(lines).map(item).collect();
    StepInput::Return(ReturnInput { items, reason: None, refund: true })
}

fn refund(amount: Option<Money>, reason: &str) -> StepInput {
    StepInput::Refund(RefundInput {
        amount: amount.map(Money::text),
        items: None,
        shipping: false,
        reason: reason.to_owned(),
    })
}

fn all_of(item: &Item) -> Units {
    Units { item_id: item.id, quantity: item.quantity }
}

fn contact(person: &Person) -> Result<Contact> {
    Ok(Contact {
        name: person.name.to_owned(),
        email: Some(Email::parse(&format!("{}@example.org", person.key)).map_err(wrong)?),
        phone: person.phone.map(str::to_owned),
    })
}

fn address(person: &Person) -> Option<Address> {
    person.address.map(|(line1, postal_code, city)| Address {
        name: person.name.to_owned(),
        line1: line1.to_owned(),
        line2: None,
        postal_code: Some(postal_code.to_owned()),
        city: city.to_owned(),
        region: None,
        country: COUNTRY.to_owned(),
        company: None,
        vat_id: None,
        phone: None,
    })
}

fn missing(what: &str) -> Error {
    Error::internal(format!("the sample has no {what}"))
}
