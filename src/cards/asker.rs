//! The one who asks the provider by itself, until nothing is open any more: buyers close their
//! tabs, lines break, the shop is started again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Cards;
use super::provider::Failure;
use super::sessions::Asked;
use crate::domain::cards::{PaymentSession, SecretKey};
use crate::error::Result;
use crate::store::card_refunds::{self, CardRefundCall};
use crate::store::payment_sessions;

/// Questions at once.
const AT_ONCE: usize = 4;
/// Questions that are taken up in one round, of each kind.
const ROUND_MAX: i64 = 500;
/// A round ends after so many questions without an answer: the provider is down.
const FAILURES_MAX: usize = 8;
/// Between two rounds at least, and at most.
const PAUSE: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_mins(1);
/// After a round in which the provider did not answer.
const RECOVERY: Duration = Duration::from_secs(10);

/// The one who asks.
pub struct Asker {
    cards: Cards,
}

/// Something to ask about.
enum Question {
    Session(Box<PaymentSession>),
    Refund(Box<CardRefundCall>),
}

impl Asker {
    /// One who has asked nothing yet.
    pub fn new(cards: Cards) -> Self {
        Self { cards }
    }

    /// Asks until it is dropped.
    pub async fn run(self) {
        let mut changes = self.cards.0.store.changes();
        loop {
            let pause = match self.look_round().await {
                Ok(true) => PAUSE,
                Ok(false) => RECOVERY,
                Err(error) => {
                    tracing::warn!(%error, "the card provider could not be asked");
                    RECOVERY
                }
            };
            tokio::time::sleep(pause).await;
            // What is written may have to be asked about at once.
            let _ = tokio::time::timeout(self.wait(), changes.changed()).await;
        }
    }

    /// Asks all that is due, once. Tells `false` where the provider does not answer.
    pub async fn look_round(&self) -> Result<bool> {
        let store = &self.cards.0.store;
        let (sessions, refunds) = store.read(|tx| {
            Ok((payment_sessions::due(tx, ROUND_MAX)?, card_refunds::due(tx, ROUND_MAX)?))
        })?;
        let secret = self.cards.secret()?;
        let refunds = refunds.into_iter().map(|refund| Question::Refund(Box::new(refund)));
        let sessions = sessions.into_iter().map(|session| Question::Session(Box::new(session)));
        let (turns, failures) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(AtomicUsize::new(0)));
        let mut asked = JoinSet::new();
        for question in refunds.chain(sessions) {
            let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { break };
            if failures.load(Ordering::Relaxed) >= FAILURES_MAX {
                break;
            }
            let (cards, secret, failures) =
                (self.cards.clone(), secret.clone(), Arc::clone(&failures));
            asked.spawn(async move {
                let _held = turn;
                if cards.take_up(secret.as_ref(), question).await {
                    failures.store(0, Ordering::Relaxed);
                } else {
                    failures.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while asked.join_next().await.is_some() {}
        Ok(failures.load(Ordering::Relaxed) < FAILURES_MAX)
    }

    /// The time until something is to be asked, if nothing is written before.
    fn wait(&self) -> Duration {
        let store = &self.cards.0.store;
        let next = store.read(payment_sessions::next_due).ok().flatten();
        let Some(next) = next else { return EVERY };
        let micros = next.micros().saturating_sub(store.now().micros());
        Duration::from_micros(u64::try_from(micros).unwrap_or(0)).min(EVERY)
    }
}

impl Cards {
    /// Asks about one thing. Tells `false` where the provider does not answer.
    async fn take_up(&self, secret: Option<&SecretKey>, question: Question) -> bool {
        let failed = match question {
            Question::Session(session) => self.ask_due(secret, &session).await,
            Question::Refund(call) => self.advance_due(secret, &call).await,
        };
        match failed {
            Ok(None) => true,
            Ok(Some(failure)) => {
                tracing::warn!(cause = failure.cause(), "the card provider did not answer");
                false
            }
            Err(error) => {
                tracing::warn!(%error, "what the card provider says could not be noted");
                false
            }
        }
    }

    async fn advance_due(
        &self,
        secret: Option<&SecretKey>,
        call: &CardRefundCall,
    ) -> Result<Option<Failure>> {
        if let Some(secret) = secret {
            return self.advance_refund(secret, call).await;
        }
        let id = call.id;
        self.0.store.write(move |tx| card_refunds::note_asked(tx, id)).await?;
        Ok(None)
    }

    async fn ask_due(
        &self,
        secret: Option<&SecretKey>,
        session: &PaymentSession,
    ) -> Result<Option<Failure>> {
        let Some(secret) = secret else { return self.note_unknown(session).await };
        if session.provider_id.is_none() {
            // Whoever began it is not waiting any more, and nobody was told where to pay.
            let begun = session.clone();
            self.0.store.write(move |tx| payment_sessions::note_failed(tx, &begun)).await?;
            return Ok(None);
        }
        if session.unwanted && session.is_open() {
            let ended = self.end(secret, session).await;
            if ended.is_ok() {
                return Ok(None);
            }
        }
        match self.ask(secret, session).await {
            Ok(_) => Ok(None),
            Err(Asked::Shop(error)) => Err(error),
            Err(Asked::Provider(failure)) if failure.is_not_found() => {
                self.note_unknown(session).await
            }
            Err(Asked::Provider(failure)) => {
                let known = session.clone();
                self.0.store.write(move |tx| payment_sessions::note_asked(tx, &known)).await?;
                Ok(Some(failure))
            }
        }
    }

    async fn note_unknown(&self, session: &PaymentSession) -> Result<Option<Failure>> {
        let known = session.clone();
        self.0.store.write(move |tx| payment_sessions::note_unknown(tx, &known)).await?;
        Ok(None)
    }
}
