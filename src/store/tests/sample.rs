//! Rows for tests that need many, or odd ones: written as they stand in the file.

use crate::domain::Id;
use crate::domain::customers::Contact;
use crate::domain::text::Email;
use crate::error::Result;
use crate::store::{Tx, search};

/// A customer of this name and e-mail.
pub fn customer(tx: &Tx, id: i64, name: &str, email: &str) -> Result<()> {
    let sql = "insert into customers (id, name, name_key, email, email_key, addresses,
            accepts_marketing, guest, orders_count, total_spent, version, revision, created_at,
            updated_at)
        values ($1, $2, lower($2), $3, $3, '[]', 0, 0, 0, 0, 1, 0, $1, $1)";
    tx.execute(sql, &[&id, &name, &email])?;
    search::add_customer(tx, to_id(id), &contact(name, email))
}

/// An order of a customer, placed at this time, that is open and unpaid.
pub fn order(tx: &Tx, (id, number): (i64, &str), customer_id: i64, at: i64) -> Result<()> {
    let sql = "insert into orders (id, number, customer_id, order_date, created_at, updated_at,
            status, payment_status, fulfillment_status, expected_delivery_date, shipping_method,
            payment_method, subtotal, discount_total, shipping_total, shipping_tax, tax_total,
            total, paid_total, refunded_total, open_amount, currency, prices_include_tax, version,
            revision)
        values ($1, $2, $3, $4, $4, $4, 'open', 'unpaid', 'unfulfilled', '2026-11-23', 'standard',
            'bank_transfer', 100, 0, 0, 0, 0, 100, 0, 0, 100, 'EUR', 1, 1, 0)";
    tx.execute(sql, &[&id, &number, &customer_id, &at]).map(drop)
}

pub fn contact(name: &str, email: &str) -> Contact {
    Contact { name: name.to_owned(), email: Some(Email::parse(email).unwrap()), phone: None }
}

pub fn to_id(id: i64) -> Id {
    Id::new(id).unwrap()
}
