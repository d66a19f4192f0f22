//! The parts of the shop that every handler shares.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::in_flight::{ANSWERS, BODIES, InFlight};
use super::kept_answers::KeptAnswers;
use super::kept_texts::KeptTexts;
use super::limits::Limits;
use super::log_lines::LogLines;
use super::places::Places;
use super::request_metrics::RequestMetrics;
use crate::cards::Cards;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::settings::Settings;
use crate::error::Result;
use crate::hashing::Hashing;
use crate::pictures::{self, Pictures};
use crate::secret::Hash;
use crate::store::setup::Setup;
use crate::store::{Store, settings};

/// Feeds of `/events` at once.
pub const FEEDS_MAX: usize = 64;
/// Pictures that come or wait at once; each has its place on the disk.
const UPLOADS_MAX: usize = 32;

/// The shared parts. Clones are the same.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    pub store: Store,
    pub setup: Setup,
    pub config: Config,
    pub clock: Clock,
    pub hashing: Hashing,
    /// Signs tokens and fingerprints; the same for the life of the file.
    pub secret: Hash,
    pub limits: Limits,
    pub metrics: RequestMetrics,
    pub log_lines: LogLines,
    /// Bodies that were not answered yet.
    pub bodies: Arc<InFlight>,
    /// Answers that were not read yet.
    pub answers: Arc<InFlight>,
    /// Answers that the next one who asks may have as well.
    pub kept_answers: KeptAnswers,
    /// Parts of pages, by what they show.
    pub kept_texts: KeptTexts,
    kept_settings: Mutex<Option<(u64, Arc<Settings>)>>,
    /// Places for those who watch the orders.
    pub feeds: Arc<Places>,
    /// Places for pictures that come, or wait.
    pub uploads: Arc<Places>,
    pub pictures: Pictures,
    pub cards: Cards,
    warned_of_proxy: AtomicBool,
}

impl App {
    /// The parts that a server is started with.
    pub fn new(store: Store, setup: Setup, config: Config, clock: Clock, secret: Hash) -> Self {
        let hashing = Hashing::new(config.worker_threads());
        let pictures = Pictures::new(pictures::Limits { memory: config.picture_memory_bytes() });
        let cards = Cards::new(store.clone(), &config.stripe_url);
        Self(Arc::new(Parts {
            store,
            setup,
            config,
            clock,
            hashing,
            secret,
            limits: Limits::default(),
            metrics: RequestMetrics::default(),
            log_lines: LogLines::default(),
            bodies: InFlight::new(BODIES),
            answers: InFlight::new(ANSWERS),
            kept_answers: KeptAnswers::default(),
            kept_texts: KeptTexts::default(),
            kept_settings: Mutex::default(),
            feeds: Places::new(FEEDS_MAX),
            uploads: Places::new(UPLOADS_MAX),
            pictures,
            cards,
            warned_of_proxy: AtomicBool::new(false),
        }))
    }

    /// The settings, read again only after something was committed: other processes do not change
    /// them.
    ///
    /// # Errors
    /// Storage errors.
    pub fn settings(&self) -> Result<Arc<Settings>> {
        // The number is read first, so that no older settings stand under a newer one.
        let now = self.store.commits();
        let kept = self.kept_settings.lock().ok().and_then(|kept| kept.clone());
        if let Some((_, settings)) = kept.filter(|(commits, _)| *commits == now) {
            return Ok(settings);
        }
        let settings = self.store.read(settings::load)?;
        if let Ok(mut kept) = self.kept_settings.lock() {
            *kept = Some((now, Arc::clone(&settings)));
        }
        Ok(settings)
    }

    /// Says once what to set when a proxy speaks that nobody has named.
    pub fn warn_of_proxy_once(&self, peer: IpAddr) {
        if !self.warned_of_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "a proxy sends X-Forwarded-For; set TILLBOX_TRUSTED_PROXIES='[\"{peer}\"]' to \
                 limit callers by their own addresses"
            );
        }
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
