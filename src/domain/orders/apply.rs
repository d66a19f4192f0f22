//! Taking a step, and taking it back: what a request says of one, the step it becomes, and the
//! order after it.

use super::cancellations::CancellationInput;
use super::cards::CardPayment;
use super::fulfilment::{DeliveryInput, ShipmentInput};
use super::order::{Item, Order};
use super::payments::PaymentInput;
use super::refunds::RefundInput;
use super::returns::ReturnInput;
use super::steps::{Action, Delivery, ReturnedUnits, Shipment, Step, StepTerms, Units};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::error::{Error, Result};

/// A step that a request asks for.
#[derive(Clone, Debug)]
pub enum StepInput {
    Payment(PaymentInput),
    /// Money that the card provider says came in.
    CardPayment(CardPayment),
    Packing,
    Shipment(ShipmentInput),
    Delivery(DeliveryInput),
    Cancellation(CancellationInput),
    Refund(RefundInput),
    /// The same, to be sent by the card provider.
    CardRefund(RefundInput),
    Return(ReturnInput),
    /// Of these units, or of all that are left; `by_shop`: the buyer did not declare it here.
    Withdrawal {
        items: Option<Vec<Units>>,
        by_shop: bool,
    },
}

impl Order {
    /// The steps that a request asks for, in their order, and the order after them: a return that
    /// is refunded is two. Pure: nothing of them is saved yet, so they have no ids.
    ///
    /// # Errors
    /// Invalid for what the order does not have; [`Code::ActionNotPossible`] where it does not fit.
    ///
    /// [`Code::ActionNotPossible`]: crate::error::Code::ActionNotPossible
    pub fn apply(
        &self,
        input: &StepInput,
        terms: &StepTerms,
        now: Timestamp,
    ) -> Result<(Self, Vec<Step>)> {
        let step = match input {
            StepInput::Payment(input) => self.payment(input, terms, now)?,
            StepInput::CardPayment(payment) => Step::Payment(self.card_payment(payment, now)),
            StepInput::Packing => self.packing(now)?,
            StepInput::Shipment(input) => self.shipment(input, terms, now)?,
            StepInput::Delivery(input) => self.delivery(*input, now)?,
            StepInput::Cancellation(input) => self.cancellation(input, now)?,
            StepInput::Refund(input) => Step::Refund(self.refund(input, now)?),
            StepInput::CardRefund(input) => Step::Refund(self.card_refund(input, now)?),
            StepInput::Return(input) => self.return_of(input, now)?,
            StepInput::Withdrawal { items, by_shop } => {
                self.withdrawal((items.as_deref(), *by_shop), terms, now)?
            }
        };
        let after = self.with(&step);
        if let (StepInput::Return(ReturnInput { refund: true, .. }), Step::Return(returned)) =
            (input, &step)
        {
            let units: Vec<Units> = returned.items.iter().map(ReturnedUnits::units).collect();
            let refund = after.refund_of_return(self, &units, now);
            let refund = refund.map_err(|detail| self.not_possible(detail))?;
            return Ok((after.with(&refund), vec![step, refund]));
        }
        Ok((after, vec![step]))
    }

    /// The order without one of its steps: the others applied again. `steps`: all of them, oldest
    /// first. Where the goods were held until a time that is past, they are held anew.
    ///
    /// # Errors
    /// Not found; [`Code::ActionNotPossible`] where something rests on the step.
    ///
    /// [`Code::ActionNotPossible`]: crate::error::Code::ActionNotPossible
    pub fn without(
        &self,
        steps: &[Step],
        (action, id): (Action, Id),
        terms: &StepTerms,
        now: Timestamp,
    ) -> Result<(Self, Step)> {
        let is_it = |step: &&Step| step.action() == action && step.id() == Some(id);
        let step = steps.iter().find(is_it).ok_or_else(Error::not_found)?;
        let rests = match step {
            step if step.moved_at_provider() => true,
            Step::Packing(_) => self.items.iter().any(|item| item.shipped_quantity > 0),
            Step::Withdrawal(withdrawal) => !withdrawal.by_shop,
            _ => false,
        };
        let others = steps.iter().filter(|step| !is_it(step));
        let again = others.into_iter().try_fold(self.before_steps(), |order, step| {
            order.fits(step).then(|| order.with(step))
        });
        let Some(again) = again.filter(|_| !rests) else {
            return Err(self.not_possible(step.rests_on_it()));
        };
        // What was mended meanwhile stays mended.
        let mut again = Self { expected_delivery_date: self.expected_delivery_date, ..again };
        again.hold_anew(terms, now);
        Ok((again, step.clone()))
    }

    /// Begins a new hold where the goods are held and the time for it is over: what was paid, or
    /// was cancelled, a moment ago is not to be cancelled at once.
    fn hold_anew(&mut self, terms: &StepTerms, now: Timestamp) {
        let mut of_method = terms.payment_terms.iter();
        let of_method = of_method.find(|terms| terms.method == self.payment_method);
        if self.hold_until.is_some_and(|until| until <= now) {
            self.hold = of_method.and_then(|terms| terms.hold_from(now));
            self.settle();
        }
    }

    /// The order after one more step that fits it.
    pub fn with(&self, step: &Step) -> Self {
        let mut order = self.clone();
        match step {
            Step::Payment(payment) => order.add_payment(payment),
            Step::Packing(packing) => order.packed_at = Some(packing.packed_at),
            // On its way, whatever has become of it since.
            Step::Shipment(shipment) => {
                order.add_shipment(Shipment { delivered_at: None, ..shipment.clone() });
            }
            Step::Delivery(delivery) => order.add_delivery(delivery),
            Step::Cancellation(cancellation) => order.add_cancellation(cancellation),
            Step::Refund(refund) => order.add_refund(refund),
            Step::Return(returned) => order.add_return(returned),
            Step::Withdrawal(withdrawal) => order.add_withdrawal(withdrawal),
        }
        order.settle();
        order
    }

    /// Tells `true` where a step that was taken once can still be taken: nobody ships, cancels or
    /// returns more than there is, or gives more back than was paid.
    pub(super) fn fits(&self, step: &Step) -> bool {
        let left = |units: &[Units], left: &dyn Fn(&Item) -> i64| {
            units.iter().all(|units| {
                self.item(units.item_id).is_some_and(|item| units.quantity <= left(item))
            })
        };
        match step {
            Step::Shipment(shipment) => left(&shipment.items, &Item::unshipped),
            Step::Delivery(Delivery { handed_over: Some(shipment), .. }) => {
                left(&shipment.items, &Item::unshipped)
            }
            Step::Cancellation(cancellation) => {
                left(cancellation.items.as_deref().unwrap_or_default(), &Item::unshipped)
            }
            Step::Return(returned) => {
                let units: Vec<Units> = returned.items.iter().map(ReturnedUnits::units).collect();
                left(&units, &Item::kept)
            }
            Step::Refund(refund) => {
                let (amount, reduction) = (refund.counted(), refund.price_reduction.minor());
                amount <= self.refundable()
                    && amount - reduction <= self.to_refund.minor()
                    && reduction <= self.owed
            }
            Step::Delivery(delivery) => {
                let sent = |id| self.shipments.iter().any(|shipment| shipment.id == Some(id));
                delivery.arrived.iter().all(|id| sent(*id))
            }
            Step::Payment(_) | Step::Packing(_) | Step::Withdrawal(_) => true,
        }
    }
}
