//! Sessions of customers and staff: the one behind a token, and for how long.

use super::Tx;
use super::engine::statements::insert;
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::clock_watch::LEAP_SECONDS;
use crate::domain::customers::Account;
use crate::domain::staff::Role;
use crate::error::Result;
use crate::secret::{self, Hash};

/// A customer's session lives 30 days.
pub const CUSTOMER_SESSION_SECONDS: i64 = 30 * 24 * 3600;
/// A staff session ends after 12 hours without a request, and after 30 days in any case.
pub const STAFF_IDLE_SECONDS: i64 = 12 * 3600;
const STAFF_SESSION_SECONDS: i64 = 30 * 24 * 3600;
/// The pause after which a staff session's use is written down, so that reading does not write all
/// the time.
const SEEN_EVERY_SECONDS: i64 = 600;

/// The beginning of the tokens.
pub const CUSTOMER_PREFIX: &str = "tb_ses_";
/// The beginning of the tokens of the staff.
pub const STAFF_PREFIX: &str = "tb_stf_";

/// The people a password opens a session for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    Customers,
    Staff,
}

impl Realm {
    /// The word for it in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Staff => "staff",
        }
    }

    /// The realm of a word.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Customers, Self::Staff].into_iter().find(|realm| realm.name() == name)
    }
}

/// The record that a sign-in is checked against.
#[derive(Clone, Debug)]
pub struct LoginRecord {
    pub id: Id,
    /// The customer of an account.
    pub customer_id: Option<Id>,
    pub role: Option<Role>,
    pub password_hash: String,
    /// Anyone signed in with this name from this network before.
    pub known_network: bool,
}

impl LoginRecord {
    /// The record of an account that was just made.
    pub fn of_account(account: &Account, password_hash: String) -> Self {
        let (id, customer_id) = (account.id, Some(account.customer_id));
        Self { id, customer_id, role: None, password_hash, known_network: false }
    }
}

/// A session that was opened; the token is not stored.
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

/// The record of a name (folded), if anyone has it.
pub fn login_record(
    tx: &Tx,
    realm: Realm,
    name_key: &str,
    network_hash: Option<&Hash>,
) -> Result<Option<LoginRecord>> {
    let sql = match realm {
        Realm::Customers => {
            "select id, customer_id, null as role, password_hash,
                exists (select 1 from sign_in_places where name_key = $1 and place = $2)
                    as known_network
            from accounts where username_key = $3"
        }
        Realm::Staff => {
            "select id, null as customer_id, role, password_hash,
                exists (select 1 from sign_in_places where name_key = $1 and place = $2)
                    as known_network
            from staff where email_key = $3"
        }
    };
    tx.maybe(sql, &[&realm_key(realm, name_key), &network_hash, &name_key], |row| {
        Ok(LoginRecord {
            id: row.get("id")?,
            customer_id: row.get("customer_id")?,
            role: row.maybe_word("role", Role::of)?,
            password_hash: row.get("password_hash")?,
            known_network: row.get("known_network")?,
        })
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
) -> Result<Option<NewSession>> {
    let sql = match realm {
        Realm::Customers => {
            "update accounts set last_login_at = $1, revision = revision + 1
            where id = $2 and password_hash = $3"
        }
        Realm::Staff => "update staff set last_login_at = $1 where id = $2 and password_hash = $3",
    };
    if tx.execute(sql, &[&tx.now(), &record.id, &record.password_hash])? == 0 {
        return Ok(None);
    }
    if let Some(network_hash) = network_hash {
        let sql = "insert into sign_in_places (name_key, place, seen_at) values ($1, $2, $3)
            on conflict (name_key, place) do update set seen_at = excluded.seen_at";
        tx.execute(sql, &[&realm_key(realm, name_key), network_hash, &tx.now()])?;
    }
    Ok(Some(match realm {
        Realm::Customers => open_for_account(tx, record.id)?,
        Realm::Staff => open_for_staff(tx, record.id)?,
    }))
}

/// Opens a session for an account that was just made or proven.
pub fn open_for_account(tx: &Tx, account_id: Id) -> Result<NewSession> {
    let lives = (CUSTOMER_PREFIX, CUSTOMER_SESSION_SECONDS);
    insert_session(tx, lives, (Some(account_id), None))
}

fn open_for_staff(tx: &Tx, staff_id: Id) -> Result<NewSession> {
    insert_session(tx, (STAFF_PREFIX, STAFF_IDLE_SECONDS), (None, Some(staff_id)))
}

fn insert_session(
    tx: &Tx,
    (prefix, seconds): (&str, i64),
    (account_id, staff_id): (Option<Id>, Option<Id>),
) -> Result<NewSession> {
    let token = secret::token(prefix)?;
    let expires_at = tx.now().plus_seconds(seconds);
    insert!(tx, "sessions", {
        "token_hash": secret::hash(&token),
        "account_id": account_id,
        "staff_id": staff_id,
        "created_at": tx.now(),
        "last_seen_at": tx.now(),
        "expires_at": expires_at,
    })?;
    Ok(NewSession { token, expires_at })
}

/// The customer of a token, while the session lives.
pub fn customer(tx: &Tx, token: &str) -> Result<Option<CustomerSession>> {
    let sql = "select sessions.id as session_id, accounts.id as account_id, customer_id, expires_at
        from sessions join accounts on accounts.id = account_id
        where token_hash = $1 and expires_at > $2 and last_seen_at < $3";
    tx.maybe(sql, &[&secret::hash(token), &tx.now(), &soon(tx)], |row| {
        Ok(CustomerSession {
            session_id: row.get("session_id")?,
            account_id: row.get("account_id")?,
            customer_id: row.get("customer_id")?,
            expires_at: row.get("expires_at")?,
        })
    })
}

/// The person on the staff of a token, while the session lives.
pub fn staff(tx: &Tx, token: &str) -> Result<Option<StaffSession>> {
    let sql = "select sessions.id as session_id, staff.id as staff_id, role, expires_at,
            last_seen_at
        from sessions join staff on staff.id = staff_id
        where token_hash = $1 and expires_at > $2 and last_seen_at < $3";
    tx.maybe(sql, &[&secret::hash(token), &tx.now(), &soon(tx)], |row| {
        let (session_id, staff_id) = (row.get("session_id")?, row.get("staff_id")?);
        let (role, expires_at) = (row.word("role", Role::of)?, row.get("expires_at")?);
        let seen: Timestamp = row.get("last_seen_at")?;
        let stale = tx.now() >= seen.plus_seconds(SEEN_EVERY_SECONDS);
        Ok(StaffSession { session_id, staff_id, role, expires_at, stale })
    })
}

/// Tells `true` for a session that has not ended.
pub fn is_alive(tx: &Tx, session_id: Id) -> Result<bool> {
    let sql = "select 1 from sessions where id = $1 and expires_at > $2 and last_seen_at < $3";
    tx.exists(sql, &[&session_id, &tx.now(), &soon(tx)])
}

/// Lets a staff session live on, and returns until when.
pub fn seen(tx: &Tx, session_id: Id) -> Result<Timestamp> {
    let sql = "update sessions set last_seen_at = $1, expires_at = case
            when created_at + $2 < $3 then created_at + $2 else $3 end
        where id = $4 returning expires_at";
    let until = tx.now().plus_seconds(STAFF_IDLE_SECONDS);
    let longest_micros = STAFF_SESSION_SECONDS * 1_000_000;
    tx.value(sql, &[&tx.now(), &longest_micros, &until, &session_id])
}

/// Ends a session.
pub fn end(tx: &Tx, session_id: Id) -> Result<()> {
    tx.execute("delete from sessions where id = $1", &[&session_id]).map(drop)
}

/// Ends all sessions of an account but one.
pub fn end_others(tx: &Tx, account_id: Id, but: Option<Id>) -> Result<()> {
    let sql = "delete from sessions
        where account_id = $1 and (cast($2 as integer) is null or id <> $2)";
    tx.execute(sql, &[&account_id, &but]).map(drop)
}

/// Ends all sessions of a person on the staff but one.
pub fn end_others_of_staff(tx: &Tx, staff_id: Id, but: Option<Id>) -> Result<()> {
    let sql = "delete from sessions
        where staff_id = $1 and (cast($2 as integer) is null or id <> $2)";
    tx.execute(sql, &[&staff_id, &but]).map(drop)
}

/// Forgets the networks from which a name's owner signed in.
pub fn forget_networks(tx: &Tx, realm: Realm, name_key: &str) -> Result<()> {
    let sql = "delete from sign_in_places where name_key = $1";
    tx.execute(sql, &[&realm_key(realm, name_key)]).map(drop)
}

/// Forgets the networks of everybody.
pub fn forget_all_networks(tx: &Tx) -> Result<()> {
    tx.execute("delete from sign_in_places", &[]).map(drop)
}

/// Removes sessions that have ended, and networks that nobody came from for a year.
pub fn clean(tx: &Tx) -> Result<()> {
    // What would last longer than any session was opened while the clock was ahead.
    let longest = soon(tx).plus_seconds(CUSTOMER_SESSION_SECONDS);
    let ended = "delete from sessions where expires_at <= $1 or expires_at > $2";
    tx.execute(ended, &[&tx.now(), &longest])?;
    let year_ago = tx.now().plus_seconds(-365 * 24 * 3600);
    tx.execute("delete from sign_in_places where seen_at <= $1", &[&year_ago]).map(drop)
}

/// The moment from which on nobody can have been seen yet: a session that says so was used while
/// the clock was ahead, and would outlive its time by as much.
fn soon(tx: &Tx) -> Timestamp {
    tx.now().plus_seconds(LEAP_SECONDS)
}

fn realm_key(realm: Realm, name_key: &str) -> String {
    match realm {
        Realm::Customers => format!("customer {name_key}"),
        Realm::Staff => format!("staff {name_key}"),
    }
}
