//! The shelf of a draft: each table is read once for all its lines.

use crate::domain::Id;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::orders::{Draft, KnownBuyer, Orderer, Shelf, ShelfVariant};
use crate::domain::products::title;
use crate::error::Result;
use crate::store::discounts::{self, User};
use crate::store::engine::list::{Ids, by_owner, in_ids};
use crate::store::engine::sql::Row;
use crate::store::{Tx, customer_accounts, customers, products};

/// The part of the shop that a draft is held against.
pub(super) fn load(tx: &Tx, draft: &Draft, orderer: Orderer, currency: Currency) -> Result<Shelf> {
    let buyer = draft.record(orderer).map(|id| known_buyer(tx, id)).transpose()?.flatten();
    let discount = draft.discount_code.as_deref().map(|code| discounts::by_code(tx, code));
    let mut shelf = Shelf {
        variants: by_owner(variants(tx, draft, currency)?),
        buyer,
        discount: discount.transpose()?.flatten(),
        discount_used: false,
    };
    if let Some(discount) = shelf.discount.as_ref().filter(|discount| discount.once_per_customer) {
        let (customer_id, email) = shelf.discount_user(draft, orderer);
        let user = User { customer_id, email: email.as_ref() };
        shelf.discount_used = discounts::was_used_by(tx, discount.id, &user)?;
    }
    Ok(shelf)
}

fn known_buyer(tx: &Tx, id: Id) -> Result<Option<KnownBuyer>> {
    let Some(contact) = customers::contact(tx, id)? else { return Ok(None) };
    Ok(Some(KnownBuyer { contact, has_account: customer_accounts::exists_for(tx, id)? }))
}

/// The variants for sale that the draft may mean: the named ones, and all of the products that are
/// named without one.
fn variants(tx: &Tx, draft: &Draft, currency: Currency) -> Result<Vec<(Id, ShelfVariant)>> {
    let sql = concat!(
        "select v.product_id, v.id, v.options, v.sku, v.price, v.on_hand, v.allow_backorder,
            p.name, p.tax_category, p.withdrawal_exempt
        from products p join variants v on v.product_id = p.id
        where p.id in ",
        in_ids!(),
        " and p.status = 'active' and v.removed = 0
            and (v.id in ",
        in_ids!("$2"),
        " or p.id in ",
        in_ids!("$3"),
        ")
        order by v.position, v.id"
    );
    let items = || draft.items.iter().map(|(_, input)| input);
    let products: Vec<Id> = items().map(|input| input.product_id).collect();
    let named: Vec<Id> = items().filter_map(|input| input.variant_id).collect();
    let unnamed: Vec<Id> =
        items().filter(|input| input.variant_id.is_none()).map(|input| input.product_id).collect();
    let (products, named, unnamed) = (Ids::of(&products), Ids::of(&named), Ids::of(&unnamed));
    tx.all(sql, &[&products, &named, &unnamed], |row: &Row| {
        let product_id = row.get("product_id")?;
        let id = row.get("id")?;
        let title = title(&products::read_options(row)?);
        let (sku, price) = (row.get("sku")?, row.get("price")?);
        let on_hand: Option<i64> = row.get("on_hand")?;
        let allow_backorder: bool = row.get("allow_backorder")?;
        let variant = ShelfVariant {
            id,
            title,
            sku,
            price: Money::new(price, currency),
            is_tracked: on_hand.is_some(),
            limit: on_hand.filter(|_| !allow_backorder),
            product_name: row.get("name")?,
            tax_category: row.get("tax_category")?,
            withdrawal_exempt: row.get("withdrawal_exempt")?,
        };
        Ok((product_id, variant))
    })
}
