//! `/reports`: what was sold.

use rocket::get;
use serde::Serialize;

use crate::domain::calendar::{Date, Zone};
use crate::domain::currency::Currency;
use crate::domain::reports::{Interval, ProductSort, ROWS_MAX};
use crate::error::{Error, FieldError, Result};
use crate::http::context::RequestContext;
use crate::http::page;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::store::journal::{self, Span};
use crate::store::product_sales::{self, ProductSales};
use crate::store::{Tx, settings};

/// Days of a report that names none.
const DAYS: i64 = 30;
/// Variants that a report of what sells best tells, unless it is asked for another number.
const PRODUCTS: usize = 20;

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

/// What sold best in a span of time.
#[derive(Serialize)]
struct ProductReport {
    from: Date,
    to: Date,
    time_zone: String,
    currency: Currency,
    data: Vec<ProductSales>,
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
        let (from, to) = span((from, to), today)?;
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

#[get("/reports/products")]
pub async fn products(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::ReadReports)?;
    let query = ctx.query()?;
    let (from, to) = (query.get("from", Date::parse), query.get("to", Date::parse));
    let sort = query.get("sort", ProductSort::parse).unwrap_or(ProductSort::Units);
    let limit = query.get("limit", page::limit).unwrap_or(PRODUCTS);
    query.done()?;
    let report = move |tx: &Tx| {
        let settings = settings::load(tx)?;
        let (zone, currency) = (&settings.time_zone, settings.currency);
        let (from, to) = span((from, to), zone.date_of(tx.now()))?;
        let times = (zone.start_of(from), zone.start_of(to.next()));
        let data = product_sales::best(tx, times, (sort, limit), currency)?;
        Ok(ProductReport { from, to, time_zone: zone.name().to_owned(), currency, data })
    };
    Response::ok(&ctx.read_long(report).await?)
}

/// The days of a report, where some are not named.
fn span((from, to): (Option<Date>, Option<Date>), today: Date) -> Result<(Date, Date)> {
    let to = to.unwrap_or(today);
    let from = from.unwrap_or_else(|| to.plus_days(1 - DAYS));
    if to < from {
        let detail = format!("Choose {} or a later day.", from.text());
        return Err(Error::invalid(vec![FieldError::parameter("to", "out_of_range", detail)]));
    }
    Ok((from, to))
}

/// The first days of the rows of a report.
fn starts((from, to): (Date, Date), interval: Interval) -> Result<Vec<Date>> {
    let starts = interval.starts(from, to);
    if starts.len() > ROWS_MAX {
        let detail = format!("A report has at most {ROWS_MAX} rows.");
        return Err(Error::invalid(vec![FieldError::parameter("from", "out_of_range", detail)]));
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
