//! Pages for buyers, beside the API and by the same functions of the store: made on the server of
//! templates (`static/window/`), complete without any script.
//!
//! A page is the answer of a `Visit`; what all pages show is its `View`.

mod cards;
mod cart;
mod checkout;
mod checkout_form;
mod cookies;
mod countries;
mod errors;
mod files;
mod first;
mod infos;
mod json_ld;
mod lists;
mod orders;
mod pages;
mod passwords;
mod paying;
mod payments;
mod placed;
mod products;
mod sitemaps;
mod texts;
mod verifying;
mod view;
mod visit;
mod withdrawals;

use rocket::{Build, Rocket, Route, routes};

use crate::http::problem::ErrorPages;

/// Every page there is.
#[rustfmt::skip]
fn routes() -> Vec<Route> {
    routes![
        first::page,             lists::collection,         lists::search,
        products::page,          infos::page,
        cart::page,              cart::change,
        checkout::page,          checkout::place,
        orders::page,            orders::open,              orders::cancel,
        payments::pay,           payments::back,
        orders::document,        withdrawals::of_order,     withdrawals::withdraw,
        withdrawals::page,       withdrawals::declare,      withdrawals::done,
        passwords::page,         passwords::change,
        verifying::page,         verifying::confirm,
        sitemaps::index,         sitemaps::part,            sitemaps::robots,
        files::style,            files::script,
    ]
}

/// Puts the pages on a server.
pub fn mount(rocket: Rocket<Build>) -> Rocket<Build> {
    rocket.mount("/", routes()).manage(ErrorPages(errors::page))
}
