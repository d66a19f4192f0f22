//! `/p/<handle>`: a product.

use std::cell::LazyCell;

use rocket::get;
use serde::Serialize;

use super::cards::{self, summary};
use super::json_ld;
use super::pages;
use super::visit::Visit;
use crate::domain::Id;
use crate::domain::calendar::Date;
use crate::domain::money::Money;
use crate::domain::products::{Product, Status, Variant};
use crate::domain::settings::Settings;
use crate::domain::shipping::ShippingMethod;
use crate::domain::window::InfoPage;
use crate::error::{Code, Error, Result};
use crate::http::key::Key;
use crate::http::response::{ApiResult, Response};
use crate::store::products;

/// From so many units on nobody is told how many there are.
const FEW: i64 = 5;
const QUARTER_SECONDS: i64 = 900;

/// The page as it is made of its parts.
#[derive(Serialize)]
struct ProductPage<'a> {
    name: &'a str,
    about: &'a str,
    main: &'a str,
}

/// What the parts of the page show.
#[derive(Serialize)]
struct ProductView {
    product: Product,
    path: String,
    variants: Vec<VariantChoice>,
    /// The variant that is chosen at first: the first that can be ordered.
    chosen: usize,
    summary: String,
    /// The least that it costs to send the chosen one.
    shipping_from: Option<Money>,
    arrives_on: Option<Date>,
    has_shipping_page: bool,
    json_ld: String,
}

/// A variant as it is chosen.
#[derive(Serialize)]
struct VariantChoice {
    id: Id,
    title: Option<String>,
    price: Money,
    compare_at_price: Option<Money>,
    lowest_price_30d: Option<Money>,
    is_available: bool,
    /// Units, where there are few.
    left: Option<i64>,
    is_back_order: bool,
    /// The place of its picture among those of the product.
    picture: Option<usize>,
    sku: Option<String>,
}

#[get("/p/<handle>")]
pub async fn page(visit: Visit, handle: Key) -> ApiResult {
    let handle = match handle {
        Key::Handle(handle) => handle,
        Key::Id(id) => return moved(&visit, id),
    };
    match visit.shared(async { make(&visit, &handle) }).await {
        Err(error) if error.code() == Code::NotFound => {
            match visit.ctx.read(|tx| products::former_owner(tx, &handle))? {
                Some(id) => moved(&visit, id),
                None => Err(error),
            }
        }
        page => page,
    }
}

fn make(visit: &Visit, handle: &str) -> Result<String> {
    let product = visit.ctx.read(|tx| products::find_by_handle(tx, handle))?;
    if !is_for_sale(&product) {
        return Err(Error::not_found());
    }
    let shown = shown(&product, visit);
    let name = product.fields.name.clone();
    let view = LazyCell::new(|| ProductView::of(product, visit));
    let part = |template| pages::part(&visit.ctx.app, &visit.view, template, &shown, || &*view);
    let (about, main) = (part("product_about.html")?, part("product_main.html")?);
    visit.render("product.html", &ProductPage { name: &name, about: &about, main: &main })
}

/// All that the parts of the page depend on, beside the language: the product, the settings, and
/// for the day on which it would arrive the quarter of an hour, as those begin everywhere at once.
fn shown(product: &Product, visit: &Visit) -> String {
    let Product { id, version, revision, .. } = product;
    let quarter = visit.ctx.app.clock.now().seconds() / QUARTER_SECONDS;
    format!("{id} {version}.{revision} {} {quarter}", visit.view.settings.version)
}

/// The way to the page of a product under its handle of now; gone, where it is not sold any more.
fn moved(visit: &Visit, id: Id) -> ApiResult {
    let product = visit.ctx.read(|tx| products::find(tx, id))?;
    if !is_for_sale(&product) {
        return Err(Error::new(Code::Gone, "This product is not sold any more."));
    }
    Ok(Response::moved(visit.to(&cards::address(&product))))
}

fn is_for_sale(product: &Product) -> bool {
    product.fields.status == Status::Active
}

impl ProductView {
    fn of(product: Product, visit: &Visit) -> Self {
        let settings = &*visit.view.settings;
        let product = product.for_buyers();
        let choice = |variant: &Variant| VariantChoice::of(variant, &product);
        let variants: Vec<VariantChoice> = product.variants.iter().map(choice).collect();
        let chosen = variants.iter().position(|variant| variant.is_available).unwrap_or(0);
        let (shipping_from, arrives_on) = shipping(settings, product.variants.get(chosen), visit);
        let path = cards::address(&product);
        Self {
            summary: summary(&product.fields.description),
            json_ld: json_ld::product(&product, &path, settings),
            path,
            variants,
            chosen,
            shipping_from,
            arrives_on,
            has_shipping_page: settings.window.page(InfoPage::Shipping).is_some(),
            product,
        }
    }
}

impl VariantChoice {
    fn of(variant: &Variant, product: &Product) -> Self {
        let offer = &variant.offer;
        let compare_at_price =
            offer.compare_at_price.filter(|before| before.minor() > offer.price.minor());
        let is_own = |id| product.images.iter().position(|image| image.id == id);
        Self {
            id: variant.id,
            title: variant.title.clone(),
            price: offer.price,
            lowest_price_30d: variant.lowest_price_30d.filter(|_| compare_at_price.is_some()),
            compare_at_price,
            is_available: offer.is_available(),
            left: offer.stock.filter(|left| (1..=FEW).contains(left)),
            is_back_order: offer.allow_backorder && offer.stock.is_some_and(|left| left < 1),
            picture: variant.image_id.and_then(is_own),
            sku: offer.sku.clone(),
        }
    }
}

/// The least that it costs to send one unit within the shop's country, and when it should arrive.
fn shipping(
    settings: &Settings,
    variant: Option<&Variant>,
    visit: &Visit,
) -> (Option<Money>, Option<Date>) {
    let Some(variant) = variant else { return (None, None) };
    let weight = variant.offer.weight_grams.unwrap_or(0);
    let methods = settings.shipping_to(None);
    let sent: Vec<&ShippingMethod> =
        methods.filter(|it| !it.pickup && it.carries(weight)).collect();
    let price = |it: &&ShippingMethod| it.price_for(variant.offer.price.minor(), weight);
    let least = sent.iter().map(price).min_by_key(|price| price.minor());
    let now = visit.ctx.app.clock.now();
    let day = sent.first().map(|method| settings.expected_delivery(now, method));
    (least, day.filter(|_| variant.offer.is_available()))
}
