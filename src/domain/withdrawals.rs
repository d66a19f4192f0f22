//! Withdrawals that buyers declare without any login (Directive (EU) 2023/2673): what they typed,
//! whether it fits an order or not.

use serde::Serialize;

use super::Id;
use super::calendar::Timestamp;

/// Characters of what a buyer adds to a declaration.
pub const STATEMENT_CHARS_MAX: usize = 2_000;

/// The words of a declaration, as they were typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeclarationInput {
    pub order_number: String,
    pub name: String,
    pub email: String,
    /// What they want to withdraw from, where it is not all of it.
    pub statement: Option<String>,
}

/// A declaration, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Declaration {
    pub id: Id,
    #[serde(flatten)]
    pub input: DeclarationInput,
    /// The order that it became a withdrawal of; `None` where it fits none.
    pub order_id: Option<Id>,
    /// The reason why the shop has to look at it itself; `None` where nothing is left to do.
    pub open_because: Option<String>,
    pub declared_at: Timestamp,
    /// Somebody of the shop has seen to it.
    pub settled: bool,
    pub settled_at: Option<Timestamp>,
}
