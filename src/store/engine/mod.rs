//! The engine below the nouns: the file, its one writer, its readers, its copies. A second engine
//! would enter here and nowhere else, so only here stands `rusqlite`.

pub mod backup;
pub mod folder;
pub mod health;
pub mod kept;
pub mod list;
mod migrate;
#[cfg(test)]
pub mod plans;
pub mod restore;
mod schema;
pub mod sql;
mod sqlite;
pub mod statements;
pub mod store;
pub mod turns;
pub mod verify;
mod writer;
