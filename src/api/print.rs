//! Invoices, credit notes and packing slips as pages to print. They hold no script and no style of
//! their own, and every text goes through [`escaped`] on its way in.

use std::fmt::Write;

use crate::domain::calendar::Zone;
use crate::domain::customers::Address;
use crate::domain::invoices::{Content, Line, Recipient, Seller, TaxLine, Type};
use crate::domain::orders::{Item, Order};
use crate::domain::{Parsed, Refusal};

/// What a page is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    A4,
    /// A roll of 80 mm.
    Receipt,
}

impl Paper {
    /// # Errors
    /// `unknown_value`.
    pub fn parse(text: &str) -> Parsed<Self> {
        match text {
            "a4" => Ok(Self::A4),
            "receipt" => Ok(Self::Receipt),
            _ => Err(Refusal::new("unknown_value", "Give one of a4, receipt.")),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Receipt => "receipt",
        }
    }
}

/// An invoice or a credit note. `recipient`: `None` once it was blanked.
pub fn invoice(
    kind: Type,
    content: &Content,
    recipient: Option<&Recipient>,
    paper: Paper,
) -> String {
    let name = match kind {
        Type::Invoice => "Invoice",
        Type::CreditNote => "Credit note",
    };
    let mut page = Page::begin(&format!("{name} {}", content.number), paper);
    page.open("section", "sheet");
    page.seller(&content.seller);
    page.recipient(recipient);
    page.text("h1", "", &format!("{name} {}", content.number));
    page.facts(&[
        ("Date", Some(content.issued_on.as_str())),
        ("For invoice", content.invoice_number.as_deref()),
        ("Order", Some(content.order_number.as_str())),
        ("Ordered on", Some(content.ordered_on.as_str())),
        ("Shipped on", content.shipped_on.as_deref()),
        ("Reason", content.reason.as_deref()),
    ]);
    page.lines(content);
    page.sums(kind, content);
    page.payment(kind, content);
    page.close("section");
    page.end()
}

/// Packing slips, each on a page of its own.
pub fn packing_slips(seller: &Seller, orders: &[Order], zone: &Zone, paper: Paper) -> String {
    let title = match orders {
        [one] => format!("Packing slip {}", one.number),
        many => format!("{} packing slips", many.len()),
    };
    let mut page = Page::begin(&title, paper);
    for order in orders {
        page.slip(seller, order, zone);
    }
    page.end()
}

/// A page in the making. Tags are the program's own; texts are data, and escaped.
struct Page {
    html: String,
}

impl Page {
    fn begin(title: &str, paper: Paper) -> Self {
        let (title, paper) = (escaped(title), paper.name());
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n\
             <link rel=\"stylesheet\" href=\"/documents/style.css\">\n</head>\n\
             <body class=\"{paper}\">\n<main>\n"
        );
        Self { html }
    }

    fn end(mut self) -> String {
        self.html.push_str("</main>\n</body>\n</html>\n");
        self.html
    }

    fn open(&mut self, tag: &'static str, class: &'static str) {
        let _ = match class {
            "" => writeln!(self.html, "<{tag}>"),
            class => writeln!(self.html, "<{tag} class=\"{class}\">"),
        };
    }

    fn close(&mut self, tag: &'static str) {
        let _ = writeln!(self.html, "</{tag}>");
    }

    /// A text of several lines keeps them.
    fn text(&mut self, tag: &'static str, class: &'static str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let text = escaped(text).replace('\n', "<br>");
        let _ = writeln!(self.html, "<{tag}{class}>{text}</{tag}>");
    }

    fn heading(&mut self, class: &'static str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = writeln!(self.html, "<th scope=\"col\"{class}>{}</th>", escaped(text));
    }

    /// A row of a sum: what it is, and how much.
    fn sum(&mut self, class: &'static str, name: &str, amount: &str) {
        self.open("tr", class);
        let _ = writeln!(self.html, "<th scope=\"row\">{}</th>", escaped(name));
        self.text("td", "number", amount);
        self.close("tr");
    }

    fn facts(&mut self, facts: &[(&'static str, Option<&str>)]) {
        self.open("dl", "facts");
        for (name, value) in facts {
            let Some(value) = value else { continue };
            self.open("div", "");
            self.text("dt", "", name);
            self.text("dd", "", value);
            self.close("div");
        }
        self.close("dl");
    }

    fn seller(&mut self, seller: &Seller) {
        self.open("header", "seller");
        self.text("p", "name", &seller.name);
        let address = seller.address.as_ref();
        for line in address.map(|address| lines_of(address, &seller.name)).unwrap_or_default() {
            self.text("p", "", &line);
        }
        if let Some(email) = &seller.email {
            self.text("p", "", email);
        }
        if let Some(number) = &seller.tax_number {
            self.text("p", "", &format!("Tax number {number}"));
        }
        self.close("header");
    }

    fn recipient(&mut self, recipient: Option<&Recipient>) {
        self.open("address", "recipient");
        match recipient {
            None => self.text("p", "", "The recipient’s data was deleted."),
            Some(Recipient { name, address }) => {
                self.text("p", "name", name);
                let address = address.as_ref();
                for line in address.map(|address| lines_of(address, name)).unwrap_or_default() {
                    self.text("p", "", &line);
                }
            }
        }
        self.close("address");
    }

    fn lines(&mut self, content: &Content) {
        if content.lines.is_empty() {
            return;
        }
        let any = |part: fn(&Line) -> bool| content.lines.iter().any(part);
        let priced = any(|line| line.total.is_some());
        let discounted = any(|line| line.discount.is_some());
        let taxed = !content.taxes.is_empty();
        self.open("table", "lines");
        self.open("thead", "");
        self.open("tr", "");
        self.heading("what", "Item");
        self.heading("number", "Quantity");
        let columns =
            [("Price", priced), ("Discount", discounted), ("Tax", taxed), ("Total", priced)];
        for (name, _) in columns.iter().filter(|(_, shown)| *shown) {
            self.heading("number", name);
        }
        self.close("tr");
        self.close("thead");
        self.open("tbody", "");
        for line in &content.lines {
            self.open("tr", "");
            self.item(&line.name, line.variant_title.as_deref(), line.sku.as_deref());
            self.text("td", "number", &line.quantity.to_string());
            let rate = format!("{} %", line.tax_rate);
            let cells = [
                (line.unit_price.as_deref(), priced),
                (line.discount.as_deref(), discounted),
                (Some(rate.as_str()), taxed),
                (line.total.as_deref(), priced),
            ];
            for (text, _) in cells.iter().filter(|(_, shown)| *shown) {
                self.text("td", "number", text.unwrap_or("–"));
            }
            self.close("tr");
        }
        self.close("tbody");
        self.close("table");
    }

    /// The cell that names what was sold.
    fn item(&mut self, name: &str, variant_title: Option<&str>, sku: Option<&str>) {
        self.open("td", "what");
        self.text("span", "item", name);
        for detail in [variant_title, sku].into_iter().flatten() {
            self.text("span", "detail", detail);
        }
        self.close("td");
    }

    fn sums(&mut self, kind: Type, content: &Content) {
        self.open("table", "sums");
        self.open("tbody", "");
        if let Some(subtotal) = &content.subtotal {
            self.sum("", "Subtotal", subtotal);
        }
        if let Some(discount) = &content.discount_total {
            let code = content.discount_code.as_deref().unwrap_or_default();
            self.sum("", &format!("Discount {code}"), &format!("−{discount}"));
        }
        if let Some(shipping) = &content.shipping_total {
            let method = content.shipping_method.as_deref().unwrap_or_default();
            self.sum("", &format!("Shipping ({method})"), shipping);
        }
        let (total, currency) = (&content.total, &content.currency);
        // Tax that comes on top stands above the total, tax that is in it below.
        if !content.prices_include_tax {
            self.taxes("plus", &content.taxes);
        }
        let name = if kind == Type::Invoice { "Total" } else { "Credited" };
        self.sum("total", name, &format!("{total} {currency}"));
        if content.prices_include_tax {
            self.taxes("includes", &content.taxes);
        }
        self.close("tbody");
        self.close("table");
    }

    fn taxes(&mut self, how: &str, taxes: &[TaxLine]) {
        for TaxLine { rate, net, tax } in taxes {
            self.sum("tax", &format!("{how} {rate} % tax on {net}"), tax);
        }
    }

    fn payment(&mut self, kind: Type, content: &Content) {
        if kind == Type::CreditNote {
            return;
        }
        let method = method_in_words(&content.payment_method);
        let paid = content.paid.as_ref();
        let paid = paid.map(|paid| format!("{paid} {} received with thanks", content.currency));
        self.open("footer", "payment");
        self.facts(&[("Payment", Some(method)), ("Paid", paid.as_deref())]);
        if let Some(instructions) = &content.payment_instructions {
            self.text("p", "instructions", instructions);
        }
        self.close("footer");
    }

    fn slip(&mut self, seller: &Seller, order: &Order, zone: &Zone) {
        self.open("section", "sheet");
        self.text("p", "name", &seller.name);
        let recipient = Recipient {
            name: order.customer.name.clone().unwrap_or_default(),
            address: order.shipping_address.clone(),
        };
        self.recipient((!recipient.name.is_empty()).then_some(&recipient));
        self.text("h1", "", &format!("Order {}", order.number));
        let (date, items) = (zone.date_of(order.order_date).text(), to_send(order));
        let units: i64 = items.iter().map(|(_, units)| units).sum();
        self.facts(&[
            ("Ordered on", Some(date.as_str())),
            ("Shipping", Some(order.shipping_method_name.as_str()).filter(|name| !name.is_empty())),
            ("Units", Some(units.to_string().as_str())),
            ("Note", order.note.as_deref()),
        ]);
        self.open("table", "lines");
        self.open("thead", "");
        self.open("tr", "");
        self.heading("tick", "✓");
        self.heading("number", "Quantity");
        self.heading("what", "Item");
        self.close("tr");
        self.close("thead");
        self.open("tbody", "");
        for (item, units) in items {
            self.open("tr", "");
            self.text("td", "tick", "☐");
            self.text("td", "number", &units.to_string());
            self.item(&item.name, item.variant_title.as_deref(), item.sku.as_deref());
            self.close("tr");
        }
        self.close("tbody");
        self.close("table");
        self.close("section");
    }
}

/// What is still to be sent; of what was sent already, all of it.
fn to_send(order: &Order) -> Vec<(&Item, i64)> {
    let count = |of: fn(&Item) -> i64| -> Vec<(&Item, i64)> {
        let items = order.items.iter().map(|item| (item, of(item)));
        items.filter(|(_, units)| *units > 0).collect()
    };
    match count(Item::unshipped) {
        left if left.is_empty() => count(|item| item.quantity - item.cancelled_quantity),
        left => left,
    }
}

/// The lines of an address below the name, which stands above it already where it is the same.
fn lines_of(address: &Address, name: &str) -> Vec<String> {
    let town = match &address.postal_code {
        Some(code) => format!("{code} {}", address.city),
        None => address.city.clone(),
    };
    let own = Some(address.name.clone()).filter(|own| own != name);
    let lines = [
        own,
        Some(address.line1.clone()),
        address.line2.clone(),
        Some(town),
        address.region.clone(),
        Some(address.country.clone()),
    ];
    lines.into_iter().flatten().collect()
}

fn method_in_words(method: &str) -> &'static str {
    match method {
        "bank_transfer" => "Bank transfer",
        "cash_on_delivery" => "Cash on delivery",
        "pay_at_pickup" => "On collection",
        "cash" => "Cash",
        "invoice" => "On account",
        "card" => "Card",
        _ => "As agreed",
    }
}

/// Text as it stands in HTML, between tags and in quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_tag() {
        assert_eq!(escaped("<b title=\"x\">'&"), "&lt;b title=&quot;x&quot;&gt;&#39;&amp;");
        let mut page = Page::begin("</title><script>", Paper::A4);
        page.text("p", "", "a\n<script>");
        page.item("<i>", Some("\""), Some("'"));
        page.facts(&[("Note", Some("<u>"))]);
        page.sum("", "<s>", "<td>");
        let html = page.end();
        for tag in ["<script", "<i>", "<u>", "<s>", "<td>\n<td>"] {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
        assert!(html.contains("a<br>&lt;script&gt;"), "{html}");
    }

    #[test]
    fn paper_is_a4_or_a_roll() {
        assert_eq!(Paper::parse("receipt"), Ok(Paper::Receipt));
        assert!(Paper::parse("A5").is_err());
    }
}
