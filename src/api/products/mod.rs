//! `/products`: what is for sale.

mod fields;

use std::sync::Arc;

use rocket::request::FromParam;
use rocket::{delete, get, patch, post, put};

use crate::api::http::body::Body;
use crate::api::http::context::RequestContext;
use crate::api::http::etag::versioned;
use crate::api::http::form::{
    self, Field, Form, flag, integer, line, money, paragraphs, plain_line, text,
};
use crate::api::http::json::Json;
use crate::api::http::metadata_form::metadata;
use crate::api::http::page::{self, Query, words};
use crate::api::http::permissions::{Caller, Permission, Reach};
use crate::api::http::response::{ApiResult, Response};
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::products::{
    OPTIONS_MAX, OfferInput, Product, ProductInput, ProductOption, Status, TAGS_MAX, VARIANTS_MAX,
    VariantInput, WEIGHT_GRAMS_MAX,
};
use crate::domain::settings::Settings;
use crate::domain::stock_movements::STOCK_MAX;
use crate::domain::tax::{STANDARD_CATEGORY, categories, check_category};
use crate::domain::text::{
    DESCRIPTION_CHARS_MAX, LINE_CHARS_MAX, handle as a_handle, handle_in_address,
    line as clean_line,
};
use crate::domain::{Change, Id, Invalid, Parsed};
use crate::error::{Error, Result};
use crate::store::idempotency::{Kind, Made};
use crate::store::products::{self, Filter};
use crate::store::{Tx, settings};

const SORTS: &[(&str, &str)] = &[
    ("created_at", "created_at"),
    ("updated_at", "updated_at"),
    ("name", "name_key"),
    ("price", "price_from"),
];

/// Fields of an offer that follow from its stock and its orders.
const DERIVED: &[&str] = &["committed", "shortfall", "available", "lowest_price_30d"];

versioned!(Product);

/// The part of the shop that a product is read by.
struct Terms<'a> {
    settings: Arc<Settings>,
    /// The product as it was, which may have a category that nobody knows any more.
    stored: Option<&'a Product>,
}

impl<'a> Terms<'a> {
    fn load(tx: &Tx, stored: Option<&'a Product>) -> Result<Self> {
        Ok(Self { settings: settings::load(tx)?, stored })
    }

    fn tax_category(&self, value: &Json) -> Parsed<String> {
        let category = line(LINE_CHARS_MAX)(value)?;
        if self.stored.is_none_or(|stored| stored.fields.tax_category != category) {
            check_category(&categories(&self.settings.tax_rates), &category)?;
        }
        Ok(category)
    }
}

#[post("/products", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may_once(Permission::WriteProducts)?;
    let sent = body.clone();
    let shown = move |product: &Product| {
        Response::new_object(format!("/products/{}", product.id), product, &caller)
    };
    let make = move |tx: &Tx| {
        let input = read_input(&sent.json(), &Terms::load(tx, None)?)?;
        let product = products::create(tx, &input, &products::plan(&input, None)?)?;
        Ok((Made { kind: Kind::Product, subject: product.id }, shown(&product)?))
    };
    let again = move |tx: &Tx, id| shown(&products::find(tx, id)?);
    ctx.once(&caller, &body, (make, again)).await
}

/// The id of a product in an address, or its handle.
pub enum ProductKey {
    Id(Id),
    Handle(String),
}

impl<'r> FromParam<'r> for ProductKey {
    type Error = ();

    fn from_param(text: &'r str) -> std::result::Result<Self, ()> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Id::parse(text).map(Self::Id).ok_or(());
        }
        handle_in_address(text).map(Self::Handle).ok_or(())
    }
}

#[get("/products/<id>")]
pub async fn read(ctx: RequestContext, id: ProductKey) -> ApiResult {
    let (caller, reach) = (ctx.caller()?, ctx.reach(Permission::ReadProducts)?);
    let make = async {
        let product = ctx.read(|tx| match &id {
            ProductKey::Id(id) => products::find(tx, *id),
            ProductKey::Handle(handle) => products::find_by_handle(tx, handle),
        })?;
        if reach == Reach::Own && product.fields.status != Status::Active {
            return Err(Error::not_found());
        }
        ctx.object(&visible_to(&caller, product), &caller)
    };
    ctx.kept_or(&caller, make).await
}

#[put("/products/<id>", data = "<body>")]
pub async fn replace(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[patch("/products/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[delete("/products/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::WriteProducts)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        let product = products::find(tx, id)?;
        if_match.check(&product)?;
        products::delete(tx, &product)
    })
    .await?;
    Ok(Response::nothing())
}

#[get("/products")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    let (caller, reach) = (ctx.caller()?, ctx.reach(Permission::ReadProducts)?);
    let query = ctx.query()?;
    ctx.kept_or(&caller, page_of(&ctx, (&caller, reach), query)).await
}

async fn page_of(
    ctx: &RequestContext,
    (caller, reach): (&Caller, Reach),
    query: Query,
) -> ApiResult {
    let filter = filter(&query, reach, || ctx.read(settings::load))?;
    let mut range = query.range(SORTS, true)?;
    let fields = query.get("fields", fields::parse);
    query.done()?;
    let sort = range.sort;
    let named = filter.ids.clone().filter(|_| !query.is_given("sort"));
    if let Some(ids) = &named {
        // All of them, in the order in which they were named.
        range.limit = ids.len();
    }
    let mut page = if filter.is_long(sort) || range.is_counted {
        ctx.read_long(move |tx| products::list(tx, &filter, &range)).await?
    } else {
        ctx.read(|tx| products::list(tx, &filter, &range))?
    };
    if let Some(ids) = named {
        page.rows.sort_by_key(|product| ids.iter().position(|id| *id == product.id));
    }
    page.rows = page.rows.into_iter().map(|product| visible_to(caller, product)).collect();
    match fields {
        Some(fields) => query.answer(&fields::choose(page, &fields)?, sort),
        None => query.answer(&page, sort),
    }
}

/// The product as this caller may see it: what is promised and what is low is the shop's affair.
fn visible_to(caller: &Caller, product: Product) -> Product {
    if caller.is_stranger() { product.for_buyers() } else { product }
}

fn filter(
    query: &Query,
    reach: Reach,
    settings: impl Fn() -> Result<Arc<Settings>>,
) -> Result<Filter> {
    let money =
        |text: &str, settings: &Settings| Money::parse(text, settings.currency).map(Money::minor);
    Ok(Filter {
        status: query.get("status", Status::parse),
        only_active: reach == Reach::Own,
        tags: query.get_all("tag", words),
        ids: query.get("ids", page::ids),
        on_sale: query.get("on_sale", page::flag),
        min_price: query.get_by("min_price", &settings, money)?,
        max_price: query.get_by("max_price", &settings, money)?,
        in_stock: query.get("in_stock", page::flag),
        low_stock: query.get("low_stock", page::flag),
        sku: query.get("sku", page::code),
        handle: query.get("handle", words),
        updated_after: query.time("updated_after", &settings)?,
    })
}

async fn change(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.may(Permission::WriteProducts)?;
    // Stock must not be set by anyone who has not seen what was sold meanwhile.
    let if_match = ctx.if_match().with_revision(speaks_of_stock(&body.json()));
    let changed = ctx.write(move |tx| {
        let old = products::find(tx, id)?;
        let decided = read_input(&whole(&body, &old)?, &Terms::load(tx, Some(&old))?)
            .and_then(|input| products::plan(&input, Some(&old)).map(|plan| (input, plan)));
        let (input, plan) = if_match.guard(&old, decided)?;
        products::update(tx, &old, &input, &plan)
    });
    Response::object(&changed.await?, &caller)
}

/// The product that a body makes of the stored one.
fn whole(body: &Body, old: &Product) -> Result<Json> {
    let mut whole = body.over(old)?;
    let sent = body.json();
    let sends = |name| sent.field(name).is_some();
    if body.is_patch()
        && sends("variants")
        && !sends("options")
        && let Json::Object(fields) = &mut whole
    {
        // New variants bring their own options; the stored ones would contradict them.
        fields.retain(|(name, _)| name != "options");
    }
    Ok(whole)
}

/// Tells `true` for a body that sets stock, at the top or in a variant.
fn speaks_of_stock(json: &Json) -> bool {
    let Json::Object(fields) = json else { return false };
    fields.iter().any(|(name, value)| match value {
        Json::Array(variants) if name == "variants" => variants.iter().any(speaks_of_stock),
        _ => name == "stock",
    })
}

fn read_input(json: &Json, terms: &Terms) -> Result<ProductInput> {
    form::read(json, |form| {
        let input = fields(form, terms);
        if terms.stored.is_none() && !form.has("variants") && !form.has("price") {
            form.note("price", Invalid::new("required", "Enter a price."));
        }
        input
    })
}

fn fields(form: &Form, terms: &Terms) -> Field<ProductInput> {
    let currency = terms.settings.currency;
    let name = form.required("name", line(LINE_CHARS_MAX));
    let handle = form.optional("handle", text(a_handle));
    let description = form.optional("description", paragraphs(DESCRIPTION_CHARS_MAX));
    let status = form.change("status", text(Status::parse));
    let vendor = form.optional("vendor", line(LINE_CHARS_MAX));
    let tags = form.values("tags", TAGS_MAX, line(LINE_CHARS_MAX));
    let tax_category = form.optional("tax_category", |value| terms.tax_category(value));
    let withdrawal_exempt = form.optional("withdrawal_exempt", flag);
    let metadata = metadata(form);
    let offer = offer(form, currency);
    let options = form.list("options", OPTIONS_MAX, option);
    let variants = form.list("variants", VARIANTS_MAX, |form| variant(form, currency));
    form.ignore(&["images"]);
    form.ignore(DERIVED);
    no_collections(form);
    let variants = variants?;
    if variants.as_ref().is_some_and(Vec::is_empty) {
        form.note("variants", Invalid::new("empty", "A product has at least one variant."));
    }
    let options = options?;
    if options.as_deref().is_some_and(has_doubles) {
        form.note("options", Invalid::new("given_twice", "Two options have the same name."));
    }
    let mut tags = tags?.unwrap_or_default();
    tags.sort();
    tags.dedup();
    Ok(ProductInput {
        name: name?,
        handle: handle?,
        description: description?.unwrap_or_default(),
        status: status?,
        vendor: vendor?,
        tags,
        tax_category: tax_category?.unwrap_or_else(|| STANDARD_CATEGORY.to_owned()),
        withdrawal_exempt: withdrawal_exempt?.unwrap_or(false),
        metadata: metadata?,
        offer: offer?,
        options: options.map_or(Change::Keep, Change::Set),
        variants: variants.map_or(Change::Keep, Change::Set),
    })
}

fn offer(form: &Form, currency: Currency) -> Field<OfferInput> {
    let price = form.change("price", money(currency));
    let compare_at_price = form.clearable("compare_at_price", money(currency));
    let sku = form.clearable("sku", plain_line(LINE_CHARS_MAX));
    let barcode = form.clearable("barcode", plain_line(LINE_CHARS_MAX));
    let stock = form.clearable("stock", integer(-STOCK_MAX, STOCK_MAX));
    let low_stock_at = form.clearable("low_stock_at", integer(0, STOCK_MAX));
    let allow_backorder = form.clearable("allow_backorder", flag);
    let weight_grams = form.clearable("weight_grams", integer(0, WEIGHT_GRAMS_MAX));
    Ok(OfferInput {
        price: price?,
        compare_at_price: compare_at_price?,
        sku: sku?,
        barcode: barcode?,
        stock: stock?,
        low_stock_at: low_stock_at?,
        allow_backorder: match allow_backorder? {
            Change::Keep => Change::Keep,
            Change::Set(allowed) => Change::Set(allowed.unwrap_or(false)),
        },
        weight_grams: weight_grams?,
    })
}

fn option(form: Form) -> Field<ProductOption> {
    let name = form.required("name", line(LINE_CHARS_MAX));
    let values = form.values("values", VARIANTS_MAX, line(LINE_CHARS_MAX));
    form.done();
    let mut values = values?.unwrap_or_default();
    let mut seen = std::collections::HashSet::new();
    values.retain(|value| seen.insert(value.clone()));
    Ok(ProductOption { name: name?, values })
}

fn variant(form: Form, currency: Currency) -> Field<VariantInput> {
    let id = form.optional("id", form::id);
    let offer = offer(&form, currency);
    let options = form.object("options", |inner| choices(&inner, form.entries("options")?));
    form.ignore(&["title", "position"]);
    form.ignore(DERIVED);
    form.done();
    Ok(VariantInput { id: id?, offer: offer?, options: options?.unwrap_or_default() })
}

/// The option values of a variant; the names are text from people like the values.
fn choices(form: &Form, entries: &[(String, Json)]) -> Field<Vec<(String, String)>> {
    if entries.len() > OPTIONS_MAX {
        let detail = format!("At most {OPTIONS_MAX} entries.");
        return Err(form.note_whole(Invalid::new("too_many", detail)));
    }
    let read = |(name, value): &(String, Json)| {
        let choice = clean_line(name, LINE_CHARS_MAX)
            .and_then(|name| Ok((name, line(LINE_CHARS_MAX)(value)?)));
        choice.map_err(|invalid| form.note(name, invalid))
    };
    let read: Vec<_> = entries.iter().map(read).collect();
    let choices = read.into_iter().collect::<Field<Vec<_>>>()?;
    let mut seen = std::collections::HashSet::new();
    if choices.iter().all(|(name, _)| seen.insert(name)) {
        return Ok(choices);
    }
    Err(form.note_whole(Invalid::new("given_twice", "Two options have the same name.")))
}

/// There are no collections yet, so a product is in none.
fn no_collections(form: &Form) {
    if let Ok(Some(ids)) = form.values("collection_ids", usize::MAX, form::id)
        && !ids.is_empty()
    {
        form.note("collection_ids", Invalid::new("not_available", "There are no collections yet."));
    }
}

fn has_doubles(options: &[ProductOption]) -> bool {
    let mut seen = std::collections::HashSet::new();
    !options.iter().all(|option| seen.insert(&option.name))
}
