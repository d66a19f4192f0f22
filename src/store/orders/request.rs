//! An order that is asked for by a request that counts once: planned on a snapshot, placed by the
//! writer, and planned anew there where the plan does not hold any more.

use super::{find, place_planned, plan};
use crate::domain::orders::{Draft, Order, OrderPlan, Orderer};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::engine::sql::Broken;
use crate::store::idempotency::{self, Made, Once};

/// A request for an order.
pub struct OrderRequest {
    /// Refused where what was sent is no draft.
    pub draft: Result<Draft>,
    pub orderer: Orderer,
    /// `None` where it may be repeated.
    pub once: Option<Once>,
}

/// The answer of the shop to a request, as far as a snapshot tells it.
pub enum Planned {
    /// It was placed before.
    Before(Box<Order>),
    New(Box<OrderPlan>),
}

/// An order that was placed.
pub struct PlacedOrder {
    pub order: Order,
    /// `false` where the same request placed it before.
    pub is_new: bool,
}

impl OrderRequest {
    /// Plans the order, unless it was placed before.
    ///
    /// # Errors
    /// As [`plan()`]; gone, where it was placed before and is not there any more.
    pub fn plan(&self, tx: &Tx) -> Result<Planned> {
        if let Some(order) = self.find(tx)? {
            return Ok(Planned::Before(Box::new(order)));
        }
        let draft = self.draft.as_ref().map_err(Clone::clone)?;
        Ok(Planned::New(Box::new(plan(tx, draft, self.orderer)?)))
    }

    /// The order that this request made before.
    fn find(&self, tx: &Tx) -> Result<Option<Order>> {
        let Some(once) = &self.once else { return Ok(None) };
        let Some(made) = idempotency::find(tx, once)? else { return Ok(None) };
        find(tx, made.subject).map(Some).map_err(idempotency::gone_where_not_found)
    }

    /// Places the order that was planned, and stores that this request made it.
    ///
    /// # Errors
    /// [`Code::Stale`](crate::error::Code::Stale) where it has to be planned anew.
    pub fn place(&self, tx: &Tx, plan: &OrderPlan) -> Result<Order> {
        let order = place_planned(tx, plan)?;
        if let Some(once) = &self.once {
            let made = Made { kind: idempotency::Kind::Order, subject: order.id };
            // The same request was quicker: it is found when this one is planned anew.
            idempotency::store(tx, once, &made).broken("idempotency_keys.hash", Error::stale)?;
        }
        Ok(order)
    }

    /// Places the order by the shop as it is just now.
    ///
    /// # Errors
    /// As [`OrderRequest::plan`].
    pub fn place_anew(&self, tx: &Tx) -> Result<PlacedOrder> {
        match self.plan(tx)? {
            Planned::Before(order) => Ok(PlacedOrder { order: *order, is_new: false }),
            Planned::New(plan) => Ok(PlacedOrder { order: self.place(tx, &plan)?, is_new: true }),
        }
    }
}
