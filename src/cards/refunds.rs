//! Money on its way back to cards: asked for under a key that was stored before, and asked about
//! until it is certain what became of it.

use super::Cards;
use super::answers::{RefundWish, SeenRefund};
use super::provider::Failure;
use crate::domain::cards::{SecretKey, to_units};
use crate::domain::orders::RefundStatus;
use crate::error::{Error, Result};
use crate::store::card_refunds::{self, CardRefundCall};

impl Cards {
    /// Takes a part of a refund as far as the provider goes just now.
    pub(super) async fn advance_refund(
        &self,
        secret: &SecretKey,
        call: &CardRefundCall,
    ) -> Result<Option<Failure>> {
        let units = to_units(call.amount);
        let wish = RefundWish {
            units: units.map_err(|invalid| Error::internal(invalid.detail))?,
            payment_reference: call.payment_reference.clone(),
            key: call.key.clone(),
        };
        match self.sent(secret, call, wish).await? {
            Ok(seen) => self.note_refund(call, Some(seen.provider_id), seen.status).await?,
            // It said no to just this, so nothing went back.
            Err(Failure::Refused { cause, .. }) if call.provider_id.is_none() => {
                tracing::warn!(cause, refund = call.id.get(), "a refund by card was refused");
                self.note_refund(call, None, RefundStatus::Failed).await?;
            }
            Err(failure) => {
                let id = call.id;
                self.0.store.write(move |tx| card_refunds::note_asked(tx, id)).await?;
                return Ok(Some(failure));
            }
        }
        Ok(None)
    }

    /// Asks about what the provider has, looks for what it may have, or asks for what it has not.
    async fn sent(
        &self,
        secret: &SecretKey,
        call: &CardRefundCall,
        wish: RefundWish,
    ) -> Result<std::result::Result<SeenRefund, Failure>> {
        let (own, sought) = (secret.clone(), wish.clone());
        if let Some(id) = call.provider_id.clone() {
            return Ok(self.call(move |provider| provider.refund(&own, &id, &sought)).await);
        }
        if call.is_old {
            match self.call(move |provider| provider.find_refund(&own, &sought)).await {
                Ok(Some(found)) => return Ok(Ok(found)),
                Ok(None) => {}
                // Whatever it says, it is not certain that nothing went back.
                Err(failure) => return Ok(Err(Failure::Unable(failure.cause().to_owned()))),
            }
        }
        let sending = call.clone();
        self.0.store.write(move |tx| card_refunds::note_sending(tx, &sending)).await?;
        let own = secret.clone();
        Ok(self.call(move |provider| provider.create_refund(&own, &wish)).await)
    }

    async fn note_refund(
        &self,
        call: &CardRefundCall,
        provider_id: Option<String>,
        status: RefundStatus,
    ) -> Result<()> {
        let call = call.clone();
        let noted = self
            .0
            .store
            .write(move |tx| card_refunds::note_seen(tx, &call, provider_id.as_deref(), status));
        noted.await
    }
}
