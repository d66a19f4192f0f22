//! Finding customers and orders by what somebody typed. However common a word is, few rows are
//! looked at: those of a rare one are fetched, and those of a common one are soon met along the
//! list.

use std::collections::HashSet;

use super::Tx;
use super::engine::list::{List, Page, Range, in_ids};
use super::engine::sql::json;
use crate::domain::Id;
use crate::domain::search::{beginnings, number_beginnings};
use crate::error::Result;

/// How much is fetched and looked at before another way is taken.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Customers of one word that are fetched; a word of more is common.
    customers: usize,
    /// The same where several words are looked for: two common ones can be a rare pair.
    customers_of_pair: usize,
    /// Orders that are fetched.
    orders: usize,
    /// Rows of a list that are walked along.
    rows: usize,
}

const LIMITS: Limits =
    Limits { customers: 1_500, customers_of_pair: 20_000, orders: 4_000, rows: 5_000 };

/// The rows of a table whose column begins with any text of a list.
macro_rules! beginning {
    ($list:literal, $table:literal, $column:literal) => {
        concat!(
            " from ",
            $crate::store::engine::list::in_ids!($list),
            " as b cross join ",
            $table,
            " as w on w.",
            $column,
            " >= b.value and w.",
            $column,
            " < b.value || '\u{10ffff}'"
        )
    };
}

/// The same for the numbers of orders, which go on in digits; `:` comes after these.
macro_rules! numbered {
    ($list:literal) => {
        concat!(
            " from ",
            $crate::store::engine::list::in_ids!($list),
            " as b cross join orders as w on w.number >= b.value and w.number < b.value || ':'"
        )
    };
}

/// The orders that have a variant with a SKU of a list; its lines follow each other from the last.
macro_rules! of_skus {
    ($list:literal) => {
        concat!(
            "select order_id from (with recursive line (order_id, previous_id) as (
                select i.order_id, i.previous_id",
            beginning!($list, "variant_skus", "sku_key"),
            " cross join variants v on v.id = w.variant_id
                    cross join order_items i on i.id = v.last_item_id
                union all
                select i.order_id, i.previous_id from line
                    cross join order_items i on i.id = line.previous_id)
            select order_id from line) as lines"
        )
    };
}

/// A condition on a row of a list: its owner has a word that begins so. One beginning and not a
/// list of them, which would be opened anew for each row.
macro_rules! has_word {
    ($table:literal, $owner:literal) => {
        concat!(
            "exists (select 1 from ",
            $table,
            " as w where w.customer_id = ",
            $owner,
            " and w.word >= # and w.word < # || '\u{10ffff}')"
        )
    };
}

const IS_CUSTOMER: &str = concat!("customer_id in ", in_ids!("#"));
const IS_AMONG: &str = concat!("id in ", in_ids!("#"));

const CUSTOMER_HAS: &str = has_word!("customer_words", "customers.id");
const BUYER_HAS: [&str; 2] = [
    has_word!("customer_words", "orders.customer_id"),
    has_word!("buyer_words", "orders.customer_id"),
];
/// Conditions on an order: its number, one of its SKUs or a tracking number begins so.
const IS_CODE: [&str; 3] = [
    "orders.number >= # and orders.number < # || ':'",
    "exists (select 1 from order_items as i join variant_skus as w on w.variant_id = i.variant_id
        where i.order_id = orders.id and w.sku_key >= # and w.sku_key < # || '\u{10ffff}')",
    "exists (select 1 from shipments as w where w.order_id = orders.id and w.tracking_key >= #
        and w.tracking_key < # || '\u{10ffff}')",
];

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Customers,
    Orders,
}

/// How far a list is walked along, to meet what is common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// So far that nobody waits for long; then all that fit are fetched.
    Some,
    /// To its end: it is short.
    All,
    /// Not at all: no index has its order.
    Not,
}

/// A search, and where its finds are.
pub struct Search {
    kind: Kind,
    limits: Limits,
    words: Vec<Sought>,
    /// All that can fit, where these are few.
    among: Option<Vec<Id>>,
}

/// One word that is looked for.
struct Sought {
    /// What words, SKUs, tracking numbers and numbers of orders shall begin with, any of it; the
    /// same as JSON.
    beginnings: Vec<String>,
    list: String,
    /// The customers that have it, where they are few.
    customers: Option<HashSet<Id>>,
    /// The orders that have it as a number, a SKU or a tracking number, where they are few.
    coded: Option<Vec<Id>>,
}

impl Search {
    /// A search for customers.
    pub fn customers(tx: &Tx, text: &str) -> Result<Self> {
        Self::customers_within(tx, text, LIMITS)
    }

    /// A search for orders.
    pub fn orders(tx: &Tx, text: &str) -> Result<Self> {
        Self::orders_within(tx, text, LIMITS)
    }

    fn customers_within(tx: &Tx, text: &str, limits: Limits) -> Result<Self> {
        let sought = |beginnings: Vec<String>| {
            let list = json(&beginnings)?;
            let customers = customers_of(tx, Kind::Customers, &list, limits.customers)?;
            Ok(Sought { beginnings, list, customers, coded: Some(Vec::new()) })
        };
        let words = beginnings(text).into_iter().map(sought).collect::<Result<_>>()?;
        let mut search = Self { kind: Kind::Customers, limits, words, among: None };
        search.among = search.common_customers(tx)?.map(|ids| ids.into_iter().collect());
        Ok(search)
    }

    fn orders_within(tx: &Tx, text: &str, limits: Limits) -> Result<Self> {
        let sql = "select prefix from past_number_prefixes
            union select order_number_prefix from settings";
        let prefixes: Vec<String> = tx.values(sql, &[])?;
        let sought = |mut beginnings: Vec<String>| {
            let code = beginnings.first().cloned().unwrap_or_default();
            let numbers = number_beginnings(&code, &prefixes);
            beginnings.extend(numbers.into_iter().filter(|number| *number != code));
            let list = json(&beginnings)?;
            let customers = customers_of(tx, Kind::Orders, &list, limits.customers)?;
            let coded = coded_orders(tx, &list, limits.orders)?;
            Ok(Sought { beginnings, list, customers, coded })
        };
        let words = beginnings(text).into_iter().map(sought).collect::<Result<_>>()?;
        let mut search = Self { kind: Kind::Orders, limits, words, among: None };
        search.among = search.few_orders(tx)?;
        Ok(search)
    }

    /// A page of a list, narrowed to what is found; `page` reads it.
    pub fn page<T>(
        &self,
        tx: &Tx,
        list: impl Fn() -> List,
        (range, walk): (&Range, Walk),
        page: impl Fn(List) -> Result<Page<T>>,
    ) -> Result<Page<T>> {
        if let Some(among) = &self.among {
            let mut list = list();
            list.with(IS_AMONG, json(among)?);
            self.require(&mut list)?;
            return page(list);
        }
        // Whoever counts has to look at all of them.
        if walk != Walk::Not && (!range.is_counted || walk == Walk::All) {
            let mut list = list();
            let is_part = walk == Walk::Some && list.within(tx, range, self.limits.rows)?;
            self.require(&mut list)?;
            let found = page(list)?;
            if found.next.is_some() || !is_part {
                return Ok(found);
            }
        }
        let mut list = list();
        self.fetch(&mut list);
        page(list)
    }

    /// The customers that have all words of which not too many have one. `None`: none is rare.
    fn common_customers(&self, tx: &Tx) -> Result<Option<HashSet<Id>>> {
        let is_known = |word: &&Sought| word.coded.is_some();
        let few = self.words.iter().filter(is_known).filter_map(|word| word.customers.clone());
        if let Some(both) = few.reduce(|one, other| &one & &other) {
            return Ok(Some(both));
        }
        if self.words.len() < 2 {
            return Ok(None);
        }
        let mut both: Option<HashSet<Id>> = None;
        for word in self.words.iter().filter(is_known) {
            let found = customers_of(tx, self.kind, &word.list, self.limits.customers_of_pair)?;
            both = match (both, found) {
                (Some(one), Some(other)) => Some(&one & &other),
                (one, other) => one.or(other),
            };
        }
        Ok(both.filter(|both| both.len() <= self.limits.customers))
    }

    /// The orders that can fit, where they are few: those of customers that have all words, and
    /// those that have one as a code.
    fn few_orders(&self, tx: &Tx) -> Result<Option<Vec<Id>>> {
        let Some(customers) = self.common_customers(tx)? else { return Ok(None) };
        let customers: Vec<Id> = customers.into_iter().collect();
        let sql = concat!(
            "select o.id from ",
            in_ids!(),
            " as c cross join orders as o on o.customer_id = c.value limit $2"
        );
        let Some(mut orders) = few(tx, sql, &json(&customers)?, self.limits.orders)? else {
            return Ok(None);
        };
        orders.extend(self.words.iter().filter_map(|word| word.coded.as_ref()).flatten());
        Ok(Some(orders))
    }

    /// Asks of each row whether it has all words.
    fn require(&self, list: &mut List) -> Result<()> {
        for word in &self.words {
            let (is_customer, has) = match self.kind {
                Kind::Customers => (IS_AMONG, &[CUSTOMER_HAS][..]),
                Kind::Orders => (IS_CUSTOMER, &BUYER_HAS[..]),
            };
            let mut any = match &word.customers {
                Some(ids) => vec![(is_customer, json(ids)?)],
                None => word.tests(has),
            };
            match &word.coded {
                Some(ids) if ids.is_empty() => {}
                Some(ids) => any.push((IS_AMONG, json(ids)?)),
                None => any.extend(word.tests(&IS_CODE)),
            }
            list.any(any);
        }
        Ok(())
    }

    /// Fetches all that fit, however many.
    fn fetch(&self, list: &mut List) {
        let sql = match self.kind {
            Kind::Customers => concat!(
                "id in (select w.customer_id",
                beginning!("#", "customer_words", "word"),
                ")"
            ),
            Kind::Orders => concat!(
                "id in (select o.id from (select w.customer_id as id",
                beginning!("#", "customer_words", "word"),
                " union select w.customer_id",
                beginning!("#", "buyer_words", "word"),
                ") as c cross join orders as o on o.customer_id = c.id union select w.id",
                numbered!("#"),
                " union ",
                of_skus!("#"),
                " union select w.order_id",
                beginning!("#", "shipments", "tracking_key"),
                ")"
            ),
        };
        for word in &self.words {
            list.with(sql, word.list.clone());
        }
    }
}

impl Sought {
    /// Each condition about each beginning.
    fn tests(&self, conditions: &[&'static str]) -> Vec<(&'static str, String)> {
        let of = |beginning: &String| {
            conditions.iter().map(|condition| (*condition, beginning.clone())).collect::<Vec<_>>()
        };
        self.beginnings.iter().flat_map(of).collect()
    }
}

fn customers_of(tx: &Tx, kind: Kind, beginnings: &str, most: usize) -> Result<Option<HashSet<Id>>> {
    let sql = match kind {
        Kind::Customers => {
            concat!("select w.customer_id", beginning!("$1", "customer_words", "word"), " limit $2")
        }
        Kind::Orders => concat!(
            "select w.customer_id",
            beginning!("$1", "customer_words", "word"),
            " union all select w.customer_id",
            beginning!("$1", "buyer_words", "word"),
            " limit $2"
        ),
    };
    Ok(few(tx, sql, beginnings, most)?.map(|ids| ids.into_iter().collect()))
}

fn coded_orders(tx: &Tx, beginnings: &str, most: usize) -> Result<Option<Vec<Id>>> {
    let sql = concat!(
        "select w.id as id",
        numbered!("$1"),
        " union all ",
        of_skus!("$1"),
        " union all select w.order_id",
        beginning!("$1", "shipments", "tracking_key"),
        " limit $2"
    );
    few(tx, sql, beginnings, most)
}

/// The ids that a statement finds, where they are not more than so many.
fn few(tx: &Tx, sql: &str, list: &str, most: usize) -> Result<Option<Vec<Id>>> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let ids: Vec<Id> = tx.values(sql, &[&list, &limit])?;
    Ok(Some(ids).filter(|ids| ids.len() <= most))
}

#[cfg(test)]
mod tests;
