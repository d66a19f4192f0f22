//! Callers, and what they may do. The one place that decides; whatever is not in its table is
//! denied.

use crate::domain::Id;
use crate::domain::staff::Role;
use crate::error::{Code, Error, Result};
use crate::store::sessions::{CustomerSession, StaffSession};

/// The one behind a request.
#[derive(Clone, Copy, Debug)]
pub enum Caller {
    Visitor,
    /// A visitor who holds the token of a record they just made.
    RecordHolder(Id),
    /// A visitor who holds the token of an order.
    OrderHolder(Id),
    Customer(CustomerSession),
    Storefront(Id),
    Reader(Id),
    Admin(Id),
    Staff(StaffSession),
}

/// An action; a row of the contract's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    ReadProducts,
    WriteProducts,
    CreateCustomer,
    CreateAccount,
    ReadCustomer,
    ChangeCustomer,
    DeleteCustomer,
    ListCustomers,
    ListOrders,
    PlaceOrder,
    ReadOrder,
    CancelOrder,
    /// Be led to where the order is paid by card.
    PayOrder,
    RecordPayment,
    /// Also refunds, returns and invoices.
    FulfilOrder,
    EditOrder,
    WatchOrders,
    ReadInvoices,
    Discounts,
    ReadReports,
    ReadStock,
    MoveStock,
    Settings,
    ReadMetrics,
    Backups,
    Staff,
    Keys,
}

/// The reach of a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    No,
    /// Their own; of products, those for sale.
    Own,
    All,
}

impl Caller {
    /// The column of the table.
    fn column(&self) -> usize {
        match self {
            Self::Visitor | Self::RecordHolder(_) | Self::OrderHolder(_) => 0,
            Self::Customer(_) => 1,
            Self::Storefront(_) => 2,
            Self::Reader(_) => 3,
            Self::Staff(StaffSession { role: Role::Staff, .. }) => 4,
            Self::Admin(_) => 5,
            Self::Staff(StaffSession { role: Role::Owner, .. }) => 6,
        }
    }

    /// `true` where no credential came with the request.
    pub fn is_visitor(&self) -> bool {
        self.column() == 0
    }

    /// Anyone who came by themselves: a visitor or a customer.
    pub fn is_stranger(&self) -> bool {
        self.column() <= 1
    }

    /// The staff, and keys that see what the staff sees.
    pub fn sees_as_staff(&self) -> bool {
        self.column() >= 3
    }

    /// The staff and admin keys: the shop itself.
    pub fn is_shop(&self) -> bool {
        self.column() >= 4
    }

    /// The kind of caller, for the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::RecordHolder(_) => "record_token",
            Self::OrderHolder(_) => "order_token",
            Self::Customer(_) => "customer",
            Self::Storefront(_) => "storefront_key",
            Self::Reader(_) => "read_key",
            Self::Admin(_) => "admin_key",
            Self::Staff(StaffSession { role: Role::Staff, .. }) => "staff",
            Self::Staff(StaffSession { role: Role::Owner, .. }) => "owner",
        }
    }

    /// The name of this caller in the file: the account, the person or the key, not the session.
    pub fn name(&self) -> String {
        match self {
            Self::Visitor | Self::RecordHolder(_) | Self::OrderHolder(_) => "visitor".to_owned(),
            Self::Customer(session) => format!("account {}", session.account_id),
            Self::Storefront(id) | Self::Reader(id) | Self::Admin(id) => format!("key {id}"),
            Self::Staff(session) => format!("staff {}", session.staff_id),
        }
    }

    /// The name of this caller in the scope of an `Idempotency-Key`. Visitors with a token can be
    /// told from those without.
    pub fn scope(&self) -> String {
        match self {
            Self::RecordHolder(id) => format!("record {id}"),
            Self::OrderHolder(id) => format!("order {id}"),
            caller => caller.name(),
        }
    }
}

/// The table of the contract.
fn reach(permission: Permission, caller: &Caller) -> Reach {
    use Permission as P;
    use Reach::{All, No, Own};
    // visitor, customer, storefront key, read key, staff, admin key, owner
    let row = match permission {
        P::ReadProducts => [Own, Own, Own, All, All, All, All],
        P::WriteProducts | P::MoveStock | P::EditOrder | P::FulfilOrder | P::Discounts => {
            [No, No, No, No, All, All, All]
        }
        P::CreateCustomer | P::CreateAccount => [Own, Own, All, No, All, All, All],
        P::ReadCustomer => [No, Own, All, All, All, All, All],
        P::ChangeCustomer => [No, Own, All, No, All, All, All],
        P::DeleteCustomer => [No, Own, No, No, All, All, All],
        P::ListCustomers => [No, No, No, All, All, All, All],
        P::ListOrders | P::ReadOrder => [No, Own, All, All, All, All, All],
        P::PlaceOrder => [Own, Own, All, No, All, All, All],
        P::CancelOrder | P::PayOrder => [No, Own, All, No, All, All, All],
        P::RecordPayment => [No, No, All, No, All, All, All],
        P::ReadStock | P::ReadMetrics | P::ReadInvoices | P::ReadReports | P::WatchOrders => {
            [No, No, No, All, All, All, All]
        }
        P::Settings => [No, No, No, No, No, All, All],
        P::Backups | P::Staff | P::Keys => [No, No, No, No, No, No, All],
    };
    row.get(caller.column()).copied().unwrap_or(No)
}

/// The caller's reach.
///
/// # Errors
/// 401 for a visitor where a credential is needed, 403 for anyone known.
pub fn authorize(caller: &Caller, permission: Permission) -> Result<Reach> {
    match reach(permission, caller) {
        Reach::No if caller.is_visitor() => {
            Err(Error::new(Code::Unauthenticated, "Please sign in, or send a key."))
        }
        Reach::No => Err(Error::new(Code::Forbidden, "You may not do this.")),
        reach => Ok(reach),
    }
}

/// Lets the caller do this with this customer's record, or refuses.
///
/// # Errors
/// 401, 403; 404 for the record of somebody else.
pub fn authorize_customer(caller: &Caller, permission: Permission, id: Id) -> Result<()> {
    let opens = matches!(permission, Permission::ReadCustomer | Permission::ChangeCustomer);
    match caller {
        Caller::RecordHolder(record) if *record == id && opens => Ok(()),
        Caller::Customer(session) => {
            authorize(caller, permission)?;
            if session.customer_id == id { Ok(()) } else { Err(Error::not_found()) }
        }
        _ => authorize(caller, permission).map(drop),
    }
}

/// Lets the caller do this with this account, or refuses.
///
/// # Errors
/// 401, 403; 404 for the account of somebody else.
pub fn authorize_account(caller: &Caller, permission: Permission, id: Id) -> Result<()> {
    authorize(caller, permission)?;
    match caller {
        Caller::Customer(session) if session.account_id != id => Err(Error::not_found()),
        _ => Ok(()),
    }
}

/// The orders that a caller may touch.
#[derive(Clone, Copy, Debug)]
pub enum OrderScope {
    Any,
    OfCustomer(Id),
    /// The one whose token was shown, and it is this one.
    ByToken,
}

impl OrderScope {
    /// Refuses the order of another customer.
    ///
    /// # Errors
    /// 404.
    pub fn check(self, customer_id: Option<Id>) -> Result<()> {
        match self {
            Self::OfCustomer(own) if customer_id != Some(own) => Err(Error::not_found()),
            _ => Ok(()),
        }
    }
}

/// Lets the caller do this with this order, if it is one of the scope that is returned.
///
/// # Errors
/// 401, 403.
pub fn authorize_order(caller: &Caller, permission: Permission, id: Id) -> Result<OrderScope> {
    use Permission::{CancelOrder, PayOrder, ReadOrder};
    let opens = matches!(permission, ReadOrder | CancelOrder | PayOrder);
    match caller {
        Caller::OrderHolder(order) if *order == id && opens => Ok(OrderScope::ByToken),
        Caller::Customer(session) => {
            authorize(caller, permission)?;
            Ok(OrderScope::OfCustomer(session.customer_id))
        }
        _ => authorize(caller, permission).map(|_| OrderScope::Any),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_credential_is_401_for_visitors_and_403_for_the_known() {
        let code = |caller: &Caller, permission| authorize(caller, permission).unwrap_err().code();
        let visitor = Caller::OrderHolder(Id::new(1).unwrap());
        let reader = Caller::Reader(Id::new(1).unwrap());
        assert_eq!(code(&visitor, Permission::WriteProducts), Code::Unauthenticated);
        assert_eq!(code(&reader, Permission::WriteProducts), Code::Forbidden);
        assert_eq!(authorize(&visitor, Permission::ReadProducts).ok(), Some(Reach::Own));
    }
}
