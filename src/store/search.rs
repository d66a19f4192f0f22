//! The words that customers and orders are found by. They are written with what they belong to, and
//! gone with it.

use super::Tx;
use super::engine::list::List;
use super::engine::sql::{Row, json};
use crate::domain::Id;
use crate::domain::customers::Contact;
use crate::domain::orders::Buyer;
use crate::domain::search::{Words, beginnings};
use crate::error::Result;

/// The rows of a table of words, each with its owner, that begin with any text of a list. The list
/// stands in it as `#`.
macro_rules! owners_of_words {
    ($owner:literal, $table:literal, $word:literal) => {
        concat!(
            "select w.",
            $owner,
            " from ",
            $crate::store::engine::list::in_ids!("#"),
            " as b cross join ",
            $table,
            " as w where w.",
            $word,
            " >= b.value and w.",
            $word,
            " < b.value || '\u{10ffff}'"
        )
    };
}

/// Writes the words of a new customer.
pub fn add_customer(tx: &Tx, id: Id, contact: &Contact) -> Result<()> {
    insert(tx, CUSTOMERS, id, &words_of(contact))
}

/// Writes the words of a customer who has changed.
pub fn change_customer(tx: &Tx, id: Id, before: &Contact, after: &Contact) -> Result<()> {
    replace(tx, CUSTOMERS, id, &words_of(before), &words_of(after))
}

/// Takes the words of a customer away.
pub fn remove_customer(tx: &Tx, id: Id, contact: &Contact) -> Result<()> {
    replace(tx, CUSTOMERS, id, &words_of(contact), &[])
}

/// Writes the words of a new order.
pub fn add_order(tx: &Tx, id: Id, number: &str, buyer: &Buyer) -> Result<()> {
    insert(tx, ORDERS, id, &words_of_order(number, buyer))
}

/// Writes the words of an order whose buyer has changed.
pub fn change_order(tx: &Tx, id: Id, number: &str, before: &Buyer, after: &Buyer) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let (before, after) = (words_of_order(number, before), words_of_order(number, after));
    replace(tx, ORDERS, id, &before, &after)
}

/// Takes the buyer's words away from the orders of a customer, as long as these name the buyer;
/// they are still found by their numbers.
pub fn forget_buyer(tx: &Tx, customer_id: Id) -> Result<()> {
    let sql = "select id, number, name, email, phone from orders where customer_id = $1";
    let read = |row: &Row| Ok((row.get::<Id>("id")?, row.get("number")?, buyer(row)?));
    let orders: Vec<(Id, String, Buyer)> = tx.all(sql, &[&customer_id], read)?;
    for (id, number, buyer) in orders {
        let left = Words::default().and_line(&number).list();
        replace(tx, ORDERS, id, &words_of_order(&number, &buyer), &left)?;
    }
    Ok(())
}

/// The buyer of an order, as its row names them.
pub fn buyer(row: &Row) -> Result<Buyer> {
    Ok(Buyer { name: row.get("name")?, email: row.get("email")?, phone: row.get("phone")? })
}

/// The statements that add and remove a word.
type Statements = (&'static str, &'static str);

const CUSTOMERS: Statements = (
    "insert into customer_words (word, customer_id) values ($1, $2)",
    "delete from customer_words where word = $1 and customer_id = $2",
);
const ORDERS: Statements = (
    "insert into order_words (word, order_id) values ($1, $2)",
    "delete from order_words where word = $1 and order_id = $2",
);

fn insert(tx: &Tx, (add, _): Statements, id: Id, words: &[String]) -> Result<()> {
    words.iter().try_for_each(|word| tx.execute(add, &[word, &id]).map(drop))
}

/// Both lists are made anew, by the folding that the stored ones were made by: none is missed.
fn replace(
    tx: &Tx,
    (add, remove): Statements,
    id: Id,
    before: &[String],
    after: &[String],
) -> Result<()> {
    for gone in before.iter().filter(|word| !after.contains(word)) {
        tx.execute(remove, &[gone, &id])?;
    }
    for new in after.iter().filter(|word| !before.contains(word)) {
        tx.execute(add, &[new, &id])?;
    }
    Ok(())
}

/// Narrows a list to the customers that a search finds.
pub fn narrow_customers(list: &mut List, search: Option<&str>) -> Result<()> {
    for beginnings in search.map_or_else(Vec::new, beginnings) {
        let found =
            concat!("id in (", owners_of_words!("customer_id", "customer_words", "word"), ")");
        list.with(found, json(&beginnings)?);
    }
    Ok(())
}

/// Narrows a list to the orders that a search finds.
pub fn narrow_orders(list: &mut List, search: Option<&str>) -> Result<()> {
    for beginnings in search.map_or_else(Vec::new, beginnings) {
        let found = concat!(
            "id in (",
            owners_of_words!("order_id", "order_words", "word"),
            " union ",
            owners_of_words!("order_id", "order_items", "sku_key"),
            " union ",
            owners_of_words!("order_id", "shipments", "tracking_key"),
            ")"
        );
        list.with(found, json(&beginnings)?);
    }
    Ok(())
}

fn words_of(contact: &Contact) -> Vec<String> {
    let words = Words::default().and_line(&contact.name).and_email(contact.email.as_str());
    let words = match &contact.phone {
        Some(phone) => words.and_phone(phone),
        None => words,
    };
    words.list()
}

fn words_of_order(number: &str, buyer: &Buyer) -> Vec<String> {
    let mut words = Words::default().and_line(number);
    if let Some(name) = &buyer.name {
        words = words.and_line(name);
    }
    if let Some(email) = &buyer.email {
        words = words.and_email(email.as_str());
    }
    if let Some(phone) = &buyer.phone {
        words = words.and_phone(phone);
    }
    words.list()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::domain::currency::Currency;
    use crate::store::engine::list::{Range, Sort};
    use crate::store::opening;

    #[test]
    fn searches_and_lists_of_changes_read_indexes_and_not_every_row() {
        let dir = tempfile::tempdir().unwrap();
        let euro = Currency::parse("EUR").unwrap();
        let store = opening::open(&dir.path().join("shop"), Clock::system(), euro, 1).unwrap();
        let plan = |list: &List, column| {
            let sort = Sort { column, descending: true };
            let range = Range { sort, after: None, limit: 20, is_counted: false };
            store.read(|tx| Ok(list.plan(tx, &range)?.join("\n"))).unwrap()
        };
        for search in ["1001", "anna schmidt"] {
            let (mut orders, mut customers) = (List::of("orders"), List::of("customers"));
            narrow_orders(&mut orders, Some(search)).unwrap();
            narrow_customers(&mut customers, Some(search)).unwrap();
            let plan = [plan(&orders, "order_date"), plan(&customers, "name_key")].join("\n");
            for index in [
                "SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)",
                "SEARCH w USING PRIMARY KEY (word>? AND word<?)",
                "order_items_sku (sku_key>? AND sku_key<?)",
                "shipments_tracking (tracking_key>? AND tracking_key<?)",
                "SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)",
            ] {
                assert!(plan.contains(index), "{index}: {plan}");
            }
            for whole in ["SCAN w", "SCAN orders", "SCAN customers"] {
                assert!(!plan.contains(whole), "{plan}");
            }
        }
        for (table, index) in [
            ("orders", "orders_updated"),
            ("products", "products_updated"),
            ("customers", "customers_updated"),
        ] {
            let mut list = List::of(table);
            list.with("updated_at > #", 1);
            let plan = plan(&list, "updated_at");
            assert!(plan.contains(&format!("{index} (updated_at>?)")), "{plan}");
        }
        for table in ["products", "customers"] {
            let plan = plan(&List::of(table), "name_key");
            assert!(plan.contains(&format!("{table}_name")) && !plan.contains("TEMP"), "{plan}");
        }
    }
}
