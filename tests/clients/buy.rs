//! Buys with the client that openapi-generator makes for Rust (`rust`, on reqwest).

use std::fmt::Debug;

use tillbox::apis::Error;
use tillbox::apis::configuration::Configuration;
use tillbox::apis::orders_api::{create_quote, place_order, read_order, track_order};
use tillbox::apis::products_api::{create_product_image, list_products};
use tillbox::models::{GuestInput, OrderInput, OrderLineInput, Problem, QuoteInput, TrackStatus};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let guest = client(None);
    let (none, sort) = (None, Some("name"));
    let page = list_products(
        &guest, None, None, None, None, None, None, None, None, None, None, None, None, sort, None,
        None, None, None, None, None,
    );
    let page = page.await.unwrap();
    let (mug, last) = (&page.data[0], &page.data[1]);
    let found = list_products(
        &guest, None, None, None, None, None, None, None, None, None, None, None, None, None, None,
        None, None, None, Some("BLU mu"), None,
    );
    let found = found.await.unwrap().data;
    same(found.iter().map(|it| it.id).collect::<Vec<_>>(), vec![mug.id]);

    let keeper = client(std::env::var("ADMIN_KEY").ok());
    let picture = std::env::var_os("PICTURE").unwrap().into();
    let image = create_product_image(&keeper, mug.id, picture, None, Some("A mug"), None);
    let image = image.await.unwrap();
    same((image.alt.as_str(), image.width), ("A mug", 2));

    let lines = vec![OrderLineInput::new(mug.id, 2)];
    let quote = create_quote(&guest, QuoteInput::new(lines.clone())).await.unwrap();
    same(&quote.total, "19.90");

    let ana = GuestInput::new("Ana Søs".into(), "ana@example.org".into());
    let mut wanted = OrderInput::new(lines);
    wanted.customer = Some(Some(Box::new(ana)));
    wanted.expected_total = Some(Some(quote.total));
    let order = place_order(&guest, wanted.clone(), Some("rust")).await.unwrap();
    let again = place_order(&guest, wanted.clone(), Some("rust")).await.unwrap();
    same(again.id, order.id);
    same(&order.total, "19.90");

    let own = read_order(&client(Some(order.token)), order.id, None).await.unwrap();
    same(own.number, order.number);
    same(own.customer.name.as_deref(), Some("Ana Søs"));
    same(own.created_at, order.created_at);

    let token = order.tracking_url.split("token=").nth(1);
    let track = track_order(&guest, order.id, token).await.unwrap();
    same(track.status, TrackStatus::TrackPlaced);

    let mut more = OrderInput::new(vec![OrderLineInput::new(last.id, 2)]);
    more.customer = wanted.customer;
    let Err(Error::ResponseError(refused)) = place_order(&guest, more, none).await else {
        panic!("More was sold than there is.");
    };
    let problem: Problem = serde_json::from_str(&refused.content).unwrap();
    same(problem.status, 409);
    same(&problem.code, "out_of_stock");
    let fault = &problem.errors.unwrap()[0];
    same(fault.pointer.as_deref(), Some("/items/0/quantity"));
    same(fault.available, Some(1));
}

fn client(token: Option<String>) -> Configuration {
    let base_path = std::env::var("URL").unwrap();
    Configuration { base_path, bearer_access_token: token, ..Configuration::default() }
}

fn same<G: PartialEq<W> + Debug, W: Debug>(got: G, wanted: W) {
    assert!(got == wanted, "It is {got:?}, not {wanted:?}.");
}
