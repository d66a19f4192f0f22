//! `/customer_accounts`: the names and passwords that customers sign in with.

use rocket::{delete, get, patch, post, put};
use serde::Serialize;

use super::auth::{Caller, Permission, authorize, authorize_account};
use super::body::Body;
use super::contact_forms::contact_object;
use super::context::RequestContext;
use super::etag::Tag;
use super::form::{self, Field, Form, patched, raw, text};
use super::json::Json;
use super::limits::Kind;
use super::page::{self, words};
use super::response::{ApiResult, Response};
use crate::domain::calendar::Timestamp;
use crate::domain::customers::{Account, Contact, CustomerInput, Note};
use crate::domain::passwords::{Password, Username};
use crate::domain::{Change, Id, Invalid, Parsed};
use crate::error::{Error, FieldError, Result};
use crate::store::customer_accounts::{self, AccountChange, Filter};
use crate::store::sql::Tx;
use crate::store::{customers, sessions};

const SORTS: &[(&str, &str)] = &[("created_at", "created_at"), ("username", "username_key")];

/// A new account, and the session it begins with.
#[derive(Serialize)]
struct Created<'a> {
    #[serde(flatten)]
    account: &'a Account,
    token: String,
    token_type: &'static str,
    expires_at: Timestamp,
}

/// What a sign-up says.
struct SignUpInput {
    username: Username,
    password: String,
    holder: AccountHolder,
}

/// Whose account it will be: a new customer's, or that of a record there is.
enum AccountHolder {
    New(Contact),
    Record(Id),
}

/// What a change says.
struct AccountInput {
    username: Username,
    password: Change<String>,
    current_password: Option<String>,
}

#[post("/customer_accounts", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::CreateAccount)?;
    if let Caller::Customer(session) = caller {
        form::read(body.json(), sign_up)?;
        let id = session.account_id;
        return Err(Error::conflict(format!("You have an account: /customer_accounts/{id}.")));
    }
    ctx.limit(Kind::SignUp, &caller)?;
    let sign_up = form::read(body.json(), sign_up)?;
    let contact = ctx.app.store.read(|tx| contact_of(tx, &sign_up.holder, &caller))?;
    let password = choose(&sign_up.password, &sign_up.username, contact.email.as_str())?;
    ctx.app.store.read(|tx| customer_accounts::check_free(tx, &sign_up.username, None))?;
    let hash = ctx.app.hashing.hash(password).await?;
    let now = ctx.now;
    ctx.write(move |tx| {
        let customer_id = match sign_up.holder {
            AccountHolder::Record(id) => contact_of(tx, &sign_up.holder, &caller).map(|_| id)?,
            AccountHolder::New(contact) => {
                customers::create(tx, &CustomerInput::of(contact), now)?.id
            }
        };
        let account = customer_accounts::create(tx, customer_id, &sign_up.username, &hash, now)?;
        let account = visible_to(account, &caller);
        let etag = tag(&account).text(caller.sees_as_staff());
        let location = format!("/customer_accounts/{}", account.id);
        let answer = if caller.is_shop() {
            Response::created(location, &account)?
        } else {
            let opened = sessions::open_for_account(tx, account.id, now)?;
            let (token, expires_at) = (opened.token, opened.expires_at);
            let created = Created { account: &account, token, token_type: "Bearer", expires_at };
            Response::created(location, &created)?
        };
        Ok(answer.with_etag(etag))
    })
    .await
}

#[get("/customer_accounts/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize_account(&caller, Permission::ReadCustomer, id)?;
    let account = visible_to(ctx.app.store.read(|tx| customer_accounts::find(tx, id))?, &caller);
    ctx.object(&account, tag(&account), &caller)
}

#[put("/customer_accounts/<id>", data = "<body>")]
pub async fn replace(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, move |_| Ok(body.into_json())).await
}

#[patch("/customer_accounts/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, move |old| patched(old, body.json())).await
}

#[delete("/customer_accounts/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize_account(&caller, Permission::DeleteCustomer, id)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        check(&visible_to(customer_accounts::find(tx, id)?, &caller), if_match.as_deref())?;
        customer_accounts::delete(tx, id)
    })
    .await?;
    Ok(Response::nothing())
}

#[get("/customer_accounts")]
pub fn list(ctx: RequestContext) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ListCustomers)?;
    let query = ctx.query();
    let (username, customer_id) =
        (query.get("username", words), query.get("customer_id", page::id));
    let filter = Filter { username, customer_id };
    let range = query.range(SORTS, true)?;
    query.done()?;
    let mut page = ctx.app.store.read(|tx| customer_accounts::list(tx, &filter, &range))?;
    page.rows = page.rows.into_iter().map(|account| visible_to(account, &caller)).collect();
    query.answer(&page, range.sort)
}

/// Replaces an account by what `whole` makes of the stored one.
async fn change(
    ctx: RequestContext,
    id: Id,
    whole: impl FnOnce(&Account) -> Result<Json>,
) -> ApiResult {
    let caller = ctx.caller()?;
    authorize_account(&caller, Permission::ChangeCustomer, id)?;
    let old = visible_to(ctx.app.store.read(|tx| customer_accounts::find(tx, id))?, &caller);
    let change = form::read(&whole(&old)?, changed)?;
    let password = match &change.password {
        Change::Set(raw) => {
            let email = old.customer.contact.email.as_str();
            Some(choose(raw, &change.username, email)?)
        }
        Change::Keep => None,
    };
    if password.is_some() && !caller.is_shop() {
        prove(&ctx, &old, change.current_password.as_deref()).await?;
    }
    let if_match = ctx.if_match();
    check(&old, if_match.as_deref())?;
    ctx.app.store.read(|tx| customer_accounts::check_free(tx, &change.username, Some(id)))?;
    let password_hash = match password {
        Some(password) => Some(ctx.app.hashing.hash(password).await?),
        None => None,
    };
    let session_id = match caller {
        Caller::Customer(session) => Some(session.session_id),
        _ => None,
    };
    let change = AccountChange { username: change.username, password_hash, session_id };
    let now = ctx.now;
    let account = ctx.write(move |tx| {
        check(&visible_to(customer_accounts::find(tx, id)?, &caller), if_match.as_deref())?;
        customer_accounts::update(tx, id, &change, now)
    });
    let account = visible_to(account.await?, &caller);
    let etag = tag(&account).text(caller.sees_as_staff());
    Ok(Response::ok(&account)?.with_etag(etag))
}

/// Whoever changes a password without being the shop knows the old one. Guessing counts as failing
/// to sign in.
async fn prove(ctx: &RequestContext, account: &Account, current: Option<&str>) -> Result<()> {
    let refuse = |code, detail: &str| {
        Error::invalid(vec![FieldError::at("/current_password", code, detail)])
    };
    let Some(current) = current else {
        return Err(refuse("required", "Give the present password as well."));
    };
    let name = format!("password of account {}", account.id);
    ctx.app.limits.attempt(&name, ctx.now)?;
    let id = account.id;
    let kept = ctx.app.store.read(|tx| customer_accounts::password_hash(tx, id))?;
    if ctx.app.hashing.verify(Some(kept), Password::attempt(current)).await? {
        ctx.app.limits.succeeded(&name);
        return Ok(());
    }
    Err(refuse("wrong_password", "This is not the present password."))
}

/// The person a sign-up is for: the new one, or of a record there is and the caller may name.
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
    let detail = "There is no such customer.";
    let missing = || Error::invalid(vec![FieldError::at("/customer_id", "not_found", detail)]);
    found.ok_or_else(missing)
}

fn sign_up(form: &Form) -> Field<SignUpInput> {
    let username = form.required("username", text(Username::parse));
    let password = form.required("password", new_password);
    let customer_id = form.optional("customer_id", form::id);
    let customer = form.object("customer", contact_object);
    form.ignore(&["last_login_at"]);
    let holder = match (customer?, customer_id?) {
        (Some(contact), None) => Ok(AccountHolder::New(contact)),
        (None, Some(id)) => Ok(AccountHolder::Record(id)),
        (Some(_), Some(_)) => {
            let detail = "Give customer_id or customer, not both.";
            Err(form.note("customer", Invalid::new("not_allowed", detail)))
        }
        (None, None) => {
            let detail = "Give customer_id, or customer {\"name\", \"email\"} to make one.";
            Err(form.note("customer", Invalid::new("required", detail)))
        }
    };
    Ok(SignUpInput { username: username?, password: password?, holder: holder? })
}

fn changed(form: &Form) -> Field<AccountInput> {
    let username = form.required("username", text(Username::parse));
    let password = form.change("password", new_password);
    let current_password = form.optional("current_password", raw);
    form.ignore(&["customer_id", "customer", "last_login_at"]);
    Ok(AccountInput {
        username: username?,
        password: password?,
        current_password: current_password?,
    })
}

/// A password that may be chosen, as far as can be told without its owner's names, so that its
/// faults are noted with those of the other fields.
fn new_password(value: &Json) -> Parsed<String> {
    let text = raw(value)?;
    Password::choose(&text, &[]).map(|_| text)
}

fn choose(raw: &str, username: &Username, email: &str) -> Result<Password> {
    Password::choose(raw, &[username.as_str(), email]).map_err(|invalid| {
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

fn tag(account: &Account) -> Tag {
    Tag { version: account.version, revision: account.revision }
}

fn check(account: &Account, if_match: Option<&str>) -> Result<()> {
    tag(account).check(if_match, false, || serde_json::json!(account))
}
