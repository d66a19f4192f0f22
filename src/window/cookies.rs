//! The cart of a visitor. It is in a cookie, so that it works without any script and nothing is
//! stored of people who only look around.

use rocket::http::CookieJar;

use crate::domain::Id;
use crate::error::Result;
use crate::secret;

/// Lines of a cart.
pub const LINES_MAX: usize = 50;
/// Units of a line.
pub const QUANTITY_MAX: i64 = 9_999;
/// Over https it has a name that no other host and no plain connection can set.
const COOKIE: &str = "tb_cart";
const HTTPS_COOKIE: &str = "__Host-tb_cart";
const LIVES_SECONDS: i64 = 30 * 24 * 3600;
const KEY_DIGITS: usize = 32;
/// Bytes of a cookie that is looked at; a cart has at most as many.
const COOKIE_BYTES_MAX: usize = 3_500;

/// A line of a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CartLine {
    pub product_id: Id,
    pub variant_id: Id,
    /// 1 to [`QUANTITY_MAX`].
    pub quantity: i64,
}

/// A cart. In the cookie it is `key.ordered.lines`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cart {
    pub lines: Vec<CartLine>,
    /// Names the order that these lines become, from their first checkout on.
    pub key: Option<String>,
    /// The key of the order that this browser placed last.
    pub ordered: Option<String>,
}

impl Cart {
    /// The cart of whoever sent a request. What is none is an empty one, and so is over https one
    /// of the other name: with its key whoever set it would be shown the order.
    pub fn of(cookies: &CookieJar<'_>, is_https: bool) -> Self {
        let sent = cookies.get(if is_https { HTTPS_COOKIE } else { COOKIE });
        sent.map(|cookie| Self::read(cookie.value())).unwrap_or_default()
    }

    fn read(cookie: &str) -> Self {
        let mut parts = cookie.split('.');
        let (Some(key), Some(ordered), Some(lines), None, 0..=COOKIE_BYTES_MAX) =
            (parts.next(), parts.next(), parts.next(), parts.next(), cookie.len())
        else {
            return Self::default();
        };
        let key_of = |text: &str| is_key(text).then(|| text.to_owned());
        Self { lines: read_lines(lines), key: key_of(key), ordered: key_of(ordered) }
    }

    /// The lines as they stand in the cookie, and in the form of the checkout.
    pub fn lines_text(&self) -> String {
        let line =
            |line: &CartLine| format!("{}-{}-{}", line.product_id, line.variant_id, line.quantity);
        self.lines.iter().map(line).collect::<Vec<_>>().join("~")
    }

    /// The header `Set-Cookie` that keeps the cart.
    pub fn cookie(&self, is_https: bool) -> String {
        let part = |key: &Option<String>| key.clone().unwrap_or_default();
        let value = format!("{}.{}.{}", part(&self.key), part(&self.ordered), self.lines_text());
        let (name, secure) = if is_https { (HTTPS_COOKIE, "; Secure") } else { (COOKIE, "") };
        let lives = if *self == Self::default() { 0 } else { LIVES_SECONDS };
        format!("{name}={value}; Max-Age={lives}; Path=/; HttpOnly; SameSite=Lax{secure}")
    }

    /// Units in the cart.
    pub fn units(&self) -> i64 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// Puts units of a variant into the cart. Tells `false` where it is full.
    pub fn add(&mut self, product_id: Id, variant_id: Id, quantity: i64) -> bool {
        let is_full = self.lines.len() >= LINES_MAX;
        match self.lines.iter_mut().find(|line| line.variant_id == variant_id) {
            Some(line) => line.quantity = (line.quantity + quantity).min(QUANTITY_MAX),
            None if is_full => return false,
            None => self.lines.push(CartLine { product_id, variant_id, quantity }),
        }
        true
    }

    /// Sets the units of a variant; none takes it out.
    pub fn set(&mut self, variant_id: Id, quantity: i64) {
        for line in self.lines.iter_mut().filter(|line| line.variant_id == variant_id) {
            line.quantity = quantity.min(QUANTITY_MAX);
        }
        self.lines.retain(|line| line.quantity > 0);
    }

    /// The key of the order to be, made where there is none yet.
    ///
    /// # Errors
    /// Internal, when the system has no randomness to give.
    pub fn with_key(&mut self) -> Result<String> {
        if let Some(key) = &self.key {
            return Ok(key.clone());
        }
        let random = secret::hex(random_half(&secret::random()?));
        self.key = Some(random.clone());
        Ok(random)
    }

    /// The cart after its lines were ordered under a key: empty, and it remembers that key.
    #[must_use]
    pub fn ordered(key: &str) -> Self {
        Self { lines: Vec::new(), key: None, ordered: Some(key.to_owned()) }
    }
}

fn random_half(random: &secret::Hash) -> &[u8] {
    random.get(..KEY_DIGITS / 2).unwrap_or_default()
}

/// Tells `true` for what can be the key of an order.
pub fn is_key(text: &str) -> bool {
    text.len() == KEY_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The lines of a text, as far as they are any; each variant once.
fn read_lines(text: &str) -> Vec<CartLine> {
    let line = |text: &str| {
        let mut numbers = text.split('-').map(Id::parse);
        let (product, variant) = (numbers.next()??, numbers.next()??);
        let quantity = numbers.next()??.get();
        let fits = numbers.next().is_none() && quantity <= QUANTITY_MAX;
        fits.then_some(CartLine { product_id: product, variant_id: variant, quantity })
    };
    let mut lines: Vec<CartLine> = Vec::new();
    for line in text.split('~').filter_map(line).take(LINES_MAX) {
        if !lines.iter().any(|known| known.variant_id == line.variant_id) {
            lines.push(line);
        }
    }
    lines
}

/// The cookie that opens an order to the browser of whoever placed it, on its own pages alone.
pub struct OrderCookie;

impl OrderCookie {
    const NAME: &str = "tb_order";
    /// Over https: a name that no plain connection can set, with a path of its own.
    const HTTPS_NAME: &str = "__Secure-tb_order";

    /// The token that a browser shows, if any. Orders that were placed before the longer name was
    /// given are opened by the other one; whoever sets that needs the token all the same.
    pub fn of<'r>(cookies: &'r CookieJar<'_>) -> Option<&'r str> {
        let sent = cookies.get(Self::HTTPS_NAME).or_else(|| cookies.get(Self::NAME));
        sent.map(rocket::http::Cookie::value)
    }

    /// The header `Set-Cookie` of an order's token.
    pub fn header(order_id: Id, token: &str, is_https: bool) -> String {
        let (name, secure) =
            if is_https { (Self::HTTPS_NAME, "; Secure") } else { (Self::NAME, "") };
        let lives = LIVES_SECONDS;
        format!(
            "{name}={token}; Max-Age={lives}; Path=/o/{order_id}; HttpOnly; SameSite=Lax{secure}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn id(number: i64) -> Id {
        Id::new(number).unwrap()
    }

    #[test]
    fn a_cart_is_read_as_it_was_written() {
        let mut cart = Cart::default();
        assert!(
            cart.add(id(1), id(11), 2) && cart.add(id(2), id(22), 1) && cart.add(id(1), id(11), 3)
        );
        cart.key = Some(KEY.to_owned());
        let header = cart.cookie(false);
        assert!(header.starts_with(&format!("tb_cart={KEY}..1-11-5~2-22-1; Max-Age=2592000; ")));
        let value = header.split(['=', ';']).nth(1).unwrap();
        assert_eq!(Cart::read(value), cart);
        assert!(cart.cookie(true).starts_with("__Host-tb_cart="));
        assert!(cart.cookie(true).ends_with("; Secure"));
        assert_eq!(cart.units(), 6);
        cart.set(id(11), 0);
        assert_eq!(cart.lines_text(), "2-22-1");
        assert!(Cart::default().cookie(false).contains("=..; Max-Age=0;"));
        assert_eq!(Cart::read(&format!(".{KEY}.")), Cart::ordered(KEY));
    }

    #[test]
    fn nonsense_is_an_empty_cart() {
        for cookie in [
            "",
            ".",
            "..",
            "....",
            "a.b.c",
            "..1-2",
            "..1-2-0",
            "..1-2-10000",
            "..01-2-3",
            "..-1-2-3",
            "..1-2-3-4",
            "..1_2_3",
            "..9007199254740992-1-1",
            "é.é.é",
            "..~~~",
        ] {
            assert_eq!(Cart::read(cookie), Cart::default(), "{cookie}");
        }
        assert_eq!(Cart::read(&"1".repeat(10_000)), Cart::default());
        let signs: Vec<char> = "0123456789.-~_abcdefXYZ%=é".chars().collect();
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..10_000 {
            let mut next = |most: usize| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                usize::try_from(seed >> 33).unwrap() % most
            };
            let length = next(100);
            let noise: String = (0..length).map(|_| signs[next(signs.len())]).collect();
            let cart = Cart::read(&noise);
            // Whatever is taken for a cart is read back the same.
            let text = cart.lines_text();
            assert_eq!(read_lines(&text), cart.lines, "{noise}");
        }
        assert_eq!(Cart::read("..1-2-3~x~1-2-4~5-6-7").lines_text(), "1-2-3~5-6-7");
        let many: Vec<String> = (1..=60).map(|number| format!("1-{number}-1")).collect();
        let mut cart = Cart::read(&format!("..{}", many.join("~")));
        assert_eq!(cart.lines.len(), LINES_MAX);
        assert!(!cart.add(id(1), id(99), 1) && cart.add(id(1), id(1), 1));
    }
}
