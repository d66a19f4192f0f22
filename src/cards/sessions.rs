//! A buyer's way to the provider and back: one open session an order, over all that is open of it.

use std::time::Duration;

use super::Cards;
use super::provider::{Failure, SessionWish};
use crate::domain::Id;
use crate::domain::cards::{PaymentSession, SecretKey, SeenSession, to_units_paid, too_small};
use crate::domain::orders::Order;
use crate::domain::settings::Settings;
use crate::error::{Code, Error, FieldError, Result};
use crate::secret;
use crate::store::{Tx, orders, payment_sessions, settings};

/// A buyer has so long; the provider gives half an hour at least.
const SESSION_SECONDS: i64 = 60 * 60;
/// Changes of an order that are followed before the buyer is asked to try again.
const ROUNDS_MAX: usize = 4;
/// The provider is asked about a session at most so often by those who look at it.
const FRESH: Duration = Duration::from_secs(2);

/// A session to which a buyer can be sent.
pub struct OpenedSession {
    pub session: PaymentSession,
    /// `false` where it was open before.
    pub is_new: bool,
}

/// What stands of an order just now.
struct State {
    order: Order,
    settings: std::sync::Arc<Settings>,
    open: Option<PaymentSession>,
}

impl Cards {
    /// A session over all that is open of an order: the open one, or a new one. One over another
    /// amount is ended first; where it was paid meanwhile, that is booked.
    ///
    /// # Errors
    /// Not found; a conflict where nothing is open, or the shop takes no cards; invalid for an
    /// amount that no card can pay; [`Code::ProviderFailed`]; [`Code::Busy`].
    pub async fn open_session(&self, order_id: Id) -> Result<OpenedSession> {
        let (_turn, _place) = (self.turn(order_id).await?, self.place()?);
        for _ in 0..ROUNDS_MAX {
            let state = self.0.store.read(|tx| State::of(tx, order_id))?;
            let (secret, wish) = state.wish()?;
            match state.open {
                Some(open) if open.unwanted || open.amount != state.order.to_pay => {
                    self.end(&secret, &open).await?;
                }
                Some(open) if open.provider_id.is_none() => {
                    let wish = SessionWish { expires_at: open.expires_at, ..wish };
                    if let Some(session) = self.create(&secret, &open, wish).await? {
                        return Ok(OpenedSession { session, is_new: true });
                    }
                }
                Some(open) => {
                    if let Some(session) = self.still_open(&secret, open).await? {
                        return Ok(OpenedSession { session, is_new: false });
                    }
                }
                None => {
                    let Some(begun) = self.begin(order_id).await? else { continue };
                    let (key, expires_at) = (begun.key.clone(), begun.expires_at);
                    let wish = SessionWish { key, expires_at, ..wish };
                    if let Some(session) = self.create(&secret, &begun, wish).await? {
                        return Ok(OpenedSession { session, is_new: true });
                    }
                }
            }
        }
        let detail = "The order is changing just now. Please try again.";
        Err(Error::new(Code::Busy, detail).retry_after(1))
    }

    /// A session as it stands, after the provider was asked about it, at most every two seconds.
    /// Where that does not answer, it is shown as the shop knows it.
    ///
    /// # Errors
    /// Not found.
    pub async fn look_at_session(&self, order_id: Id, id: Id) -> Result<PaymentSession> {
        let known = self.0.store.read(|tx| payment_sessions::find(tx, order_id, id))?;
        if self.is_fresh(&known) { Ok(known) } else { self.asked(known).await }
    }

    /// The same for a buyer who comes back from the provider: where it was asked a moment ago, it
    /// is waited until it may be asked again.
    ///
    /// # Errors
    /// Not found.
    pub async fn await_session(&self, order_id: Id, id: Id) -> Result<PaymentSession> {
        let known = self.0.store.read(|tx| payment_sessions::find(tx, order_id, id))?;
        if self.is_fresh(&known) {
            tokio::time::sleep(FRESH).await;
        }
        self.asked(known).await
    }

    fn is_fresh(&self, session: &PaymentSession) -> bool {
        let now = self.0.store.now();
        let fresh = i64::try_from(FRESH.as_secs()).unwrap_or(0);
        session.asked_at.is_some_and(|at| at <= now && now < at.plus_seconds(fresh))
    }

    async fn asked(&self, known: PaymentSession) -> Result<PaymentSession> {
        if !known.is_open() {
            return Ok(known);
        }
        let (Ok(_place), Some(secret)) = (self.place(), self.secret()?) else { return Ok(known) };
        match self.ask(&secret, &known).await {
            Err(Asked::Shop(error)) => Err(error),
            Err(Asked::Provider(failure)) => {
                tracing::warn!(cause = failure.cause(), "a session could not be asked about");
                Ok(known)
            }
            Ok(session) => Ok(session),
        }
    }

    /// Begins a session; `None` where somebody else has begun one, or the order has changed.
    async fn begin(&self, order_id: Id) -> Result<Option<PaymentSession>> {
        let begun = self.0.store.write(move |tx| {
            let order = orders::find(tx, order_id)?;
            if order.open_amount() == 0 || payment_sessions::open_of(tx, order_id)?.is_some() {
                return Ok(None);
            }
            let expires_at = tx.now().plus_seconds(SESSION_SECONDS);
            payment_sessions::begin(tx, &order, &secret::token("tbs_")?, expires_at).map(Some)
        });
        begun.await
    }

    /// Has the provider make a session that was begun; `None` where nobody should pay by it any
    /// more. One that the provider refuses never came to be.
    async fn create(
        &self,
        secret: &SecretKey,
        begun: &PaymentSession,
        wish: SessionWish,
    ) -> Result<Option<PaymentSession>> {
        let (key, currency) = (secret.clone(), begun.currency);
        let wish = SessionWish { key: begun.key.clone(), ..wish };
        match self.call(move |provider| provider.create_session(&key, &wish)).await {
            Ok(seen) => {
                let session = self.note(begun, seen).await?;
                Ok(Some(session).filter(|session| session.is_open() && !session.unwanted))
            }
            // Whether there is a session now or not: it is asked for under the same key again.
            Err(failure @ Failure::Unknown(_)) => Err(failure.error()),
            Err(failure) => {
                // Nobody was told of it, so nobody can pay by it.
                let begun = begun.clone();
                let failed =
                    self.0.store.write(move |tx| payment_sessions::note_failed(tx, &begun));
                failed.await?;
                match &failure {
                    Failure::Refused { code, .. } if code == "amount_too_small" => {
                        Err(unpayable(too_small(currency, None)))
                    }
                    _ => Err(failure.error()),
                }
            }
        }
    }

    /// An open session, after a look whether it is still open; `None` where it is not. While the
    /// provider does not answer it stands as it is, as long as it has time.
    async fn still_open(
        &self,
        secret: &SecretKey,
        open: PaymentSession,
    ) -> Result<Option<PaymentSession>> {
        match self.ask(secret, &open).await {
            // What was paid, or is on its way, has no address any more.
            Ok(session) => Ok(Some(session).filter(PaymentSession::is_open)),
            Err(Asked::Shop(error)) => Err(error),
            // It was made with another key, for an account that is not the shop's any more.
            Err(Asked::Provider(failure)) if failure.is_not_found() => {
                let gone = move |tx: &Tx| payment_sessions::note_gone(tx, &open);
                self.0.store.write(gone).await.map(|()| None)
            }
            Err(Asked::Provider(_)) if self.0.store.now() < open.expires_at => Ok(Some(open)),
            Err(Asked::Provider(failure)) => Err(failure.error()),
        }
    }

    /// Ends a session at the provider. One that was paid already is booked.
    pub(super) async fn end(&self, secret: &SecretKey, session: &PaymentSession) -> Result<()> {
        let Some(id) = session.provider_id.clone() else {
            let begun = session.clone();
            return self.0.store.write(move |tx| payment_sessions::note_failed(tx, &begun)).await;
        };
        let (own, key) = (secret.clone(), session.key.clone());
        match self.call(move |provider| provider.expire_session(&own, &id, &key)).await {
            Ok(seen) => self.note(session, seen).await.map(drop),
            Err(Failure::Refused { .. }) => match self.ask(secret, session).await {
                Ok(session) if session.is_open() => {
                    Err(Failure::Unable("a session cannot be ended".to_owned()).error())
                }
                Ok(_) => Ok(()),
                Err(Asked::Shop(error)) => Err(error),
                Err(Asked::Provider(failure)) => Err(failure.error()),
            },
            Err(failure) => Err(failure.error()),
        }
    }

    /// Asks the provider about a session, and notes what it says.
    pub(super) async fn ask(
        &self,
        secret: &SecretKey,
        session: &PaymentSession,
    ) -> std::result::Result<PaymentSession, Asked> {
        let Some(id) = session.provider_id.clone() else { return Ok(session.clone()) };
        let (own, key) = (secret.clone(), session.key.clone());
        let seen = self.call(move |provider| provider.session(&own, &id, &key)).await;
        self.note(session, seen.map_err(Asked::Provider)?).await.map_err(Asked::Shop)
    }

    async fn note(&self, session: &PaymentSession, seen: SeenSession) -> Result<PaymentSession> {
        let known = session.clone();
        self.0.store.write(move |tx| payment_sessions::note_seen(tx, &known, &seen)).await
    }
}

/// What went wrong at a question: at the provider, or with the shop's own file.
pub(super) enum Asked {
    Provider(Failure),
    Shop(Error),
}

impl State {
    fn of(tx: &Tx, order_id: Id) -> Result<Self> {
        let (order, settings) = (orders::find(tx, order_id)?, settings::load(tx)?);
        Ok(Self { order, settings, open: payment_sessions::open_of(tx, order_id)? })
    }

    /// What the provider is asked for, and with which key.
    fn wish(&self) -> Result<(SecretKey, SessionWish)> {
        let (order, settings) = (&self.order, &self.settings);
        let Some((card, base)) = settings.card.as_ref().zip(settings.public_url.as_deref()) else {
            let detail = match settings.card {
                None => "This shop takes no cards.",
                Some(_) => "Cards need the shop's public address; set it in the settings first.",
            };
            return Err(Error::conflict(detail));
        };
        if order.open_amount() == 0 {
            return Err(order.not_possible("Nothing is open on this order."));
        }
        let (number, id) = (&order.number, order.id);
        let back = match settings.window.enabled {
            true => (format!("{base}/o/{id}/paid"), format!("{base}/o/{id}")),
            false => (format!("{base}/"), format!("{base}/")),
        };
        let key = self.open.as_ref().map(|open| open.key.clone()).unwrap_or_default();
        let wish = SessionWish {
            units: to_units_paid(order.to_pay).map_err(unpayable)?,
            currency: order.currency.code().to_owned(),
            title: format!("{} – {number}", settings.name),
            order_number: number.clone(),
            key,
            locale: order.locale.map_or("auto", crate::domain::window::Language::name),
            expires_at: order.created_at,
            success_url: back.0,
            cancel_url: back.1,
        };
        Ok((card.secret_key.clone(), wish))
    }
}

/// The refusal of an amount that no card can pay.
fn unpayable(invalid: crate::domain::Invalid) -> Error {
    Error::invalid(vec![FieldError::at("", invalid.code, invalid.detail)])
}
