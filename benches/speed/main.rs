//! The speed of the shop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod chance;
mod fill;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["generate", folder, "--products", products, "--orders", orders] => {
            fill::fill(folder.as_ref(), products.parse().unwrap(), orders.parse().unwrap());
        }
        _ => panic!("generate DIR --products N --orders N"),
    }
}
