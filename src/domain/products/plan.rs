//! The options and variants that a product shall have, and how the fields at its top mirror those
//! of its only or first variant.

use std::collections::HashSet;

use super::{
    Offer, OfferInput, Product, ProductInput, ProductOption, Variant, VariantInput, VariantPlan,
};
use crate::domain::{Change, Id, Invalid};

/// An error of a request, and its place (a JSON Pointer).
pub type Fault = (String, Invalid);

/// The options and variants that a product shall have: what was sent, held against what is stored.
///
/// # Errors
/// `set_on_variant` for a mirrored field that was changed where several variants differ, or
/// differently in both places; `unknown_variant`, `unknown_image`, `options_mismatch`, `required`.
pub fn plan_variants(
    input: &ProductInput,
    stored: Option<&Product>,
) -> Result<(Vec<ProductOption>, Vec<VariantPlan>), Vec<Fault>> {
    let entries = entries(input, stored)?;
    let options = options(input, stored, &entries)?;
    let mut faults = Vec::new();
    let mut plans: Vec<Draft> = entries
        .into_iter()
        .map(|entry| {
            let known = entry.id.and_then(|id| find(stored, id));
            let old = known.map(|variant| &variant.offer);
            let image_id = entry.image_id.or(known.and_then(|variant| variant.image_id));
            let mut chosen = entry.options;
            chosen.sort_unstable_by_key(|(name, _)| options.iter().position(|o| &o.name == name));
            Draft { id: entry.id, sent: entry.offer, old, options: chosen, image_id }
        })
        .collect();
    mirror_all(&input.offer, stored.map(|product| &product.offer), &mut plans, &mut faults);
    track_added(&mut plans, stored);
    let plans = plans
        .into_iter()
        .enumerate()
        .filter_map(|(at, draft)| draft.settle(at, &mut faults))
        .collect();
    if faults.is_empty() { Ok((options, plans)) } else { Err(faults) }
}

/// Tells `true` where two variants have the same option values.
pub fn has_twins(plans: &[VariantPlan]) -> bool {
    let mut seen = HashSet::new();
    plans.iter().any(|plan| {
        let mut values = plan.options.clone();
        values.sort_unstable();
        !seen.insert(values)
    })
}

/// The sent list of variants; the stored one where none was sent; one variant for a new product.
fn entries(
    input: &ProductInput,
    stored: Option<&Product>,
) -> Result<Vec<VariantInput>, Vec<Fault>> {
    let Change::Set(sent) = &input.variants else {
        let keep = |variant: &Variant| VariantInput {
            id: Some(variant.id),
            options: variant.options.clone(),
            ..VariantInput::default()
        };
        return Ok(match stored {
            Some(product) => product.variants.iter().map(keep).collect(),
            None => vec![VariantInput::default()],
        });
    };
    // What is no option of the product any more is none of its variants.
    let stays = |name: &str| match &input.options {
        Change::Set(options) => options.iter().any(|option| option.name == name),
        Change::Keep => true,
    };
    let mut entries = sent.clone();
    if stored.is_none() {
        // Ids of another product, whose document was taken as a pattern for this one.
        for entry in &mut entries {
            (entry.id, entry.image_id) = (None, Change::Keep);
        }
    }
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    let has_image =
        |id: Id| stored.is_some_and(|product| product.images.iter().any(|image| image.id == id));
    for (at, entry) in entries.iter_mut().enumerate() {
        if entry.image_id.sent().copied().flatten().is_some_and(|id| !has_image(id)) {
            let invalid = Invalid::new("unknown_image", "This product has no such picture.");
            faults.push((format!("/variants/{at}/image_id"), invalid));
        }
        let Some(id) = entry.id else { continue };
        match find(stored, id) {
            Some(known) if seen.insert(id) => {
                if entry.options.is_empty() {
                    let kept = known.options.iter().filter(|(name, _)| stays(name));
                    entry.options = kept.cloned().collect();
                }
            }
            _ => {
                let detail = "This product has no such variant, or it is listed twice.";
                let invalid = Invalid::new("unknown_variant", detail);
                faults.push((format!("/variants/{at}/id"), invalid));
            }
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

/// The options sent, or those that the variants show; each variant must choose one value of each.
fn options(
    input: &ProductInput,
    stored: Option<&Product>,
    entries: &[VariantInput],
) -> Result<Vec<ProductOption>, Vec<Fault>> {
    let kept = matches!(input.variants, Change::Keep);
    let options = match (&input.options, stored) {
        (Change::Keep, Some(product)) if kept => return Ok(product.options.clone()),
        (Change::Keep, _) => derived_options(entries),
        (Change::Set(options), _) => with_values(options, entries),
    };
    let names: HashSet<&str> = options.iter().map(|option| option.name.as_str()).collect();
    let fits = |entry: &VariantInput| {
        let chosen = |(name, value): &(String, String)| {
            options.iter().any(|option| &option.name == name && option.values.contains(value))
        };
        entry.options.len() == names.len() && entry.options.iter().all(chosen)
    };
    let mismatch = |at: usize| {
        let detail = "Each variant chooses one listed value of each option of the product.";
        (format!("/variants/{at}/options"), Invalid::new("options_mismatch", detail))
    };
    let faults: Vec<Fault> = (0..entries.len())
        .filter(|at| entries.get(*at).is_some_and(|entry| !fits(entry)))
        .map(mismatch)
        .collect();
    if faults.is_empty() { Ok(options) } else { Err(faults) }
}

/// The options as they were sent; one without values has those that the variants choose.
fn with_values(options: &[ProductOption], entries: &[VariantInput]) -> Vec<ProductOption> {
    let derived = derived_options(entries);
    let filled = |option: &ProductOption| {
        let used = derived.iter().find(|used| used.name == option.name);
        used.filter(|_| option.values.is_empty()).unwrap_or(option).clone()
    };
    options.iter().map(filled).collect()
}

/// The options that variants use, in the order in which they first appear.
fn derived_options(entries: &[VariantInput]) -> Vec<ProductOption> {
    let mut options: Vec<ProductOption> = Vec::new();
    for (name, value) in entries.iter().flat_map(|entry| &entry.options) {
        match options.iter_mut().find(|option| &option.name == name) {
            Some(option) if option.values.contains(value) => {}
            Some(option) => option.values.push(value.clone()),
            None => {
                options.push(ProductOption { name: name.clone(), values: vec![value.clone()] });
            }
        }
    }
    options
}

/// A variant between what was sent and what shall be.
struct Draft<'a> {
    id: Option<Id>,
    sent: OfferInput,
    old: Option<&'a Offer>,
    options: Vec<(String, String)>,
    image_id: Option<Id>,
}

impl Draft<'_> {
    /// Fills in what was not sent: as it was in a variant that is kept, by default in a new one,
    /// which needs a price.
    fn settle(self, at: usize, faults: &mut Vec<Fault>) -> Option<VariantPlan> {
        let (old, sent) = (self.old, self.sent);
        let Change::Set(price) = or_old(sent.price, old.map(|offer| offer.price)) else {
            let pointer = format!("/variants/{at}/price");
            faults.push((pointer, Invalid::new("required", "Enter a price.")));
            return None;
        };
        let offer = Offer {
            price,
            compare_at_price: sent
                .compare_at_price
                .or(old.and_then(|offer| offer.compare_at_price)),
            sku: sent.sku.or(old.and_then(|offer| offer.sku.clone())),
            barcode: sent.barcode.or(old.and_then(|offer| offer.barcode.clone())),
            stock: None,
            committed: 0,
            shortfall: 0,
            low_stock_at: sent.low_stock_at.or(old.and_then(|offer| offer.low_stock_at)),
            allow_backorder: sent
                .allow_backorder
                .or(old.is_some_and(|offer| offer.allow_backorder)),
            weight_grams: sent.weight_grams.or(old.and_then(|offer| offer.weight_grams)),
            for_buyers: false,
        };
        let Self { id, options, image_id, .. } = self;
        Some(VariantPlan { id, offer, stock: sent.stock, options, image_id })
    }
}

/// Begins to track a variant that is added to others which all are, unless it says otherwise:
/// nothing of it has come yet.
fn track_added(plans: &mut [Draft], stored: Option<&Product>) {
    let Some(stored) = stored else { return };
    let was_tracked = |offer: &Offer| offer.stock.is_some();
    let mut kept = plans.iter().filter_map(|plan| plan.old.map(|old| (plan, old))).peekable();
    let all_tracked = match kept.peek() {
        Some(_) => kept.all(|(plan, old)| {
            plan.sent.stock.sent().map_or_else(|| was_tracked(old), Option::is_some)
        }),
        None => stored.variants.iter().all(|variant| was_tracked(&variant.offer)),
    };
    let added = plans.iter_mut().filter(|plan| all_tracked && plan.old.is_none());
    for plan in added.filter(|plan| plan.sent.stock == Change::Keep) {
        plan.sent.stock = Change::Set(Some(0));
    }
}

fn or_old<T>(sent: Change<T>, old: Option<T>) -> Change<T> {
    match (sent, old) {
        (Change::Keep, Some(old)) => Change::Set(old),
        (sent, _) => sent,
    }
}

/// Carries each field at the top of the product over to the variant it mirrors.
fn mirror_all(
    top: &OfferInput,
    stored: Option<&Offer>,
    plans: &mut [Draft],
    faults: &mut Vec<Fault>,
) {
    if let (Change::Set(price), None, true) = (&top.price, stored, plans.len() > 1) {
        // The price of a new product is that of every variant that names none.
        for plan in plans.iter_mut().filter(|plan| plan.sent.price == Change::Keep) {
            plan.sent.price = Change::Set(*price);
        }
    }
    macro_rules! mirror {
        ($($field:ident),*) => {$(
            let sent = top.$field.sent();
            let old = stored.map(|offer| &offer.$field);
            let first_old = plans.first().and_then(|plan| plan.old).map(|offer| &offer.$field);
            let several = plans.len() > 1;
            if let Some(first) = plans.first_mut() {
                let slot = &mut first.sent.$field;
                if !mirror(sent, old, first_old, slot, several) {
                    faults.push((concat!("/", stringify!($field)).to_owned(), set_on_variant()));
                }
            }
        )*};
    }
    mirror!(
        price,
        compare_at_price,
        sku,
        barcode,
        stock,
        low_stock_at,
        allow_backorder,
        weight_grams
    );
}

/// One field: an unchanged mirror is ignored, a changed one sets the only variant. `false` where it
/// contradicts the variants.
fn mirror<T: PartialEq + Clone>(
    sent: Option<&T>,
    mirrored: Option<&T>,
    first_old: Option<&T>,
    first: &mut Change<T>,
    several: bool,
) -> bool {
    let Some(sent) = sent else { return true };
    if mirrored == Some(sent) || first.sent() == Some(sent) {
        return true;
    }
    let changed_below = first.sent().is_some() && first.sent() != first_old;
    if several || changed_below {
        return false;
    }
    *first = Change::Set(sent.clone());
    true
}

fn set_on_variant() -> Invalid {
    let detail = "Set this on the variants: they differ, or say something else.";
    Invalid::new("set_on_variant", detail)
}

fn find(stored: Option<&Product>, id: Id) -> Option<&Variant> {
    stored?.variants.iter().find(|variant| variant.id == id)
}
