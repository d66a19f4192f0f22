//! `/reports`: what was sold.

use rocket::get;
use serde::Serialize;

use crate::domain::calendar::{Date, Zone};
use crate::domain::currency::Currency;
use crate::domain::reports::{Interval, ROWS_MAX};
use crate::error::{Error, FieldError, Result};
use crate::http::context::RequestContext;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::store::journal::{self, Span};
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
    let asked = move |tx: &Tx| {
        let settings = settings::load(tx)?;
        let today = settings.time_zone.date_of(tx.now());
        let to = to.unwrap_or(today);
        let from = from.unwrap_or_else(|| to.plus_days(1 - DAYS));
        let starts = starts((from, to), interval)?;
        let missing = journal::days_to_make(tx, (from, to), today)?;
        Ok((settings, (from, to), starts, missing))
    };
    let (settings, span, starts, missing) = ctx.read_long(asked).await?;
    for days in journal::portions(&missing) {
        // A disk that takes nothing more keeps nobody from reading the report.
        if ctx.write(move |tx| journal::make_days(tx, &days)).await.is_err() {
            break;
        }
    }
    let of = (settings.time_zone.clone(), settings.currency);
    let report = ctx.read_long(move |tx| report(tx, span, (interval, &starts), of));
    Response::ok(&report.await?)
}

/// The first days of the rows of a report.
fn starts((from, to): (Date, Date), interval: Interval) -> Result<Vec<Date>> {
    let refuse = |name, detail: String| {
        Err(Error::invalid(vec![FieldError::parameter(name, "out_of_range", detail)]))
    };
    if to < from {
        return refuse("to", format!("Choose {} or a later day.", from.text()));
    }
    let starts = interval.starts(from, to);
    if starts.len() > ROWS_MAX {
        return refuse("from", format!("A report has at most {ROWS_MAX} rows."));
    }
    Ok(starts)
}

fn report(
    tx: &Tx,
    (from, to): (Date, Date),
    (interval, starts): (Interval, &[Date]),
    (zone, currency): (Zone, Currency),
) -> Result<Report> {
    let ends = starts.iter().skip(1).map(|start| start.plus_days(-1)).chain([to]);
    let row = |(start, end): (&Date, Date)| {
        Ok(Row { start: *start, sums: journal::between(tx, *start, end, currency)? })
    };
    Ok(Report {
        from,
        to,
        interval: interval.name(),
        time_zone: zone.name().to_owned(),
        currency,
        data: starts.iter().zip(ends).map(row).collect::<Result<_>>()?,
        total: journal::between(tx, from, to, currency)?,
    })
}
