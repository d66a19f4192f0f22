//! A browser as far as the shop can tell: it keeps cookies, says from where it sends its forms, and
//! follows where it is sent on.

use std::cell::RefCell;

use rocket::http::Method;

use crate::http::Http;
use crate::shop::{Answer, Shop};

/// A shop that is looked at, here or over the wire.
pub trait Place: Copy {
    fn ask(&self, at: (Method, &str), headers: &[(&str, String)], form: Option<String>) -> Answer;
}

impl Place for &Shop {
    fn ask(
        &self,
        (method, path): (Method, &str),
        headers: &[(&str, String)],
        form: Option<String>,
    ) -> Answer {
        let mut ask = self.visitor().ask(method, path);
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        ask.body(form.unwrap_or_default()).send()
    }
}

/// The port of a server on this machine.
#[derive(Clone, Copy)]
pub struct Port(pub u16);

impl Place for Port {
    fn ask(
        &self,
        (method, path): (Method, &str),
        headers: &[(&str, String)],
        form: Option<String>,
    ) -> Answer {
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = Http::new(self.0).request(method.as_str(), path, &headers, form.as_deref());
        Answer::of_wire(format!("{method} {path}"), answer.unwrap())
    }
}

/// Somebody who looks at pages.
pub struct Browser<P> {
    place: P,
    /// Name, path and value.
    cookies: RefCell<Vec<(String, String, String)>>,
    language: &'static str,
}

/// A page that was shown.
pub struct Page {
    pub answer: Answer,
    pub path: String,
    pub html: String,
}

impl<P: Place> Browser<P> {
    pub fn new(place: P) -> Self {
        Self { place, cookies: RefCell::default(), language: "en" }
    }

    /// The same browser of somebody who reads other languages.
    pub fn speaking(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    /// The same browser once more: another tab has the same cookies, from then on its own.
    pub fn copy(&self) -> Self {
        let cookies = RefCell::new(self.cookies.borrow().clone());
        Self { place: self.place, cookies, language: self.language }
    }

    /// The value of a cookie that is kept.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.cookies.borrow();
        let found = cookies.iter().find(|(known, _, _)| known == name);
        found.map(|(_, _, value)| value.clone())
    }

    /// Sets a cookie, as whoever meddles with them.
    pub fn set_cookie(&self, name: &str, path: &str, value: &str) {
        let mut cookies = self.cookies.borrow_mut();
        cookies.retain(|(known, at, _)| known != name || at != path);
        if !value.is_empty() {
            cookies.push((name.to_owned(), path.to_owned(), value.to_owned()));
        }
    }

    /// Opens an address.
    #[track_caller]
    pub fn get(&self, path: &str) -> Page {
        self.follow(self.send(Method::Get, path, None), path)
    }

    /// Opens an address, and does not follow where it leads.
    pub fn get_alone(&self, path: &str) -> Answer {
        self.send(Method::Get, path, None)
    }

    /// Sends a form of a page of the shop.
    #[track_caller]
    pub fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.submit_alone(path, fields);
        self.follow(answer, path)
    }

    /// The same, without following where it leads.
    pub fn submit_alone(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pair = |(name, value): &(&str, &str)| format!("{}={}", encoded(name), encoded(value));
        let body = fields.iter().map(pair).collect::<Vec<_>>().join("&");
        self.send(Method::Post, path, Some(body))
    }

    #[track_caller]
    fn follow(&self, answer: Answer, path: &str) -> Page {
        let (mut answer, mut path) = (answer, path.to_owned());
        for _ in 0..5 {
            let Some(to) = answer.header("Location").map(str::to_owned) else { break };
            assert!([301, 303].contains(&answer.status), "{path}: {}", answer.status);
            answer = self.send(Method::Get, &to, None);
            path = to;
        }
        let html = String::from_utf8_lossy(&answer.body).into_owned();
        Page { answer, path, html }
    }

    fn send(&self, method: Method, path: &str, form: Option<String>) -> Answer {
        let mut headers = vec![("Accept", "text/html,*/*;q=0.8".to_owned())];
        headers.push(("Accept-Language", self.language.to_owned()));
        let bare = path.split('?').next().unwrap();
        let fits = |at: &str| bare == at || at == "/" || bare.starts_with(&format!("{at}/"));
        let sent: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .filter(|(_, at, _)| fits(at))
            .map(|(name, _, value)| format!("{name}={value}"))
            .collect();
        if !sent.is_empty() {
            headers.push(("Cookie", sent.join("; ")));
        }
        if form.is_some() {
            headers.push(("Sec-Fetch-Site", "same-origin".to_owned()));
            headers.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
        }
        let answer = self.place.ask((method, path), &headers, form);
        for header in answer.headers("Set-Cookie") {
            let mut parts = header.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let path = parts.clone().find_map(|part| part.strip_prefix("Path=")).unwrap();
            let ends = parts.any(|part| part == "Max-Age=0");
            self.set_cookie(name, path, if ends { "" } else { value });
        }
        answer
    }

    /// Puts units of the only or first variant of a product into the cart.
    #[track_caller]
    pub fn put(&self, product: i64, variant: i64, quantity: i64) -> Page {
        let (product, variant) = (product.to_string(), variant.to_string());
        let quantity = quantity.to_string();
        let fields = [("product", &*product), ("variant", &*variant), ("quantity", &*quantity)];
        let page = self.submit("/cart", &fields);
        assert_eq!((page.answer.status, page.path.as_str()), (200, "/cart"));
        page
    }

    /// Fills in the checkout and sends it, with what is given in the place of what it holds.
    #[track_caller]
    pub fn order(&self, more: &[(&str, &str)]) -> Page {
        let page = self.get("/checkout");
        assert_eq!(page.answer.status, 200, "{}", page.html);
        self.send_checkout(&page, more)
    }

    /// Sends a checkout that is open already.
    #[track_caller]
    pub fn send_checkout(&self, page: &Page, more: &[(&str, &str)]) -> Page {
        let fields = checkout_fields(page, more);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.submit("/checkout", &fields)
    }
}

/// The fields of a checkout as somebody fills it in.
pub fn checkout_fields(page: &Page, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = vec![
        ("name", "Ada Example".to_owned()),
        ("email", "ada@example.org".to_owned()),
        ("line1", "Long Street 1".to_owned()),
        ("postal_code", "12345".to_owned()),
        ("city", "Anytown".to_owned()),
        ("country", "DE".to_owned()),
        ("action", "order".to_owned()),
    ];
    for name in ["key", "lines", "expected_total"] {
        fields.push((name, page.field(name)));
    }
    fields.retain(|(name, _)| !more.iter().any(|(own, _)| own == name));
    let given = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(given).collect()
}

impl Page {
    /// The value of a field that the page holds.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\"");
        let tag = self.html.split('<').find(|tag| tag.contains(&mark));
        let tag = tag.unwrap_or_else(|| panic!("{}: no field {name} in {}", self.path, self.html));
        let value = tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
        value.unwrap_or_default().to_owned()
    }

    /// The page, when it has this status and says these things.
    #[track_caller]
    pub fn says(self, status: u16, words: &[&str]) -> Self {
        let Self { answer, path, html } = &self;
        assert_eq!(answer.status, status, "{path}: {html}");
        let kind = answer.header("Content-Type");
        assert_eq!(kind, Some("text/html; charset=utf-8"), "{path}");
        for word in words {
            assert!(html.contains(word), "{path} does not say {word}: {html}");
        }
        self
    }

    /// The page, which holds none of these.
    #[track_caller]
    pub fn hides(self, words: &[&str]) -> Self {
        for word in words {
            assert!(!self.html.contains(word), "{} says {word}: {}", self.path, self.html);
        }
        self
    }

    /// The id of the order that the page is of.
    #[track_caller]
    pub fn order_id(&self) -> i64 {
        let path = self.path.split('?').next().unwrap();
        path.strip_prefix("/o/").and_then(|id| id.parse().ok()).expect("the page of an order")
    }
}

/// A text in a form.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let part = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(part).collect()
}
