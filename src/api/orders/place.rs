//! Placing an order, and quoting what one would come to. An order is planned where it is asked for
//! and placed by the writer; where the plan does not hold any more, the writer makes it anew.

use std::sync::Arc;

use rocket::post;
use serde::Serialize;

use super::find::visible_to;
use crate::domain::Invalid;
use crate::domain::customers::{Address, Contact};
use crate::domain::orders::{
    Draft, GUEST_LINES_MAX, LINE_NOTE_CHARS_MAX, LINES_MAX, LineInput, Order, OrderPlan, Orderer,
    UNITS_MAX,
};
use crate::domain::settings::Settings;
use crate::domain::text::{LINE_CHARS_MAX, NOTE_CHARS_MAX};
use crate::error::{Code, Error, Result};
use crate::http::body::Body;
use crate::http::contact_forms::{address, contact, destination};
use crate::http::context::{RequestContext, gone_where_not_found};
use crate::http::credential::{order_token, track_token};
use crate::http::etag::{Tag, Versioned};
use crate::http::form::{self, Field, Form, decimal, flag, integer, paragraphs, plain_line};
use crate::http::limits::Kind;
use crate::http::metadata_form::metadata;
use crate::http::permissions::{Caller, Permission};
use crate::http::response::{ApiResult, Response};
use crate::store::engine::sql::Broken;
use crate::store::idempotency::{self, Made, Once};
use crate::store::{Tx, orders, settings};

/// A new order, with what opens it and shows where it is.
#[derive(Serialize)]
struct Placed {
    #[serde(flatten)]
    order: Order,
    token: String,
    tracking_token: String,
    tracking_url: String,
}

impl Versioned for Placed {
    fn tag(&self) -> Tag {
        self.order.tag()
    }
}

/// An order that is asked for.
struct PlaceRequest {
    draft: Result<Draft>,
    orderer: Orderer,
    once: Option<Once>,
}

/// The answer of the shop to a request, as far as a snapshot tells it.
enum Planned {
    /// It was placed before.
    Before(Box<Order>),
    New(Box<OrderPlan>),
}

#[post("/orders", data = "<body>")]
pub async fn place(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may_once(Permission::PlaceOrder)?;
    ctx.limit(Kind::Order, &caller)?;
    let request = Arc::new(PlaceRequest {
        draft: read_draft(&body, &caller, address),
        orderer: orderer(&caller),
        once: ctx.once_of(&caller, &body)?,
    });
    let is_long = request.draft.as_ref().is_ok_and(Draft::is_long);
    let planning = Arc::clone(&request);
    let plan = move |tx: &Tx| Ok((settings::load(tx)?, planning.plan(tx)?));
    let (settings, planned) = if is_long { ctx.read_long(plan).await? } else { ctx.read(plan)? };
    let shown = |order: Order| shown(&ctx, &caller, order, &settings);
    let plan = match planned {
        Planned::Before(order) => return Ok(shown(*order)?.replayed()),
        Planned::New(plan) => plan,
    };
    let placing = Arc::clone(&request);
    match ctx.write(move |tx| placing.place(tx, &plan)).await {
        Err(error) if error.code() == Code::Stale => {
            let (order, is_new) = ctx.write(move |tx| request.place_anew(tx)).await?;
            let response = shown(order)?;
            Ok(if is_new { response } else { response.replayed() })
        }
        placed => shown(placed?),
    }
}

impl PlaceRequest {
    fn plan(&self, tx: &Tx) -> Result<Planned> {
        if let Some(order) = self.find(tx)? {
            return Ok(Planned::Before(Box::new(order)));
        }
        let draft = self.draft.as_ref().map_err(Clone::clone)?;
        Ok(Planned::New(Box::new(orders::plan(tx, draft, self.orderer)?)))
    }

    /// The order that this request made before.
    fn find(&self, tx: &Tx) -> Result<Option<Order>> {
        let Some(once) = &self.once else { return Ok(None) };
        let Some(made) = idempotency::find(tx, once)? else { return Ok(None) };
        orders::find(tx, made.subject).map(Some).map_err(gone_where_not_found)
    }

    fn place(&self, tx: &Tx, plan: &OrderPlan) -> Result<Order> {
        let order = orders::place_planned(tx, plan)?;
        if let Some(once) = &self.once {
            let made = Made { kind: idempotency::Kind::Order, subject: order.id };
            // The same request was quicker: it is found when this one is planned anew.
            idempotency::store(tx, once, &made).broken("idempotency_keys.hash", Error::stale)?;
        }
        Ok(order)
    }

    /// Places the order by the shop as it is just now; returns it, and whether it is new.
    fn place_anew(&self, tx: &Tx) -> Result<(Order, bool)> {
        match self.plan(tx)? {
            Planned::Before(order) => Ok((*order, false)),
            Planned::New(plan) => Ok((self.place(tx, &plan)?, true)),
        }
    }
}

#[post("/quotes", data = "<body>")]
pub async fn quote(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may(Permission::PlaceOrder)?;
    ctx.limit(Kind::Quote, &caller)?;
    let draft = read_draft(&body, &caller, destination)?;
    let is_long = draft.is_long();
    let quote = move |tx: &Tx| orders::quote(tx, &draft, orderer(&caller));
    Response::ok(&if is_long { ctx.read_long(quote).await? } else { ctx.read(quote)? })
}

fn shown(ctx: &RequestContext, caller: &Caller, order: Order, settings: &Settings) -> ApiResult {
    let base = settings.public_url.as_deref().unwrap_or_default();
    let (id, secret) = (order.id, &ctx.app.secret);
    let tracking_token = track_token(secret, id);
    let placed = Placed {
        order: visible_to(caller, order),
        token: order_token(secret, id),
        tracking_url: format!("{base}/orders/{id}/track?token={tracking_token}"),
        tracking_token,
    };
    Response::new_object(format!("/orders/{id}"), &placed, caller)
}

fn orderer(caller: &Caller) -> Orderer {
    match caller {
        Caller::Customer(session) => Orderer::Customer(session.customer_id),
        Caller::RecordHolder(record) => Orderer::Visitor { record: Some(*record) },
        Caller::Visitor | Caller::OrderHolder(_) => Orderer::Visitor { record: None },
        Caller::Storefront(_) | Caller::Reader(_) => Orderer::Storefront,
        Caller::Admin(_) | Caller::Staff(_) => Orderer::Shop,
    }
}

/// Reads an address of an order; that of a quote may still lack most.
type ReadAddress = fn(Form) -> Field<Address>;

/// The draft of a body; fields that are not well-formed are noted in it.
fn read_draft(body: &Body, caller: &Caller, to: ReadAddress) -> Result<Draft> {
    let lines_max = if caller.is_visitor() { GUEST_LINES_MAX } else { LINES_MAX };
    let (draft, errors) = form::read_on(&body.json(), |form| draft(form, lines_max, to))?;
    Ok(Draft { errors, ..draft })
}

/// What other shops call the lines of an order.
const LINES_ELSEWHERE: &[&str] =
    &["products", "product_ids", "product_id", "lines", "line_items", "order_items", "cart"];

fn draft(form: &Form, lines_max: usize, to: ReadAddress) -> Draft {
    form.hint(
        LINES_ELSEWHERE,
        "What is ordered stands in \"items\": [{\"product_id\": 1, \"quantity\": 2}].",
    );
    let items = form.each("items", lines_max, line_input);
    if items.as_ref().is_ok_and(|items| items.as_ref().is_none_or(Vec::is_empty)) {
        form.note("items", Invalid::new("required", "There is nothing in this order yet."));
    }
    let items = items.ok().flatten().unwrap_or_default().into_iter().enumerate();
    let guest = form.object("customer", guest).unwrap_or(None);
    let (customer, accepts_marketing) = guest.unzip();
    Draft {
        items: items.filter_map(|(at, item)| Some((at, item.ok()?))).collect(),
        customer_id: form.optional("customer_id", form::id).unwrap_or(None),
        customer,
        accepts_marketing: accepts_marketing.unwrap_or(false),
        shipping_address: form.object("shipping_address", to).unwrap_or(None),
        billing_address: form.object("billing_address", to).unwrap_or(None),
        shipping_method: form
            .optional("shipping_method", plain_line(LINE_CHARS_MAX))
            .unwrap_or(None),
        payment_method: form.optional("payment_method", plain_line(LINE_CHARS_MAX)).unwrap_or(None),
        discount_code: form.optional("discount_code", plain_line(LINE_CHARS_MAX)).unwrap_or(None),
        note: form.optional("note", paragraphs(NOTE_CHARS_MAX)).unwrap_or(None),
        metadata: metadata(form).unwrap_or_default(),
        expected_total: form.optional("expected_total", decimal).unwrap_or(None),
        order_date: form.optional("order_date", form::raw).unwrap_or(None),
        errors: Vec::new(),
    }
}

/// The guest who orders, and whether they take letters from the shop.
fn guest(form: Form) -> Field<(Contact, bool)> {
    let (contact, marketing) = (contact(&form), form.optional("accepts_marketing", flag));
    form.done();
    Ok((contact?, marketing?.unwrap_or(false)))
}

fn line_input(form: Form) -> Field<LineInput> {
    let product_id = form.required("product_id", form::id);
    let variant_id = form.optional("variant_id", form::id);
    let quantity = form.required("quantity", integer(1, UNITS_MAX));
    let note = form.optional("note", paragraphs(LINE_NOTE_CHARS_MAX));
    form.done();
    let (product_id, variant_id) = (product_id?, variant_id?);
    Ok(LineInput { product_id, variant_id, quantity: quantity?, note: note? })
}
