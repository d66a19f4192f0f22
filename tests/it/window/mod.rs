//! The pages for buyers: what they show and to whom, and an order by their forms.

pub mod browser;
mod checkout;
mod crowds;
mod goods;
mod hostile;
mod orders;
mod pages;
mod sitemaps;
mod withdrawals;

/// The beginnings of the addresses of pages, with a slash behind them or nothing.
const PAGES: [&str; 13] = [
    "p",
    "c",
    "i",
    "o",
    "search",
    "cart",
    "checkout",
    "withdrawal",
    "password",
    "verify",
    "window",
    "sitemap",
    "sitemap.xml",
];

/// Tells `true` for the address of a page for buyers, or of what belongs to them.
pub fn is_at(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let mut parts = path.split('/').skip(1);
    let first = parts.next().unwrap_or_default();
    path == "/" || path == "/robots.txt" || PAGES.contains(&first)
}
