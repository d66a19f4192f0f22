//! The parts of the shop that every handler shares.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::in_flight::{ANSWERS, BODIES, InFlight};
use super::kept_answers::KeptAnswers;
use super::kept_texts::KeptTexts;
use super::limits::Limits;
use super::log_lines::LogLines;
use super::places::Places;
use super::reading::Reading;
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
use crate::store::{Store, Tx, collections, settings};

/// Feeds of `/events` at once.
pub const FEEDS_MAX: usize = 64;
/// Collections that every page for buyers leads to.
const COLLECTIONS_AT_TOP_MAX: usize = 8;
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
    read_settings: Reading<Settings>,
    read_collections: Reading<Vec<(String, String)>>,
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
            read_settings: Reading::default(),
            read_collections: Reading::default(),
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
        self.read_settings.of(&self.store, || self.store.read(settings::load))
    }

    /// The handles and names of the collections at the top that lead to goods, so many at most;
    /// read as the settings are.
    ///
    /// # Errors
    /// Storage errors.
    pub fn collections_at_top(&self) -> Result<Arc<Vec<(String, String)>>> {
        let read = |tx: &Tx| collections::names_at_top(tx, COLLECTIONS_AT_TOP_MAX);
        self.read_collections.of(&self.store, || self.store.read(read).map(Arc::new))
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
