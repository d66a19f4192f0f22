//! Pages of lists: sorted by one column and the id, continued after the last row that was seen, so
//! that rows added meanwhile neither repeat nor hide others.

use std::collections::BTreeMap;

use super::sql::{Param, Row, ToSql, Tx, Value};
use crate::domain::Id;
use crate::error::Result;

/// The values of [`Ids`] in a statement. Only here is told how this engine reads a list.
macro_rules! in_ids {
    () => {
        $crate::store::engine::list::in_ids!("$1")
    };
    ($place:literal) => {
        concat!("(select value from json_each(", $place, "))")
    };
}

/// A statement about the rows of [`Ids`], which stand between the two parts of its text:
/// `of_ids!(["select … where order_id in "], [" order by id"])`.
macro_rules! of_ids {
    ([$($before:expr),+ $(,)?], [$($after:expr),* $(,)?]) => {
        $crate::store::engine::list::OfIds {
            one: concat!($($before,)+ "($1)" $(, $after)*),
            many: concat!($($before,)+ $crate::store::engine::list::in_ids!() $(, $after)*),
        }
    };
}

pub(crate) use {in_ids, of_ids};

/// The texts of a statement, for one id and for any number of them.
#[derive(Clone, Copy, Debug)]
pub struct OfIds {
    pub one: &'static str,
    pub many: &'static str,
}

/// The ids of a page, bound as one value: each table is read once for all rows of a list.
#[derive(Clone, Debug)]
pub enum Ids {
    /// One id, compared as a number: to open a list of one takes longer than to find its row.
    One(Id),
    /// A list in JSON.
    Many(String),
}

impl Ids {
    /// The ids as one parameter of a statement.
    pub fn of(ids: &[Id]) -> Self {
        if let [id] = ids {
            return Self::One(*id);
        }
        let texts: Vec<String> = ids.iter().map(Id::to_string).collect();
        Self::Many(format!("[{}]", texts.join(",")))
    }

    /// All rows of a statement that `of_ids!` makes.
    pub fn rows<T>(
        &self,
        tx: &Tx,
        sql: OfIds,
        read: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        match self {
            Self::One(id) => tx.all(sql.one, &[id], read),
            Self::Many(list) => tx.all(sql.many, &[list], read),
        }
    }
}

impl ToSql for Ids {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        match self {
            Self::One(id) => Ok(format!("[{id}]").into()),
            Self::Many(list) => list.to_sql(),
        }
    }
}

/// Puts rows of another table beside the ids they belong to.
pub fn by_owner<T>(rows: Vec<(Id, T)>) -> BTreeMap<Id, Vec<T>> {
    let mut owned: BTreeMap<Id, Vec<T>> = BTreeMap::new();
    for (owner, row) in rows {
        owned.entry(owner).or_default().push(row);
    }
    owned
}

/// Rows that are counted at most.
const COUNT_MAX: usize = 10_000;

/// The order of a list. Rows that are equal in `column` follow their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub column: &'static str,
    pub descending: bool,
}

impl Sort {
    fn direction(self) -> &'static str {
        if self.descending { "desc" } else { "asc" }
    }
}

/// A value of the column a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Number(i64),
    Text(String),
}

/// The last row that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    pub key: Key,
    pub id: Id,
}

/// The part of a list that is asked for.
#[derive(Clone, Debug)]
pub struct Range {
    pub sort: Sort,
    pub after: Option<After>,
    /// Rows, 1 to 100.
    pub limit: usize,
    /// All rows of the list are counted as well, up to ten thousand.
    pub is_counted: bool,
}

/// A part of a list, and where it goes on.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub next: Option<After>,
    /// Rows of the whole list, where that was asked for.
    pub count: Option<i64>,
}

/// The place of a row in its list.
fn place_of(row: &Row) -> Result<Option<After>> {
    let key = match row.get("sort_key")? {
        Value::Integer(number) => Key::Number(number),
        Value::Text(text) => Key::Text(text),
        _ => return Ok(None),
    };
    Ok(Some(After { key, id: row.get("id")? }))
}

/// A list in the making: a table and the conditions its rows must fulfil.
pub struct List {
    table: &'static str,
    conditions: Vec<String>,
    values: Vec<Box<dyn ToSql>>,
    ids_first: bool,
}

impl List {
    /// The rows of a table.
    pub fn of(table: &'static str) -> Self {
        Self { table, conditions: Vec::new(), values: Vec::new(), ids_first: false }
    }

    /// The same list, of whose rows no more is sorted than their ids: for wide rows whose order may
    /// come from no index.
    #[must_use]
    pub fn ids_first(self) -> Self {
        Self { ids_first: true, ..self }
    }

    /// Tells `true` where there is any condition.
    pub fn is_narrowed(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// A condition without a value.
    pub fn only(&mut self, condition: &'static str) {
        self.conditions.push(condition.to_owned());
    }

    /// A condition about a value, which stands in it as `#`.
    pub fn with(&mut self, condition: &'static str, value: impl ToSql + 'static) {
        self.values.push(Box::new(value));
        let name = format!("${}", self.values.len());
        self.conditions.push(condition.replace('#', &name));
    }

    /// A condition about a value, where there is one.
    pub fn with_some(&mut self, condition: &'static str, value: Option<impl ToSql + 'static>) {
        if let Some(value) = value {
            self.with(condition, value);
        }
    }

    /// A condition that any of these fulfils, each about a value of its own.
    pub fn any(&mut self, alternatives: Vec<(&'static str, String)>) {
        let mut any = Vec::new();
        for (condition, value) in alternatives {
            self.values.push(Box::new(value));
            any.push(condition.replace('#', &format!("${}", self.values.len())));
        }
        self.conditions.push(format!("({})", any.join(" or ")));
    }

    /// One part of the list, whose rows are these columns of the table, `id` among them.
    pub fn page<T>(
        mut self,
        tx: &Tx,
        range: &Range,
        columns: &str,
        mut read: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Page<T>> {
        let count = if range.is_counted { Some(self.count(tx)?) } else { None };
        if let Some(after) = &range.after {
            self.continue_after(range.sort, after);
        }
        let (mut rows, mut place, mut more) = (Vec::with_capacity(range.limit), None, false);
        tx.each(&self.sql(range, columns), &self.values(), |row| {
            if rows.len() == range.limit {
                more = true;
                return Ok(());
            }
            rows.push(read(row)?);
            if rows.len() == range.limit {
                place = place_of(row)?;
            }
            Ok(())
        })?;
        let next = place.filter(|_| more);
        Ok(Page { rows, next, count })
    }

    /// The ids of all rows of the list, in no order.
    pub fn ids(&self, tx: &Tx) -> Result<Vec<Id>> {
        let (table, conditions) = (self.table, self.conditions());
        tx.values(&format!("select id from {table}{conditions}"), &self.values())
    }

    fn count(&self, tx: &Tx) -> Result<i64> {
        let (table, conditions) = (self.table, self.conditions());
        let sql = format!(
            "select count(*) from (select 1 from {table}{conditions} limit {COUNT_MAX}) as counted"
        );
        tx.value(&sql, &self.values())
    }

    fn continue_after(&mut self, sort: Sort, after: &After) {
        let condition = if sort.descending { "<" } else { ">" };
        match &after.key {
            Key::Number(number) => self.values.push(Box::new(*number)),
            Key::Text(text) => self.values.push(Box::new(text.clone())),
        }
        self.values.push(Box::new(after.id));
        let (column, count) = (sort.column, self.values.len());
        self.conditions.push(format!("({column}, id) {condition} (${}, ${count})", count - 1));
    }

    /// Narrows the list to what lies within so many rows of its table from where the page begins.
    /// `false`: the table ends before, so nothing was narrowed.
    pub fn within(&mut self, tx: &Tx, range: &Range, rows: usize) -> Result<bool> {
        let mut rest = Self::of(self.table);
        if let Some(after) = &range.after {
            rest.continue_after(range.sort, after);
        }
        let (column, direction) = (range.sort.column, range.sort.direction());
        let (table, conditions) = (rest.table, rest.conditions());
        let sql = format!(
            "select {column} as sort_key from {table}{conditions}
            order by {column} {direction}, id {direction} limit 1 offset {rows}"
        );
        let last = tx.maybe(&sql, &rest.values(), |row| row.get::<Value>("sort_key"))?;
        let is_narrowed = last.is_some();
        if let Some(last) = last {
            self.values.push(Box::new(last));
            let (condition, place) =
                (if range.sort.descending { ">=" } else { "<=" }, self.values.len());
            self.conditions.push(format!("{column} {condition} ${place}"));
        }
        Ok(is_narrowed)
    }

    /// How the engine goes about the list.
    #[cfg(test)]
    pub fn plan(&self, tx: &Tx, range: &Range) -> Result<Vec<String>> {
        let explain = ["explain query plan ", &self.sql(range, "id")].concat();
        tx.all(&explain, &self.values(), |row| row.get("detail"))
    }

    fn values(&self) -> Vec<Param<'_>> {
        self.values.iter().map(AsRef::as_ref).collect()
    }

    fn conditions(&self) -> String {
        match self.conditions.is_empty() {
            true => String::new(),
            false => format!(" where {}", self.conditions.join(" and ")),
        }
    }

    fn sql(&self, range: &Range, columns: &str) -> String {
        let direction = range.sort.direction();
        let (table, conditions) = (self.table, self.conditions());
        let (column, limit) = (range.sort.column, range.limit + 1);
        let order = format!("order by {column} {direction}, id {direction} limit {limit}");
        if self.ids_first {
            return format!(
                "select {columns}, sort_key from (
                    select id as place, {column} as sort_key from {table}{conditions} {order}
                ) as page cross join {table} where id = place
                order by sort_key {direction}, place {direction}"
            );
        }
        format!("select {columns}, {column} as sort_key from {table}{conditions} {order}")
    }
}
