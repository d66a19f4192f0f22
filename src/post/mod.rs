//! The post: what is to be told by mail goes out, and nothing comes in.
//!
//! What is to be sent stands in the file, in the transaction of its cause. One task looks for it,
//! makes the mail of what the shop stores by then, and notes what became of it: a mail goes out at
//! least once, always under the same id.

mod facts;
mod html;
mod letter;
mod sample;
mod smtp;
mod texts;

use std::time::Duration;

pub use letter::{Letter, preview, sample, test as test_letter};
pub use smtp::{Fault, send_test};
pub use texts::{TextFault, usual};

use crate::domain::mails::MailSettings;
use crate::error::Result;
use crate::secret::{self, Hash};
use crate::store::mails::{self, DueMail};
use crate::store::{Store, password_resets, settings};

/// Mails that are looked at in one go.
const AT_ONCE: i64 = 16;
/// Between two looks, whatever happens.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest time without a look.
const IDLE: Duration = Duration::from_mins(1);

/// Who takes the mails to the mail server.
pub struct Post {
    store: Store,
    /// Signs the tokens in links.
    secret: Hash,
}

impl Post {
    /// A post that has not looked yet.
    pub fn new(store: Store, secret: Hash) -> Self {
        Self { store, secret }
    }

    /// Works until it is dropped.
    pub async fn run(self) {
        let mut changes = self.store.changes();
        loop {
            changes.mark_unchanged();
            match self.look_round().await {
                // There is more to do.
                Ok(true) => {}
                Ok(false) => {
                    let _ = tokio::time::timeout(self.until_due(), changes.changed()).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "the mails could not be looked at");
                    tokio::time::sleep(IDLE).await;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Looks round once: queues what orders give to tell, and sends what is due. Returns `true`
    /// where there is more.
    ///
    /// # Errors
    /// Storage errors.
    pub async fn look_round(&self) -> Result<bool> {
        let settings = self.store.read(settings::load)?;
        let Some(mail_settings) = &settings.mail else { return Ok(false) };
        let mut more = false;
        if self.store.read(mails::are_unseen)? {
            let follow = |tx: &crate::store::Tx| mails::follow(tx, &*settings::load(tx)?);
            more = self.store.write(follow).await?;
        }
        if self.store.read(password_resets::are_asked)? {
            more |= self.store.write(|tx| password_resets::answer_requests(tx, AT_ONCE)).await?;
        }
        let due = self.store.read(|tx| mails::due(tx, AT_ONCE))?;
        more |= i64::try_from(due.len()).is_ok_and(|found| found == AT_ONCE);
        for mail in due {
            // A server that is away keeps the others waiting once, and not each of them.
            if !self.deliver(mail_settings, mail).await? {
                return Ok(true);
            }
        }
        Ok(more)
    }

    /// The time until the next mail is due.
    fn until_due(&self) -> Duration {
        let due = self.store.read(|tx| Ok((mails::next_due(tx)?, tx.now())));
        let Ok((Some(due), now)) = due else { return IDLE };
        let micros = due.micros().saturating_sub(now.micros());
        Duration::from_micros(u64::try_from(micros).unwrap_or(0)).min(IDLE)
    }

    /// Sends a mail and notes what became of it. Returns `false` where the server is not there.
    async fn deliver(&self, settings: &MailSettings, due: DueMail) -> Result<bool> {
        let id = due.mail.id;
        let made = match due.is_void {
            true => Ok(None),
            false => self.store.read(|tx| letter::of(tx, &due, &self.secret)),
        };
        let sent = match made {
            Ok(None) => {
                self.store.write(move |tx| mails::forget(tx, id)).await?;
                return Ok(true);
            }
            Ok(Some(letter)) => {
                let subject = letter.subject.clone();
                let (settings, mail) = (settings.clone(), due.mail.clone());
                let send = move || smtp::send(&settings, &mail, &letter);
                let sent = tokio::task::spawn_blocking(send).await;
                sent.unwrap_or_else(|_| Err(Fault::own("the mail could not be put together")))
                    .map(|()| subject)
            }
            Err(error) => {
                tracing::warn!(%error, mail = %id, "a mail could not be made");
                Err(Fault::own("the mail could not be put together"))
            }
        };
        match sent {
            Ok(subject) => {
                let mail = due.mail;
                self.store.write(move |tx| mails::note_sent(tx, &mail, &subject)).await?;
                Ok(true)
            }
            Err(fault) => {
                tracing::warn!(mail = %id, %fault, "a mail did not go out");
                let (mail, chance) = (due.mail, secret::label()?[0]);
                let is_reached = fault.is_reached();
                let note = move |tx: &crate::store::Tx| match fault.is_final {
                    true => mails::note_refused(tx, &mail, &fault.to_string()),
                    false => mails::note_failed(tx, &mail, &fault.to_string(), chance),
                };
                self.store.write(note).await?;
                Ok(is_reached)
            }
        }
    }
}
