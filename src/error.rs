//! The one error type: a code that programs switch on and a sentence for people.
//!
//! What went wrong inside (`cause`) is for the log alone. Which status a code has is decided in one
//! place, `http/problem.rs`.

use serde_json::Value;

/// The result of every fallible function of the shop.
pub type Result<T> = std::result::Result<T, Error>;

/// Every way in which the shop says no. The wire name is [`Code::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    MalformedJson,
    BadRequest,
    BadCursor,
    Unauthenticated,
    Forbidden,
    KeyInBrowser,
    CrossSite,
    NotFound,
    MethodNotAllowed,
    Conflict,
    OutOfStock,
    PriceChanged,
    TaxWouldChange,
    StockBelowZero,
    Taken,
    ActionNotPossible,
    AlreadyRecorded,
    OpenOrders,
    CurrencyFixed,
    /// An invoice would not say of the seller what it must.
    SellerIncomplete,
    Gone,
    PreconditionFailed,
    RequestTimeout,
    BodyTooLarge,
    UnsupportedMediaType,
    Invalid,
    KeyReused,
    /// What was planned on a snapshot does not fit the shop any more. It is planned anew and never
    /// leaves the program.
    Stale,
    TooManyRequests,
    /// The card provider did not answer, or did not do what it was asked for.
    ProviderFailed,
    Busy,
    TooSlow,
    StorageFull,
    StorageFailed,
    Damaged,
    Unhealthy,
    Internal,
}

impl Code {
    /// The name on the wire and in `/problems/<name>`.
    pub fn name(self) -> &'static str {
        match self {
            Self::MalformedJson => "malformed_json",
            Self::BadRequest => "bad_request",
            Self::BadCursor => "bad_cursor",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::KeyInBrowser => "key_in_browser",
            Self::CrossSite => "cross_site",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict => "conflict",
            Self::OutOfStock => "out_of_stock",
            Self::PriceChanged => "price_changed",
            Self::TaxWouldChange => "tax_would_change",
            Self::StockBelowZero => "stock_below_zero",
            Self::Taken => "taken",
            Self::ActionNotPossible => "action_not_possible",
            Self::AlreadyRecorded => "already_recorded",
            Self::OpenOrders => "open_orders",
            Self::CurrencyFixed => "currency_fixed",
            Self::SellerIncomplete => "seller_incomplete",
            Self::Gone => "gone",
            Self::PreconditionFailed => "precondition_failed",
            Self::RequestTimeout => "request_timeout",
            Self::BodyTooLarge => "body_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Invalid => "validation_failed",
            Self::KeyReused => "idempotency_key_reused",
            Self::Stale => "stale",
            Self::TooManyRequests => "too_many_requests",
            Self::ProviderFailed => "provider_failed",
            Self::Busy => "busy",
            Self::TooSlow => "too_slow",
            Self::StorageFull => "storage_full",
            Self::StorageFailed => "storage_failed",
            Self::Damaged => "damaged",
            Self::Unhealthy => "unhealthy",
            Self::Internal => "internal",
        }
    }
}

/// The place of an error in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A JSON Pointer (RFC 6901) into the body; `""` is the whole body.
    Pointer(String),
    /// A parameter of the query.
    Parameter(String),
    /// A header.
    Header(&'static str),
}

/// One fault of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub place: Place,
    pub code: &'static str,
    pub detail: String,
    /// Units that are left, where that is what is wrong.
    pub available: Option<i64>,
}

impl FieldError {
    /// Nothing, where there are no errors.
    ///
    /// # Errors
    /// Invalid, with all of them.
    pub fn none(errors: Vec<Self>) -> Result<()> {
        if errors.is_empty() { Ok(()) } else { Err(Error::invalid(errors)) }
    }

    /// A fault at a pointer of RFC 6901, or at the name of a parameter.
    pub fn at(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        let place = Place::Pointer(pointer.into());
        Self { place, code, detail: detail.into(), available: None }
    }

    /// Tells `true` for an error of the field at `pointer` or of something inside it.
    pub fn is_within(&self, pointer: &str) -> bool {
        let Place::Pointer(own) = &self.place else { return false };
        own.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// An error of a parameter of the query.
    pub fn parameter(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        let place = Place::Parameter(name.to_owned());
        Self { place, code, detail: detail.into(), available: None }
    }
}

/// A refusal or a failure. Boxed, because almost nothing fails.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    extra: Vec<(&'static str, Value)>,
    retry_after_seconds: Option<u64>,
    cause: Option<String>,
}

/// Faults that one answer lists, so that a hostile body cannot ask for a megabyte of them.
pub const FIELD_ERRORS_MAX: usize = 100;

/// Codes of single faults that also name the whole problem when no other fault stands beside them.
const NAMED: &[&str] = &[
    "amount_too_large",
    "amount_too_small",
    "address_required",
    "not_available",
    "out_of_stock",
    "picture_damaged",
    "picture_too_large",
    "set_on_variant",
    "variant_required",
    "wrong_password",
];

impl Error {
    /// An error with a sentence for people.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            extra: Vec::new(),
            retry_after_seconds: None,
            cause: None,
        }))
    }

    /// Faults in what was sent; all of them at once, up to [`FIELD_ERRORS_MAX`].
    pub fn invalid(mut errors: Vec<FieldError>) -> Self {
        errors.truncate(FIELD_ERRORS_MAX);
        let detail = match errors.as_slice() {
            [one] => one.detail.clone(),
            many => format!("{} fields need attention.", many.len()),
        };
        Self::new(Code::Invalid, detail).with_errors(errors)
    }

    /// `not_found`, in the words that every noun uses.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing here under this address.")
    }

    /// A conflict with the present state, told in one sentence.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(Code::Conflict, detail)
    }

    /// A fault of ours: the cause goes to the log, the caller learns the request id.
    pub fn internal(cause: impl Into<String>) -> Self {
        Self::new(Code::Internal, "Something went wrong on our side.").with_cause(cause)
    }

    /// What was planned on a snapshot does not fit the shop any more.
    pub fn stale() -> Self {
        Self::new(Code::Stale, "The shop has changed meanwhile. Please try again.")
    }

    /// Adds the faults of the fields.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Adds a member to the problem document.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.0.extra.push((name, value));
        self
    }

    /// Adds what went wrong inside, for the log alone.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<String>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Adds the seconds after which to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    /// The code that programs switch on.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The name on the wire: the code's, or that of the one kind of fault there is.
    pub fn name(&self) -> &'static str {
        let first = self.0.errors.first().map_or("", |error| error.code);
        let alone = self.0.errors.iter().all(|error| error.code == first);
        if self.0.code == Code::Invalid && alone && NAMED.contains(&first) {
            return first;
        }
        self.0.code.name()
    }

    /// The sentence for people.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The faults of the fields, in the order of the body.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Further members of the problem.
    pub fn extra(&self) -> &[(&'static str, Value)] {
        &self.0.extra
    }

    /// Seconds after which to try again.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.0.retry_after_seconds
    }

    /// The cause, for the log alone.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0.detail)?;
        match &self.0.cause {
            Some(cause) => write!(out, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
