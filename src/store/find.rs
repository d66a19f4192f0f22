//! Finding customers and orders by what somebody typed. However common a word is, few rows are
//! looked at: those of a rare one are fetched, and those of a common one are soon met along the
//! list.
//!
//! Orders are fetched by their customers wherever no code begins like the word: the index of these
//! says what is needed to sort them, so of the orders themselves only those of the page are read.

use super::Tx;
use super::engine::list::{List, Page, Range, in_ids};
use super::engine::sql::json;
use crate::domain::Id;
use crate::domain::search::{beginnings, number_beginnings};
use crate::error::Result;

/// How much is fetched and looked at before another way is taken.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Customers whose orders are fetched before any list is walked along.
    few: usize,
    /// Customers of one word that are fetched; a word of more is common.
    customers: usize,
    /// The same where several words are looked for: two common ones can be a rare pair. And where
    /// the list was walked along in vain.
    customers_of_common: usize,
    /// Orders that are fetched.
    orders: usize,
    /// Rows of a list that are walked along to meet what is known.
    rows: usize,
    /// The same where each row is asked for a common word, which takes longer.
    rows_of_common: usize,
    /// The same for each buyer that is known after all: to look one up takes as long.
    rows_of_buyer: usize,
}

const LIMITS: Limits = Limits {
    few: 400,
    customers: 1_500,
    customers_of_common: 20_000,
    orders: 4_000,
    rows: 5_000,
    rows_of_common: 1_000,
    rows_of_buyer: 16,
};

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
/// The same, of rows that are fetched one by one.
const IS_OF_CUSTOMER: &str = concat!(
    "id in (select o.id from ",
    in_ids!("#"),
    " as c cross join orders as o on o.customer_id = c.value)"
);
/// The same, of rows that are met by another index than that of customers.
const IS_MET_CUSTOMER: &str = concat!("+customer_id in ", in_ids!("#"));
/// The same, along an index of dates. Any date will do, but where none is asked for, the engine
/// would sort the orders of a short page by itself.
const IS_MET_BY_DATE: &str =
    concat!("+customer_id in ", in_ids!("#"), " and order_date >= -9223372036854775807");
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
    /// The buyers of all orders that can fit, where these are known.
    buyers: Option<Buyers>,
}

/// The customers that have all of some words, no other order having one of these as a code.
struct Buyers {
    ids: Vec<Id>,
    /// The words: their places in the search.
    words: Vec<usize>,
}

/// One word that is looked for.
struct Sought {
    /// What words, SKUs, tracking numbers and numbers of orders shall begin with, any of it; the
    /// same as JSON.
    beginnings: Vec<String>,
    list: String,
    /// The customers that have it, in the order of their ids, where they are few.
    customers: Option<Vec<Id>>,
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
        let mut search = Self { kind: Kind::Customers, limits, words, among: None, buyers: None };
        search.among = search.common_customers(tx)?;
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
        let mut search = Self { kind: Kind::Orders, limits, words, among: None, buyers: None };
        search.buyers = search.known_buyers()?;
        if search.buyers.is_none() {
            search.among = search.few_orders(tx)?;
        }
        if search.buyers.is_none() && search.among.is_none() && search.words.len() > 1 {
            search.buyers = search.common_buyers(tx)?;
        }
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
            self.require(&mut list, &[])?;
            return page(list);
        }
        if let Some(buyers) = self.buyers.as_ref().filter(|it| it.ids.len() <= self.limits.few) {
            let mut list = list();
            // Every index of a state has the ids of its orders, and hardly one their customers.
            let is_of = if list.is_narrowed() { IS_OF_CUSTOMER } else { IS_CUSTOMER };
            self.fetch_of(buyers, &mut list, is_of)?;
            return page(list);
        }
        let part = (range, walk);
        let is_common = self.kind == Kind::Orders && self.words.iter().all(Sought::is_common);
        let rows = if is_common { self.limits.rows_of_common } else { self.limits.rows };
        let meet = |list: &mut List| self.meet(list);
        if let Some(found) = walked(tx, &list, part, &page, (rows, &meet))? {
            return Ok(found);
        }
        let common = match (self.kind, &self.buyers) {
            (Kind::Orders, None) => self.common_buyers(tx)?,
            _ => None,
        };
        if let Some(buyers) = self.buyers.as_ref().or(common.as_ref()) {
            return self.page_of(tx, list, part, page, buyers);
        }
        if is_common && let Some(found) = walked(tx, &list, part, &page, (self.limits.rows, &meet))?
        {
            return Ok(found);
        }
        let mut list = list();
        self.fetch(&mut list);
        page(list)
    }

    /// A page of orders of buyers that are known, and were not soon met.
    fn page_of<T>(
        &self,
        tx: &Tx,
        list: impl Fn() -> List,
        part: (&Range, Walk),
        page: impl Fn(List) -> Result<Page<T>>,
        buyers: &Buyers,
    ) -> Result<Page<T>> {
        let (mut all, column) = (list(), part.0.sort.column);
        let is_many = buyers.ids.len() > self.limits.customers;
        let meet = |list: &mut List| self.fetch_of(buyers, list, IS_MET_BY_DATE);
        if is_many && column == "order_date" && all.is_narrowed() {
            meet(&mut all)?;
            return page(all);
        }
        if is_many && column == "order_date" {
            let rows = buyers.ids.len().saturating_mul(self.limits.rows_of_buyer);
            if let Some(found) = walked(tx, &list, part, &page, (rows, &meet))? {
                return Ok(found);
            }
        }
        // The index of customers has no more than this; with what many have, the rows are read.
        if is_many && (all.is_narrowed() || !["order_date", "id"].contains(&column)) {
            self.fetch(&mut all);
        } else {
            self.fetch_of(buyers, &mut all, IS_CUSTOMER)?;
        }
        page(all)
    }

    /// Asks of each row that is met along a list whether it fits.
    fn meet(&self, list: &mut List) -> Result<()> {
        match &self.buyers {
            Some(buyers) if buyers.ids.len() <= self.limits.customers => {
                self.fetch_of(buyers, list, IS_MET_CUSTOMER)
            }
            _ => self.require(list, &[]),
        }
    }

    /// The customers that have all words of which not too many have one. `None`: none is rare.
    fn common_customers(&self, tx: &Tx) -> Result<Option<Vec<Id>>> {
        let is_known = |word: &&Sought| word.coded.is_some();
        let few = self.words.iter().filter(is_known).filter_map(|word| word.customers.clone());
        if let Some(both) = few.reduce(|one, other| both(&one, &other)) {
            return Ok(Some(both));
        }
        if self.kind == Kind::Orders || self.words.len() < 2 {
            return Ok(None);
        }
        let found = self.common_buyers(tx)?.map(|buyers| buyers.ids);
        Ok(found.filter(|both| both.len() <= self.limits.customers))
    }

    /// The customers that have all words of which not too many have one, and no order as a code.
    fn known_buyers(&self) -> Result<Option<Buyers>> {
        self.buyers_by(|word| Ok(word.customers.clone()))
    }

    /// The same, of words that more customers have.
    fn common_buyers(&self, tx: &Tx) -> Result<Option<Buyers>> {
        let most = self.limits.customers_of_common;
        self.buyers_by(|word| customers_of(tx, self.kind, &word.list, most))
    }

    fn buyers_by(
        &self,
        customers: impl Fn(&Sought) -> Result<Option<Vec<Id>>>,
    ) -> Result<Option<Buyers>> {
        let mut buyers: Option<Buyers> = None;
        for (place, word) in self.words.iter().enumerate().filter(|(_, word)| word.is_no_code()) {
            let Some(ids) = customers(word)? else { continue };
            match &mut buyers {
                Some(buyers) => {
                    buyers.ids = both(&buyers.ids, &ids);
                    buyers.words.push(place);
                }
                None => buyers = Some(Buyers { ids, words: vec![place] }),
            }
        }
        Ok(buyers)
    }

    /// The orders that can fit, where they are few: those of customers that have all words, and
    /// those that have one as a code.
    fn few_orders(&self, tx: &Tx) -> Result<Option<Vec<Id>>> {
        let Some(customers) = self.common_customers(tx)? else { return Ok(None) };
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

    /// Asks of each row whether it has all words but those at these places.
    fn require(&self, list: &mut List, but: &[usize]) -> Result<()> {
        let words = self.words.iter().enumerate().filter(|(place, _)| !but.contains(place));
        for (_, word) in words {
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

    /// Fetches all that fit, of these buyers.
    fn fetch_of(&self, buyers: &Buyers, list: &mut List, is_of: &'static str) -> Result<()> {
        list.with(is_of, json(&buyers.ids)?);
        self.require(list, &buyers.words)
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
    /// Tells `true` where more customers have it than are fetched.
    fn is_common(&self) -> bool {
        self.customers.is_none()
    }

    /// Tells `true` where only the words of customers can be meant.
    fn is_no_code(&self) -> bool {
        self.coded.as_ref().is_some_and(Vec::is_empty)
    }

    /// Each condition about each beginning.
    fn tests(&self, conditions: &[&'static str]) -> Vec<(&'static str, String)> {
        let of = |beginning: &String| {
            conditions.iter().map(|condition| (*condition, beginning.clone())).collect::<Vec<_>>()
        };
        self.beginnings.iter().flat_map(of).collect()
    }
}

fn customers_of(tx: &Tx, kind: Kind, beginnings: &str, most: usize) -> Result<Option<Vec<Id>>> {
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
    let found = few(tx, sql, beginnings, most)?;
    Ok(found.map(|mut ids| {
        ids.sort_unstable();
        ids.dedup();
        ids
    }))
}

/// What is in both of two lists, each in the order of its ids.
fn both(one: &[Id], other: &[Id]) -> Vec<Id> {
    let mut others = other.iter().peekable();
    let is_there = |id: &&Id| {
        while others.next_if(|other| other < id).is_some() {}
        others.peek() == Some(id)
    };
    one.iter().filter(is_there).copied().collect()
}

/// A page whose rows are met soon, so many of the list being looked at. Whoever counts has to look
/// at all of them.
fn walked<T>(
    tx: &Tx,
    list: &impl Fn() -> List,
    (range, walk): (&Range, Walk),
    page: &impl Fn(List) -> Result<Page<T>>,
    (rows, meet): (usize, &impl Fn(&mut List) -> Result<()>),
) -> Result<Option<Page<T>>> {
    if walk == Walk::Not || (range.is_counted && walk == Walk::Some) {
        return Ok(None);
    }
    let mut list = list();
    let is_part = walk == Walk::Some && list.within(tx, range, rows)?;
    meet(&mut list)?;
    let found = page(list)?;
    Ok(Some(found).filter(|found| found.next.is_some() || !is_part))
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
