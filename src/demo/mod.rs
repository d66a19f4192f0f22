//! The demo: a sample shop in a folder of its own, so that somebody who looks around sees a shop at
//! work and not an empty list.
//!
//! It is filled through the verbs that the API uses, with times of the past handed in, so it holds
//! nothing that a real shop could not hold.

mod declarations;
mod fill;
mod furnish;
mod german;
mod goods;
mod people;
mod pictures;
mod sales;
mod shelves;
mod window;

use std::path::Path;

use crate::config::Config;
use crate::domain::Id;
use crate::domain::api_keys::KeyRole;
use crate::domain::passwords::Password;
use crate::domain::staff::Role;
use crate::domain::text::Email;
use crate::domain::window::Language;
use crate::error::{Code, Error, Result};
use crate::server::{self, Greeting};
use crate::store::engine::list::{Range, Sort};
use crate::store::{Store, Tx, api_keys, customers, orders, products, settings, staff};
use crate::{hashing, secret};

/// The name of the demo's keys; a shop with such a key is a demo.
const KEY_NAME: &str = "demo";
/// The owner of the sample shop.
const OWNER: &str = "owner@example.com";
/// Random bytes in the owner's password.
const PASSWORD_BYTES: usize = 6;
/// Products that are looked at for one to order.
const PRODUCTS_SEEN_MAX: usize = 100;

/// The credentials for looking around in the demo.
#[derive(Debug)]
pub struct Opened {
    /// The new admin key; those of earlier starts have ended.
    pub key: String,
    /// The new password of the owner.
    pub password: String,
    /// A product that can be ordered without choosing a variant.
    pub product: Option<Id>,
}

/// Serves the sample shop until the process is told to stop.
///
/// # Errors
/// One sentence for a folder that holds another shop; as [`server::serve`].
pub fn serve(config: &Config) -> Result<()> {
    let folder = config.data.clone();
    server::serve(config, async move |store, _setup| {
        let opened = open(&store, &folder).await?;
        let greeting: Greeting = Box::new(move |url| greeting(url, &folder, &opened));
        Ok(greeting)
    })
}

/// Puts the goods of the sample on the shelves of somebody's own shop, without what the sample
/// invents beside them: an order would take a number for good, and people have passwords that are
/// printed.
pub fn put_goods(tx: &Tx, language: Language) -> Result<()> {
    fill::goods(tx, language)
}

/// Fills an empty shop, takes an earlier demo as it is, and makes a new key and a new password.
///
/// # Errors
/// One sentence for another shop. Nothing was done then.
pub async fn open(store: &Store, folder: &Path) -> Result<Opened> {
    let folder = folder.display().to_string();
    let (password, hash) = new_password()?;
    let work = move |tx: &Tx| {
        if is_empty(tx)? {
            fill::fill(tx)?;
        } else if !is_demo(tx)? {
            let detail =
                format!("The folder {folder} holds a shop already; the demo needs one of its own.");
            return Err(Error::conflict(detail));
        }
        let_in(tx, &hash)?;
        Ok(Opened {
            key: new_key(tx)?,
            password: password.clone(),
            product: something_to_order(tx)?,
        })
    };
    store.write(work).await
}

fn is_empty(tx: &Tx) -> Result<bool> {
    let one = first(1);
    // Somebody who has made a key or changed a setting has begun a shop of their own.
    Ok(api_keys::list(tx)?.is_empty()
        && !staff::exists(tx)?
        && settings::load(tx)?.version == 1
        && products::list(tx, &products::Filter::default(), &one)?.rows.is_empty()
        && orders::list(tx, &orders::Filter::default(), &one)?.rows.is_empty()
        && customers::list(tx, &customers::Filter::default(), &one)?.rows.is_empty())
}

fn is_demo(tx: &Tx) -> Result<bool> {
    Ok(api_keys::list(tx)?.iter().any(|key| key.name.as_deref() == Some(KEY_NAME)))
}

/// Ends the keys of earlier starts, which somebody may have copied from a screen, and makes one.
fn new_key(tx: &Tx) -> Result<String> {
    for key in api_keys::list(tx)? {
        if key.name.as_deref() == Some(KEY_NAME) && key.revoked_at.is_none() {
            api_keys::revoke(tx, key.id)?;
        }
    }
    Ok(api_keys::create(tx, KeyRole::Admin, Some(KEY_NAME))?.1)
}

/// Like the key: nobody else knows it, and it holds until the next start.
fn new_password() -> Result<(String, String)> {
    let random = secret::random()?;
    let text = format!("demo-{}", secret::hex(random.get(..PASSWORD_BYTES).unwrap_or_default()));
    let password = Password::choose(&text, &[OWNER]);
    let password = password.map_err(|invalid| Error::internal(invalid.detail))?;
    let hash = hashing::hash(&password)?;
    Ok((text, hash))
}

/// Gives the owner this password.
fn let_in(tx: &Tx, password_hash: &str) -> Result<()> {
    let owner = Email::parse(OWNER).map_err(|invalid| Error::internal(invalid.detail))?;
    match staff::reset(tx, &owner, password_hash) {
        Err(error) if error.code() == Code::NotFound => {
            staff::add(tx, &owner, Some(Role::Owner), password_hash).map(drop)
        }
        done => done,
    }
}

fn something_to_order(tx: &Tx) -> Result<Option<Id>> {
    let filter =
        products::Filter { only_active: true, in_stock: Some(true), ..products::Filter::default() };
    let page = products::list(tx, &filter, &first(PRODUCTS_SEEN_MAX))?;
    Ok(page.rows.iter().find(|product| product.variants.len() == 1).map(|product| product.id))
}

fn first(limit: usize) -> Range {
    Range { sort: Sort { column: "id", descending: false }, after: None, limit, is_counted: false }
}

fn greeting(url: &str, folder: &Path, opened: &Opened) -> String {
    let (folder, key, owner) = (folder.display(), &opened.key, &opened.password);
    let (usernames, password) = (people::usernames().join(" and "), people::PASSWORD);
    let order = opened.product.map(|product| order_line(url, product)).unwrap_or_default();
    format!(
        "
This is a sample shop in the folder {folder}
Its goods and people are invented, so try what you like. It stays as you leave it; to begin anew,
stop it (Ctrl+C) and delete the folder.

The shop as its buyers see it:

  {url}

The page of its staff, with the password that holds until the next start:

  {url}/admin
  {OWNER}
  {owner}

The admin key, until the next start as well:

  {key}

Paste these into a second terminal. What is for sale, as a visitor sees it:

  curl -s '{url}/products?limit=3'
{order}
The newest orders, as the shop sees them:

  curl -s '{url}/orders?limit=3' -H 'Authorization: Bearer {key}'

The customers {usernames} can sign in (POST /sessions) with the password: {password}
Every route is explained at {url}/docs
"
    )
}

fn order_line(url: &str, product: Id) -> String {
    let body = serde_json::json!({
        "items": [{ "product_id": product, "quantity": 1 }],
        "shipping_method": "pickup",
        "customer": { "name": "Robin Field", "email": "robin@example.org" },
    });
    format!(
        "
An order, as a visitor places it:

  curl -s '{url}/orders' -H 'Content-Type: application/json' -d '{body}'
"
    )
}
