//! Sessions of customers and staff: who is behind a token, and for how long.

use super::sql::Tx;
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::staff::Role;
use crate::error::Result;
use crate::secret::{self, Hash};

/// A customer's session lives 30 days.
pub const CUSTOMER_SESSION_SECONDS: i64 = 30 * 24 * 3600;
/// A staff session ends after 12 hours without a request.
pub const STAFF_IDLE_SECONDS: i64 = 12 * 3600;
/// How often a staff session's use is written down, so that reading does not write all the time.
const SEEN_EVERY_SECONDS: i64 = 600;

pub const CUSTOMER_PREFIX: &str = "tb_ses_";
pub const STAFF_PREFIX: &str = "tb_stf_";

/// Whom a password opens a session for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    Customers,
    Staff,
}

/// What is needed to check a sign-in.
#[derive(Clone, Debug)]
pub struct LoginRecord {
    pub id: Id,
    /// The customer of an account.
    pub customer_id: Option<Id>,
    pub role: Option<Role>,
    pub password_hash: String,
    /// Whether somebody signed in with this name from this place before.
    pub known_network: bool,
}

/// A session that was opened; the token is not kept.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub token: String,
    pub expires_at: Timestamp,
}

/// A customer's session.
#[derive(Clone, Copy, Debug)]
pub struct CustomerSession {
    pub session_id: Id,
    pub account_id: Id,
    pub customer_id: Id,
    pub expires_at: Timestamp,
}

/// A staff session.
#[derive(Clone, Copy, Debug)]
pub struct StaffSession {
    pub session_id: Id,
    pub staff_id: Id,
    pub role: Role,
    pub expires_at: Timestamp,
    /// Its use should be written down again.
    pub stale: bool,
}

/// Who has this name (folded), if anyone.
pub fn record(
    tx: &Tx,
    realm: Realm,
    name_key: &str,
    network_hash: &Hash,
) -> Result<Option<LoginRecord>> {
    let sql = match realm {
        Realm::Customers => {
            "select id, customer_id, null, password_hash,
                exists (select 1 from sign_in_places where name_key = $2 and place = $3)
            from accounts where username_key = $1"
        }
        Realm::Staff => {
            "select id, null, role, password_hash,
                exists (select 1 from sign_in_places where name_key = $2 and place = $3)
            from staff where email_key = $1"
        }
    };
    tx.maybe(sql, &[&name_key, &realm_key(realm, name_key), network_hash], |row| {
        let (id, customer_id, role) = (row.take()?, row.take()?, row.take::<Option<String>>()?);
        let role = role.and_then(|role| Role::parse(&role).ok());
        let (password_hash, known_network) = (row.take()?, row.take()?);
        Ok(LoginRecord { id, customer_id, role, password_hash, known_network })
    })
}

/// Opens a session for a record whose password was right. `None` when the password was changed
/// meanwhile.
pub fn open(
    tx: &Tx,
    realm: Realm,
    name_key: &str,
    record: &LoginRecord,
    network_hash: Option<&Hash>,
    now: Timestamp,
) -> Result<Option<NewSession>> {
    let sql = match realm {
        Realm::Customers => {
            "update accounts set last_login_at = $3, revision = revision + 1
            where id = $1 and password_hash = $2"
        }
        Realm::Staff => "update staff set last_login_at = $3 where id = $1 and password_hash = $2",
    };
    if tx.execute(sql, &[&record.id, &record.password_hash, &now])? == 0 {
        return Ok(None);
    }
    if let Some(network_hash) = network_hash {
        let sql = "insert into sign_in_places (name_key, place, seen_at) values ($1, $2, $3)
            on conflict (name_key, place) do update set seen_at = excluded.seen_at";
        tx.execute(sql, &[&realm_key(realm, name_key), network_hash, &now])?;
    }
    let opened = match realm {
        Realm::Customers => open_for_account(tx, record.id, now)?,
        Realm::Staff => open_for_staff(tx, record.id, now)?,
    };
    Ok(Some(opened))
}

/// Opens a session for an account that was just made or proven.
pub fn open_for_account(tx: &Tx, account_id: Id, now: Timestamp) -> Result<NewSession> {
    let token = secret::token(CUSTOMER_PREFIX)?;
    let expires_at = now.plus_seconds(CUSTOMER_SESSION_SECONDS);
    let sql = "insert into sessions (token_hash, account_id, created_at, last_seen_at, expires_at)
        values ($1, $2, $3, $3, $4) returning id";
    tx.insert(sql, &[&secret::hash(&token), &account_id, &now, &expires_at])?;
    Ok(NewSession { token, expires_at })
}

fn open_for_staff(tx: &Tx, staff_id: Id, now: Timestamp) -> Result<NewSession> {
    let token = secret::token(STAFF_PREFIX)?;
    let expires_at = now.plus_seconds(STAFF_IDLE_SECONDS);
    let sql = "insert into sessions (token_hash, staff_id, created_at, last_seen_at, expires_at)
        values ($1, $2, $3, $3, $4) returning id";
    tx.insert(sql, &[&secret::hash(&token), &staff_id, &now, &expires_at])?;
    Ok(NewSession { token, expires_at })
}

/// The customer behind a token, while the session lives.
pub fn customer(tx: &Tx, token: &str, now: Timestamp) -> Result<Option<CustomerSession>> {
    let sql = "select sessions.id, accounts.id, accounts.customer_id, expires_at
        from sessions join accounts on accounts.id = account_id
        where token_hash = $1 and expires_at > $2";
    tx.maybe(sql, &[&secret::hash(token), &now], |row| {
        let (session_id, account_id) = (row.take()?, row.take()?);
        let (customer_id, expires_at) = (row.take()?, row.take()?);
        Ok(CustomerSession { session_id, account_id, customer_id, expires_at })
    })
}

/// The person on the staff behind a token, while the session lives.
pub fn staff(tx: &Tx, token: &str, now: Timestamp) -> Result<Option<StaffSession>> {
    let sql = "select sessions.id, staff.id, role, expires_at, last_seen_at
        from sessions join staff on staff.id = staff_id
        where token_hash = $1 and expires_at > $2";
    tx.maybe(sql, &[&secret::hash(token), &now], |row| {
        let (session_id, staff_id, role) = (row.take()?, row.take()?, row.parse(Role::parse)?);
        let (expires_at, seen): (_, Timestamp) = (row.take()?, row.take()?);
        let stale = now >= seen.plus_seconds(SEEN_EVERY_SECONDS);
        Ok(StaffSession { session_id, staff_id, role, expires_at, stale })
    })
}

/// Whether a session has not ended.
pub fn is_alive(tx: &Tx, session_id: Id, now: Timestamp) -> Result<bool> {
    tx.exists("select 1 from sessions where id = $1 and expires_at > $2", &[&session_id, &now])
}

/// Lets a staff session live on, and says until when.
pub fn seen(tx: &Tx, session_id: Id, now: Timestamp) -> Result<Timestamp> {
    let sql = "update sessions set last_seen_at = $2, expires_at = $3 where id = $1";
    let until = now.plus_seconds(STAFF_IDLE_SECONDS);
    tx.execute(sql, &[&session_id, &now, &until]).map(|_| until)
}

/// Ends a session.
pub fn end(tx: &Tx, session_id: Id) -> Result<()> {
    tx.execute("delete from sessions where id = $1", &[&session_id]).map(drop)
}

/// Ends all sessions of an account but one.
pub fn end_others(tx: &Tx, account_id: Id, but: Option<Id>) -> Result<()> {
    let sql = "delete from sessions where account_id = $1 and ($2 is null or id <> $2)";
    tx.execute(sql, &[&account_id, &but]).map(drop)
}

/// Ends all sessions of a person on the staff but one.
pub fn end_others_of_staff(tx: &Tx, staff_id: Id, but: Option<Id>) -> Result<()> {
    let sql = "delete from sessions where staff_id = $1 and ($2 is null or id <> $2)";
    tx.execute(sql, &[&staff_id, &but]).map(drop)
}

/// Forgets where an account's owner signed in from.
pub fn forget_networks(tx: &Tx, realm: Realm, name_key: &str) -> Result<()> {
    let sql = "delete from sign_in_places where name_key = $1";
    tx.execute(sql, &[&realm_key(realm, name_key)]).map(drop)
}

/// Removes what has ended.
pub fn clean(tx: &Tx, now: Timestamp) -> Result<()> {
    tx.execute("delete from sessions where expires_at <= $1", &[&now])?;
    let year_ago = now.plus_seconds(-365 * 24 * 3600);
    tx.execute("delete from sign_in_places where seen_at <= $1", &[&year_ago]).map(drop)
}

fn realm_key(realm: Realm, name_key: &str) -> String {
    match realm {
        Realm::Customers => format!("customer {name_key}"),
        Realm::Staff => format!("staff {name_key}"),
    }
}
