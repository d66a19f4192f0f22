//! Invoices, credit notes and packing slips as pages to print.
//!
//! A page holds no script and no style of its own: its looks are `/documents/style.css`. Its markup
//! is written down here, and whatever else stands on it goes through [`Page::put`], so that no
//! text can become a tag.

use html::Page;

use crate::domain::calendar::Zone;
use crate::domain::customers::Address;
use crate::domain::invoices::{Content, Line, Recipient, Seller, TaxLine, Type};
use crate::domain::orders::{Item, Order};
use crate::domain::{Invalid, Parsed};

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
            _ => Err(Invalid::new("unknown_value", "Give one of a4, receipt.")),
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
    let title = format!("{name} {}", content.number);
    let mut page = Page::begin(&title, paper);
    let recipient = recipient.map(|to| lines_of(&to.name, to.address.as_ref()));
    page.markup("<section class=\"sheet invoice\">\n");
    letterhead(&mut page, &content.seller, recipient);
    page.put("<h1>", &title, "</h1>\n");
    let said = [
        ("Date", Some(content.issued_on.as_str())),
        ("For invoice", content.invoice_number.as_deref()),
        ("Order", Some(content.order_number.as_str())),
        ("Ordered on", Some(content.ordered_on.as_str())),
        ("Shipped on", content.shipped_on.as_deref()),
        ("Reason", content.reason.as_deref()),
    ];
    fields(&mut page, &said);
    lines(&mut page, content);
    match kind {
        Type::Invoice => {
            sums(&mut page, content);
            payment(&mut page, content);
        }
        Type::CreditNote => credit(&mut page, content),
    }
    page.markup("</section>\n");
    page.end()
}

/// Packing slips, each on a page of its own. `zone`: of the shop, for its dates.
pub fn packing_slips(seller: &Seller, orders: &[Order], zone: &Zone, paper: Paper) -> String {
    let title = match orders {
        [one] => format!("Packing slip {}", one.number),
        many => format!("{} packing slips", many.len()),
    };
    let mut page = Page::begin(&title, paper);
    for order in orders {
        slip(&mut page, seller, order, zone);
    }
    page.end()
}

fn slip(page: &mut Page, seller: &Seller, order: &Order, zone: &Zone) {
    let address = order.shipping_address.as_ref();
    let name = address.map(|address| &address.name).or(order.customer.name.as_ref());
    let recipient = name.map(|name| lines_of(name, address));
    page.markup("<section class=\"sheet slip\">\n");
    letterhead(page, seller, recipient);
    page.put("<h1>", &format!("Order {}", order.number), "</h1>\n");
    let (date, items) = (zone.date_of(order.order_date).text(), to_send(order));
    let units = items.iter().map(|(_, units)| units).sum::<i64>().to_string();
    let shipping = Some(order.shipping_method_name.as_str()).filter(|name| !name.is_empty());
    fields(page, &[("Ordered on", Some(&date)), ("Shipping", shipping), ("Units", Some(&units))]);
    if let Some(note) = &order.note {
        page.put("<div class=\"note\">\n<h2>Note from the buyer</h2>\n<p>", note, "</p>\n</div>\n");
    }
    page.markup("<table class=\"lines\">\n");
    // The headings are on every page, so that no page goes into another parcel.
    let of_order = format!("Items of order {}", order.number);
    head(page, [("tick", "Packed"), ("quantity", "Units"), ("item", &of_order)]);
    for (Item { name, variant_title, sku, .. }, units) in items {
        page.markup("<tr>\n<td class=\"tick\"><span></span></td>\n");
        cell(page, "quantity", &units.to_string());
        item(page, name, variant_title.as_deref(), sku.as_deref());
        page.markup("</tr>\n");
    }
    page.markup("</tbody>\n</table>\n</section>\n");
}

/// Who sends it, and to whom; `None`: that was blanked.
fn letterhead(page: &mut Page, seller: &Seller, recipient: Option<Vec<String>>) {
    let mut own = lines_of(&seller.name, seller.address.as_ref());
    let number = seller.tax_number.as_ref().map(|number| format!("Tax number {number}"));
    own.extend(seller.email.clone().into_iter().chain(number));
    page.put("<header>\n<p class=\"name\">", &seller.name, "</p>\n");
    // The name is there already.
    page.put("<p class=\"seller\">", &own.split_off(1).join("\n"), "</p>\n");
    match recipient {
        Some(lines) => page.put("<p class=\"recipient\">", &lines.join("\n"), "</p>\n"),
        None => page.markup("<p class=\"recipient\">The recipient's data was deleted.</p>\n"),
    }
    page.markup("</header>\n");
}

/// A name and an address below it, whose own name is left out where it is the same.
fn lines_of(name: &str, address: Option<&Address>) -> Vec<String> {
    let mut lines = vec![name.to_owned()];
    let Some(address) = address else { return lines };
    let town = match &address.postal_code {
        Some(code) => format!("{code} {}", address.city),
        None => address.city.clone(),
    };
    let below = [
        Some(&address.name).filter(|own| *own != name),
        Some(&address.line1),
        address.line2.as_ref(),
        Some(&town),
        address.region.as_ref(),
        Some(&address.country),
    ];
    lines.extend(below.into_iter().flatten().cloned());
    lines
}

fn fields(page: &mut Page, fields: &[(&'static str, Option<&str>)]) {
    page.markup("<dl class=\"facts\">\n");
    for (name, value) in fields {
        let Some(value) = value else { continue };
        page.put("<div><dt>", name, "</dt>");
        page.put("<dd>", value, "</dd></div>\n");
    }
    page.markup("</dl>\n");
}

/// A column: its class, its heading, whether it is shown, and what stands in it.
type Column = (&'static str, &'static str, bool, fn(&Line) -> String);

/// What was sold, with a column only for what is said of any line; of a credit note the units.
fn lines(page: &mut Page, content: &Content) {
    let lines = &content.lines;
    if lines.is_empty() {
        return;
    }
    let priced = lines.iter().any(|line| line.total.is_some());
    let discounted = lines.iter().any(|line| line.discount.is_some());
    let taxed = priced && !content.taxes.is_empty();
    let columns: [Column; 5] = [
        ("quantity", "Quantity", true, |line| line.quantity.to_string()),
        ("price", "Unit price", priced, |line| line.unit_price.clone().unwrap_or_default()),
        ("discount", "Discount", discounted, |line| {
            line.discount.as_deref().map(negative).unwrap_or_default()
        }),
        ("rate", "Tax", taxed, |line| format!("{} %", line.tax_rate)),
        ("amount", "Total", priced, |line| line.total.clone().unwrap_or_default()),
    ];
    let shown: Vec<_> = columns.into_iter().filter(|(_, _, shown, _)| *shown).collect();
    page.markup(match priced {
        true => "<table class=\"lines priced\">\n",
        false => "<table class=\"lines\">\n",
    });
    let headings = shown.iter().map(|(class, name, ..)| (*class, *name));
    head(page, [("item", "Item")].into_iter().chain(headings));
    for line in lines {
        page.markup("<tr>\n");
        item(page, &line.name, line.variant_title.as_deref(), line.sku.as_deref());
        for (class, _, _, text) in &shown {
            cell(page, class, &text(line));
        }
        page.markup("</tr>\n");
    }
    page.markup("</tbody>\n</table>\n");
}

/// The classes and the headings of a table, up to its first row.
fn head<'a>(page: &mut Page, headings: impl IntoIterator<Item = (&'static str, &'a str)>) {
    page.markup("<thead>\n<tr>\n");
    for (class, name) in headings {
        page.markup("<th scope=\"col\" class=\"");
        page.markup(class);
        page.put("\">", name, "</th>\n");
    }
    page.markup("</tr>\n</thead>\n<tbody>\n");
}

/// The cell that names what was sold.
fn item(page: &mut Page, name: &str, variant_title: Option<&str>, sku: Option<&str>) {
    page.put("<th scope=\"row\" class=\"item\">", name, "");
    let details: Vec<&str> = [variant_title, sku].into_iter().flatten().collect();
    page.put(" <span>", &details.join(" · "), "</span></th>\n");
}

fn cell(page: &mut Page, class: &'static str, text: &str) {
    page.markup("<td class=\"");
    page.markup(class);
    page.put("\">", text, "</td>\n");
}

/// What an invoice comes to. Tax on top stands above the total, tax that is in it below.
fn sums(page: &mut Page, content: &Content) {
    let currency = &content.currency;
    page.markup("<table class=\"sums\">\n<tbody>\n");
    if let Some(subtotal) = &content.subtotal {
        sum(page, "part", "Subtotal", subtotal);
    }
    if let Some(discount) = &content.discount_total {
        let name = content.discount_code.as_ref().map(|code| format!("Discount ({code})"));
        sum(page, "part", name.as_deref().unwrap_or("Discount"), &negative(discount));
    }
    if let Some(shipping) = &content.shipping_total {
        sum(page, "part", &shipping_name("Shipping", content), shipping);
    }
    if !content.prices_include_tax {
        taxes(page, "plus", &content.taxes);
    }
    sum(page, "grand", "Total", &format!("{} {currency}", content.total));
    if content.prices_include_tax {
        taxes(page, "includes", &content.taxes);
    }
    if let Some(paid) = &content.paid {
        sum(page, "paid", "Paid", &format!("{paid} {currency}"));
    }
    page.markup("</tbody>\n</table>\n");
    if content.prices_include_tax && !content.taxes.is_empty() {
        page.markup("<p class=\"remark\">Prices include tax.</p>\n");
    }
}

/// What a credit note comes to: an amount with all that is in it, whatever the prices include.
fn credit(page: &mut Page, content: &Content) {
    page.markup("<table class=\"sums\">\n<tbody>\n");
    let amount = format!("{} {}", content.total, content.currency);
    sum(page, "grand", "Amount credited", &amount);
    if let Some(shipping) = &content.shipping_total {
        sum(page, "tax", &shipping_name("includes shipping", content), shipping);
    }
    taxes(page, "includes", &content.taxes);
    page.markup("</tbody>\n</table>\n");
}

fn taxes(page: &mut Page, how: &'static str, taxes: &[TaxLine]) {
    for TaxLine { rate, net, tax } in taxes {
        sum(page, "tax", &format!("{how} {rate} % tax on {net}"), tax);
    }
}

fn shipping_name(what: &'static str, content: &Content) -> String {
    let method = content.shipping_method.as_ref();
    method.map_or(what.to_owned(), |method| format!("{what} ({method})"))
}

/// A row of a sum: what it is, and how much.
fn sum(page: &mut Page, class: &'static str, name: &str, amount: &str) {
    page.markup("<tr class=\"");
    page.markup(class);
    page.put("\">\n<th scope=\"row\">", name, "</th>\n");
    cell(page, "amount", amount);
    page.markup("</tr>\n");
}

fn payment(page: &mut Page, content: &Content) {
    let method = method_in_words(&content.payment_method);
    page.put("<div class=\"payment\">\n<h2>Payment</h2>\n<p>", method, "</p>\n");
    if let Some(instructions) = &content.payment_instructions {
        page.put("<p>", instructions, "</p>\n");
    }
    page.markup("</div>\n");
}

fn method_in_words(method: &str) -> &'static str {
    match method {
        "bank_transfer" => "Bank transfer",
        "cash_on_delivery" => "Cash on delivery",
        "pay_at_pickup" => "Pay at pickup",
        "cash" => "Cash",
        "invoice" => "On invoice",
        "card" => "Card",
        _ => "As agreed",
    }
}

fn negative(amount: &str) -> String {
    format!("\u{2212}{amount}")
}

/// What is still to be sent; of an order that was sent already, all of it.
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

/// A module of its own, so that nothing else gets at the text of a page.
mod html {
    use super::Paper;

    /// A page in the making.
    pub(super) struct Page {
        html: String,
    }

    impl Page {
        pub(super) fn begin(title: &str, paper: Paper) -> Self {
            let mut page = Self { html: String::new() };
            page.markup("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
            page.markup("<meta name=\"viewport\" content=\"width=device-width\">\n");
            page.put("<title>", title, "</title>\n");
            page.markup("<link rel=\"stylesheet\" href=\"/documents/style.css\">\n</head>\n");
            page.markup(match paper {
                Paper::A4 => "<body class=\"a4\">\n<main>\n",
                Paper::Receipt => "<body class=\"receipt\">\n<main>\n",
            });
            page
        }

        pub(super) fn end(mut self) -> String {
            self.markup("</main>\n</body>\n</html>\n");
            self.html
        }

        /// What was known when the program was made: no data can come in here.
        pub(super) fn markup(&mut self, html: &'static str) {
            self.html.push_str(html);
        }

        /// A text between its tags: the one way in for data.
        pub(super) fn put(&mut self, before: &'static str, text: &str, after: &'static str) {
            self.markup(before);
            self.html.push_str(&escaped(text));
            self.markup(after);
        }
    }

    /// Text as it stands in HTML, between tags and in quotes; it keeps its lines.
    fn escaped(text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                '\n' => out.push_str("<br>"),
                c => out.push(c),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::Id;
    use crate::domain::calendar::Date;
    use crate::domain::currency::Currency;
    use crate::domain::money::Money;
    use crate::domain::orders::{Buyer, FulfillmentStatus, PaymentStatus, Status};
    use crate::domain::settings::PaymentMethod;
    use crate::domain::tax::Percent;
    use crate::domain::totals::Totals;

    const NAUGHTY: &str = "</p></title><script>alert('x')</script> style=\"x\" & &lt;";
    const SAFE: &str = "&lt;/p&gt;&lt;/title&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; \
        style=&quot;x&quot; &amp; &amp;lt;";
    const PAPERS: [Paper; 2] = [Paper::A4, Paper::Receipt];
    const KINDS: [Type; 2] = [Type::Invoice, Type::CreditNote];

    #[test]
    fn no_text_becomes_a_tag_wherever_it_stands() {
        for (kind, paper) in KINDS.into_iter().zip(PAPERS) {
            let of = |word| invoice(kind, &content(word), Some(&recipient(word)), paper);
            assert!(of("#").matches('#').count() > 25);
            assert_eq!(of(NAUGHTY), of("#").replace('#', SAFE));
            assert_eq!(of("a\nb"), of("#").replace('#', "a<br>b"));
            let of = |word| slips(&seller(word), &[order(word)], paper);
            assert!(of("#").matches('#').count() > 20);
            assert_eq!(of(NAUGHTY), of("#").replace('#', SAFE));
        }
    }

    #[test]
    fn a_page_has_no_script_no_style_of_its_own_and_nothing_from_elsewhere() {
        for (paper, class) in PAPERS.into_iter().zip(["a4", "receipt"]) {
            let documents = KINDS.map(|kind| invoice(kind, &content("x"), None, paper));
            for html in [documents.concat(), slips(&seller("x"), &[order("x")], paper)] {
                assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"), "{html}");
                assert!(html.contains(&format!("<body class=\"{class}\">")), "{html}");
                assert!(html.contains("rel=\"stylesheet\" href=\"/documents/style.css\""));
                for bad in ["<script", "<style", "style=", "onload", "http", "//", "src="] {
                    assert!(!html.to_lowercase().contains(bad), "{bad} in {html}");
                }
            }
        }
    }

    #[test]
    fn an_invoice_says_what_was_bought_and_what_it_comes_to() {
        let content = |includes| Content { prices_include_tax: includes, ..content("7") };
        let html = invoice(Type::Invoice, &content(true), Some(&recipient("Ana")), Paper::A4);
        has(&html, &["<title>Invoice 7</title>", "<h1>Invoice 7</h1>", "Ana<br>Ana!<br>Ana<br>"]);
        has(&html, &["Tax number 7", "Shipped on", "Discount (7)", "\u{2212}7", "Shipping (7)"]);
        has(&html, &["includes 7 % tax on 7", "Prices include tax.", "7 7</td>", "Paid"]);
        has(&html, &["Bank transfer", ">Discount</th>", ">Tax</th>", "scope=\"col\""]);
        let html = invoice(Type::Invoice, &content(false), None, Paper::A4);
        has(&html, &["plus 7 % tax on 7", "The recipient's data was deleted."]);
        assert!(html.find("plus 7 %") < html.find(">Total</th>\n<td"), "{html}");
        assert!(!html.contains("include"), "{html}");
    }

    #[test]
    fn what_an_invoice_does_not_know_leaves_no_trace() {
        let mut bare = content("x");
        bare.taxes.clear();
        (bare.shipped_on, bare.paid) = (None, None);
        (bare.discount_total, bare.lines[0].discount) = (None, None);
        bare.payment_method = "pay_at_pickup".to_owned();
        let html = invoice(Type::Invoice, &bare, None, Paper::A4);
        for word in ["Shipped", "Discount", " tax", ">Tax<", "Paid", "None"] {
            assert!(!html.contains(word), "{word} in {html}");
        }
        has(&html, &["Pay at pickup"]);
    }

    #[test]
    fn a_credit_note_names_its_invoice_and_says_why_but_no_price_of_a_line() {
        let mut note = content("x");
        note.number = "CN-2".to_owned();
        note.invoice_number = Some("INV-1".to_owned());
        let line = note.lines[0].clone();
        note.lines[0] = Line { unit_price: None, discount: None, total: None, ..line };
        let html = invoice(Type::CreditNote, &note, None, Paper::Receipt);
        has(&html, &["<h1>Credit note CN-2</h1>", "<dt>For invoice</dt><dd>INV-1</dd>"]);
        has(&html, &["<dt>Reason</dt><dd>x</dd>", "Amount credited", "includes x % tax on x"]);
        has(&html, &["includes shipping (x)", "<td class=\"quantity\">2</td>"]);
        for word in ["Unit price", ">Total", "Payment", "Subtotal", "class=\"price\""] {
            assert!(!html.contains(word), "{word} in {html}");
        }
    }

    #[test]
    fn every_slip_is_a_section_with_what_is_still_to_be_sent_and_no_price() {
        let mut sent = order("b");
        (sent.items[0].shipped_quantity, sent.items[0].cancelled_quantity) = (4, 1);
        let html = slips(&seller("x"), &[order("a"), sent, order("c")], Paper::A4);
        assert_eq!(html.matches("<section class=\"sheet slip\">").count(), 3);
        has(&html, &["<title>3 packing slips</title>", "Order a", "Order b", "Order c"]);
        // 5 units, of which 2 were sent; then 5, of which 4 were sent and 1 was cancelled.
        let units = ["<td class=\"quantity\">3</td>", "<td class=\"quantity\">4</td>"];
        assert_eq!(units.map(|cell| html.matches(cell).count()), [2, 1]);
        assert_eq!(html.matches("<td class=\"tick\">").count(), 3);
        // The day in Lisbon, which is an hour ahead.
        has(&html, &["<dd>2026-07-02</dd>", "Note from the buyer"]);
        assert!(!html.contains("77.77"), "{html}");
        let one = slips(&seller("x"), &[order("a")], Paper::A4);
        has(&one, &["<title>Packing slip a</title>"]);
    }

    #[test]
    fn a_slip_without_an_address_names_the_buyer_until_that_is_blanked() {
        let mut order = Order { shipping_address: None, ..order("x") };
        order.customer.name = Some("Ana".to_owned());
        has(&slips(&seller("x"), &[order.clone()], Paper::A4), &["<p class=\"recipient\">Ana</p>"]);
        order.customer.name = None;
        has(&slips(&seller("x"), &[order], Paper::A4), &["The recipient's data was deleted."]);
    }

    #[test]
    fn paper_is_a4_or_a_roll() {
        assert_eq!(["a4", "receipt"].map(Paper::parse), PAPERS.map(Ok));
        assert_eq!(Paper::parse("A4").unwrap_err().code, "unknown_value");
    }

    fn has(html: &str, words: &[&str]) {
        for word in words {
            assert!(html.contains(word), "{word} is not in {html}");
        }
    }

    fn slips(seller: &Seller, orders: &[Order], paper: Paper) -> String {
        packing_slips(seller, orders, &Zone::parse("Europe/Lisbon").unwrap(), paper)
    }

    fn seller(word: &str) -> Seller {
        content(word).seller
    }

    fn recipient(name: &str) -> Recipient {
        Recipient { name: name.to_owned(), address: content(name).seller.address }
    }

    /// With this word in every place.
    fn content(word: &str) -> Content {
        let address = json!({
            "name": format!("{word}!"), "line1": word, "line2": word, "postal_code": word,
            "city": word, "region": word, "country": word,
        });
        let content = json!({
            "seller": { "name": word, "email": word, "address": address, "tax_number": word },
            "number": word, "invoice_number": word, "issued_on": word, "order_number": word,
            "ordered_on": word, "shipped_on": word, "currency": word, "prices_include_tax": true,
            "lines": [{
                "name": word, "variant_title": word, "sku": word, "quantity": 2,
                "unit_price": word, "discount": word, "tax_rate": word, "total": word,
            }],
            "subtotal": word, "discount_code": word, "discount_total": word,
            "shipping_method": word, "shipping_total": word, "total": word, "paid": word,
            "taxes": [{ "rate": word, "net": word, "tax": word }],
            "payment_method": "bank_transfer", "payment_instructions": word,
        });
        let content: Content = serde_json::from_value(content).unwrap();
        Content { reason: Some(word.to_owned()), ..content }
    }

    /// Five units, of which two were sent; with this word in every place that is printed.
    #[rustfmt::skip]
    fn order(word: &str) -> Order {
        let (text, some) = (|| word.to_owned(), || Some(word.to_owned()));
        let at = Zone::utc().start_of(Date::parse("2026-07-02").unwrap());
        let at = at.plus_seconds(-1);
        let (id, currency) = (Id::new(1).unwrap(), Currency::parse("EUR").unwrap());
        let (money, rate) = (Money::new(77_77, currency), Percent::ZERO);
        let item = Item {
            id, product_id: id, variant_id: id, name: text(), variant_title: some(), sku: some(),
            unit_price: money, quantity: 5, subtotal: money, discount: money, tax_rate: rate,
            tax: money, total: money, shipped_quantity: 2, cancelled_quantity: 0,
            returned_quantity: 0, withdrawal_exempt: false, taken: 0,
        };
        let totals = Totals {
            subtotal: money, discount_code: None, discount_total: money, shipping_total: money,
            shipping_tax: money, tax_total: money, taxes: Vec::new(), total: money,
        };
        Order {
            id, number: text(), status: Status::Open, payment_status: PaymentStatus::Paid,
            fulfillment_status: FulfillmentStatus::PartiallyShipped, order_date: at,
            expected_delivery_date: Date::parse("2026-07-09").unwrap(), customer_id: None,
            customer: Buyer { name: None, email: None, phone: None },
            shipping_address: seller(word).address, billing_address: None, shipping_method: text(),
            payment_method: PaymentMethod::Card, items: vec![item], totals, paid_total: money,
            refunded_total: money, to_refund: money, currency, prices_include_tax: true,
            note: some(), payments: Vec::new(), shipments: Vec::new(), refunds: Vec::new(),
            withdrawals: Vec::new(), cancelled_at: None, cancel_reason: None, hold_until: None,
            version: 1, created_at: at, updated_at: at, packed_at: None, pickup: false,
            shipping_method_name: text(), shipping_tax_rate: rate, revision: 1,
        }
    }
}
