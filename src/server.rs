//! A server over one folder: used by the program and by every test.

use std::io::{IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use rocket::config::{Ident, LogLevel, Shutdown};
use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use rocket::futures::future::BoxFuture;
use rocket::{Build, Orbit, Rocket};

use crate::api;
use crate::cards::{Asker, Cards};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::housekeeping::Housekeeper;
use crate::http::app::App;
use crate::http::{self, lost_headers};
use crate::post::Post;
use crate::secret::Hash;
use crate::store::engine::health::State;
use crate::store::setup::{Sample, Setup};
use crate::store::{Store, opening, settings};
use crate::window;
use crate::{housekeeping, process, qr};

/// Requests in flight may take this long after the server was told to stop.
const GRACE_SECONDS: u32 = 3;
/// Connections may take this long to close after that.
const MERCY_SECONDS: u32 = 1;

/// A shop that is ready to be launched. Close the store after it was.
pub struct Server {
    pub rocket: Rocket<Build>,
    pub store: Store,
    pub setup: Setup,
    /// Signs tokens; the same for the life of the file.
    pub secret: Hash,
    pub cards: Cards,
}

/// The text below the line with the address, made of the address that reaches the shop:
/// `http://127.0.0.1:8000`.
pub type Greeting = Box<dyn FnOnce(&str) -> String + Send + Sync>;

/// Opens the shop and puts it on a server.
///
/// # Errors
/// One sentence for a folder that cannot be used.
pub fn build(config: &Config, clock: &Clock) -> Result<Server> {
    let workers = u32::try_from(config.worker_threads()).unwrap_or(1);
    let store = opening::open(&config.data, clock.clone(), config.currency()?, workers)?;
    let (setup, secret) = (Setup::new(store.clone()), store.read(settings::secret)?);
    let app = App::new(store.clone(), setup.clone(), config.clone(), clock.clone(), secret);
    let cards = app.cards.clone();
    lost_headers::listen();
    let rocket = http::mount(rocket::custom(figment(config)), app);
    let rocket = window::mount(api::mount(rocket));
    Ok(Server { rocket, store, setup, secret, cards })
}

/// Serves until the process is told to stop; what was accepted by then is answered and written.
/// `prepare` has the shop to itself before the first request.
///
/// # Errors
/// One sentence for a port that is taken, and for a writer that ended; what `prepare` returned.
pub fn serve(
    config: &Config,
    prepare: impl AsyncFnOnce(Store, Setup) -> Result<Greeting>,
) -> Result<()> {
    process::return_large_blocks();
    let Server { rocket, store, setup, secret, cards } = build(config, &Clock::system())?;
    let runtime = rocket::tokio::runtime::Builder::new_multi_thread()
        .worker_threads(config.worker_threads())
        .thread_name("worker")
        .enable_all()
        .build()
        .map_err(|error| Error::internal(error.to_string()))?;
    let launched = runtime.block_on(async {
        let greeting = prepare(store.clone(), setup).await?;
        let greet = AdHoc::on_liftoff("greeting", |rocket| greet(rocket, greeting));
        let keeper = Housekeeper::new(store.clone(), config.backups_kept);
        let (post, asker) = (Post::new(store.clone(), secret), Asker::new(cards));
        let returning = housekeeping::return_memory(store.clone());
        // A server that cannot listen leaves the shop as it is. They end with the runtime.
        let work = AdHoc::on_liftoff("work", |_| {
            Box::pin(async move {
                rocket::tokio::spawn(keeper.run());
                rocket::tokio::spawn(post.run());
                rocket::tokio::spawn(returning);
                rocket::tokio::spawn(asker.run());
            })
        });
        let ending = end_with_the_writer(&store);
        Ok::<_, Error>(rocket.attach(greet).attach(work).attach(ending).launch().await)
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    store.close();
    if store.state() == State::Stopped {
        let detail = "The shop could not be written any more. It ends, to be started again.";
        return Err(Error::conflict(detail));
    }
    match launched? {
        Ok(_) => Ok(()),
        Err(error) => failed_launch(config, &error),
    }
}

/// Tells where a shop without an owner gets one; of others, there is nothing to say.
pub fn await_owner(setup: &Setup, sample: Sample) -> Result<Greeting> {
    Ok(match setup.offer(sample)? {
        Some(code) => Box::new(move |url| {
            let address = format!("{url}/admin#setup={code}");
            // A program that reads the line has no telephone.
            let code = std::io::stdout().is_terminal().then(|| qr::drawn(&address)).flatten();
            format!("Set up: {address}\n{}", code.unwrap_or_default())
        }),
        None => Box::new(|_| String::new()),
    })
}

fn greet(rocket: &Rocket<Orbit>, greeting: Greeting) -> BoxFuture<'_, ()> {
    let (address, port) = (rocket.config().address, rocket.config().port);
    let url = |address| format!("http://{}", SocketAddr::new(address, port));
    let (url, reached) = (url(address), url(reached_at(address)));
    let shutdown = rocket.shutdown();
    Box::pin(async move {
        // Rocket listens for signals only after this; a reader of the line may send one at once.
        end_at_a_signal(shutdown);
        let mut out = std::io::stdout();
        let _ = writeln!(out, "Tillbox is listening on {url}");
        let _ = out.write_all(greeting(&reached).as_bytes());
        let _ = out.flush();
    })
}

/// The address by which another machine finds a shop that listens at every address of this one:
/// that which leads out of it.
fn reached_at(address: IpAddr) -> IpAddr {
    if !address.is_unspecified() {
        return address;
    }
    // Nothing is sent by this; the address is one that no machine has (RFC 5737).
    let outwards = || {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    };
    outwards().map_or(address, |found| found.ip())
}

/// Without its writer a server refuses every change; one that is started again does not.
fn end_with_the_writer(store: &Store) -> AdHoc {
    let store = store.clone();
    AdHoc::on_liftoff("writer", |rocket| {
        let shutdown = rocket.shutdown();
        Box::pin(async move {
            rocket::tokio::spawn(async move {
                store.writer_ended().await;
                shutdown.notify();
            });
        })
    })
}

fn end_at_a_signal(shutdown: rocket::Shutdown) {
    use rocket::tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let Ok(mut signals) = signal(kind) else { continue };
        let shutdown = shutdown.clone();
        rocket::tokio::spawn(async move {
            signals.recv().await;
            shutdown.notify();
        });
    }
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
