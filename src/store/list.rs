//! Pages of lists: sorted by one column and the id, continued after the last row that was seen, so
//! that rows added meanwhile neither repeat nor hide others.

use super::sql::{Param, ToSql, Tx, Value};
use crate::domain::Id;
use crate::error::Result;

/// The order of a list. Rows that are equal in `column` follow their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub column: &'static str,
    pub descending: bool,
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

/// Which part of a list is wanted.
#[derive(Clone, Debug)]
pub struct Range {
    pub sort: Sort,
    pub after: Option<After>,
    /// Rows, 1 to 100.
    pub limit: usize,
}

/// A part of a list, and where it goes on.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub next: Option<After>,
}

/// A list in the making: a table and the conditions its rows must fulfil.
pub struct List {
    table: &'static str,
    conditions: Vec<String>,
    values: Vec<Box<dyn ToSql>>,
}

impl List {
    pub fn of(table: &'static str) -> Self {
        Self { table, conditions: Vec::new(), values: Vec::new() }
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

    /// The ids of one part of the list.
    pub fn page(mut self, tx: &Tx, range: &Range) -> Result<Page<Id>> {
        if let Some(after) = &range.after {
            self.continue_after(range.sort, after);
        }
        let sql = self.sql(range);
        let values: Vec<Param> = self.values.iter().map(AsRef::as_ref).collect();
        let read = |row: &super::sql::Row| Ok((row.take::<Id>()?, row.take::<Value>()?));
        let mut found = tx.all(&sql, &values, read)?;
        let more = found.len() > range.limit;
        found.truncate(range.limit);
        let next = match found.last() {
            Some((id, Value::Integer(number))) if more => {
                Some(After { key: Key::Number(*number), id: *id })
            }
            Some((id, Value::Text(text))) if more => {
                Some(After { key: Key::Text(text.clone()), id: *id })
            }
            _ => None,
        };
        Ok(Page { rows: found.into_iter().map(|(id, _)| id).collect(), next })
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

    fn sql(&self, range: &Range) -> String {
        let direction = if range.sort.descending { "desc" } else { "asc" };
        let conditions = match self.conditions.is_empty() {
            true => String::new(),
            false => format!(" where {}", self.conditions.join(" and ")),
        };
        let (table, column, limit) = (self.table, range.sort.column, range.limit + 1);
        format!(
            "select id, {column} from {table}{conditions}
            order by {column} {direction}, id {direction} limit {limit}"
        )
    }
}

/// The pattern of `like` for text that holds this, whatever characters it has; with `escape '\'`.
pub fn containing(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
