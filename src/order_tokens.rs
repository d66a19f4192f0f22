//! The tokens of orders: signatures under the shop's secret, so that none of them is stored.

use crate::domain::Id;
use crate::secret::{self, Hash};

/// Begins the token of an order.
pub const ORDER_PREFIX: &str = "tb_ord_";
/// The purposes of signatures; a token of one kind is worthless as another.
const ORDER_PURPOSE: &str = "order token";
const TRACK_PURPOSE: &str = "track token";

/// The token of an order: opens it, so that its buyer can read and cancel it.
pub fn order_token(secret: &Hash, id: Id) -> String {
    format!("{ORDER_PREFIX}{id}_{}", signature(secret, ORDER_PURPOSE, id))
}

/// Tells `true` where a token opens this order.
pub fn is_order_token(secret: &Hash, id: Id, token: &str) -> bool {
    order_of_token(secret, token) == Some(id)
}

/// The token in an order's tracking address: opens nothing else.
pub fn track_token(secret: &Hash, id: Id) -> String {
    signature(secret, TRACK_PURPOSE, id)
}

/// Compares in constant time whether a token opens the tracking of an order.
pub fn is_track_token(secret: &Hash, id: Id, token: &str) -> bool {
    secret::same(track_token(secret, id).as_bytes(), token.as_bytes())
}

/// The order that a token opens.
pub fn order_of_token(secret: &Hash, token: &str) -> Option<Id> {
    let (id, signed) = token.strip_prefix(ORDER_PREFIX)?.split_once('_')?;
    let id = Id::parse(id)?;
    let same = secret::same(signature(secret, ORDER_PURPOSE, id).as_bytes(), signed.as_bytes());
    same.then_some(id)
}

fn signature(secret: &Hash, purpose: &str, id: Id) -> String {
    secret::hex(&secret::sign(secret, purpose, id.to_string().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_token_opens_its_order_and_nothing_else() {
        let (secret, id) = ([7; 32], Id::new(42).unwrap());
        let token = order_token(&secret, id);
        let read = |token: &str| order_of_token(&secret, token);
        assert_eq!(read(&token), Some(id));
        assert_eq!(read(&token.replace("_42_", "_43_")), None);
        assert_eq!(read(&format!("{ORDER_PREFIX}42_{}", track_token(&secret, id))), None);
        assert_eq!(read(&format!("{token}0")), None);
        assert!(is_track_token(&secret, id, &track_token(&secret, id)));
        assert!(!is_track_token(&secret, Id::new(43).unwrap(), &track_token(&secret, id)));
    }
}
