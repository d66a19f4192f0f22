//! What a mail has to tell, read from the store when it is made: the names that its text may use,
//! and nothing beside them.

use serde_json::{Value, json};

use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::country_names;
use crate::domain::customers::Address;
use crate::domain::invoices::Invoice;
use crate::domain::mails::MailKind;
use crate::domain::money::Money;
use crate::domain::orders::{Cancellation, Item, Order, Refund, Shipment, Status, Step, Units};
use crate::domain::settings::{PaymentMethod, Settings};
use crate::domain::spelling;
use crate::domain::window::{InfoPage, Language};
use crate::email_tokens::email_token;
use crate::error::Result;
use crate::order_tokens::order_token;
use crate::secret::Hash;
use crate::store::mails::DueMail;
use crate::store::{
    Tx, customer_accounts, email_verifications, invoices, orders, withdrawal_declarations,
};

/// The texts of the owner that hang on the receipt of an order (2011/83/EU, Art. 8(7)).
const ATTACHED: [InfoPage; 2] = [InfoPage::Terms, InfoPage::Withdrawal];

/// What a mail tells.
pub struct Facts {
    /// The names that its text may use.
    pub names: Value,
    /// The text of the code to pay by (EPC069-12).
    pub code: Option<String>,
    /// Texts that hang on it: a name and the words.
    pub attachments: Vec<(InfoPage, String)>,
}

/// The shop as mails speak of it.
pub struct Shop<'a> {
    pub settings: &'a Settings,
    /// Signs the tokens in links.
    pub secret: &'a Hash,
    pub language: Language,
}

/// What a mail tells; `None` where there is nothing to tell any more.
pub fn of(tx: &Tx, shop: &Shop, due: &DueMail) -> Result<Option<Facts>> {
    let Some(order_id) = due.mail.order_id else { return without_order(tx, shop, due) };
    let order = orders::find(tx, order_id)?;
    let mut names = shop.names();
    names["declaration"] = Value::Null;
    let Some(part) = part(tx, shop, &order, due)? else { return Ok(None) };
    merge(&mut names, part);
    Ok(Some(about(shop, &order, (due.mail.kind, names))))
}

/// What a mail tells of an order, beside the names that are known.
pub fn about(shop: &Shop, order: &Order, (kind, mut names): (MailKind, Value)) -> Facts {
    names["order"] = shop.order(order);
    let (mut code, mut attachments) = (None, Vec::new());
    if kind == MailKind::OrderReceived {
        code = shop.transfer_code(order);
        attachments = shop.attachments();
        names["pay"] = shop.pay(order, code.is_some());
        names["withdrawal_url"] = json!(shop.at("/withdrawal"));
        names["terms_url"] = Value::Null;
        names["has_attachments"] = json!(!attachments.is_empty());
    }
    Facts { names, code, attachments }
}

/// The names that a mail has beside the order itself; `None` where what it tells is not so any
/// more.
fn part(tx: &Tx, shop: &Shop, order: &Order, due: &DueMail) -> Result<Option<Value>> {
    let subject = due.subject_id;
    Ok(match due.mail.kind {
        MailKind::OrderPaid => {
            let payment = order.payments.iter().find(|payment| payment.id == subject);
            payment.map(|payment| json!({ "payment": { "amount": payment.amount } }))
        }
        MailKind::OrderShipped => {
            let parcel = order.shipments.iter().find(|parcel| parcel.id == subject);
            parcel.map(|parcel| json!({ "parcel": parcel_facts(order, parcel) }))
        }
        MailKind::OrderReady => {
            let address = shop.settings.address.as_ref();
            let address = address.map(|it| lines(it, shop.language)).unwrap_or_default();
            Some(json!({ "shop_address": address }))
        }
        MailKind::OrderCancelled => {
            let facts = cancellation(tx, order, due.event_id)?;
            facts.map(|facts| json!({ "cancellation": facts }))
        }
        MailKind::OrderRefunded => {
            let refund = order.refunds.iter().find(|refund| refund.id == subject);
            let facts = |it: &Refund| json!({ "amount": it.amount, "reason": it.reason });
            refund.map(|refund| json!({ "refund": facts(refund) }))
        }
        MailKind::WithdrawalReceived | MailKind::ShopWithdrawal => {
            let found = order.withdrawals.iter().find(|it| it.id == subject);
            found.map(|it| {
                let items = counted(order, &it.items);
                let at = shop.moment(it.withdrawn_at);
                json!({ "withdrawal": { "at": at, "items": items } })
            })
        }
        MailKind::DocumentIssued => documents(tx, order, due.event_at)?,
        _ => Some(json!({})),
    })
}

fn parcel_facts(order: &Order, parcel: &Shipment) -> Value {
    json!({
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "tracking_url": parcel.tracking_url,
        "items": counted(order, &parcel.items),
        "expected_on": parcel.expected_delivery_date,
    })
}

/// What was cancelled: named, unless it was all that there was.
fn cancellation(tx: &Tx, order: &Order, event_id: Option<Id>) -> Result<Option<Value>> {
    let steps = orders::steps(tx, order)?;
    let is_it = |step: &Step| match step {
        Step::Cancellation(it) if it.id == event_id => Some(it.clone()),
        _ => None,
    };
    let facts = |it: Cancellation| {
        let named = it.items.filter(|_| order.status != Status::Cancelled);
        let items = named.map(|items| counted(order, &items));
        json!({ "items": items, "reason": it.reason })
    };
    Ok(steps.iter().find_map(is_it).map(facts))
}

/// The documents that were issued in the transaction of an event.
fn documents(tx: &Tx, order: &Order, at: Option<Timestamp>) -> Result<Option<Value>> {
    let document =
        |it: &Invoice| json!({ "kind": it.kind, "number": it.number, "url": Value::Null });
    let issued = invoices::list(tx, order.id)?;
    let documents: Vec<Value> =
        issued.iter().filter(|it| Some(it.issued_at) == at).map(document).collect();
    Ok((!documents.is_empty()).then(|| json!({ "documents": documents })))
}

/// What a mail tells that is about no order.
fn without_order(tx: &Tx, shop: &Shop, due: &DueMail) -> Result<Option<Facts>> {
    let mut names = shop.names();
    for name in ["order", "withdrawal", "declaration"] {
        names[name] = Value::Null;
    }
    merge(&mut names, due.facts.clone());
    if let Some(id) = due.facts.get("declaration_id").and_then(Value::as_i64)
        && let Some(id) = Id::new(id)
    {
        let declaration = withdrawal_declarations::find(tx, id)?;
        let input = declaration.input;
        names["declaration"] = json!({
            "order_number": input.order_number,
            "name": input.name,
            "email": input.email,
            "statement": input.statement,
            "at": shop.moment(declaration.declared_at),
        });
    }
    if due.mail.kind.shows_a_way_in() {
        // Without an address of its own the shop sends no links.
        let Some(accounts) = shop.ways_in(&due.facts) else { return Ok(None) };
        names["accounts"] = json!(accounts);
    }
    if due.mail.kind == MailKind::EmailVerification && !shop.verification(tx, due, &mut names)? {
        return Ok(None);
    }
    names["at"] = json!(shop.moment(due.mail.created_at));
    Ok(Some(Facts { names, code: None, attachments: Vec::new() }))
}

impl Shop<'_> {
    /// The address of a page of the shop, where it knows its own.
    pub fn at(&self, path: &str) -> Option<String> {
        self.settings.public_url.as_ref().map(|base| format!("{base}{path}"))
    }

    /// What every mail may name.
    pub fn names(&self) -> Value {
        let Settings { name, email, currency, .. } = self.settings;
        json!({
            "currency": currency,
            "shop": { "name": name, "email": email, "url": self.at("/") },
            "admin_url": self.at("/admin"),
        })
    }

    /// The links by which passwords are set, each with whose it is; `None` where there are none.
    fn ways_in(&self, facts: &Value) -> Option<Vec<Value>> {
        let way = |account: &Value| {
            let token = account.get("token")?.as_str()?;
            let link = self.at(&format!("/password/{token}"))?;
            Some(json!({ "username": account.get("username"), "link": link }))
        };
        let ways: Vec<Value> = facts.get("accounts")?.as_array()?.iter().filter_map(way).collect();
        (!ways.is_empty()).then_some(ways)
    }

    /// What asks whether an address is of whoever holds an account; `false` where the account is
    /// gone or has another address by now, and in a shop without an address of its own.
    fn verification(&self, tx: &Tx, due: &DueMail, names: &mut Value) -> Result<bool> {
        let id = due.facts.get("account_id").and_then(Value::as_i64).and_then(Id::new);
        let account = id.map(|id| customer_accounts::maybe(tx, id)).transpose()?.flatten();
        let Some(account) = account else { return Ok(false) };
        let email = account.customer.contact.email.as_ref();
        let Some(email) = email.filter(|email| email.as_str() == due.mail.to) else {
            return Ok(false);
        };
        let ends_at = email_verifications::ends_at(due.mail.created_at);
        let token = email_token(self.secret, account.id, email, ends_at);
        let link = self.at(&format!("/verify/{token}"));
        names["account"] = json!({ "username": account.username });
        names["link"] = json!(link);
        Ok(link.is_some())
    }

    /// A moment to the second, as the receipt of a declaration names it.
    pub fn moment(&self, at: Timestamp) -> String {
        let zone = &self.settings.time_zone;
        let date = spelling::date(&zone.date_of(at).text(), self.language);
        format!("{date}, {} ({})", zone.time_of(at), zone.name())
    }

    fn order(&self, order: &Order) -> Value {
        let token = order_token(self.secret, order.id);
        let zero = |amount: Money| Some(amount).filter(|amount| amount.minor() != 0);
        json!({
            "number": order.number,
            "url": self.at(&format!("/o/{}/open?token={token}", order.id)),
            "name": order.customer.name.as_deref().unwrap_or_default(),
            "email": order.customer.email,
            "phone": order.customer.phone,
            "placed_on": self.settings.time_zone.date_of(order.order_date),
            "items": order.items.iter().map(item).collect::<Vec<_>>(),
            "subtotal": order.totals.subtotal,
            "discount": zero(order.totals.discount_total),
            "shipping": order.totals.shipping_total,
            "shipping_name": order.shipping_method_name,
            "tax": order.totals.tax_total,
            "total": order.totals.total,
            "to_pay": zero(order.to_pay),
            "to_refund": zero(order.to_refund),
            "is_pickup": order.pickup,
            "address": order
                .shipping_address
                .as_ref()
                .map(|it| lines(it, self.language))
                .unwrap_or_default(),
            "expected_on": order.expected_delivery_date,
            "pickup_on": order.pickup_at.map(|at| self.settings.time_zone.date_of(at)),
            "pickup_time": order.pickup_at.map(|at| self.settings.time_zone.time_of(at)),
        })
    }

    /// How an order is to be paid.
    fn pay(&self, order: &Order, has_code: bool) -> Value {
        if order.to_pay.minor() == 0 {
            return Value::Null;
        }
        let method = order.payment_method;
        let terms = self.settings.payment_terms.iter().find(|terms| terms.method == method);
        let transfer = method == PaymentMethod::BankTransfer;
        let account = self.settings.bank_account.as_ref().filter(|_| transfer);
        json!({
            "way": method,
            "holder": account.map(|account| &account.account_holder),
            "iban": account.map(|account| account.iban.grouped()),
            "bic": account.and_then(|account| account.bic.as_ref()),
            "reference": order.number,
            "amount": order.to_pay,
            "instructions": terms.and_then(|terms| terms.instructions.as_ref()),
            "has_code": has_code,
        })
    }

    /// The text of the code that fills in the form of a transfer.
    fn transfer_code(&self, order: &Order) -> Option<String> {
        let is_open = order.to_pay.minor() > 0;
        let transfer = is_open && order.payment_method == PaymentMethod::BankTransfer;
        let account = self.settings.bank_account.as_ref().filter(|_| transfer)?;
        account.transfer_code(order.to_pay, &order.number)
    }

    /// The texts that the buyer keeps with the receipt.
    fn attachments(&self) -> Vec<(InfoPage, String)> {
        let text = |name: InfoPage| Some((name, self.settings.window.page(name)?.to_owned()));
        ATTACHED.into_iter().filter_map(text).collect()
    }
}

/// Adds names to those that there are.
pub fn merge(names: &mut Value, more: Value) {
    if let (Some(names), Value::Object(more)) = (names.as_object_mut(), more) {
        names.extend(more);
    }
}

fn item(item: &Item) -> Value {
    json!({ "name": name(item), "quantity": item.quantity, "total": item.total })
}

fn name(item: &Item) -> String {
    match &item.variant_title {
        Some(title) => format!("{}, {title}", item.name),
        None => item.name.clone(),
    }
}

/// Units of lines with their names.
fn counted(order: &Order, units: &[Units]) -> Vec<Value> {
    let one = |units: &Units| {
        let item = order.item(units.item_id)?;
        Some(json!({ "name": name(item), "quantity": units.quantity }))
    };
    units.iter().filter_map(one).collect()
}

/// An address as it stands on a letter.
pub fn lines(address: &Address, language: Language) -> Vec<String> {
    let town: Vec<&str> = [address.postal_code.as_deref(), Some(address.city.as_str())]
        .into_iter()
        .flatten()
        .collect();
    let lines = [
        address.company.clone(),
        Some(address.name.clone()),
        Some(address.line1.clone()),
        address.line2.clone(),
        Some(town.join(" ")),
        address.region.clone(),
        Some(country_names::name(&address.country, language).to_owned()),
    ];
    lines.into_iter().flatten().filter(|line| !line.trim().is_empty()).collect()
}
