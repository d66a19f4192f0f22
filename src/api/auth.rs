//! Who calls, and what they may do. The one place that decides; whatever is not in its table is
//! denied.

use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::staff::{KeyRole, Role};
use crate::error::{Code, Error, Result};
use crate::secret::{self, Hash};
use crate::store::sessions::{CUSTOMER_PREFIX, CustomerSession, STAFF_PREFIX, StaffSession};
use crate::store::sql::Tx;
use crate::store::{customers, keys, sessions};

/// The cookie that carries a staff session for the admin page.
pub const COOKIE: &str = "tb_session";
const ORDER_PREFIX: &str = "tb_ord_";
/// What the signatures are for; a token of one kind is worthless as another.
const ORDER_PURPOSE: &str = "order token";
const TRACK_PURPOSE: &str = "track token";

/// Who is behind a request.
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

/// What somebody wants to do; a row of the contract's table.
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

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    No,
    /// What is theirs; of products, what is for sale.
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

    pub fn is_visitor(&self) -> bool {
        self.column() == 0
    }

    /// The staff, and keys that see what the staff sees.
    pub fn sees_as_staff(&self) -> bool {
        self.column() >= 3
    }

    /// The staff and admin keys: the shop itself.
    pub fn is_shop(&self) -> bool {
        self.column() >= 4
    }

    /// What kind of caller this is, for the log.
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

    /// How this caller is named in the file and in the scope of an `Idempotency-Key`: the account,
    /// the person or the key, not the session.
    pub fn name(&self) -> String {
        match self {
            Self::Visitor | Self::RecordHolder(_) | Self::OrderHolder(_) => "visitor".to_owned(),
            Self::Customer(session) => format!("account {}", session.account_id),
            Self::Storefront(id) | Self::Reader(id) | Self::Admin(id) => format!("key {id}"),
            Self::Staff(session) => format!("staff {}", session.staff_id),
        }
    }
}

/// What the caller may do.
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
        P::CancelOrder => [No, Own, All, No, All, All, All],
        P::RecordPayment => [No, No, All, No, All, All, All],
        P::ReadStock | P::ReadMetrics | P::ReadInvoices | P::ReadReports | P::WatchOrders => {
            [No, No, No, All, All, All, All]
        }
        P::Settings => [No, No, No, No, No, All, All],
        P::Backups | P::Staff | P::Keys => [No, No, No, No, No, No, All],
    };
    row.get(caller.column()).copied().unwrap_or(No)
}

/// How far the caller may go.
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

/// Whether the caller may do this with this customer's record.
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

/// Whether the caller may do this with this account.
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

/// Whose orders a caller may touch.
#[derive(Clone, Copy, Debug)]
pub enum OrderScope {
    Any,
    OfCustomer(Id),
    /// The one whose token was shown, and it is this one.
    ByToken,
}

impl OrderScope {
    /// # Errors
    /// 404 for the order of somebody else.
    pub fn check(self, customer_id: Option<Id>) -> Result<()> {
        match self {
            Self::OfCustomer(own) if customer_id != Some(own) => Err(Error::not_found()),
            _ => Ok(()),
        }
    }
}

/// Whether the caller may do this with this order.
///
/// # Errors
/// 401, 403. Whose order it is, the scope checks.
pub fn authorize_order(caller: &Caller, permission: Permission, id: Id) -> Result<OrderScope> {
    let opens = matches!(permission, Permission::ReadOrder | Permission::CancelOrder);
    match caller {
        Caller::OrderHolder(order) if *order == id && opens => Ok(OrderScope::ByToken),
        Caller::Customer(session) => {
            authorize(caller, permission)?;
            Ok(OrderScope::OfCustomer(session.customer_id))
        }
        _ => authorize(caller, permission).map(|_| OrderScope::Any),
    }
}

/// Finds out who shows this token.
///
/// # Errors
/// 401 for a token that is unknown or has ended.
pub fn identify(tx: &Tx, token: &str, secret: &Hash, now: Timestamp) -> Result<Caller> {
    let found = if token.starts_with(CUSTOMER_PREFIX) {
        sessions::customer(tx, token, now)?.map(Caller::Customer)
    } else if token.starts_with(STAFF_PREFIX) {
        sessions::staff(tx, token, now)?.map(Caller::Staff)
    } else if token.starts_with(customers::TOKEN_PREFIX) {
        customers::by_token(tx, token, now)?.map(Caller::RecordHolder)
    } else if let Some(rest) = token.strip_prefix(ORDER_PREFIX) {
        order_of_token(rest, secret).map(Caller::OrderHolder)
    } else {
        keys::find(tx, token)?.map(|(id, role)| match role {
            KeyRole::Admin => Caller::Admin(id),
            KeyRole::Storefront => Caller::Storefront(id),
            KeyRole::Read => Caller::Reader(id),
        })
    };
    let unknown = || Error::new(Code::Unauthenticated, "This credential is unknown or has ended.");
    found.ok_or_else(unknown)
}

/// Whether the credential of a caller who came a while ago still lives.
pub fn is_alive(tx: &Tx, caller: &Caller, now: Timestamp) -> Result<bool> {
    match caller {
        Caller::Staff(session) => sessions::is_alive(tx, session.session_id, now),
        Caller::Customer(session) => sessions::is_alive(tx, session.session_id, now),
        Caller::Storefront(id) | Caller::Reader(id) | Caller::Admin(id) => keys::is_alive(tx, *id),
        Caller::Visitor | Caller::RecordHolder(_) | Caller::OrderHolder(_) => Ok(true),
    }
}

/// The token of an order: opens it, so that its buyer can read and cancel it.
pub fn order_token(secret: &Hash, id: Id) -> String {
    format!("{ORDER_PREFIX}{id}_{}", signature(secret, ORDER_PURPOSE, id))
}

/// The token in an order's tracking address: opens nothing else.
pub fn track_token(secret: &Hash, id: Id) -> String {
    signature(secret, TRACK_PURPOSE, id)
}

pub fn is_track_token(secret: &Hash, id: Id, token: &str) -> bool {
    secret::same(track_token(secret, id).as_bytes(), token.as_bytes())
}

fn order_of_token(rest: &str, secret: &Hash) -> Option<Id> {
    let (id, signed) = rest.split_once('_')?;
    let id = Id::parse(id)?;
    let same = secret::same(signature(secret, ORDER_PURPOSE, id).as_bytes(), signed.as_bytes());
    same.then_some(id)
}

fn signature(secret: &Hash, purpose: &str, id: Id) -> String {
    secret::hex(&secret::sign(secret, purpose, id.to_string().as_bytes()))
}

/// The cookie of a staff session. `secure`: the page was reached over https.
pub fn session_cookie(token: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}")
}

/// Ends the cookie.
pub fn cleared_cookie() -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_token_opens_its_order_and_nothing_else() {
        let (secret, id) = ([7; 32], Id::new(42).unwrap());
        let token = order_token(&secret, id);
        let read = |token: &str| order_of_token(token.strip_prefix(ORDER_PREFIX).unwrap(), &secret);
        assert_eq!(read(&token), Some(id));
        assert_eq!(read(&token.replace("_42_", "_43_")), None);
        assert_eq!(read(&format!("{ORDER_PREFIX}42_{}", track_token(&secret, id))), None);
        assert_eq!(read(&format!("{token}0")), None);
        assert!(is_track_token(&secret, id, &track_token(&secret, id)));
        assert!(!is_track_token(&secret, Id::new(43).unwrap(), &track_token(&secret, id)));
    }

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
