//! Invoices, credit notes and packing slips as pages to print.
//!
//! A page holds no script and no style of its own: its looks are `/documents/style.css`. Its markup
//! is written down here, and whatever else stands on it goes through [`Page::put`], so that no
//! text can become a tag.

#[cfg(test)]
mod tests;

use html::Page;

use crate::domain::calendar::Zone;
use crate::domain::customers::Address;
use crate::domain::invoices::{Content, Line, Recipient, Seller, TaxLine, Type};
use crate::domain::orders::{Item, Order};
use crate::domain::pictures::thumbnail;
use crate::domain::{Invalid, Parsed};

/// The paper that a page is printed on.
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
    let recipient = recipient.map(|to| invoiced_to(&to.name, to.address.as_ref()));
    page.markup("<section class=\"sheet invoice\">\n");
    letterhead(&mut page, &content.seller, recipient);
    page.put("<h1>", &title, "</h1>\n");
    let belongs_to = match kind {
        Type::Invoice => "Further to invoice",
        Type::CreditNote => "For invoice",
    };
    let said = [
        ("Date", Some(content.issued_on.as_str())),
        (belongs_to, content.invoice_number.as_deref()),
        ("Order", Some(content.order_number.as_str())),
        ("Ordered on", Some(content.ordered_on.as_str())),
        ("Shipped on", content.shipped_on.as_deref()),
        ("Reason", content.reason.as_deref()),
    ];
    fields(&mut page, &said);
    lines(&mut page, content);
    match kind {
        Type::Invoice if content.invoice_number.is_some() => change(&mut page, "Total", content),
        Type::Invoice => sums(&mut page, content),
        Type::CreditNote => change(&mut page, "Amount credited", content),
    }
    if kind == Type::Invoice {
        payment(&mut page, content);
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
    let phone = address.and_then(|address| address.phone.clone());
    let recipient = name.map(|name| lines_of(name, address).into_iter().chain(phone).collect());
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
    for (Item { name, variant_title, sku, note, picture, .. }, units) in items {
        page.markup("<tr>\n<td class=\"tick\"><span></span></td>\n");
        cell(page, "quantity", &units.to_string());
        page.markup("<th scope=\"row\" class=\"item\">");
        if let Some(picture) = picture {
            page.put("<img src=\"", &thumbnail(&picture.hash), "\" alt=\"\">");
        }
        item(page, name, [variant_title.as_deref(), sku.as_deref()], note.as_deref());
        page.markup("</tr>\n");
    }
    page.markup("</tbody>\n</table>\n</section>\n");
}

/// The sender and the recipient; `None`: that was blanked.
fn letterhead(page: &mut Page, seller: &Seller, recipient: Option<Vec<String>>) {
    let address = seller.address.as_ref();
    let mut own = lines_of(&seller.name, address);
    // The name is there already.
    own.retain(|line| *line != seller.name);
    let number = seller.tax_number.as_ref().map(|number| format!("Tax number {number}"));
    own.extend(address.and_then(|address| address.phone.clone()));
    own.extend(seller.email.clone().into_iter().chain(number).chain(vat_line(address)));
    page.put("<header>\n<p class=\"name\">", &seller.name, "</p>\n");
    page.put("<p class=\"seller\">", &own.join("\n"), "</p>\n");
    match recipient {
        Some(lines) => page.put("<p class=\"recipient\">", &lines.join("\n"), "</p>\n"),
        None => page.markup("<p class=\"recipient\">The recipient's data was deleted.</p>\n"),
    }
    page.markup("</header>\n");
}

/// The lines of whoever an invoice is for: a company is named with its number for VAT.
fn invoiced_to(name: &str, address: Option<&Address>) -> Vec<String> {
    lines_of(name, address).into_iter().chain(vat_line(address)).collect()
}

fn vat_line(address: Option<&Address>) -> Option<String> {
    address?.vat_id.as_ref().map(|id| format!("VAT ID {id}"))
}

/// A name and an address below it, whose own name is left out where it is the same. The company
/// stands above.
fn lines_of(name: &str, address: Option<&Address>) -> Vec<String> {
    let Some(address) = address else { return vec![name.to_owned()] };
    let company = address.company.as_ref().filter(|company| *company != name);
    let mut lines: Vec<String> = company.cloned().into_iter().chain([name.to_owned()]).collect();
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

/// The lines, with a column only for what is said of any of them. The document of a step has no
/// price of a unit, and an older credit note no sums.
fn lines(page: &mut Page, content: &Content) {
    let lines = &content.lines;
    if lines.is_empty() {
        return;
    }
    let priced = lines.iter().any(|line| line.total.is_some());
    let by_unit = lines.iter().any(|line| line.unit_price.is_some());
    let discounted = lines.iter().any(|line| line.discount.is_some());
    let taxed = priced && !content.taxes.is_empty();
    let columns: [Column; 5] = [
        ("quantity", "Quantity", true, |line| line.quantity.to_string()),
        ("price", "Unit price", by_unit, |line| line.unit_price.clone().unwrap_or_default()),
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
        page.markup("<th scope=\"row\" class=\"item\">");
        item(page, &line.name, [line.variant_title.as_deref(), line.sku.as_deref()], None);
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

/// The rest of a cell that names what was sold, and what the buyer said of it.
fn item(page: &mut Page, name: &str, details: [Option<&str>; 2], note: Option<&str>) {
    page.put("", name, "");
    let details: Vec<&str> = details.into_iter().flatten().collect();
    page.put(" <span>", &details.join(" · "), "</span>");
    if let Some(note) = note {
        page.put("<p>", note, "</p>");
    }
    page.markup("</th>\n");
}

fn cell(page: &mut Page, class: &'static str, text: &str) {
    page.markup("<td class=\"");
    page.markup(class);
    page.put("\">", text, "</td>\n");
}

/// The sums of an invoice. Tax on top stands above the total, tax that is in it below.
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
    if let Some(reductions) = &content.price_reductions {
        sum(page, "part", "Price reductions", &negative(reductions));
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
    tax_note(page, content);
}

/// The sum of the document of a step: an amount with all that is in it, whatever the prices
/// include. Without lines the rows above it say what it is about.
fn change(page: &mut Page, name: &'static str, content: &Content) {
    let alone = content.lines.is_empty();
    let (class, reduced, shipped) = match alone {
        true => ("part", "Price reductions", "Shipping"),
        false => ("tax", "includes price reductions", "includes shipping"),
    };
    let parts = [
        (reduced.to_owned(), &content.price_reductions),
        (shipping_name(shipped, content), &content.shipping_total),
    ];
    let rows = |page: &mut Page| {
        for (name, amount) in &parts {
            if let Some(amount) = amount {
                sum(page, class, name, amount);
            }
        }
    };
    page.markup("<table class=\"sums\">\n<tbody>\n");
    if alone {
        rows(page);
    }
    sum(page, "grand", name, &format!("{} {}", content.total, content.currency));
    if !alone {
        rows(page);
    }
    taxes(page, "includes", &content.taxes);
    page.markup("</tbody>\n</table>\n");
    tax_note(page, content);
}

/// The sentence of a shop that charges no tax.
fn tax_note(page: &mut Page, content: &Content) {
    if let Some(note) = &content.tax_note {
        page.put("<p class=\"remark\">", note, "</p>\n");
    }
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

/// The units still to be sent; of an order that was sent already, all of it.
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
    use crate::api::print::Paper;
    use crate::http::html::escaped;

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

        /// Markup that was known when the program was made: no data can come in here.
        pub(super) fn markup(&mut self, html: &'static str) {
            self.html.push_str(html);
        }

        /// A text between its tags, with its lines: the one way in for data.
        pub(super) fn put(&mut self, before: &'static str, text: &str, after: &'static str) {
            self.markup(before);
            self.html.push_str(&escaped(text).replace('\n', "<br>"));
            self.markup(after);
        }
    }
}
