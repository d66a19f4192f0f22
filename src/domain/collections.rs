//! Collections: the products that belong together, in the order in which the shop shows them. A
//! tree of two levels.

use serde::Serialize;

use super::Id;
use super::calendar::Timestamp;
use super::pictures::CollectionImage;

/// Products of one collection that are put in order at once.
pub const MEMBERS_MAX: usize = 10_000;
/// Collections of one product.
pub const COLLECTIONS_OF_PRODUCT_MAX: usize = 100;
/// The largest place in the order of collections.
pub const POSITION_MAX: i64 = 1_000_000;

/// A collection, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Collection {
    pub id: Id,
    pub handle: String,
    pub name: String,
    pub description: String,
    /// The collection that it is a part of; that one is part of none.
    pub parent_id: Option<Id>,
    /// Its place among the others, from 0; the same places follow the ids.
    pub position: i64,
    pub image: Option<CollectionImage>,
    /// Products in it that whoever asks may see.
    pub products_count: i64,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Of the products in it, those that everybody sees.
    #[serde(skip)]
    pub active_count: i64,
    #[serde(skip)]
    pub revision: i64,
}

impl Collection {
    /// The collection as buyers see it.
    #[must_use]
    pub fn for_buyers(self) -> Self {
        Self { products_count: self.active_count, ..self }
    }
}

/// A collection as a request describes it.
#[derive(Clone, Debug)]
pub struct CollectionInput {
    pub name: String,
    /// `None`: made of the name, or kept.
    pub handle: Option<String>,
    pub description: String,
    pub parent_id: Option<Id>,
    /// `None`: behind the others, or kept.
    pub position: Option<i64>,
}
