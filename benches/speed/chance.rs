//! Chance that is the same in every run, so that two runs measure the same.

/// Numbers that look like chance (splitmix64).
pub struct Chance(u64);

impl Chance {
    /// The numbers that belong to one of many things.
    pub const fn of(thing: u64) -> Self {
        Self(mixed(thing.wrapping_add(STEP)))
    }

    pub const fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0) % end
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mixed(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
