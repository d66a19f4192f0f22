//! Bytes that callers keep the shop waiting with: bodies that came and are not answered yet, and
//! answers that were made and are not read yet. Who shows no credential shares a part of the room,
//! and of that one address has a part.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::limits::Who;
use crate::error::{Code, Error, Result};

/// The room of bodies.
pub const BODIES: Room = Room { all: 16 << 20, strangers: 8 << 20, address: 1 << 20 };
/// The room of answers. A stranger's is larger: a page of goods with long descriptions is large.
pub const ANSWERS: Room = Room { all: 48 << 20, strangers: 16 << 20, address: 4 << 20 };

/// The room there is, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    pub all: u64,
    /// Of all callers without a credential.
    pub strangers: u64,
    /// Of one address without a credential.
    pub address: u64,
}

/// Whose bytes they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Somebody with a credential.
    Known,
    /// An address, and how many times its part it may have.
    Stranger(IpAddr, u64),
}

/// The bytes that are under way.
#[derive(Debug)]
pub struct InFlight {
    room: Room,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: u64,
    strangers: u64,
    by_address: HashMap<Who, u64>,
}

impl InFlight {
    /// As many bytes as there is room for.
    pub fn new(room: Room) -> Arc<Self> {
        Arc::new(Self { room, taken: Mutex::default() })
    }

    /// A share without any bytes yet.
    pub fn share(self: &Arc<Self>, owner: Owner) -> Share {
        Share { of: Arc::clone(self), owner, bytes: 0 }
    }

    /// Tells `false` for a stranger who has used up half of their part: what they want now would be
    /// made in vain.
    pub fn has_room(&self, owner: Owner) -> bool {
        let Owner::Stranger(ip, factor) = owner else { return true };
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.by_address.get(&Who::address(ip)).copied().unwrap_or(0);
        of_address < self.room_of_address(factor) / 2 && taken.strangers < self.room.strangers / 2
    }

    fn room_of_address(&self, factor: u64) -> u64 {
        self.room.address.saturating_mul(factor).min(self.room.strangers)
    }

    fn take(&self, owner: Owner, bytes: u64) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // What is larger than all the room may go when nothing else is under way.
        let fits = |taken: u64, room: u64| taken == 0 || taken + bytes <= room;
        if !fits(taken.all, self.room.all) {
            return false;
        }
        if let Owner::Stranger(ip, factor) = owner {
            let who = Who::address(ip);
            let of_address = taken.by_address.get(&who).copied().unwrap_or(0);
            let room = self.room_of_address(factor);
            if !(fits(of_address, room) && fits(taken.strangers, self.room.strangers)) {
                return false;
            }
            taken.by_address.insert(who, of_address + bytes);
            taken.strangers += bytes;
        }
        taken.all += bytes;
        true
    }

    fn give_back(&self, owner: Owner, bytes: u64) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(bytes);
        if let Owner::Stranger(ip, _) = owner {
            taken.strangers = taken.strangers.saturating_sub(bytes);
            let who = Who::address(ip);
            let left = taken.by_address.get(&who).map_or(0, |of| of.saturating_sub(bytes));
            match left {
                0 => taken.by_address.remove(&who),
                left => taken.by_address.insert(who, left),
            };
        }
    }
}

/// The bytes of one request, until this is dropped.
#[derive(Debug)]
pub struct Share {
    of: Arc<InFlight>,
    owner: Owner,
    bytes: u64,
}

impl Share {
    /// Adds bytes.
    ///
    /// # Errors
    /// [`Code::Busy`] where there is no room for them.
    pub fn add(&mut self, bytes: usize) -> Result<()> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        if !self.of.take(self.owner, bytes) {
            return Err(busy());
        }
        self.bytes += bytes;
        Ok(())
    }
}

/// The refusal where there is no room.
pub fn busy() -> Error {
    Error::new(Code::Busy, "The shop has its hands full. Please try again.").retry_after(5)
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.of.give_back(self.owner, self.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_all_strangers_have_a_part_of_the_room() {
        let room = InFlight::new(Room { all: 100, strangers: 50, address: 10 });
        let stranger = |last| Owner::Stranger(IpAddr::from([10, 0, 0, last]), 1);
        let taken = |owner, bytes| {
            let mut share = room.share(owner);
            share.add(bytes).map(|()| share)
        };
        let one = taken(stranger(1), 10).unwrap();
        assert!(taken(stranger(1), 1).is_err());
        let others: Vec<Share> = (2..=5).map(|last| taken(stranger(last), 10).unwrap()).collect();
        assert!(taken(stranger(6), 1).is_err());
        let known = taken(Owner::Known, 50).unwrap();
        assert!(taken(Owner::Known, 1).is_err());
        drop(one);
        assert!(taken(Owner::Stranger([10, 0, 0, 9].into(), 9), 11).is_err());
        drop((others, known));
        let shared = taken(Owner::Stranger([10, 0, 0, 9].into(), 9), 40).unwrap();
        drop(shared);
        assert!(room.taken.lock().unwrap().by_address.is_empty());
        assert!(taken(stranger(1), 200).is_ok());
    }
}
