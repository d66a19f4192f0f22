//! A server over one folder: used by the program and by every test.

use std::time::Duration;

use rocket::config::{Ident, LogLevel, Shutdown};
use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::{Build, Rocket};

use crate::api::{self, App};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::store::{NewShop, Store, settings};
use crate::{housekeeping, process};

/// Requests in flight may take this long after the server was told to stop.
const GRACE_SECONDS: u32 = 5;
/// Connections may take this long to close after that.
const MERCY_SECONDS: u32 = 2;

/// A shop that is ready to be launched. Close the store after it was.
pub struct Server {
    pub rocket: Rocket<Build>,
    pub store: Store,
}

/// Opens the shop and puts it on a server.
///
/// # Errors
/// One sentence for a folder that cannot be used.
pub fn build(config: &Config, clock: &Clock) -> Result<Server> {
    let new = NewShop { currency: config.currency()?, now: clock.now() };
    let workers = u32::try_from(config.worker_threads()).unwrap_or(1);
    let store = Store::open(&config.data, new, workers)?;
    let secret = store.read(settings::secret)?;
    let app = App::new(store.clone(), config.clone(), clock.clone(), secret);
    let rocket = api::mount(rocket::custom(figment(config)), app);
    Ok(Server { rocket, store })
}

/// Serves until the process is told to stop; what was accepted by then is answered and written.
///
/// # Errors
/// One sentence for a port that is taken.
pub fn serve(config: &Config) -> Result<()> {
    process::raise_file_limit();
    process::survive_file_size_limit();
    let clock = Clock::system();
    let Server { rocket, store } = build(config, &clock)?;
    let runtime = rocket::tokio::runtime::Builder::new_multi_thread()
        .worker_threads(config.worker_threads())
        .thread_name("worker")
        .enable_all()
        .build()
        .map_err(|error| Error::internal(error.to_string()))?;
    let launched = runtime.block_on(async {
        let keeper =
            rocket::tokio::spawn(housekeeping::run(store.clone(), config.backups_kept, clock));
        let launched = rocket.attach(AdHoc::on_liftoff("address", say_address)).launch().await;
        keeper.abort();
        launched
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    store.close();
    match launched {
        Ok(_) => Ok(()),
        Err(error) => failed_launch(config, &error),
    }
}

fn say_address(rocket: &Rocket<rocket::Orbit>) -> rocket::futures::future::BoxFuture<'_, ()> {
    let (address, port) = (rocket.config().address, rocket.config().port);
    let host = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
    Box::pin(async move {
        use std::io::Write;
        let mut out = std::io::stdout();
        let _ = writeln!(out, "Tillbox is listening on http://{host}:{port}");
        let _ = out.flush();
    })
}

fn failed_launch(config: &Config, error: &rocket::Error) -> Result<()> {
    use rocket::error::ErrorKind;
    let at = format!("{}:{}", config.address, config.port);
    match error.kind() {
        // Something was still open when the time to stop was over.
        ErrorKind::Shutdown(..) => Ok(()),
        ErrorKind::Bind(cause) => Err(Error::conflict(format!("Cannot listen on {at}: {cause}."))),
        other => Err(Error::conflict(format!("Cannot serve on {at}: {other}."))),
    }
}

fn figment(config: &Config) -> Figment {
    let shutdown = Shutdown { grace: GRACE_SECONDS, mercy: MERCY_SECONDS, ..Shutdown::default() };
    Figment::from(rocket::Config {
        address: config.address,
        port: config.port,
        workers: config.worker_threads(),
        ident: Ident::none(),
        ip_header: None,
        log_level: LogLevel::Off,
        cli_colors: false,
        shutdown,
        ..rocket::Config::release_default()
    })
}
