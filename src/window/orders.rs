//! `/o/<id>`: an order as its buyer sees it. Who comes by the address of its tracking sees the way
//! of the goods and how to pay; who has its cookie sees all of it, and may still change their mind.

use std::collections::BTreeMap;

use rocket::{get, post};
use serde::Serialize;

use super::checkout::Lost;
use super::cookies::OrderCookie;
use super::paying::{self, CardPart};
use super::placed;
use super::texts;
use super::visit::Visit;
use crate::documents::{self, Paper};
use crate::domain::Id;
use crate::domain::bank_account::BankAccount;
use crate::domain::calendar::{Date, Zone};
use crate::domain::invoices::Invoice;
use crate::domain::money::Money;
use crate::domain::orders::{
    CancellationInput, Order, Status, StepInput, StepTerms, Track, TrackedParcel, TrackingStatus,
};
use crate::domain::settings::{PaymentMethod, Settings};
use crate::domain::text::{NOTE_CHARS_MAX, paragraphs};
use crate::error::{Code, Result};
use crate::http::limits::Kind;
use crate::http::permissions::Caller;
use crate::http::posted_form::PostedForm;
use crate::http::response::{ApiResult, PAGE_POLICY, Response};
use crate::order_tokens::{is_order_token, is_track_token, track_token};
use crate::qr;
use crate::store::{invoices, orders};

/// What all see who may see an order at all.
#[derive(Serialize)]
struct OrderPage<'a> {
    id: Id,
    number: String,
    ordered_on: Date,
    status: TrackingStatus,
    expected_on: Option<Date>,
    /// The day and the time at which the buyer comes for it.
    pickup: Option<(Date, String)>,
    steps: Vec<WayStep>,
    parcels: Vec<TrackedParcel>,
    payment: Option<Payment>,
    /// `None` where it cannot be paid by card just now, and for who came by its tracking.
    card: Option<CardPart>,
    /// `None` for who came by the address of its tracking.
    own: Option<OwnPart>,
    error: Option<&'static str>,
    /// The reason that was typed, and what is wrong with it.
    reason: &'a str,
    faults: BTreeMap<&'static str, &'static str>,
}

/// What is said of a step that was not taken.
pub enum Refused<'a> {
    /// The name of a text that stands above all else, and the status.
    Told(&'static str, u16),
    /// The reason as it was typed.
    Reason(&'a str),
}

/// A step on the way of an order.
#[derive(Serialize)]
struct WayStep {
    status: TrackingStatus,
    on: Option<Date>,
    is_current: bool,
}

/// How the order is still to be paid.
#[derive(Serialize)]
struct Payment {
    method: PaymentMethod,
    amount: Money,
    instructions: Option<String>,
    account_holder: Option<String>,
    iban: Option<String>,
    bic: Option<String>,
    reference: String,
    qr: Option<QrView>,
}

/// A QR code as it is drawn.
#[derive(Serialize)]
struct QrView {
    side: i32,
    path: String,
}

/// What the buyer alone sees.
#[derive(Serialize)]
struct OwnPart {
    order: Order,
    shipping_name: String,
    documents: Vec<Document>,
    can_cancel: bool,
    can_withdraw: bool,
    withdrawals: Vec<Id>,
    is_new: bool,
    /// The path that shows the way of the order in any browser.
    tracking: String,
}

#[derive(Serialize)]
struct Document {
    invoice: Invoice,
    on: Date,
}

#[get("/o/<id>")]
pub fn page(visit: Visit, id: Id) -> ApiResult {
    match Access::of(&visit, id) {
        Some(access) => shown(&visit, id, access, None),
        None => lost(&visit),
    }
}

/// Opens an order to the browser of whoever has its token, which then need not be in any address.
#[get("/o/<id>/open")]
pub fn open(visit: Visit, id: Id) -> ApiResult {
    let token = visit.ctx.parameter("token").unwrap_or_default();
    if !is_order_token(&visit.ctx.app.secret, id, token) {
        return lost(&visit);
    }
    let cookie = OrderCookie::header(id, token, visit.view.is_https);
    Ok(Response::see_other(visit.to(&format!("/o/{id}"))).with_cookies([cookie]))
}

#[post("/o/<id>/cancellation", data = "<form>")]
pub async fn cancel(visit: Visit, id: Id, form: PostedForm) -> ApiResult {
    visit.ctx.limit(Kind::Order, &Caller::Visitor)?;
    if !is_own(&visit, id) {
        return lost(&visit);
    }
    let typed = form.text("reason");
    let reason = match paragraphs(typed, NOTE_CHARS_MAX) {
        Ok(reason) if reason.is_empty() => {
            texts::of(visit.language()).say("order.cancelled_by_buyer", &[])
        }
        Ok(reason) => reason,
        Err(_) => return shown(&visit, id, Access::Own, Some(Refused::Reason(typed))),
    };
    let input = CancellationInput { items: None, reason, by_shop: false };
    let input = StepInput::Cancellation(input);
    let taken = visit.ctx.write(move |tx| {
        let order = orders::find(tx, id)?;
        // Whoever says it twice has said it.
        if order.status == Status::Cancelled {
            return Ok(());
        }
        orders::take_step(tx, &order, &input, |decided| decided).map(drop)
    });
    match taken.await {
        Ok(()) => Ok(Response::see_other(visit.to(&format!("/o/{id}")))),
        Err(error) if error.code() == Code::ActionNotPossible => {
            shown(&visit, id, Access::Own, Some(Refused::Told("order.too_late_to_cancel", 409)))
        }
        Err(error) => Err(error),
    }
}

#[get("/o/<id>/documents/<number>")]
pub fn document(visit: Visit, id: Id, number: Id) -> ApiResult {
    if !is_own(&visit, id) {
        return lost(&visit);
    }
    let printed = visit.ctx.read(|tx| invoices::find(tx, id, number))?;
    let (content, recipient) = (&printed.content, printed.recipient.as_ref());
    let html = documents::invoice(printed.kind, content, recipient, Paper::A4)?;
    Ok(visit.own(html).with_policy(PAGE_POLICY))
}

/// What somebody may see of an order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Own,
    Tracking,
}

impl Access {
    fn of(visit: &Visit, id: Id) -> Option<Self> {
        let shown = visit.ctx.parameter("token").unwrap_or_default();
        if is_own(visit, id) {
            return Some(Self::Own);
        }
        is_track_token(&visit.ctx.app.secret, id, shown).then_some(Self::Tracking)
    }
}

/// Tells `true` where the browser has the cookie of this order.
pub fn is_own(visit: &Visit, id: Id) -> bool {
    let token = visit.order_token.as_deref();
    token.is_some_and(|token| is_order_token(&visit.ctx.app.secret, id, token))
}

/// The page for who shows nothing that opens an order, whether there is one or not.
pub fn lost(visit: &Visit) -> ApiResult {
    let is_placed = visit.ctx.parameter("placed") == Some("true");
    let kind = if is_placed { "placed" } else { "lost" };
    let html = visit.render("lost.html", &Lost { kind })?;
    Ok(visit.own(html).with_status(if is_placed { 200 } else { 404 }))
}

/// The page of an order; `refused`: what stands above all else.
pub fn shown(visit: &Visit, id: Id, access: Access, refused: Option<Refused>) -> ApiResult {
    let (order, steps, documents) = visit.ctx.read(|tx| {
        let order = orders::find(tx, id)?;
        let steps = orders::steps(tx, &order)?;
        let documents = if access == Access::Own { invoices::list(tx, id)? } else { Vec::new() };
        Ok((order, steps, documents))
    })?;
    let settings = &*visit.view.settings;
    let track = Track::of(&order, &steps).without_steps();
    let zone = &settings.time_zone;
    let is_under_way = matches!(
        track.status,
        TrackingStatus::Placed
            | TrackingStatus::Confirmed
            | TrackingStatus::Packed
            | TrackingStatus::Shipped
    );
    let (status, error, reason) = match refused {
        None => (200, None, ""),
        Some(Refused::Told(text, status)) => (status, Some(text), ""),
        Some(Refused::Reason(typed)) => (422, None, typed),
    };
    let fault = texts::of(visit.language()).get("fault.reason").unwrap_or_default();
    let card = if access == Access::Own { paying::part(visit, &order)? } else { None };
    let page = OrderPage {
        id,
        number: track.number.clone(),
        ordered_on: zone.date_of(track.order_date),
        expected_on: Some(track.expected_delivery_date).filter(|_| is_under_way),
        pickup: track.pickup_at.map(|at| (zone.date_of(at), zone.time_of(at))),
        steps: way(&track, &order, zone),
        payment: payment(&order, settings),
        card,
        own: (access == Access::Own).then(|| own_part(visit, order, documents)),
        status: track.status,
        parcels: track.shipments,
        error,
        reason,
        faults: (!reason.is_empty()).then_some(("reason", fault)).into_iter().collect(),
    };
    let answer = visit.own(visit.render("order.html", &page)?);
    Ok(paying::dressed(visit, answer).with_status(status))
}

/// The stations of an order in a line: those it has reached, and those to come.
fn way(track: &Track, order: &Order, zone: &Zone) -> Vec<WayStep> {
    use TrackingStatus as T;
    let reached = |status: T| track.events.iter().rfind(|event| event.status == status);
    let step = |status: T| WayStep {
        status,
        on: reached(status).map(|event| zone.date_of(event.at)),
        is_current: track.status == status,
    };
    let ended = [T::Cancelled, T::Returned].into_iter().find(|ended| track.status == *ended);
    let stations = match order.pickup {
        true => [T::Placed, T::Confirmed, T::ReadyForPickup, T::Delivered].to_vec(),
        false => [T::Placed, T::Confirmed, T::Packed, T::Shipped, T::Delivered].to_vec(),
    };
    let met = |status: &T| ended.is_none() || reached(*status).is_some();
    stations.into_iter().filter(met).chain(ended).map(step).collect()
}

/// How an order is still to be paid; `None` where nothing is.
fn payment(order: &Order, settings: &Settings) -> Option<Payment> {
    let amount = order.to_pay;
    if amount.minor() == 0 || order.status == Status::Cancelled {
        return None;
    }
    let method = order.payment_method;
    let terms = settings.payment_terms.iter().find(|terms| terms.method == method);
    let transfer = method == PaymentMethod::BankTransfer;
    let account = settings.bank_account.as_ref().filter(|_| transfer);
    let code = account.and_then(|account| account.transfer_code(amount, &order.number));
    let drawn = code.and_then(|code| qr::path(&code));
    let part = |read: fn(&BankAccount) -> Option<String>| account.and_then(read);
    Some(Payment {
        method,
        amount,
        instructions: terms.and_then(|terms| terms.instructions.clone()),
        account_holder: part(|account| Some(account.account_holder.clone())),
        iban: part(|account| Some(account.iban.grouped())),
        bic: part(|account| account.bic.as_ref().map(|bic| bic.as_str().to_owned())),
        reference: order.number.clone(),
        qr: drawn.map(|drawn| QrView { side: drawn.side, path: drawn.path }),
    })
}

fn own_part(visit: &Visit, mut order: Order, documents: Vec<Invoice>) -> OwnPart {
    let settings = &*visit.view.settings;
    let (terms, now) = (StepTerms::of(settings), visit.ctx.app.clock.now());
    let can = |input: StepInput| order.apply(&input, &terms, now).is_ok();
    let reason = "?".to_owned();
    let cancellation = CancellationInput { items: None, reason, by_shop: false };
    let can_cancel = can(StepInput::Cancellation(cancellation));
    let can_withdraw = can(StepInput::Withdrawal { items: None, by_shop: false });
    let zone = &settings.time_zone;
    order.staff_note = crate::domain::customers::Note::Hidden;
    order.customer_id = None;
    let document = |invoice: Invoice| Document { on: zone.date_of(invoice.issued_at), invoice };
    OwnPart {
        shipping_name: order.shipping_method_name.clone(),
        documents: documents.into_iter().map(document).collect(),
        can_cancel,
        can_withdraw,
        withdrawals: order.withdrawals.iter().filter_map(|withdrawal| withdrawal.id).collect(),
        is_new: placed::is_fresh(&order, now),
        tracking: format!("/o/{}?token={}", order.id, track_token(&visit.ctx.app.secret, order.id)),
        order,
    }
}

/// The order of a page that its buyer is on; `None` for whoever does not have its cookie.
pub fn own_order(visit: &Visit, id: Id) -> Result<Option<Order>> {
    is_own(visit, id).then(|| visit.ctx.read(|tx| orders::find(tx, id))).transpose()
}
