//! The withdrawal that somebody declares to the sample shop, in words that the shop has to read.

use crate::domain::Id;
use crate::domain::orders::{Buyer, FulfillmentStatus};
use crate::domain::window::Language;
use crate::domain::withdrawals::DeclarationInput;
use crate::error::{Error, Result};
use crate::store::{Tx, orders, withdrawal_declarations};

const SECONDS_AGO: i64 = 5_400;

/// Declares a withdrawal from the newest of the orders that arrived.
pub fn declare(tx: &Tx, mut order_ids: Vec<Id>) -> Result<()> {
    let tx = tx.at(tx.now().plus_seconds(-SECONDS_AGO));
    order_ids.sort_unstable_by(|one, other| other.cmp(one));
    for id in order_ids {
        let order = orders::find(&tx, id)?;
        let arrived = order.fulfillment_status == FulfillmentStatus::Delivered;
        if let Buyer { name: Some(name), email: Some(email), .. } = &order.customer
            && arrived
        {
            let input = DeclarationInput {
                order_number: order.number.clone(),
                name: name.clone(),
                email: email.as_str().to_owned(),
                statement: Some("Only one of it, please; the other is lovely.".to_owned()),
            };
            return withdrawal_declarations::declare(&tx, &input, Language::En).map(drop);
        }
    }
    Err(Error::internal("no order of the sample arrived"))
}
