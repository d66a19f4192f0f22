//! The sitemap of a shop of very many products: each file is one that a search engine reads, and
//! every product stands in exactly one.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::json;

use crate::fixtures;
use crate::shop::Shop;

/// Of the protocol (sitemaps.org, 0.9).
const ADDRESSES_MAX: usize = 50_000;
const BYTES_MAX: usize = 50 * 1024 * 1024;
const BASE: &str = "https://tea.example.org";

/// Makes products of the first one until there are so many.
fn fill(shop: &Shop, products: i64) {
    let copies = "create temp table copies as with recursive numbers (number) as (
            select 2 union all select number + 1 from numbers where number < $1
        ) select products.* from numbers, products where products.id = 1";
    let numbers = "update copies set id = rowid + 1, handle = 'mug-' || (rowid + 1)";
    shop.beside(|tx| {
        tx.execute(copies, &[&products])?;
        for sql in [numbers, "insert into products select * from copies", "drop table copies"] {
            tx.execute(sql, &[])?;
        }
        Ok(())
    })
    .unwrap();
}

fn set_status(shop: &Shop, condition: &'static str) {
    shop.beside(|tx| tx.execute(condition, &[])).unwrap();
}

/// The addresses that stand in a file.
#[track_caller]
fn locs(shop: &Shop, path: &str) -> Vec<String> {
    let answer = shop.visitor().get(path);
    assert_eq!(answer.status, 200, "{path}");
    assert!(answer.body.len() <= BYTES_MAX, "{path}: {} bytes", answer.body.len());
    let text = String::from_utf8(answer.body).unwrap();
    let found: Vec<String> = text
        .split("<loc>")
        .skip(1)
        .map(|rest| rest.split("</loc>").next().unwrap().to_owned())
        .collect();
    assert!((1..=ADDRESSES_MAX).contains(&found.len()), "{path}: {} addresses", found.len());
    found
}

/// The paths of the files that the index names.
fn parts(shop: &Shop) -> Vec<String> {
    let path = |loc: String| loc.strip_prefix(BASE).unwrap().to_owned();
    locs(shop, "/sitemap.xml").into_iter().map(path).collect()
}

/// How often each product stands in the files, by its handle.
fn listed(shop: &Shop) -> BTreeMap<String, usize> {
    let mut listed = BTreeMap::new();
    for part in parts(shop) {
        for loc in locs(shop, &part) {
            let path = loc.strip_prefix(BASE).unwrap();
            if let Some(handle) = path.strip_prefix("/p/") {
                *listed.entry(handle.to_owned()).or_default() += 1;
            }
        }
    }
    listed
}

fn check(shop: &Shop, products: i64) {
    shop.admin().patch("/settings", json!({ "public_url": BASE })).expect(200);
    let begin = Instant::now();
    let found = listed(shop);
    println!("{} products in {} files: {:?}", found.len(), parts(shop).len(), begin.elapsed());
    let handle = |number: i64| match number {
        1 => "mug".to_owned(),
        number => format!("mug-{number}"),
    };
    let wanted = (1..=products).map(|number| (handle(number), 1)).collect();
    assert_eq!(found, wanted);
}

#[test]
fn each_of_very_many_products_stands_in_one_file() {
    let shop = Shop::new();
    fixtures::stocked(&shop, 1);
    fill(&shop, 12_000);
    check(&shop, 12_000);
    assert_eq!(parts(&shop), ["/sitemap/0.xml", "/sitemap/1.xml", "/sitemap/2.xml"]);
    // A file in which nothing would stand is named nowhere, and is none.
    let gone = "update products set status = 'archived' where id between 5000 and 9999";
    set_status(&shop, gone);
    assert_eq!(parts(&shop), ["/sitemap/0.xml", "/sitemap/2.xml"]);
    shop.visitor().get("/sitemap/1.xml").refused(404, "not_found");
    shop.visitor().get("/sitemap/3.xml").refused(404, "not_found");
    assert_eq!(listed(&shop).len(), 7_000);
    // The first one is there at all times, as the first page is.
    set_status(&shop, "update products set status = 'draft'");
    assert_eq!(parts(&shop), ["/sitemap/0.xml"]);
    assert_eq!(locs(&shop, "/sitemap/0.xml"), [format!("{BASE}/")]);
}
