//! An interlaced picture, whose pixels come in no order of lines: they are summed in squares.

use super::bitmap::Size;
use super::scale::Shrinker;

/// Pixels along a square at most: the sum of 256 bytes fits into 16 bits.
const SIDE_MAX: usize = 16;

/// Sums of the pixels of each square, colours times alpha.
pub struct Squares {
    from: Size,
    side: usize,
    channels: usize,
    wide: usize,
    sums: Vec<u16>,
}

impl Squares {
    /// The size of the picture of squares that is still as large as `target`.
    pub fn size(from: Size, target: Size) -> Size {
        let side = Self::side(from, target);
        Size { width: from.width.div_ceil(side), height: from.height.div_ceil(side) }
    }

    /// Bytes that [`Self::new`] takes.
    pub fn bytes(from: Size, target: Size, channels: usize) -> usize {
        let size = Self::size(from, target);
        size.width * (size.height + 1) * channels * 2
    }

    pub fn new(from: Size, target: Size, channels: usize) -> Self {
        let size = Self::size(from, target);
        let sums = vec![0; size.width * size.height * channels];
        Self { from, side: Self::side(from, target), channels, wide: size.width, sums }
    }

    pub fn add(&mut self, x: usize, y: usize, pixel: &[u8]) {
        let at = (y / self.side * self.wide + x / self.side) * self.channels;
        let alpha = pixel.get(3).copied().unwrap_or(255);
        for (channel, (sum, sample)) in self.sums[at..].iter_mut().zip(pixel).enumerate() {
            let seen = if channel == 3 { *sample } else { times(*sample, alpha) };
            *sum = sum.saturating_add(u16::from(seen));
        }
    }

    /// Hands the averages over.
    pub fn hand_over(self, shrinker: &mut Shrinker) {
        let mut line = vec![0; self.wide * self.channels];
        for (y, sums) in self.sums.chunks_exact(line.len()).enumerate() {
            let high = self.side.min(self.from.height - y * self.side);
            let squares =
                sums.chunks_exact(self.channels).zip(line.chunks_exact_mut(self.channels));
            for (x, (sums, pixel)) in squares.enumerate() {
                let wide = self.side.min(self.from.width - x * self.side);
                average(sums, u32::try_from(wide * high).unwrap_or(1), pixel);
            }
            shrinker.take(&line);
        }
    }

    fn side(from: Size, target: Size) -> usize {
        (from.width / target.width).min(from.height / target.height).clamp(1, SIDE_MAX)
    }
}

/// The alpha is rounded down, so that only a square of opaque pixels is opaque.
fn average(sums: &[u16], count: u32, pixel: &mut [u8]) {
    let all = sums.get(3).map_or(255 * count, |alpha| u32::from(*alpha));
    for (channel, (sum, sample)) in sums.iter().zip(pixel).enumerate() {
        let sum = u32::from(*sum);
        let level = match channel {
            3 => sum / count,
            _ if all == 0 => 0,
            _ => (sum * 255 + all / 2) / all,
        };
        *sample = u8::try_from(level.min(255)).unwrap_or(u8::MAX);
    }
}

fn times(sample: u8, alpha: u8) -> u8 {
    u8::try_from((u16::from(sample) * u16::from(alpha) + 127) / 255).unwrap_or(u8::MAX)
}
