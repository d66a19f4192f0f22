//! `/reports`: what was sold.

use rocket::get;
use serde::Serialize;

use super::http::context::RequestContext;
use super::http::permissions::Permission;
use super::http::response::{ApiResult, Response};
use crate::domain::calendar::{Date, Zone};
use crate::domain::currency::Currency;
use crate::domain::reports::{Interval, ROWS_MAX};
use crate::error::{Error, FieldError, Result};
use crate::store::sales::{self, Span};
use crate::store::{Tx, settings};

/// Days of a report that names none.
const DAYS: i64 = 30;

/// The sums of a day, a week or a month.
#[derive(Serialize)]
struct Row {
    start: Date,
    #[serde(flatten)]
    sums: Span,
}

#[derive(Serialize)]
struct Report {
    from: Date,
    to: Date,
    interval: &'static str,
    time_zone: String,
    currency: Currency,
    data: Vec<Row>,
    total: Span,
}

#[get("/reports/sales")]
pub async fn sold(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::ReadReports)?;
    let query = ctx.query()?;
    let from = query.get("from", Date::parse);
    let to = query.get("to", Date::parse);
    let interval = query.get("interval", Interval::parse).unwrap_or(Interval::Day);
    query.done()?;
    let report = ctx.read_long(move |tx| {
        let settings = settings::load(tx)?;
        let to = to.unwrap_or_else(|| settings.time_zone.date_of(tx.now()));
        let from = from.unwrap_or_else(|| to.plus_days(1 - DAYS));
        report(tx, (from, to), interval, (settings.time_zone, settings.currency))
    });
    Response::ok(&report.await?)
}

fn report(
    tx: &Tx,
    (from, to): (Date, Date),
    interval: Interval,
    (zone, currency): (Zone, Currency),
) -> Result<Report> {
    let refuse = |name, detail: String| {
        Err(Error::invalid(vec![FieldError::parameter(name, "out_of_range", detail)]))
    };
    if to < from {
        return refuse("to", format!("Give {} or a later day.", from.text()));
    }
    let starts = interval.starts(from, to);
    if starts.len() > ROWS_MAX {
        return refuse("from", format!("A report has at most {ROWS_MAX} rows."));
    }
    let ends = starts.iter().skip(1).map(|start| start.plus_days(-1)).chain([to]);
    let row = |(start, end): (&Date, Date)| {
        Ok(Row { start: *start, sums: sales::between(tx, *start, end, currency)? })
    };
    Ok(Report {
        from,
        to,
        interval: interval.name(),
        time_zone: zone.name().to_owned(),
        currency,
        data: starts.iter().zip(ends).map(row).collect::<Result<_>>()?,
        total: sales::between(tx, from, to, currency)?,
    })
}
