//! The collections of the sample shop, and the pictures on its shelves.

use super::german::said;
use super::goods::Good;
use super::pictures;
use crate::domain::Id;
use crate::domain::collections::CollectionInput;
use crate::domain::products::Product;
use crate::domain::window::Language;
use crate::error::Result;
use crate::store::{self, Tx, collections};

/// A collection: the products that have any of its tags.
struct Shelf {
    name: &'static str,
    text: &'static str,
    /// The name of the one that it is a part of, which stands before it.
    part_of: Option<&'static str>,
    tags: &'static [&'static str],
    /// The SKU of the good whose picture it has.
    sku: &'static str,
}

const SHELVES: [Shelf; 9] = [
    shelf("Food", "From the bakery, the mill and the bees.", &["food"], "HONEY"),
    Shelf {
        part_of: Some("Food"),
        ..shelf("Bakery", "Out of the oven at seven.", &["bakery"], "BREAD-SOUR")
    },
    Shelf {
        part_of: Some("Food"),
        ..shelf("Coffee and tea", "For the cups in between.", &["coffee", "tea"], "COFFEE-LIGHT")
    },
    shelf("Kitchen", "What cooks reach for every day.", &["kitchen"], "BOARD"),
    shelf("Home", "Small things that make a room.", &["home"], "CANDLE"),
    shelf("Clothes", "Wool, linen and cotton.", &["clothes"], "TEE-S-NAVY"),
    shelf("Paper", "To write on, and to hang up.", &["paper"], "NOTE-PLAIN"),
    shelf("Outdoors", "For the road and the meadow.", &["outdoors"], "BLANKET"),
    shelf("Gifts", "For whoever has everything.", &["gift"], "MUG-BLUE"),
];

const fn shelf(
    name: &'static str,
    text: &'static str,
    tags: &'static [&'static str],
    sku: &'static str,
) -> Shelf {
    Shelf { name, text, part_of: None, tags, sku }
}

/// The collections as they stand in the shop.
#[derive(Default)]
pub(super) struct Shelves {
    shelves: Vec<(&'static Shelf, Id)>,
}

impl Shelves {
    /// Makes the collections.
    pub(super) fn put_up(tx: &Tx, language: Language) -> Result<Self> {
        let mut made = Self::default();
        for shelf in &SHELVES {
            let whole = made.shelves.iter().find(|(known, _)| Some(known.name) == shelf.part_of);
            let input = CollectionInput {
                name: said(shelf.name, language).to_owned(),
                handle: None,
                description: said(shelf.text, language).to_owned(),
                parent_id: whole.map(|(_, id)| *id),
                position: None,
            };
            let id = collections::create(tx, &input)?.id;
            made.shelves.push((shelf, id));
        }
        Ok(made)
    }

    /// Gives a product its picture, and those collections that it stands for.
    pub(super) fn show(&self, tx: &Tx, good: &Good, product: &Product) -> Result<()> {
        let Some(picture) = pictures::of(good)? else { return Ok(()) };
        let picture_id = store::pictures::save(tx, &picture)?;
        store::pictures::add_image(tx, product, picture_id, (good.name, None))?;
        let stands_for = |shelf: &Shelf| good.units.iter().any(|unit| unit.sku == shelf.sku);
        for (shelf, id) in self.shelves.iter().filter(|(shelf, _)| stands_for(shelf)) {
            store::pictures::set_of_collection(tx, *id, (Some(picture_id), shelf.name))?;
        }
        Ok(())
    }

    /// The collections that a product belongs to.
    pub(super) fn of(&self, good: &Good) -> Vec<Id> {
        let holds = |shelf: &Shelf| shelf.tags.iter().any(|tag| good.tags.contains(tag));
        self.shelves.iter().filter(|(shelf, _)| holds(shelf)).map(|(_, id)| *id).collect()
    }
}
