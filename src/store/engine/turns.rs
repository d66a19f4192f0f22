//! Turns at long reads. Each class of readers has turns and waiting places of its own, so that a
//! crowd of strangers keeps nobody waiting but strangers.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::Id;
use crate::error::{Code, Error, Result};

/// Long reads at once of each class but the shop's own, and of the shop's.
const TURNS_OF_OTHERS: u32 = 1;
const TURNS_OF_SHOP: u32 = 2;
/// Long reads at once, of all classes together.
pub const TURNS_MAX: u32 = 3 * TURNS_OF_OTHERS + TURNS_OF_SHOP;
/// Readers of a class that have a turn or wait for one.
const PLACES_MAX: usize = 64;
/// The same, of one address or one account.
const PLACES_OF_ONE_MAX: usize = 8;

/// The one who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reader {
    /// A caller without an account, from this network; from none that could be told from others.
    Visitor(Option<IpAddr>),
    /// A customer, by their account.
    Customer(Id),
    /// The shop front's server, which reads for visitors.
    Storefront,
    /// The staff, and programs with a key to the shop.
    Shop,
}

/// The turns of all classes.
pub struct Turns {
    visitors: Class,
    customers: Class,
    storefronts: Class,
    shop: Class,
    own: Arc<Mutex<HashMap<Reader, usize>>>,
}

struct Class {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Class {
    fn of(turns: u32) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(turns as usize)),
            places: Arc::new(Semaphore::new(PLACES_MAX)),
        }
    }
}

/// A turn, until it is dropped.
pub struct Turn {
    _place: Place,
    _of_class: OwnedSemaphorePermit,
}

/// A place among those of a class, and among those of one reader.
struct Place {
    reader: Reader,
    own: Arc<Mutex<HashMap<Reader, usize>>>,
    _of_class: OwnedSemaphorePermit,
}

impl Default for Turns {
    /// No turn is taken yet.
    fn default() -> Self {
        Self {
            visitors: Class::of(TURNS_OF_OTHERS),
            customers: Class::of(TURNS_OF_OTHERS),
            storefronts: Class::of(TURNS_OF_OTHERS),
            shop: Class::of(TURNS_OF_SHOP),
            own: Arc::default(),
        }
    }
}

impl Turns {
    /// Waits for a turn.
    ///
    /// # Errors
    /// [`Code::Busy`], at once, when too many of the class or of one reader wait.
    pub async fn take(&self, reader: Reader) -> Result<Turn> {
        let class = match reader {
            Reader::Visitor(_) => &self.visitors,
            Reader::Customer(_) => &self.customers,
            Reader::Storefront => &self.storefronts,
            Reader::Shop => &self.shop,
        };
        let place = self.place(class, reader)?;
        let turn = Arc::clone(&class.turns).acquire_owned().await;
        let turn = turn.map_err(|error| Error::internal(error.to_string()))?;
        Ok(Turn { _place: place, _of_class: turn })
    }

    fn place(&self, class: &Class, reader: Reader) -> Result<Place> {
        let busy = || {
            let detail = "Too many searches at once. Please try again.";
            Error::new(Code::Busy, detail).retry_after(2)
        };
        let most = match reader {
            Reader::Visitor(Some(_)) | Reader::Customer(_) => PLACES_OF_ONE_MAX,
            Reader::Visitor(None) | Reader::Storefront | Reader::Shop => PLACES_MAX,
        };
        let place = Arc::clone(&class.places).try_acquire_owned().map_err(|_| busy())?;
        let mut own = self.own.lock().map_err(|_| busy())?;
        let held = own.entry(reader).or_default();
        if *held >= most {
            return Err(busy());
        }
        *held += 1;
        Ok(Place { reader, own: Arc::clone(&self.own), _of_class: place })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Ok(mut own) = self.own.lock() else { return };
        let Some(held) = own.get_mut(&self.reader) else { return };
        *held -= 1;
        if *held == 0 {
            own.remove(&self.reader);
        }
    }
}
