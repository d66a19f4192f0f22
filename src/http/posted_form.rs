//! A form that a page of the shop has sent: only such a page, and only so much.

use std::borrow::Cow;

use rocket::data::{FromData, Outcome, ToByteUnit};
use rocket::http::RawStr;
use rocket::{Data, Request};

use super::body::{receive, refuse_encoded, too_large};
use super::credential::same_site;
use super::problem::stash;
use super::share;
use crate::error::{Code, Error, Result};

/// Bytes of a form.
const FORM_BYTES_MAX: usize = 64 * 1024;
/// Fields of a form.
const FIELDS_MAX: usize = 500;

/// The fields of a form, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct PostedForm(Vec<(String, String)>);

impl PostedForm {
    /// The text of a field without blanks around it; empty where it did not come.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// The text of a field that is not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// All fields.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.trim()))
    }

    /// Reads `name=value&…`, in which browsers send a form.
    fn parse(text: &str) -> Option<Self> {
        let decoded = |part: &str| RawStr::new(part).url_decode().ok().map(Cow::into_owned);
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let field = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(name)?, decoded(value)?))
        };
        let fields: Option<Vec<_>> = pairs.take(FIELDS_MAX).map(field).collect();
        fields.map(Self)
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for PostedForm {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        match read(request, data).await {
            Ok(form) => Outcome::Success(form),
            Err(error) => Outcome::Error((stash(request, error), ())),
        }
    }
}

async fn read(request: &Request<'_>, data: Data<'_>) -> Result<PostedForm> {
    if !request.content_type().is_some_and(|kind| kind.is_form()) {
        let detail = "Send application/x-www-form-urlencoded.";
        return Err(Error::new(Code::UnsupportedMediaType, detail));
    }
    refuse_encoded(request)?;
    same_site(request)?;
    let announced = request.headers().get_one("Content-Length");
    let announced = announced.and_then(|bytes| bytes.parse::<usize>().ok()).unwrap_or(0);
    if announced > FORM_BYTES_MAX {
        return Err(too_large(FORM_BYTES_MAX));
    }
    let stream = data.open((FORM_BYTES_MAX + 1).bytes());
    let received = receive(stream, share::of_body(request)?, FORM_BYTES_MAX, announced).await?;
    let text = std::str::from_utf8(&received.raw).ok();
    text.and_then(PostedForm::parse)
        .ok_or_else(|| Error::new(Code::BadRequest, "The form is not UTF-8."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let form = PostedForm::parse("name=J%C3%BCrgen+Korn&note=a%26b%3Dc&empty=&&flag").unwrap();
        assert_eq!(form.text("name"), "J\u{fc}rgen Korn");
        assert_eq!(form.text("note"), "a&b=c");
        assert_eq!(
            (form.filled("empty"), form.filled("flag"), form.text("none")),
            (None, None, "")
        );
        assert_eq!(form.fields().count(), 4);
        assert!(PostedForm::parse("name=%FF").is_none());
        let many = "a=b&".repeat(FIELDS_MAX + 1);
        assert_eq!(PostedForm::parse(&many).unwrap().fields().count(), FIELDS_MAX);
    }
}
