//! Numbers that follow each other without a gap: of orders, invoices and credit notes; and the ids
//! that the program gives by itself, because rows are chained by them.

use super::Tx;
use super::engine::sql::Row;
use crate::domain::Id;
use crate::domain::settings::Settings;
use crate::error::{Error, FieldError, Result};

/// A sequence of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberSequence {
    Orders,
    Invoices,
    CreditNotes,
}

/// The id of the next movement of stock: one that was forgotten keeps its id for good.
macro_rules! next_movement_id {
    () => {
        "1 + max(forgotten_movement_id, (select coalesce(max(id), 0) from stock_movements))"
    };
}

/// The id of the next movement of stock.
pub fn next_movement_id(tx: &Tx) -> Result<Id> {
    tx.value(concat!("select ", next_movement_id!(), " from settings"), &[])
}

/// What the next order gets.
#[derive(Clone, Debug)]
pub struct NextOrder {
    pub number: String,
    /// The ids of its first line and its first movement of stock; the others follow.
    pub item_id: Id,
    pub movement_id: Id,
}

impl NextOrder {
    /// What an order gets that was planned by the settings of this version; nothing is taken yet.
    ///
    /// # Errors
    /// [`Code::Stale`] where they have changed.
    ///
    /// [`Code::Stale`]: crate::error::Code::Stale
    pub fn read(tx: &Tx, settings_version: i64) -> Result<Self> {
        let sql = concat!(
            "select order_number_prefix as prefix, next_order_number as number,
                1 + (select coalesce(max(id), 0) from order_items) as item_id, ",
            next_movement_id!(),
            " as movement_id from settings where id = 1 and version = $1"
        );
        let next = tx.maybe(sql, &[&settings_version], |row| {
            let (item_id, movement_id) = (row.get("item_id")?, row.get("movement_id")?);
            Ok(Self { number: read(row)?, item_id, movement_id })
        })?;
        next.ok_or_else(Error::stale)
    }

    /// The ids of its lines, of which each is of tracked stock or not.
    pub fn line_ids(&self, lines: impl Iterator<Item = bool>) -> Vec<LineIds> {
        let onwards = |first: Id| (first.get()..).map_while(Id::new);
        let mut movements = onwards(self.movement_id);
        let ids = |(item, is_tracked)| {
            let movement = if is_tracked { movements.next() } else { None };
            LineIds { item, movement }
        };
        onwards(self.item_id).zip(lines).map(ids).collect()
    }

    /// Takes the number, which was read in this transaction. To be told it by this statement,
    /// SQLite would open a table of its own for the answer.
    pub fn take_number(&self, tx: &Tx) -> Result<()> {
        let sql = "update settings set next_order_number = next_order_number + 1 where id = 1";
        tx.execute(sql, &[]).map(drop)
    }
}

/// The ids of a line and of its movement, where the stock of its variant is tracked.
#[derive(Clone, Copy, Debug)]
pub struct LineIds {
    pub item: Id,
    pub movement: Option<Id>,
}

/// Everything that differs between the sequences.
struct Parts {
    /// Takes the next number.
    take: &'static str,
    /// The last number given.
    last: &'static str,
    /// Counts on from another start.
    restart: &'static str,
    /// Notes a start, so that a recount of the numbers knows where they may jump.
    note_start: &'static str,
    start: fn(&Settings) -> i64,
    pointer: &'static str,
}

impl NumberSequence {
    /// Takes the next number; there is no gap because it is taken in the transaction of what gets
    /// it.
    pub fn take(self, tx: &Tx) -> Result<String> {
        tx.one(self.parts().take, &[], read)
    }

    /// Counts on from the start of the new settings, where it differs from that of the old; it must
    /// be ahead of every number given.
    ///
    /// # Errors
    /// A conflict for a start that is behind.
    pub fn restart(self, tx: &Tx, old: &Settings, new: &Settings) -> Result<()> {
        let parts = self.parts();
        let first = (parts.start)(new);
        if first == (parts.start)(old) {
            return Ok(());
        }
        let last = self.last(tx)?;
        if first <= last {
            let detail = format!("Numbers up to {last} are given; start at {}.", last + 1);
            let error = FieldError::at(parts.pointer, "number_taken", detail.clone());
            return Err(Error::conflict(detail).with_errors(vec![error]));
        }
        tx.execute(parts.restart, &[&first])?;
        tx.execute(parts.note_start, &[&first]).map(drop)
    }

    /// The last number given, without its prefix, which never ends in a digit; 0 before the first.
    /// Numbers only rise, so none is higher.
    fn last(self, tx: &Tx) -> Result<i64> {
        let number: Option<String> = tx.maybe_value(self.parts().last, &[])?;
        let number = number.unwrap_or_default();
        let prefix = number.trim_end_matches(|c: char| c.is_ascii_digit());
        Ok(number.strip_prefix(prefix).and_then(|digits| digits.parse().ok()).unwrap_or(0))
    }

    fn parts(self) -> Parts {
        match self {
            Self::Orders => Parts {
                take: "update settings set next_order_number = next_order_number + 1
                    returning order_number_prefix as prefix, next_order_number - 1 as number",
                last: "select number from orders order by id desc limit 1",
                restart: "update settings set order_number_start = $1, next_order_number = $1",
                note_start: "insert into order_number_starts (first) values ($1)
                    on conflict do nothing",
                start: |settings| settings.order_number_start,
                pointer: "/order_number_start",
            },
            Self::Invoices => Parts {
                take: "update settings set next_invoice_number = next_invoice_number + 1
                    returning invoice_number_prefix as prefix, next_invoice_number - 1 as number",
                last: "select number from invoices where type = 'invoice' order by id desc limit 1",
                restart: "update settings set invoice_number_start = $1, next_invoice_number = $1",
                note_start: "insert into invoice_number_starts (type, first)
                    values ('invoice', $1) on conflict do nothing",
                start: |settings| settings.invoice_number_start,
                pointer: "/invoice_number_start",
            },
            Self::CreditNotes => Parts {
                take: "update settings set next_credit_note_number = next_credit_note_number + 1
                    returning credit_note_number_prefix as prefix,
                        next_credit_note_number - 1 as number",
                last: "select number from invoices where type = 'credit_note'
                    order by id desc limit 1",
                restart: "update settings set credit_note_number_start = $1,
                    next_credit_note_number = $1",
                note_start: "insert into invoice_number_starts (type, first)
                    values ('credit_note', $1) on conflict do nothing",
                start: |settings| settings.credit_note_number_start,
                pointer: "/credit_note_number_start",
            },
        }
    }
}

fn read(row: &Row) -> Result<String> {
    let (prefix, number): (String, i64) = (row.get("prefix")?, row.get("number")?);
    Ok(format!("{prefix}{number}"))
}
