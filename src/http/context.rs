//! The context of a request as handlers see it: its caller, its conditions, and the doors to the
//! store.

use std::future::Future;
use std::sync::Arc;

use rocket::Request;
use rocket::http::Method;
use rocket::request::{FromRequest, Outcome};
use serde::Serialize;

use super::body::Body;
use super::client_address::ClientAddress;
use super::credential::Credential;
use super::device::Device;
use super::etag::{IfMatch, Versioned, is_listed};
use super::in_flight::{self, Owner};
use super::kept_answers::{Moment, Target};
use super::limits::{Kind, UNNAMED_PROXY_FACTOR, Who};
use super::lost_headers::LostHeaders;
use super::page::Query;
use super::permissions::{
    Caller, OrderScope, Permission, Reach, authorize, authorize_account, authorize_customer,
    authorize_order,
};
use super::request_log;
use super::response::{ApiResult, Response};
use super::share;
use crate::domain::Id;
use crate::domain::orders::Draft;
use crate::error::{Code, Error, FieldError, Place, Result};
use crate::http::app::App;
use crate::secret;
use crate::store::engine::sql::SHOP;
use crate::store::idempotency::{self, Made, Once, gone_where_not_found};
use crate::store::orders::{OrderRequest, PlacedOrder, Planned};
use crate::store::sessions::{LoginRecord, Realm};
use crate::store::{Reader, Tx};

const IDEMPOTENCY_KEY_CHARS_MAX: usize = 255;
/// Headers without which a request means something else.
const CONDITIONS: [&str; 2] = [IDEMPOTENCY_KEY, "If-Match"];
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
const FINGERPRINT_PURPOSE: &str = "fingerprint of a request";

/// The context of a request. Making one never fails; what is wrong with its credential comes out
/// when the handler asks for the caller, after the body was checked.
pub struct RequestContext {
    pub app: App,
    pub address: ClientAddress,
    pub device: Device,
    owner: Owner,
    method: Method,
    target: Target,
    credential: Credential,
    if_match: Option<String>,
    if_none_match: Option<String>,
    accept_encoding: Option<String>,
    idempotency_key: Option<String>,
}

/// What a request that counts once made, and the response that shows it.
pub type OnceResult = Result<(Made, Response)>;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for RequestContext {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let Some(app) = request.rocket().state::<App>().cloned() else {
            return Outcome::Forward(rocket::http::Status::InternalServerError);
        };
        let header = |name| request.headers().get_one(name).map(str::to_owned);
        let mut credential = Credential::of(request, &app).await;
        if let Some(name) = CONDITIONS.into_iter().find(|name| LostHeaders::of(request).has(name)) {
            let detail = "The value of this header is not UTF-8.".to_owned();
            credential.caller = Err(bad_header(name, detail));
        }
        request_log::note_caller(request, &credential.caller);
        let address = ClientAddress::of(request, &app);
        let owner = share::note_owner(request, &credential.caller, address);
        let field = |field: rocket::form::ValueField<'_>| {
            (field.name.source().to_string(), field.value.to_owned())
        };
        Outcome::Success(Self {
            address,
            owner,
            device: Device::of(request),
            method: request.method(),
            target: Target {
                path: plain_path(request),
                query: request.query_fields().map(field).collect(),
            },
            credential,
            if_match: header("If-Match"),
            if_none_match: header("If-None-Match"),
            accept_encoding: header("Accept-Encoding"),
            idempotency_key: header(IDEMPOTENCY_KEY),
            app,
        })
    }
}

/// The caller, and what they may do.
impl RequestContext {
    /// The caller.
    ///
    /// # Errors
    /// 401 for a credential that is unknown or has ended; 403 for a key in a browser or a cookie
    /// from another site.
    pub fn caller(&self) -> Result<Caller> {
        self.credential.caller.clone()
    }

    /// The caller of a sign-in: a credential that is unknown or has ended counts as none.
    ///
    /// # Errors
    /// 403 for a key in a browser or a cookie from another site.
    pub fn caller_or_visitor(&self) -> Result<Caller> {
        match self.caller() {
            Err(error) if error.code() == Code::Unauthenticated => Ok(Caller::Visitor),
            caller => caller,
        }
    }

    /// The caller, who may do this.
    ///
    /// # Errors
    /// As [`RequestContext::caller`]; 401 for a visitor, 403 for anyone else who may not.
    pub fn may(&self, permission: Permission) -> Result<Caller> {
        let caller = self.caller()?;
        authorize(&caller, permission)?;
        Ok(caller)
    }

    /// The caller's reach, where they may do this at all.
    ///
    /// # Errors
    /// As [`RequestContext::may`].
    pub fn reach(&self, permission: Permission) -> Result<Reach> {
        authorize(&self.caller()?, permission)
    }

    /// The caller, who may do this by a request that counts once.
    ///
    /// # Errors
    /// As [`RequestContext::may`], and 400 for an `Idempotency-Key` that is none.
    pub fn may_once(&self, permission: Permission) -> Result<Caller> {
        self.key()?;
        self.may(permission)
    }

    /// The caller, who may do this with a customer's record.
    ///
    /// # Errors
    /// As [`RequestContext::may`]; 404 for the record of another.
    pub fn may_with_customer(&self, permission: Permission, id: Id) -> Result<Caller> {
        let caller = self.caller()?;
        authorize_customer(&caller, permission, id)?;
        Ok(caller)
    }

    /// The caller, who may do this with an account.
    ///
    /// # Errors
    /// As [`RequestContext::may`]; 404 for the account of another.
    pub fn may_with_account(&self, permission: Permission, id: Id) -> Result<Caller> {
        let caller = self.caller()?;
        authorize_account(&caller, permission, id)?;
        Ok(caller)
    }

    /// The caller, who may do this with an order if the scope holds it.
    ///
    /// # Errors
    /// As [`RequestContext::may`].
    pub fn may_with_order(&self, permission: Permission, id: Id) -> Result<(Caller, OrderScope)> {
        let caller = self.caller()?;
        let scope = authorize_order(&caller, permission, id)?;
        Ok((caller, scope))
    }

    /// The same, by a request that counts once.
    ///
    /// # Errors
    /// As [`RequestContext::may_with_order`], and 400 for an `Idempotency-Key` that is none.
    pub fn may_with_order_once(
        &self,
        permission: Permission,
        id: Id,
    ) -> Result<(Caller, OrderScope)> {
        self.key()?;
        self.may_with_order(permission, id)
    }

    /// Counts a request against the limit of its address, where it is a visitor's or a customer's,
    /// and what a customer orders first against that of the account.
    ///
    /// # Errors
    /// 429.
    pub fn limit(&self, kind: Kind, caller: &Caller) -> Result<()> {
        let config = &self.app.config;
        let per_minute = match kind {
            Kind::Login => config.limits_logins,
            Kind::SignUp => config.limits_sign_ups,
            Kind::Order => config.limits_orders,
            Kind::Quote => config.limits_quotes,
        };
        let (limits, now) = (&self.app.limits, self.app.clock.elapsed());
        match caller {
            Caller::Customer(session) if matches!(kind, Kind::Order | Kind::Quote) => {
                limits.count(kind, Who::Account(session.account_id.get()), per_minute, now)?;
            }
            caller if caller.is_stranger() => {}
            _ => return Ok(()),
        }
        let factor = if self.address.is_shared() { UNNAMED_PROXY_FACTOR } else { 1 };
        limits.count(kind, Who::address(self.address.ip), per_minute * factor, now)
    }

    /// The staff session of the browser's cookie, if the caller came by it.
    pub fn session_of_cookie(&self) -> Option<Id> {
        match self.caller() {
            Ok(Caller::Staff(session)) if self.credential.by_cookie => Some(session.session_id),
            _ => None,
        }
    }

    /// The cookie by which the device is known to somebody who has just signed in.
    ///
    /// # Errors
    /// Internal, when the system has no randomness to give.
    pub fn device_cookie(&self, realm: Realm, record: &LoginRecord) -> Result<String> {
        let (secret, now) = (&self.app.secret, self.app.clock.now());
        self.device.cookie_with(secret, (realm, record), now, self.address.is_https)
    }
}

/// The doors to the store.
impl RequestContext {
    /// A short read, as [`crate::store::Store::read`].
    pub fn read<T>(&self, look: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
        self.app.store.read(look)
    }

    /// A read that may look at many rows.
    ///
    /// # Errors
    /// As [`crate::store::Store::read_long`].
    pub async fn read_long<T, F>(&self, look: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx) -> Result<T> + Send + 'static,
    {
        self.app.store.read_long(self.reader(), look).await
    }

    /// The caller as one who reads. Who shares an address with strangers is not told from them.
    fn reader(&self) -> Reader {
        match self.caller() {
            Ok(Caller::Customer(session)) => Reader::Customer(session.account_id),
            Ok(Caller::Storefront(_)) => Reader::Storefront,
            Ok(caller) if !caller.is_visitor() => Reader::Shop,
            _ => Reader::Visitor(self.address.network().filter(|_| !self.address.is_shared())),
        }
    }

    /// Runs `work` in a transaction, in the name of the caller.
    ///
    /// # Errors
    /// As [`crate::store::Store::write_by`].
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Tx) -> Result<T> + Send + 'static,
    {
        let actor = self.caller().map_or_else(|_| SHOP.to_owned(), |caller| caller.name());
        self.app.store.write_by(actor, work).await
    }

    /// Places an order. It is planned here and placed by the writer; where the plan does not hold
    /// any more, the writer makes it anew.
    ///
    /// # Errors
    /// As [`OrderRequest::plan`] and [`RequestContext::write`].
    pub async fn place(&self, request: OrderRequest) -> Result<PlacedOrder> {
        let is_long = request.draft.as_ref().is_ok_and(Draft::is_long);
        let request = Arc::new(request);
        let planning = Arc::clone(&request);
        let plan = move |tx: &Tx| planning.plan(tx);
        let plan = match if is_long { self.read_long(plan).await? } else { self.read(plan)? } {
            Planned::Before(order) => return Ok(PlacedOrder { order: *order, is_new: false }),
            Planned::New(plan) => plan,
        };
        let placing = Arc::clone(&request);
        match self.write(move |tx| placing.place(tx, &plan)).await {
            Err(error) if error.code() == Code::Stale => {
                self.write(move |tx| request.place_anew(tx)).await
            }
            placed => Ok(PlacedOrder { order: placed?, is_new: true }),
        }
    }

    /// Runs `make` in a transaction, once for each `Idempotency-Key`. A repeated request gets what
    /// it made as it stands now, by `again`: the first response once more, where nothing changed.
    ///
    /// # Errors
    /// As [`RequestContext::write`]; 422 for a key that was used for something else; 410 where what
    /// was made is not found any more.
    pub async fn once<F, A>(&self, caller: &Caller, body: &Body, (make, again): (F, A)) -> ApiResult
    where
        F: Fn(&Tx) -> OnceResult + Send + Sync + 'static,
        A: Fn(&Tx, Id) -> ApiResult + Send + Sync + 'static,
    {
        let make = move |tx: &Tx, ()| make(tx);
        let again = move |tx: &Tx, (), made| again(tx, made);
        self.once_about(caller, body, |_| Ok(()), (make, again)).await
    }

    /// The same about something that must be there, also for a repeated request: `find` looks for
    /// it first.
    ///
    /// # Errors
    /// As [`RequestContext::once`], and those of `find`.
    pub async fn once_about<T, G, F, A>(
        &self,
        caller: &Caller,
        body: &Body,
        find: G,
        (make, again): (F, A),
    ) -> ApiResult
    where
        G: Fn(&Tx) -> Result<T> + Send + Sync + 'static,
        F: Fn(&Tx, T) -> OnceResult + Send + Sync + 'static,
        A: Fn(&Tx, T, Id) -> ApiResult + Send + Sync + 'static,
    {
        let once = self.once_of(caller, body)?;
        let work = Arc::new(move |tx: &Tx| {
            let found = find(tx)?;
            let Some(once) = &once else { return Ok(make(tx, found)?.1) };
            if let Some(made) = idempotency::find(tx, once)? {
                let shown = again(tx, found, made.subject).map_err(gone_where_not_found)?;
                return Ok(shown.replayed());
            }
            let (made, response) = make(tx, found)?;
            idempotency::store(tx, once, &made)?;
            Ok(response)
        });
        // Those whom the shop trusts go to the writer at once: a refusal takes it less time than
        // what they mostly ask for. What it would refuse a stranger is no work for the writer.
        let answered =
            if caller.is_stranger() { self.read(|tx| tx.rehearse(&*work))? } else { None };
        match answered {
            Some(response) => Ok(response),
            None => self.write(move |tx| work(tx)).await,
        }
    }

    /// The request as one that counts once, where it came with an `Idempotency-Key`.
    ///
    /// # Errors
    /// 400 for a key that is none.
    pub fn once_of(&self, caller: &Caller, body: &Body) -> Result<Option<Once>> {
        self.once_saying(caller, body.raw())
    }

    /// The same for a body with a secret in it, of which only what it says beside that counts.
    ///
    /// # Errors
    /// 400 for a key that is none.
    pub fn once_saying(&self, caller: &Caller, said: &[u8]) -> Result<Option<Once>> {
        let Some(key) = self.key()? else { return Ok(None) };
        let fingerprint = secret::sign(&self.app.secret, FINGERPRINT_PURPOSE, said);
        let mut scope = format!("{} {} {}", caller.scope(), self.method, self.target.path);
        if matches!(caller, Caller::Visitor) {
            // Visitors cannot be told apart, so each body is somebody of its own.
            scope.push(' ');
            scope.push_str(&secret::hex(&fingerprint));
        }
        Ok(Some(Once::new(&scope, key, &fingerprint)))
    }
}

/// The conditions of the request, and responses that depend on them.
impl RequestContext {
    /// The condition of `If-Match`, to be guarded with the object as it is.
    pub fn if_match(&self) -> IfMatch {
        IfMatch::new(self.if_match.clone())
    }

    /// The parameters of a list.
    ///
    /// # Errors
    /// [`Code::Busy`] for a stranger who does not read the lists of before.
    pub fn query(&self) -> Result<Query> {
        if !self.app.answers.has_room(self.owner) {
            return Err(in_flight::busy());
        }
        Ok(Query::new(self.target.path.clone(), self.target.query.clone()))
    }

    /// What is asked for.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The one parameter of a request that is no list.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.target.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// An object with its tag; 304 where the caller has it already.
    pub fn object(&self, object: &impl Versioned, caller: &Caller) -> ApiResult {
        self.view(object, object, caller)
    }

    /// A view of an object with the object's tag; 304 where the caller has it already. A public one
    /// is whole all the same, to be kept by [`RequestContext::kept_or`].
    pub fn view(
        &self,
        view: &impl Serialize,
        object: &impl Versioned,
        caller: &Caller,
    ) -> ApiResult {
        let tag = object.tag().text(caller.sees_as_staff());
        let public = self.is_public(caller);
        if !public && self.has(&tag) {
            return Ok(Response::unchanged(tag));
        }
        Ok(Response::ok(view)?.with_etag(tag).public(public))
    }

    /// The answer of `make`. One that is public is made whole and kept for whoever asks the same
    /// next, and only then the caller's condition is looked at.
    pub async fn kept_or(
        &self,
        caller: &Caller,
        make: impl Future<Output = ApiResult>,
    ) -> ApiResult {
        if !self.is_public(caller) {
            return make.await;
        }
        let (app, kept) = (&self.app, &self.app.kept_answers);
        // The number is read before the snapshot of `make` begins, so that an answer never carries
        // a commit which it may not have seen. One that has seen more than its number says, as the
        // commit was not counted yet, is given up too early, which harms nobody.
        let now = Moment { commits: app.store.commits(), at: app.clock.elapsed() };
        let answer = match kept.get(&self.target, now) {
            Some(answer) => Response::of_kept(answer),
            None => {
                let mut answer = make.await?.public(true);
                if let Some(answer) = answer.to_kept() {
                    kept.set(&self.target, now, answer);
                }
                answer
            }
        };
        Ok(answer.unless(|tag| self.has(tag)))
    }

    /// Tells `true` where the caller has what this tag stands for already.
    pub fn has(&self, tag: &str) -> bool {
        self.if_none_match.as_deref().is_some_and(|list| is_listed(list, tag))
    }

    /// Tells `true` where the caller reads what is compressed by gzip.
    pub fn takes_gzip(&self) -> bool {
        let takes = |coding: &str| {
            let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
            name.trim() == "gzip" && !matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00")
        };
        self.accept_encoding.as_deref().is_some_and(|list| list.split(',').any(takes))
    }

    /// Tells `true` where a response about the shop's goods is the same for everybody.
    fn is_public(&self, caller: &Caller) -> bool {
        let shown = ["/products", "/shop", "/tags", "/collections"];
        let goods = shown.iter().any(|path| self.target.path.starts_with(path));
        goods && matches!(caller, Caller::Visitor) && !self.credential.by_cookie
    }

    /// The `Idempotency-Key`, quoted or bare.
    fn key(&self) -> Result<Option<&str>> {
        let Some(sent) = &self.idempotency_key else { return Ok(None) };
        let inner = sent.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let key = inner.unwrap_or(sent);
        let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if visible && (1..=IDEMPOTENCY_KEY_CHARS_MAX).contains(&key.len()) {
            return Ok(Some(key));
        }
        let detail = "An Idempotency-Key is 1 to 255 visible ASCII characters.".to_owned();
        Err(bad_header(IDEMPOTENCY_KEY, detail))
    }
}

/// The path in its plain spelling, which its route and its ids have in every other one:
/// `//orders/%37/` is `/orders/7`.
fn plain_path(request: &Request<'_>) -> String {
    let sent = request.uri().path();
    let segments = sent.segments().filter(|segment| !segment.is_empty());
    let mut path = String::with_capacity(sent.as_str().len());
    segments.flat_map(|segment| ["/", segment]).for_each(|part| path.push_str(part));
    path
}

fn bad_header(name: &'static str, detail: String) -> Error {
    let place = Place::Header(name);
    let error = FieldError { place, code: "bad_header", detail: detail.clone(), available: None };
    Error::new(Code::BadRequest, detail).with_errors(vec![error])
}
