//! The least that Rocket itself can do: a few bytes of JSON for an id, from a route that looks at
//! nothing.

use rocket::config::{Config, LogLevel};
use rocket::response::content::RawJson;
use rocket::tokio::runtime::Builder;
use serde::Serialize;

const WORKERS: usize = 2;

#[derive(Serialize)]
struct Hello {
    id: i64,
    name: &'static str,
    price: i64,
}

#[rocket::get("/hello/<id>")]
fn hello(id: i64) -> RawJson<String> {
    RawJson(serde_json::to_string(&Hello { id, name: "World", price: 1_999 }).unwrap())
}

/// Serves until the process is ended.
pub fn serve(port: u16) {
    let config = Config { port, log_level: LogLevel::Off, ..Config::release_default() };
    let rocket = rocket::custom(config).mount("/", rocket::routes![hello]);
    let runtime = Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    runtime.unwrap().block_on(rocket.launch()).map(drop).unwrap();
}
