//! A real month of a real wholesaler goes through the socket into a shop, and everything read back
//! afterwards adds up to the penny. Made-up orders are never as odd as real ones.
//!
//! `TILLBOX_RETAIL_DIR` names a folder with the UCI "Online Retail" sales of December 2010, a CSV
//! file a day, and `expected.json` with their sums.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use crate::http::Http;
use crate::server::{Server, key};

const CONNECTIONS: usize = 4;
const COLUMNS: [&str; 7] =
    ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"];

#[test]
fn a_real_month_of_a_wholesaler_adds_up_to_the_penny() {
    let Some(folder) = std::env::var_os("TILLBOX_RETAIL_DIR").map(PathBuf::from) else {
        eprintln!("The real month was not run, because TILLBOX_RETAIL_DIR is not set.");
        return;
    };
    assert!(folder.is_dir(), "TILLBOX_RETAIL_DIR is set, but {} is no folder", folder.display());
    let expected = std::fs::read(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let month = Month::of(read_sales(&folder));
    assert_eq!(month.customers.len(), number(&expected["known_customers"]));
    assert_eq!(month.products.len(), number(&expected["products_code_price"]));

    let dir = tempfile::tempdir().unwrap();
    let (server, admin) = wholesaler(dir.path(), true);
    let connect = || Http::new(server.port()).bearer(&admin);
    month.import(connect);

    let all = Sums::read(&mut connect(), "/orders");
    let pence = number(&expected["gross_pence"]);
    let orders = number(&expected["orders"]);
    let (lines, units) = (number(&expected["merged_lines"]), number(&expected["units"]));
    let tax_pence = number(&expected["tax_included_20_percent_pence"]);
    assert_eq!(all, Sums { orders, lines, units, pence, line_pence: pence, tax_pence });
    assert_eq!(tax_pence, 13_729_222);
    assert_eq!((all.orders, all.lines, all.units), (1_559, 40_635, 359_239));
    assert_eq!(all.pence, 82_374_614);

    let days = expected["days"].as_object().unwrap();
    for (day, sums) in days {
        let read = Sums::read(&mut connect(), &format!("/orders?from={day}&to={day}"));
        let read = (read.orders, read.units, read.pence, read.line_pence);
        let pence = number(&sums["gross_pence"]);
        assert_eq!(read, (number(&sums["orders"]), number(&sums["units"]), pence, pence), "{day}");
    }
    check_report(&mut connect(), days);
}

/// The report of every day says what the orders of that day add up to; a day without any has a row
/// of zeros.
fn check_report(http: &mut Http, days: &serde_json::Map<String, Value>) {
    let report = http.get("/reports/sales?from=2010-12-01&to=2010-12-31").expect(200).json();
    assert_eq!(report["time_zone"], "Europe/London");
    let rows = report["data"].as_array().unwrap();
    assert_eq!(rows.len(), 31);
    for row in rows {
        let nothing = json!({"orders": 0, "units": 0, "gross_pence": 0, "tax_pence": 0});
        let day = days.get(row["start"].as_str().unwrap()).unwrap_or(&nothing);
        assert_eq!((&row["orders"], &row["units"]), (&day["orders"], &day["units"]), "{row}");
        for (money, want) in [("gross", "gross_pence"), ("tax", "tax_pence")] {
            let read = pence(row[money].as_str().unwrap());
            assert_eq!(read, Some(number(&day[want])), "{row}");
        }
    }
    assert_eq!(report["total"]["gross"], "823746.14");
    assert_eq!(report["total"]["tax"], "137292.22");
}

#[test]
fn the_same_month_with_tax_on_top_adds_up_to_the_penny() {
    let Some(folder) = std::env::var_os("TILLBOX_RETAIL_DIR").map(PathBuf::from) else {
        eprintln!("The real month was not run, because TILLBOX_RETAIL_DIR is not set.");
        return;
    };
    let month = Month::of(read_sales(&folder));
    let dir = tempfile::tempdir().unwrap();
    let (server, admin) = wholesaler(dir.path(), false);
    let connect = || Http::new(server.port()).bearer(&admin);
    month.import(connect);
    // A fifth of each order's goods, half a penny up, in whole numbers.
    let net = |order: &Order| -> usize {
        let line = |&(product, quantity): &(usize, u64)| {
            month.products[product].pence * usize::try_from(quantity).unwrap()
        };
        order.items.iter().map(line).sum()
    };
    let tax_pence: usize = month.orders.iter().map(|order| (net(order) * 2 + 5) / 10).sum();
    let pence: usize = month.orders.iter().map(net).sum::<usize>() + tax_pence;
    let all = Sums::read(&mut connect(), "/orders");
    assert_eq!((all.pence, all.tax_pence, all.line_pence), (pence, tax_pence, pence - tax_pence));
    let report = connect().get("/reports/sales?from=2010-12-01&to=2010-12-31").expect(200).json();
    let total = |name: &str| self::pence(report["total"][name].as_str().unwrap()).unwrap();
    assert_eq!((total("gross"), total("tax")), (pence, tax_pence));
    assert_eq!(total("net"), pence - tax_pence);
}

/// A British shop with 20 % tax, in its prices or on top of them.
fn wholesaler(dir: &Path, prices_include_tax: bool) -> (Server, String) {
    let server = Server::start_with(dir, &[], &["--currency", "GBP"]);
    let admin = key(dir, "admin");
    let settings = json!({
        "time_zone": "Europe/London", "tax_rates": [{"rate": "20"}],
        "prices_include_tax": prices_include_tax,
    });
    let mut http = Http::new(server.port()).bearer(&admin);
    http.request("PATCH", "/settings", &[], Some(&settings.to_string())).unwrap().expect(200);
    (server, admin)
}

/// A line of the files that is a sale, as it stands there.
struct Sale {
    invoice: String,
    code: String,
    name: String,
    quantity: u64,
    at: String,
    pence: usize,
    customer: String,
}

/// The month in the shop's terms; orders point into the two lists.
#[derive(Default)]
struct Month {
    products: Vec<Product>,
    customers: Vec<String>,
    orders: Vec<Order>,
}

struct Product {
    code: String,
    pence: usize,
    name: String,
}

struct Order {
    at: String,
    invoice: String,
    customer: Option<usize>,
    items: Vec<(usize, u64)>,
}

impl Month {
    /// Sorts out the sales: the first description in time names a product, and an order has the
    /// time of its first line.
    fn of(mut sales: Vec<Sale>) -> Self {
        sales.sort_by(|one, other| one.at.cmp(&other.at));
        let mut month = Self::default();
        let (mut products, mut customers) = (HashMap::new(), HashMap::new());
        let mut orders: BTreeMap<String, Order> = BTreeMap::new();
        for sale in sales {
            let product = *products.entry((sale.code.clone(), sale.pence)).or_insert_with(|| {
                let name = if sale.name.is_empty() { sale.code.clone() } else { sale.name };
                month.products.push(Product { code: sale.code, pence: sale.pence, name });
                month.products.len() - 1
            });
            let customer = (!sale.customer.is_empty()).then(|| {
                *customers.entry(sale.customer.clone()).or_insert_with(|| {
                    month.customers.push(sale.customer);
                    month.customers.len() - 1
                })
            });
            let order = orders.entry(sale.invoice.clone()).or_insert_with(|| Order {
                at: sale.at,
                invoice: sale.invoice,
                customer,
                items: Vec::new(),
            });
            order.items.push((product, sale.quantity));
        }
        month.orders = orders.into_values().collect();
        month.orders.sort_by(|one, other| one.at.cmp(&other.at));
        month
    }

    /// Puts the month into the shop: products and customers first, then the orders in time order.
    fn import(&self, connect: impl Fn() -> Http + Sync) {
        let begun = Instant::now();
        let products = deal(&connect, &self.products, |http, product| {
            let price = pounds(product.pence);
            let sku = format!("{}@{price}", product.code);
            let body = json!({"name": product.name, "price": price, "sku": sku});
            created(&http.post("/products", &body).expect(201).json())
        });
        let customers = deal(&connect, &self.customers, |http, customer| {
            let email = format!("c{customer}@example.org");
            let body = json!({"name": format!("Customer {customer}"), "email": email});
            created(&http.post("/customers", &body).expect(201).json())
        });
        let prepared = begun.elapsed();
        let begun = Instant::now();
        deal(&connect, &self.orders, |http, order| {
            let body = order.body(&products, &customers).to_string();
            let once = [("Idempotency-Key", order.invoice.as_str())];
            http.request("POST", "/orders", &once, Some(&body)).unwrap().expect(201)
        });
        let (orders, millis) = (self.orders.len() as u128, begun.elapsed().as_millis().max(1));
        let lines: usize = self.orders.iter().map(|order| order.items.len()).sum();
        println!(
            "{} products and {} customers in {prepared:?}; {orders} orders of {lines} lines in \
             {millis} ms: {} orders/s, {} lines/s",
            products.len(),
            customers.len(),
            orders * 1_000 / millis,
            lines as u128 * 1_000 / millis,
        );
    }
}

impl Order {
    fn body(&self, products: &[i64], customers: &[i64]) -> Value {
        let line = |&(product, quantity): &(usize, u64)| {
            let product = products[product];
            json!({"product_id": product, "quantity": quantity})
        };
        let items: Vec<Value> = self.items.iter().map(line).collect();
        let date = format!("{}Z", self.at.replace(' ', "T"));
        if let Some(customer) = self.customer {
            return json!({"items": items, "order_date": date, "customer_id": customers[customer]});
        }
        let email = format!("guest{}@example.org", self.invoice);
        let guest = json!({"name": format!("Guest {}", self.invoice), "email": email});
        json!({"items": items, "order_date": date, "customer": guest})
    }
}

/// What a list of orders adds up to; the money twice, from the orders and from their lines (which
/// have the price without what comes on top).
#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    orders: usize,
    lines: usize,
    units: usize,
    pence: usize,
    line_pence: usize,
    tax_pence: usize,
}

impl Sums {
    fn read(http: &mut Http, path: &str) -> Self {
        let mut sums = Self::default();
        http.each(path, |order| {
            assert_eq!(order["currency"], "GBP");
            sums.orders += 1;
            sums.pence += pence(order["total"].as_str().unwrap()).unwrap();
            sums.tax_pence += pence(order["tax_total"].as_str().unwrap()).unwrap();
            for item in order["items"].as_array().unwrap() {
                sums.lines += 1;
                sums.units += number(&item["quantity"]);
                sums.line_pence += pence(item["subtotal"].as_str().unwrap()).unwrap();
            }
        });
        sums
    }
}

/// Deals the jobs in their order to the connections; the results come back in the same order.
fn deal<J: Sync, T: Send>(
    connect: &(impl Fn() -> Http + Sync),
    jobs: &[J],
    work: impl Fn(&mut Http, &J) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let mut http = connect();
                loop {
                    let index = next.fetch_add(1, Ordering::SeqCst);
                    let Some(job) = jobs.get(index) else { return };
                    let result = work(&mut http, job);
                    done.lock().unwrap().insert(index, result);
                }
            });
        }
    });
    done.into_inner().unwrap().into_values().collect()
}

fn read_sales(folder: &Path) -> Vec<Sale> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_csv = |path: &PathBuf| path.extension().is_some_and(|end| end == "csv");
    let mut files: Vec<PathBuf> = entries.filter(is_csv).collect();
    files.sort();
    let mut sales = Vec::new();
    for file in files {
        let mut reader = csv::Reader::from_path(&file).unwrap();
        assert!(reader.headers().unwrap().iter().take(7).eq(COLUMNS), "{}", file.display());
        sales.extend(reader.records().filter_map(|record| sale(&record.unwrap())));
    }
    sales
}

/// A sale has an invoice number of digits only, a quantity and a price above zero.
fn sale(record: &csv::StringRecord) -> Option<Sale> {
    let invoice = &record[0];
    let quantity: u64 = record[3].parse().ok()?;
    let pence = pence(&record[5])?;
    let digits = !invoice.is_empty() && invoice.bytes().all(|byte| byte.is_ascii_digit());
    let customer = record[6].strip_suffix(".0").unwrap_or(&record[6]).to_owned();
    (digits && quantity > 0 && pence > 0).then(|| Sale {
        invoice: invoice.to_owned(),
        code: record[1].to_owned(),
        name: record[2].trim().to_owned(),
        quantity,
        at: record[4].to_owned(),
        pence,
        customer,
    })
}

/// Pounds with at most two decimals, taken from their text; anything else is no price.
fn pence(text: &str) -> Option<usize> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
}

fn pounds(pence: usize) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}

fn created(object: &Value) -> i64 {
    object["id"].as_i64().unwrap()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}
