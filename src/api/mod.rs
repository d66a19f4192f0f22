//! What programs may ask: routes, and JSON between them and the store. No SQL, no arithmetic.

mod admin;
mod api_keys;
mod backups;
mod clock_confirmations;
mod collections;
mod customer_accounts;
mod customers;
mod discounts;
mod docs;
mod email_verifications;
mod events;
mod health;
mod images;
mod mail_templates;
mod mails;
mod metrics;
mod orders;
mod password_resets;
mod products;
mod reports;
mod sample_goods;
mod sessions;
mod settings;
mod setup;
mod staff;
mod stock_movements;
mod tags;
mod withdrawal_declarations;

use rocket::http::Method;
use rocket::{Build, Rocket, Route, routes};

/// Every route there is.
#[rustfmt::skip]
fn routes() -> Vec<Route> {
    use orders::{
        cancellations, fulfilment, invoices, payment_sessions, payments, place, refunds, returns,
        withdrawals,
    };
    routes![
        customers::list,         customers::create,         customers::read,
        customers::replace,      customers::edit,           customers::delete,
        customer_accounts::list, customer_accounts::create, customer_accounts::read,
        customer_accounts::replace, customer_accounts::edit, customer_accounts::delete,
        sessions::create,        sessions::current,         sessions::end,
        sessions::create_staff,  sessions::current_staff,   sessions::end_staff,
        products::list,          products::create,          products::read,
        products::replace,       products::edit,            products::delete,
        tags::list,              collections::set_products,
        collections::list,       collections::create,       collections::read,
        collections::replace,    collections::edit,         collections::delete,
        images::create,          images::read,              images::edit,
        images::delete,          images::show,
        images::set_of_collection, images::remove_of_collection,
        stock_movements::list,   stock_movements::create,   stock_movements::read,
        orders::list,            place::place,              orders::read,
        orders::edit,            orders::counts,            orders::track,
        orders::list_of_customer, place::quote,
        payments::create,        payments::read,            payments::void,
        payment_sessions::list,  payment_sessions::create,  payment_sessions::read,
        fulfilment::pack,        fulfilment::packing,       fulfilment::void_packing,
        fulfilment::ship,        fulfilment::shipment,      fulfilment::void_shipment,
        fulfilment::edit_shipment,
        fulfilment::deliver,     fulfilment::delivery,      fulfilment::void_delivery,
        cancellations::create,   cancellations::read,       cancellations::void,
        refunds::create,         refunds::read,             refunds::void,
        returns::create,         returns::read,             returns::void,
        withdrawals::create,     withdrawals::read,         withdrawals::void,
        invoices::issue,         invoices::list,            invoices::read,
        invoices::packing_slip,  invoices::packing_slips,
        withdrawal_declarations::list, withdrawal_declarations::read,
        withdrawal_declarations::edit,
        discounts::list,         discounts::create,         discounts::read,
        discounts::replace,      discounts::edit,           discounts::delete,
        reports::sold,           reports::products,         events::read,
        settings::read,          settings::replace,         settings::edit,
        settings::shop,          settings::logo::set,       settings::logo::remove,
        password_resets::request, password_resets::change,
        password_resets::request_of_staff, password_resets::change_of_staff,
        mails::list,             mails::read,               mails::resend,
        mails::test,             mail_templates::list,      mail_templates::read,
        mail_templates::replace, mail_templates::preview,
        setup::create,           email_verifications::confirm, staff::list,
        staff::create,           staff::read,               staff::edit,
        staff::delete,
        api_keys::list,          api_keys::create,          api_keys::read,
        api_keys::edit,          api_keys::revoke,
        backups::create,         health::read,              metrics::read,
        clock_confirmations::create, docs::openapi,           docs::page,
        docs::part,              docs::document_part,       admin::page,
        admin::part,             admin::icon,               admin::manifest,
        admin::worker,           sample_goods::read,        sample_goods::delete,
    ]
}

/// The routes that are asked for most.
const BUSY: [(Method, &str); 4] = [
    (Method::Get, "/products/<id>"),
    (Method::Get, "/products"),
    (Method::Post, "/orders"),
    (Method::Get, "/orders/<id>/track"),
];
/// Comes before every rank that the web framework gives by itself.
const FIRST_RANK: isize = -100;

/// The web framework tries one route after the other, so those that are asked for most come first.
fn with_busy_first(mut routes: Vec<Route>) -> Vec<Route> {
    for route in &mut routes {
        let is_busy =
            |(method, path): &(Method, &str)| route.method == *method && route.uri.path() == *path;
        if BUSY.iter().any(is_busy) {
            route.rank = FIRST_RANK;
        }
    }
    routes
}

/// Puts the API on a server.
pub fn mount(rocket: Rocket<Build>) -> Rocket<Build> {
    rocket.mount("/", with_busy_first(routes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_most_is_tried_first() {
        let routes = with_busy_first(routes());
        let first = routes.iter().filter(|route| route.rank == FIRST_RANK);
        assert_eq!(first.count(), BUSY.len());
        assert!(routes.iter().all(|route| route.rank >= FIRST_RANK));
    }
}
