//! The set-up of a shop: its owner is the one who shows the code that was printed at the start.
//! Only a hash of it is in memory; the code itself lies beside the shop, where its owner can read
//! it.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::engine::store::Store;
use super::sessions::{self, LoginRecord, NewSession, Realm};
use super::{Tx, samples, settings, staff};
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::settings::Settings;
use crate::domain::staff::Role;
use crate::domain::tax::{Percent, TaxRate};
use crate::domain::text::Email;
use crate::domain::window::Language;
use crate::error::{Code, Error, Result};
use crate::secret::{self, Hash};

/// The file of the code, inside the data folder.
const CODE_FILE: &str = "setup-code";
/// 128 bits: nobody guesses them within the hour.
const CODE_BYTES: usize = 16;
const CODE_SECONDS: i64 = 3600;

/// Puts sample goods into a shop that has none, in a language.
pub type Sample = fn(&Tx, Language) -> Result<()>;

/// The code that makes an owner, and the sample that is offered with it.
#[derive(Clone, Copy)]
struct SetupCode {
    hash: Hash,
    ends_at: Timestamp,
    sample: Sample,
}

/// The set-up of a shop, open to the holder of its code. Clones share it.
#[derive(Clone)]
pub struct Setup {
    store: Store,
    code: Arc<Mutex<Option<SetupCode>>>,
}

/// The words of the new owner.
#[derive(Clone, Debug)]
pub struct OwnerInput {
    pub email: Email,
    pub password_hash: String,
    pub shop_name: String,
    pub currency: Currency,
    pub country: Option<String>,
    /// That the shop speaks first.
    pub language: Option<Language>,
    /// The tax on everything, unless it charges none.
    pub tax_rate: Option<Percent>,
    /// The reason for charging none.
    pub tax_exempt_note: Option<String>,
    /// Puts goods on the shelves, where they are wanted.
    pub sample: Option<Sample>,
}

impl Setup {
    /// The set-up of this shop, without a code.
    pub fn new(store: Store) -> Self {
        Self { store, code: Arc::default() }
    }

    /// Makes the code of a shop that has no owner; `None` where there is one.
    pub fn offer(&self, sample: Sample) -> Result<Option<String>> {
        self.end();
        if self.store.read(staff::exists)? {
            return Ok(None);
        }
        let random = secret::random()?;
        let code = secret::hex(random.get(..CODE_BYTES).unwrap_or_default());
        if let Err(error) = self.write_code(&code) {
            // It is printed as well, and a full disk keeps no shop from starting.
            tracing::warn!(%error, "the file with the setup code cannot be written");
        }
        let ends_at = self.store.now().plus_seconds(CODE_SECONDS);
        if let Ok(mut offered) = self.code.lock() {
            *offered = Some(SetupCode { hash: secret::hash(&code), ends_at, sample });
        }
        Ok(Some(code))
    }

    /// The sample goods that are offered to the holder of the code.
    ///
    /// # Errors
    /// A conflict when the shop has its owner; [`Code::Forbidden`] for another code, or one whose
    /// hour is over.
    pub fn open(&self, code: &str) -> Result<Sample> {
        if self.store.read(staff::exists)? {
            self.end();
            return Err(has_owner());
        }
        let offered = self.code.lock().ok().and_then(|offered| *offered);
        let fits = |offered: &SetupCode| {
            let in_time = self.store.now() < offered.ends_at;
            in_time && secret::same(&offered.hash, &secret::hash(code.trim()))
        };
        offered.filter(fits).map(|offered| offered.sample).ok_or_else(|| {
            let detail = "This is not the code, or its hour is over. Start the shop again: it \
                          prints a new one.";
            Error::new(Code::Forbidden, detail)
        })
    }

    /// Forgets the code; from now on none fits.
    pub fn end(&self) {
        if let Ok(mut offered) = self.code.lock() {
            *offered = None;
        }
        remove_code(self.store.folder());
    }

    fn write_code(&self, code: &str) -> std::io::Result<()> {
        let path = self.store.folder().join(CODE_FILE);
        let mut file = File::options().create_new(true).write(true).mode(0o600).open(path)?;
        writeln!(file, "{code}")
    }
}

/// Removes the file of the code from a shop that has its owner.
pub fn remove_code(folder: &Path) {
    let _ = fs::remove_file(folder.join(CODE_FILE));
}

/// Gives the shop its owner, its name and its currency, and signs the owner in. `network_hash`: of
/// the network they come from.
///
/// # Errors
/// A conflict when another owner was faster, or sample goods are wanted among others;
/// [`Code::CurrencyFixed`] once something has a price.
pub fn create_owner(
    tx: &Tx,
    input: &OwnerInput,
    network_hash: Option<&Hash>,
) -> Result<(LoginRecord, NewSession)> {
    if staff::exists(tx)? {
        return Err(has_owner());
    }
    let old = settings::load(tx)?;
    let mut new = Settings::clone(&old).in_currency(input.currency);
    new.name.clone_from(&input.shop_name);
    if let Some(language) = input.language {
        new.window = new.window.speaking_first(language);
    }
    if let Some(country) = &input.country {
        new = new.settled_in(country.clone());
    }
    new.tax_rates.extend(input.tax_rate.map(TaxRate::of_everything));
    new.tax_exempt_note.clone_from(&input.tax_exempt_note);
    settings::update(tx, &old, &new)?;
    if let Some(fill) = input.sample {
        fill_shelves(tx, fill, new.window.own_language())?;
    }
    let (email, hash) = (&input.email, &input.password_hash);
    let owner = staff::add(tx, email, Some(Role::Owner), hash)?;
    let record = LoginRecord {
        id: owner.id,
        customer_id: None,
        role: Some(owner.role),
        password_hash: hash.clone(),
        known_network: false,
    };
    let opened = sessions::open(tx, Realm::Staff, &email.key(), &record, network_hash)?;
    let opened = opened.ok_or_else(|| Error::internal("the new owner has another password"))?;
    Ok((record, opened))
}

fn fill_shelves(tx: &Tx, fill: Sample, language: Language) -> Result<()> {
    if tx.exists("select 1 from products limit 1", &[])? {
        let detail = "The shop has goods already, so it takes no sample goods.";
        return Err(Error::conflict(detail));
    }
    fill(tx, language)?;
    samples::mark(tx)
}

fn has_owner() -> Error {
    Error::conflict("The shop has its owner already. Please sign in.")
}
