//! What the world may ask: routes, credentials, bodies and answers. No SQL, no arithmetic.

mod admin;
mod answer;
mod api_keys;
mod ask;
mod auth;
mod backups;
mod body;
mod customer_accounts;
mod customers;
mod discounts;
mod docs;
mod etag;
mod events;
mod form;
mod headers;
mod health;
mod json;
mod limits;
mod metrics;
mod orders;
mod page;
mod people;
mod print;
mod problem;
mod products;
mod reports;
mod requests;
mod sessions;
mod settings;
mod setup;
mod staff;
mod stock_movements;

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rocket::request::FromParam;
use rocket::{Build, Rocket, Route, routes};
use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::Id;
use crate::hashing::Hashing;
use crate::secret::Hash;
use crate::store::Store;
use limits::Limits;
use metrics::Metrics;

/// Every route there is.
#[rustfmt::skip]
fn routes() -> Vec<Route> {
    use orders::{after, invoices, steps};
    routes![
        customers::list,         customers::create,         customers::read,
        customers::replace,      customers::edit,           customers::delete,
        customer_accounts::list, customer_accounts::create, customer_accounts::read,
        customer_accounts::replace, customer_accounts::edit, customer_accounts::delete,
        sessions::create,        sessions::current,         sessions::end,
        sessions::create_staff,  sessions::current_staff,   sessions::end_staff,
        products::list,          products::create,          products::read,
        products::replace,       products::edit,            products::delete,
        stock_movements::list,   stock_movements::create,   stock_movements::read,
        orders::list,            orders::place,             orders::read,
        orders::edit,            orders::counts,            orders::track,
        orders::list_of_customer, orders::quote,
        steps::pay,        steps::payment,      steps::void_payment,
        steps::pack,       steps::packing,      steps::void_packing,
        steps::ship,       steps::shipment,
        steps::deliver,    steps::delivery,     steps::void_delivery,
        steps::cancel,     steps::cancellation,
        after::refund,     after::read_refund,
        after::take_back,  after::read_return,
        after::withdraw,   after::withdrawal,
        invoices::issue,         invoices::list,            invoices::read,
        invoices::packing_slip,  invoices::packing_slips,
        discounts::list,         discounts::create,         discounts::read,
        discounts::replace,      discounts::edit,           discounts::delete,
        reports::sold,           events::read,
        settings::read,          settings::replace,         settings::edit,
        settings::shop,          setup::create,
        staff::list,             staff::create,             staff::read,
        staff::edit,             staff::delete,
        api_keys::list,          api_keys::create,          api_keys::read,
        api_keys::edit,          api_keys::revoke,
        backups::create,         health::read,              metrics::read,
        docs::openapi,           docs::page,                docs::part,
        docs::document_part,
        admin::page,             admin::part,               admin::icon,
    ]
}

/// Puts the shop on a server.
pub fn mount(rocket: Rocket<Build>, app: App) -> Rocket<Build> {
    rocket
        .manage(app.clone())
        .attach(requests::Requests)
        .attach(headers::Headers)
        .attach(events::farewell(app))
        .mount("/", routes())
        .register("/", vec![headers::catcher()])
}

/// What every handler shares. Clones are the same.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    pub store: Store,
    pub config: Config,
    pub clock: Clock,
    pub hashing: Hashing,
    /// Signs tokens and fingerprints; the same for the life of the file.
    pub secret: Hash,
    limits: Limits,
    metrics: Metrics,
    /// Places for those who watch the orders.
    feeds: Arc<Semaphore>,
    warned_of_proxy: AtomicBool,
}

impl App {
    pub fn new(store: Store, config: Config, clock: Clock, secret: Hash) -> Self {
        let hashing = Hashing::new(config.worker_threads());
        let (limits, metrics) = (Limits::default(), Metrics::new());
        let warned_of_proxy = AtomicBool::new(false);
        Self(Arc::new(Parts {
            store,
            config,
            clock,
            hashing,
            secret,
            limits,
            metrics,
            feeds: Arc::new(Semaphore::new(events::FEEDS_MAX)),
            warned_of_proxy,
        }))
    }

    /// Says once what to set when a proxy speaks that nobody has named.
    fn warn_of_proxy_once(&self, peer: IpAddr) {
        if !self.warned_of_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "a proxy sends X-Forwarded-For; set TILLBOX_TRUSTED_PROXIES='[\"{peer}\"]' to \
                 limit callers by their own addresses"
            );
        }
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl<'r> FromParam<'r> for Id {
    type Error = ();

    fn from_param(text: &'r str) -> Result<Self, ()> {
        Self::parse(text).ok_or(())
    }
}
