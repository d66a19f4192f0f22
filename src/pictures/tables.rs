//! What the code tables of a lossless WebP take: a file of a few megabytes may ask for more than a
//! gigabyte of them.
//!
//! How many there are stands behind a few small pictures that tell of blocks, so these are read as
//! far as it takes to find their ends. Follows the specification of the bitstream (RFC 9649); where
//! a file does not, the decoder stops as well, and what was found until then is what it takes.

use std::io::{BufRead, Read};

/// The order in which the lengths of the codes for lengths are written.
const ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/// Symbols of the five codes of a group; the first has those of a cache of colours as well.
const ALPHABETS: [usize; 5] = [256 + 24, 256, 256, 256, 40];
const LENGTH_MAX: usize = 15;
/// Bits of the codes that the decoder's table resolves at once, four bytes for each pattern.
const TABLE_BITS: usize = 10;
/// Bytes that a code takes at least, and one that is longer than the table's.
const CODE: usize = 128;
const LONG: usize = 64;

/// Bytes of the tables of a picture of a size, whose header was read.
pub fn bytes<R: BufRead>(source: R, (width, height): (u32, u32)) -> usize {
    let mut tables = Tables { bits: Bits { source, ahead: 0, count: 0 }, bytes: 0 };
    let _ = tables.picture(width, height);
    tables.bytes
}

struct Tables<R> {
    bits: Bits<R>,
    bytes: usize,
}

impl<R: Read> Tables<R> {
    /// Reads all tables; nothing, where the file ends or makes no sense.
    fn picture(&mut self, mut width: u32, height: u32) -> Option<()> {
        let mut seen = [false; 4];
        while self.bits.take(1)? == 1 {
            let kind = self.bits.take(2)?;
            if std::mem::replace(&mut seen[kind], true) {
                return None;
            }
            match kind {
                0 | 1 => {
                    let side = self.bits.take(3)? + 2;
                    self.blocks(width.div_ceil(1 << side), height.div_ceil(1 << side))?;
                }
                3 => {
                    let colours = u32::try_from(self.bits.take(8)? + 1).ok()?;
                    self.blocks(colours, 1)?;
                    let together = match colours {
                        0..=2 => 8,
                        3..=4 => 4,
                        5..=16 => 2,
                        _ => 1,
                    };
                    width = width.div_ceil(together);
                }
                _ => {}
            }
        }
        let cache = self.cache()?;
        let mut groups = 1;
        if self.bits.take(1)? == 1 {
            let side = self.bits.take(3)? + 2;
            groups += self.blocks(width.div_ceil(1 << side), height.div_ceil(1 << side))?;
        }
        for _ in 0..groups {
            self.group(cache)?;
        }
        Some(())
    }

    /// Reads a small picture; tells the greatest number that a pixel's red and green make.
    fn blocks(&mut self, width: u32, height: u32) -> Option<usize> {
        let cache = self.cache()?;
        let [green, red, blue, alpha, distance] = self.group(cache)?;
        let total = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
        let (mut at, mut greatest) = (0, 0);
        while at < total {
            let symbol = self.bits.symbol(&green)?;
            at += match symbol {
                0..256 => {
                    let above = self.bits.symbol(&red)?;
                    let _ = (self.bits.symbol(&blue)?, self.bits.symbol(&alpha)?);
                    greatest = greatest.max(above << 8 | symbol);
                    1
                }
                256..280 => {
                    let length = self.bits.distance(symbol - 256)?;
                    let far = self.bits.symbol(&distance)?;
                    self.bits.distance(far)?;
                    length
                }
                _ => 1,
            };
        }
        Some(greatest)
    }

    /// The number of colours that are remembered.
    fn cache(&mut self) -> Option<usize> {
        if self.bits.take(1)? == 0 {
            return Some(0);
        }
        let bits = self.bits.take(4)?;
        (1..=11).contains(&bits).then_some(1 << bits)
    }

    fn group(&mut self, cache: usize) -> Option<[Code; 5]> {
        let mut codes = ALPHABETS.map(|_| Code::default());
        for (at, (code, alphabet)) in codes.iter_mut().zip(ALPHABETS).enumerate() {
            *code = self.bits.code(alphabet + if at == 0 { cache } else { 0 })?;
            self.bytes += code.bytes();
        }
        Some(codes)
    }
}

/// A code of symbols, by how many there are of each length.
#[derive(Default)]
struct Code {
    counts: [usize; LENGTH_MAX + 1],
    symbols: Vec<usize>,
}

impl Code {
    fn new(lengths: &[usize]) -> Self {
        let mut counts = [0; LENGTH_MAX + 1];
        for length in lengths.iter().filter(|length| **length > 0) {
            counts[*length] += 1;
        }
        let mut next = [0; LENGTH_MAX + 1];
        for length in 1..LENGTH_MAX {
            next[length + 1] = next[length] + counts[length];
        }
        let mut symbols = vec![0; counts.iter().sum()];
        for (symbol, length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            symbols[next[*length]] = symbol;
            next[*length] += 1;
        }
        Self { counts, symbols }
    }

    /// Bytes that the decoder takes for it.
    fn bytes(&self) -> usize {
        let longest = self.counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        let long = self.counts.iter().skip(TABLE_BITS + 1).sum::<usize>();
        CODE + (4 << longest.min(TABLE_BITS)) + LONG * long
    }
}

/// Bits from the lowest on.
struct Bits<R> {
    source: R,
    ahead: usize,
    count: usize,
}

impl<R: Read> Bits<R> {
    fn take(&mut self, count: usize) -> Option<usize> {
        while self.count < count {
            let mut byte = [0];
            self.source.read_exact(&mut byte).ok()?;
            self.ahead |= usize::from(byte[0]) << self.count;
            self.count += 8;
        }
        let taken = self.ahead & ((1 << count) - 1);
        self.ahead >>= count;
        self.count -= count;
        Some(taken)
    }

    fn symbol(&mut self, code: &Code) -> Option<usize> {
        // A code of one symbol has no bits.
        if let [only] = code.symbols.as_slice() {
            return Some(*only);
        }
        let (mut read, mut first, mut place) = (0, 0, 0);
        for count in &code.counts[1..] {
            read = read << 1 | self.take(1)?;
            if read < first + count {
                return code.symbols.get(place + read - first).copied();
            }
            place += count;
            first = (first + count) << 1;
        }
        None
    }

    /// A length or a distance, whose prefix is the symbol.
    fn distance(&mut self, prefix: usize) -> Option<usize> {
        if prefix < 4 {
            return Some(prefix + 1);
        }
        let more = (prefix - 2) >> 1;
        Some(((2 + (prefix & 1)) << more) + self.take(more)? + 1)
    }

    fn code(&mut self, alphabet: usize) -> Option<Code> {
        if self.take(1)? == 1 {
            let has_two = self.take(1)? == 1;
            let wide = self.take(1)?;
            let mut symbols = vec![self.take(1 + 7 * wide)?];
            let mut counts = [0; LENGTH_MAX + 1];
            if has_two {
                symbols.push(self.take(8)?);
            }
            counts[1] = symbols.len();
            return Some(Code { counts, symbols });
        }
        let mut lengths = [0; ORDER.len()];
        for at in 0..self.take(4)? + 4 {
            lengths[*ORDER.get(at)?] = self.take(3)?;
        }
        self.lengths(&Code::new(&lengths), alphabet).map(|lengths| Code::new(&lengths))
    }

    fn lengths(&mut self, code: &Code, alphabet: usize) -> Option<Vec<usize>> {
        let mut left = alphabet;
        if self.take(1)? == 1 {
            let bits = 2 + 2 * self.take(3)?;
            left = self.take(bits)? + 2;
        }
        let (mut lengths, mut before) = (Vec::with_capacity(alphabet), 8);
        while lengths.len() < alphabet && left > 0 {
            left -= 1;
            let symbol = self.symbol(code)?;
            let (length, times) = match symbol {
                0..16 => (symbol, 1),
                16 => (before, 3 + self.take(2)?),
                17 => (0, 3 + self.take(3)?),
                _ => (0, 11 + self.take(7)?),
            };
            if (1..16).contains(&symbol) {
                before = symbol;
            }
            lengths.resize(lengths.len() + times, length);
        }
        (lengths.len() <= alphabet).then_some(lengths)
    }
}
