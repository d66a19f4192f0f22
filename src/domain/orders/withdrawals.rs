//! The declaration of a buyer not to want what they ordered (Directive 2011/83/EU, Art. 11).

use serde::Serialize;

use super::order::{Item, Order};
use super::states::Status;
use super::steps::{Step, StepTerms, Units, Withdrawal};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::error::{FieldError, Result};

/// The receipt that a buyer gets of their withdrawal.
#[derive(Debug, Serialize)]
pub struct WithdrawalReceipt {
    id: Id,
    order_id: Id,
    order_number: String,
    items: Vec<ReceiptItem>,
    withdrawn_at: Timestamp,
}

#[derive(Debug, Serialize)]
struct ReceiptItem {
    item_id: Id,
    name: String,
    variant_title: Option<String>,
    quantity: i64,
}

impl Order {
    /// The withdrawal from these units, or from all that are left.
    ///
    /// # Errors
    /// Invalid for lines the order does not have or nobody can withdraw from; a conflict when it is
    /// too late or nothing is left.
    pub(super) fn withdrawal(
        &self,
        (named, by_shop): (Option<&[Units]>, bool),
        terms: &StepTerms,
        now: Timestamp,
    ) -> Result<Step> {
        self.check_not_exempt(named.unwrap_or_default())?;
        self.check_named(named.unwrap_or_default())?;
        self.check_in_time(terms, now)?;
        let items = self.choose_units(named, |item| self.withdrawable(item))?;
        if items.is_empty() {
            let detail = "There is nothing left in this order that can be withdrawn from.";
            return Err(self.not_possible(detail));
        }
        Ok(Step::Withdrawal(Withdrawal { id: None, items, withdrawn_at: now, by_shop }))
    }

    /// The receipt of a withdrawal of this order.
    pub fn withdrawal_receipt(&self, id: Id) -> Option<WithdrawalReceipt> {
        let found = self.withdrawals.iter().find(|withdrawal| withdrawal.id == Some(id))?;
        let item = |units: &Units| {
            let item = self.item(units.item_id)?;
            Some(ReceiptItem {
                item_id: item.id,
                name: item.name.clone(),
                variant_title: item.variant_title.clone(),
                quantity: units.quantity,
            })
        };
        Some(WithdrawalReceipt {
            id,
            order_id: self.id,
            order_number: self.number.clone(),
            items: found.items.iter().filter_map(item).collect(),
            withdrawn_at: found.withdrawn_at,
        })
    }

    pub(super) fn add_withdrawal(&mut self, withdrawal: &Withdrawal) {
        self.withdrawals.push(withdrawal.clone());
    }

    /// The units of each line that its buyer may still declare not to want; none where it is too
    /// late.
    pub fn withdrawable_units(&self, terms: &StepTerms, now: Timestamp) -> Vec<Units> {
        if self.check_in_time(terms, now).is_err() {
            return Vec::new();
        }
        let units = |item: &Item| Units { item_id: item.id, quantity: self.withdrawable(item) };
        self.items.iter().map(units).filter(|units| units.quantity > 0).collect()
    }

    /// Units of a line that its buyer may still declare not to want.
    fn withdrawable(&self, item: &Item) -> i64 {
        let declared = self.withdrawals.iter().flat_map(|withdrawal| &withdrawal.items);
        let declared: i64 =
            declared.filter(|units| units.item_id == item.id).map(|units| units.quantity).sum();
        let left = item.quantity - item.cancelled_quantity - item.returned_quantity - declared;
        if item.withdrawal_exempt { 0 } else { left.max(0) }
    }

    fn check_not_exempt(&self, named: &[Units]) -> Result<()> {
        let exempt = |(at, units): (usize, &Units)| {
            let item = self.item(units.item_id).filter(|item| item.withdrawal_exempt)?;
            let detail = format!("“{}” cannot be withdrawn from.", item.name);
            Some(FieldError::at(format!("/items/{at}/item_id"), "withdrawal_exempt", detail))
        };
        FieldError::none(named.iter().enumerate().filter_map(exempt).collect())
    }

    /// The time ends with the day that is so many days after the last of it arrived.
    fn check_in_time(&self, terms: &StepTerms, now: Timestamp) -> Result<()> {
        if self.status == Status::Cancelled {
            return Err(self.not_possible("This order was cancelled."));
        }
        let Some(arrived) = self.delivered_at() else { return Ok(()) };
        let last = terms.zone.date_of(arrived).plus_days(terms.withdrawal_days);
        if now < terms.zone.start_of(last.next()) {
            return Ok(());
        }
        Err(self.not_possible(format!("The time to withdraw was over after {}.", last.text())))
    }
}
