//! `/customer_accounts`: the names and passwords that customers sign in with.

use rocket::{delete, get, patch, post, put};
use serde::Serialize;
use serde_json::json;

use crate::domain::calendar::Timestamp;
use crate::domain::customers::{Account, Contact, CustomerInput, Note};
use crate::domain::passwords::{Password, Username};
use crate::domain::text::Email;
use crate::domain::{Change, Id, Invalid, Parsed};
use crate::error::{Error, FieldError, Result};
use crate::hashing::Queue;
use crate::http::body::Body;
use crate::http::contact_forms::{Reached, contact_object};
use crate::http::context::RequestContext;
use crate::http::etag::{Tag, Versioned, versioned};
use crate::http::form::{self, Field, Form, raw, text};
use crate::http::json::Json;
use crate::http::limits::Kind;
use crate::http::page;
use crate::http::permissions::{Caller, Permission};
use crate::http::response::{ApiResult, Response};
use crate::http::sign_in::prove_password;
use crate::store::customer_accounts::{self, AccountChange, Filter};
use crate::store::idempotency::{self, Made, Once, gone_where_not_found};
use crate::store::sessions::{self, LoginRecord, Realm};
use crate::store::{Tx, customers, email_verifications};

/// For so long a visitor is answered again who repeats a sign-up.
const REPEATED_SECONDS: i64 = 3_600;
const SORTS: &[(&str, &str)] = &[("created_at", "created_at"), ("username", "username_key")];

versioned!(Account);

/// A new account, and the session it begins with, unless the shop made it.
#[derive(Serialize)]
struct Created<'a> {
    #[serde(flatten)]
    account: &'a Account,
    #[serde(flatten)]
    session: Option<Opened>,
}

#[derive(Serialize)]
struct Opened {
    token: String,
    token_type: &'static str,
    expires_at: Timestamp,
}

impl Versioned for Created<'_> {
    fn tag(&self) -> Tag {
        self.account.tag()
    }
}

/// The body of a sign-up.
struct SignUpInput {
    username: Username,
    password: String,
    holder: AccountHolder,
}

impl SignUpInput {
    /// All that it says beside the password.
    fn said(&self) -> String {
        let (id, contact) = match &self.holder {
            AccountHolder::New(contact) => (None, Some(contact)),
            AccountHolder::Record(id) => (Some(id), None),
        };
        json!([self.username, id, contact]).to_string()
    }
}

/// The customer of a new account: a new one, or one whose record there is.
enum AccountHolder {
    New(Contact),
    Record(Id),
}

/// The body of a change.
struct AccountInput {
    username: Username,
    password: Option<Password>,
    current_password: Option<String>,
}

#[post("/customer_accounts", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may_once(Permission::CreateAccount)?;
    if let Caller::Customer(session) = caller {
        form::read(&body.json(), sign_up)?;
        let id = session.account_id;
        return Err(Error::conflict(format!("You have an account: /customer_accounts/{id}.")));
    }
    ctx.limit(Kind::SignUp, &caller)?;
    let sign_up = form::read(&body.json(), sign_up)?;
    // Nothing but its fields waits for a hash.
    drop(body);
    let once = ctx.once_saying(&caller, sign_up.said().as_bytes())?;
    let password = match ctx.read(|tx| begin(tx, &sign_up, once.as_ref(), &caller))? {
        Begun::Before(response) => return Ok(response),
        Begun::New(password) => password,
    };
    let hash = ctx.app.hashing.hash(queue(&caller), password).await?;
    let made = ctx.write(move |tx| {
        if let Some(response) = made_before(tx, once.as_ref(), &caller)? {
            return Ok((response, None));
        }
        let account = make(tx, &sign_up, &hash, &caller)?;
        if !caller.is_shop() {
            email_verifications::ask(tx, &account)?;
        }
        if let Some(once) = &once {
            let made = Made { kind: idempotency::Kind::Account, subject: account.id };
            idempotency::store(tx, once, &made)?;
        }
        let session = if caller.is_shop() { None } else { Some(open_session(tx, account.id)?) };
        let signed_in = session.as_ref().map(|_| LoginRecord::of_account(&account, hash.clone()));
        Ok((shown(account, session, &caller)?, signed_in))
    });
    let (response, signed_in) = made.await?;
    let device = signed_in.map(|record| ctx.device_cookie(Realm::Customers, &record));
    Ok(response.with_cookies(device.transpose()?))
}

/// What a snapshot tells of a sign-up.
enum Begun {
    /// The same request was answered before; so it is again.
    Before(Response),
    /// The password that is still to be hashed.
    New(Password),
}

/// Looks at a sign-up before its password is hashed.
///
/// # Errors
/// Invalid, with all that is wrong with the password and with the customer; a conflict for a
/// username that is taken.
fn begin(tx: &Tx, sign_up: &SignUpInput, once: Option<&Once>, caller: &Caller) -> Result<Begun> {
    if let Some(response) = made_before(tx, once, caller)? {
        return Ok(Begun::Before(response));
    }
    let contact = contact_of(tx, &sign_up.holder, caller);
    let email = contact.as_ref().ok().and_then(|contact| contact.email.as_ref());
    let password = choose(&sign_up.password, &sign_up.username, email);
    let faults = [contact.err(), password.as_ref().err().cloned()];
    FieldError::none(faults.iter().flatten().flat_map(Error::errors).cloned().collect())?;
    customer_accounts::check_free(tx, &sign_up.username)?;
    password.map(Begun::New)
}

/// The answer to a sign-up that was answered before, without a session: the account as it stands.
///
/// # Errors
/// As [`idempotency::find`]; 410 for an account that is not there any more, and for a visitor once
/// it is an hour old, as a key that is easy to guess must not open it for longer.
fn made_before(tx: &Tx, once: Option<&Once>, caller: &Caller) -> Result<Option<Response>> {
    let Some(once) = once else { return Ok(None) };
    let Some(made) = idempotency::find(tx, once)? else { return Ok(None) };
    let account = customer_accounts::find(tx, made.subject).map_err(gone_where_not_found)?;
    if caller.is_visitor() && account.created_at.plus_seconds(REPEATED_SECONDS) < tx.now() {
        return Err(idempotency::gone());
    }
    Ok(Some(shown(account, None, caller)?.replayed()))
}

fn make(tx: &Tx, sign_up: &SignUpInput, hash: &str, caller: &Caller) -> Result<Account> {
    let customer_id = match &sign_up.holder {
        AccountHolder::Record(id) => contact_of(tx, &sign_up.holder, caller).map(|_| *id)?,
        AccountHolder::New(contact) => {
            customers::create(tx, &CustomerInput::of(contact.clone()))?.id
        }
    };
    customer_accounts::create(tx, customer_id, &sign_up.username, hash)
}

fn shown(account: Account, session: Option<Opened>, caller: &Caller) -> ApiResult {
    let account = visible_to(account, caller);
    let location = format!("/customer_accounts/{}", account.id);
    Response::new_object(location, &Created { account: &account, session }, caller)
}

#[get("/customer_accounts/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.may_with_account(Permission::ReadCustomer, id)?;
    let account = visible_to(ctx.read(|tx| customer_accounts::find(tx, id))?, &caller);
    ctx.object(&account, &caller)
}

#[put("/customer_accounts/<id>", data = "<body>")]
pub async fn replace(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[patch("/customer_accounts/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[delete("/customer_accounts/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.may_with_account(Permission::DeleteCustomer, id)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        let account = visible_to(customer_accounts::find(tx, id)?, &caller);
        if_match.check(&account)?;
        customer_accounts::delete(tx, &account)
    })
    .await?;
    Ok(Response::nothing())
}

#[get("/customer_accounts")]
pub fn list(ctx: RequestContext) -> ApiResult {
    let caller = ctx.may(Permission::ListCustomers)?;
    let query = ctx.query()?;
    let (username, customer_id) =
        (query.get("username", page::code), query.get("customer_id", page::id));
    let filter = Filter { username, customer_id };
    let range = query.range(SORTS, true)?;
    query.done()?;
    let mut page = ctx.read(|tx| customer_accounts::list(tx, &filter, &range))?;
    page.rows = page.rows.into_iter().map(|account| visible_to(account, &caller)).collect();
    query.answer(&page, range.sort)
}

async fn change(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.may_with_account(Permission::ChangeCustomer, id)?;
    let old = ctx.read(|tx| customer_accounts::find(tx, id))?;
    let password_hash = new_hash(&ctx, &caller, &old, read_input(&body, &old)?).await?;
    let session_id = match caller {
        Caller::Customer(session) => Some(session.session_id),
        _ => None,
    };
    let if_match = ctx.if_match();
    let changed = ctx.write(move |tx| {
        // Read again: what the body leaves out may have changed while the password was hashed.
        let old = visible_to(customer_accounts::find(tx, id)?, &caller);
        let input = if_match.guard(&old, read_input(&body, &old))?;
        let password_hash = password_hash.clone();
        let change = AccountChange { username: input.username, password_hash, session_id };
        customer_accounts::update(tx, &old, &change)
    });
    let account = visible_to(changed.await?, &caller);
    Response::object(&account, &caller)
}

/// The hash of a new password, where one was sent by a caller who may set it.
async fn new_hash(
    ctx: &RequestContext,
    caller: &Caller,
    account: &Account,
    input: AccountInput,
) -> Result<Option<String>> {
    let Some(password) = input.password else { return Ok(None) };
    if !caller.is_shop() {
        let (id, queue) = (account.id, Queue::Customers);
        let hash = ctx.read(|tx| customer_accounts::password_hash(tx, id))?;
        let own = (format!("password of account {id}"), queue, hash);
        prove_password(ctx, own, input.current_password.as_deref()).await?;
    }
    ctx.app.hashing.hash(queue(caller), password).await.map(Some)
}

/// The queue of whoever gives an account its password.
fn queue(caller: &Caller) -> Queue {
    match caller {
        Caller::Customer(_) => Queue::Customers,
        caller if caller.is_shop() => Queue::Staff,
        _ => Queue::Strangers,
    }
}

fn open_session(tx: &Tx, account_id: Id) -> Result<Opened> {
    let session = sessions::open_for_account(tx, account_id)?;
    let (token, expires_at) = (session.token, session.expires_at);
    Ok(Opened { token, token_type: "Bearer", expires_at })
}

/// The person a sign-up is for: the new one, or that of a record which the caller may name.
fn contact_of(tx: &Tx, holder: &AccountHolder, caller: &Caller) -> Result<Contact> {
    let id = match holder {
        AccountHolder::New(contact) => return Ok(contact.clone()),
        AccountHolder::Record(id) => *id,
    };
    let may = match caller {
        Caller::RecordHolder(record) => *record == id,
        caller => !caller.is_visitor(),
    };
    let found = if may { customers::contact(tx, id)? } else { None };
    let refused =
        |code, detail| Err(Error::invalid(vec![FieldError::at("/customer_id", code, detail)]));
    match found {
        None => refused("not_found", "There is no such customer."),
        Some(Contact { email: None, .. }) => {
            refused("not_allowed", "This customer has no e-mail address yet; an account needs one.")
        }
        Some(contact) => Ok(contact),
    }
}

fn sign_up(form: &Form) -> Field<SignUpInput> {
    let username = form.required("username", text(Username::parse));
    let password = form.required("password", new_password);
    let customer_id = form.optional("customer_id", form::id);
    let customer = form.object("customer", contact_object(Reached::ByEmail));
    form.ignore(&["email_verified_at", "last_login_at"]);
    let holder = match (customer?, customer_id?) {
        (Some(contact), None) => Ok(AccountHolder::New(contact)),
        (None, Some(id)) => Ok(AccountHolder::Record(id)),
        (Some(_), Some(_)) => {
            let detail = "Name a customer there is or a new one, not both.";
            Err(form.note("customer", Invalid::new("not_allowed", detail)))
        }
        (None, None) => {
            let detail = "Say whose account it is: a customer there is, or a new one.";
            Err(form.note("customer", Invalid::new("required", detail)))
        }
    };
    Ok(SignUpInput { username: username?, password: password?, holder: holder? })
}

/// The change that a body makes of an account.
fn read_input(body: &Body, old: &Account) -> Result<AccountInput> {
    let (username, password, current_password) = form::read(&body.over(old)?, changes)?;
    let email = old.customer.contact.email.as_ref();
    let password = password.sent().map(|raw| choose(raw, &username, email)).transpose()?;
    Ok(AccountInput { username, password, current_password })
}

fn changes(form: &Form) -> Field<(Username, Change<String>, Option<String>)> {
    let username = form.required("username", text(Username::parse));
    let password = form.change("password", new_password);
    let current_password = form.optional("current_password", raw);
    form.ignore(&["customer_id", "customer", "email_verified_at", "last_login_at"]);
    Ok((username?, password?, current_password?))
}

/// A new password, checked as far as possible without its owner's names, so that its faults are
/// noted with those of the other fields.
fn new_password(value: &Json) -> Parsed<String> {
    let text = raw(value)?;
    Password::choose(&text, &[]).map(|_| text)
}

fn choose(raw: &str, username: &Username, email: Option<&Email>) -> Result<Password> {
    let names: Vec<&str> =
        [username.as_str()].into_iter().chain(email.map(Email::as_str)).collect();
    Password::choose(raw, &names).map_err(|invalid| {
        Error::invalid(vec![FieldError::at("/password", invalid.code, invalid.detail)])
    })
}

/// The account as this caller may see it.
fn visible_to(mut account: Account, caller: &Caller) -> Account {
    if !caller.sees_as_staff() {
        account.customer.note = Note::Hidden;
    }
    account
}
