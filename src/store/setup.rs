//! How a shop gets its owner: whoever shows the code that was printed at the start. Only a hash of
//! it is in memory; the code itself lies beside the shop, where its owner can read it.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use super::Store;
use super::sessions::{self, LoginRecord, NewSession, Realm};
use super::sql::Tx;
use super::{settings, staff};
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::settings::Settings;
use crate::domain::staff::Role;
use crate::domain::text::Email;
use crate::error::{Code, Error, Result};
use crate::secret::{self, Hash};

/// Where the code lies, inside the data folder.
const CODE_FILE: &str = "setup-code";
/// 128 bits: nobody guesses them within the hour.
const CODE_BYTES: usize = 16;
const CODE_SECONDS: i64 = 3600;

/// Puts sample goods into a shop that has none.
pub type Sample = fn(&Tx, Timestamp) -> Result<()>;

/// What stands open to whoever has the code.
#[derive(Clone, Copy)]
pub(super) struct Offer {
    code: Hash,
    ends_at: Timestamp,
    sample: Sample,
}

/// What the new owner says.
#[derive(Clone, Debug)]
pub struct Claim {
    pub email: Email,
    pub password_hash: String,
    pub shop_name: String,
    pub currency: Currency,
    pub country: Option<String>,
    /// What puts goods on the shelves, where they are wanted.
    pub sample: Option<Sample>,
}

impl Store {
    /// Makes the code for whoever will be the owner, in a shop that has none.
    pub fn offer_setup(&self, sample: Sample, now: Timestamp) -> Result<Option<String>> {
        self.end_setup();
        if self.read(staff::is_anyone)? {
            return Ok(None);
        }
        let random = secret::random()?;
        let code = secret::hex(random.get(..CODE_BYTES).unwrap_or_default());
        if let Err(error) = self.write_code(&code) {
            // It is printed as well, and a full disk keeps no shop from starting.
            tracing::warn!(%error, "the file with the setup code cannot be written");
        }
        let ends_at = now.plus_seconds(CODE_SECONDS);
        let offer = Offer { code: secret::hash(&code), ends_at, sample };
        if let Ok(mut kept) = self.0.setup.lock() {
            *kept = Some(offer);
        }
        Ok(Some(code))
    }

    /// What puts sample goods into the shop, for whoever has the code.
    ///
    /// # Errors
    /// A conflict when the shop has its owner; [`Code::Forbidden`] for another code, or one whose
    /// hour is over.
    pub fn open_setup(&self, code: &str, now: Timestamp) -> Result<Sample> {
        if self.read(staff::is_anyone)? {
            self.end_setup();
            return Err(has_owner());
        }
        let offer = self.0.setup.lock().ok().and_then(|offer| *offer);
        let fits = |offer: &Offer| {
            now < offer.ends_at && secret::same(&offer.code, &secret::hash(code.trim()))
        };
        offer.filter(fits).map(|offer| offer.sample).ok_or_else(|| {
            let detail = "This is not the code, or its hour is over. Start the shop again: it \
                          prints a new one.";
            Error::new(Code::Forbidden, detail)
        })
    }

    /// Forgets the code; from now on none fits.
    pub fn end_setup(&self) {
        if let Ok(mut offer) = self.0.setup.lock() {
            *offer = None;
        }
        let _ = fs::remove_file(self.code_file());
    }

    fn write_code(&self, code: &str) -> std::io::Result<()> {
        let path = self.code_file();
        let mut file = File::options().create_new(true).write(true).mode(0o600).open(path)?;
        writeln!(file, "{code}")
    }

    fn code_file(&self) -> PathBuf {
        self.0.folder.join(CODE_FILE)
    }
}

/// Gives the shop its owner, its name and its currency, and signs the owner in. `place`: from
/// where.
///
/// # Errors
/// A conflict when somebody was faster, or sample goods are wanted among others;
/// [`Code::CurrencyFixed`] once something has a price.
pub fn claim(
    tx: &Tx,
    claim: &Claim,
    network_hash: Option<&Hash>,
    now: Timestamp,
) -> Result<(LoginRecord, NewSession)> {
    if staff::is_anyone(tx)? {
        return Err(has_owner());
    }
    let old = settings::load(tx)?;
    let new = Settings {
        name: claim.shop_name.clone(),
        country: claim.country.clone().or_else(|| old.country.clone()),
        ..old.clone().in_currency(claim.currency)
    };
    settings::update(tx, &old, &new, now)?;
    if let Some(fill) = claim.sample {
        fill_shelves(tx, fill, now)?;
    }
    let (email, hash) = (&claim.email, &claim.password_hash);
    let owner = staff::add(tx, email, Some(Role::Owner), hash, now)?;
    let record = LoginRecord {
        id: owner.id,
        customer_id: None,
        role: Some(owner.role),
        password_hash: hash.clone(),
        known_network: false,
    };
    let opened = sessions::open(tx, Realm::Staff, &email.key(), &record, network_hash, now)?;
    let opened = opened.ok_or_else(|| Error::internal("the new owner has another password"))?;
    Ok((record, opened))
}

fn fill_shelves(tx: &Tx, fill: Sample, now: Timestamp) -> Result<()> {
    if tx.exists("select 1 from products limit 1", &[])? {
        let detail = "The shop has goods already; leave \"sample\" out.";
        return Err(Error::conflict(detail));
    }
    fill(tx, now)
}

fn has_owner() -> Error {
    Error::conflict("The shop has its owner already. Please sign in.")
}
