//! Shrinking, line by line: what comes in is never in memory as a whole.
//!
//! A pixel is a weighted sum of those around its place (Catmull-Rom, stretched to the step between
//! two pixels), first along the line and then down the lines. Each line that comes is added to the
//! few lines that it has a part in.

use std::collections::VecDeque;

use super::bitmap::{Bitmap, Size};

/// Binary places of the weights, whose sum is 1.
const PLACES: u32 = 14;
const ONE: i64 = 1 << PLACES;
/// Half of [`ONE`], to round by.
const HALF: i32 = 1 << (PLACES - 1);
/// Pixels around a place that have a part in it, to either side, where nothing is shrunk.
const REACH: usize = 2;

/// Takes the lines of a picture and gives a smaller one.
pub struct Shrinker {
    from: Size,
    across: Vec<Weights>,
    down: Vec<Weights>,
    /// The next line that comes, and the first that is not done.
    line: usize,
    first: usize,
    /// Sums of the lines that are begun; the front one is `first`.
    sums: VecDeque<Vec<i32>>,
    /// Lines of sums that are done with, to be used again.
    spare: Vec<Vec<i32>>,
    samples: Vec<u16>,
    narrow: Vec<i32>,
    to: Bitmap,
    is_opaque: bool,
}

/// The part that the pixels from `start` on have in one.
struct Weights {
    start: usize,
    weights: Vec<i32>,
}

impl Shrinker {
    /// `to` is not larger than `from` in either direction.
    pub fn new(from: Size, to: Size, channels: usize) -> Self {
        let pixels = Vec::with_capacity(Bitmap::bytes(to, channels));
        Self {
            from,
            across: weights(from.width, to.width),
            down: weights(from.height, to.height),
            line: 0,
            first: 0,
            sums: VecDeque::new(),
            spare: Vec::new(),
            samples: vec![0; from.width * channels],
            narrow: vec![0; to.width * channels],
            to: Bitmap { size: to, channels, pixels },
            is_opaque: true,
        }
    }

    /// Bytes that it takes, its result included.
    pub fn bytes(from: Size, to: Size, channels: usize) -> usize {
        let taps = |from: usize, to: usize| (2 * REACH * from).div_ceil(to) + 2;
        let weights = |from: usize, to: usize| to * (taps(from, to) * 4 + 32);
        // As many lines are begun as there are places within reach.
        let lines = (2 * REACH + 2) * to.width * channels * 4;
        weights(from.width, to.width)
            + weights(from.height, to.height)
            + lines
            + from.width * channels * 2
            + Bitmap::bytes(to, channels)
    }

    /// Takes the next line.
    pub fn take(&mut self, line: &[u8]) {
        if self.to.channels == 4 && self.is_opaque {
            self.is_opaque = line.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255);
        }
        if self.from == self.to.size {
            self.to.pixels.extend_from_slice(line);
            return;
        }
        match self.to.channels {
            3 => self.narrow_line::<3>(line),
            _ => self.narrow_line::<4>(line),
        }
        self.add_line();
        self.line += 1;
    }

    /// The picture, and whether no pixel of what came lets anything through.
    pub fn finish(self) -> (Bitmap, bool) {
        (self.to, self.is_opaque)
    }

    fn narrow_line<const N: usize>(&mut self, line: &[u8]) {
        let samples = self.samples.as_chunks_mut::<N>().0;
        for (samples, pixel) in samples.iter_mut().zip(line.as_chunks::<N>().0) {
            *samples = widened(*pixel);
        }
        let narrow = self.narrow.as_chunks_mut::<N>().0;
        for (narrow, Weights { start, weights }) in narrow.iter_mut().zip(&self.across) {
            let mut sums = [HALF; N];
            for (pixel, weight) in samples[*start..].iter().zip(weights) {
                for (sum, sample) in sums.iter_mut().zip(pixel) {
                    // At most 1.3 times 65,280 times 2¹⁴, as the weights add up to 1.
                    *sum = sum.wrapping_add(weight.wrapping_mul(i32::from(*sample)));
                }
            }
            *narrow = sums.map(|sum| sum >> PLACES);
        }
    }

    /// Adds the line to the sums that it has a part in, and ends those that wait for no more.
    fn add_line(&mut self) {
        let begun = |at: usize| self.down.get(at).is_some_and(|one| one.start <= self.line);
        while begun(self.first + self.sums.len()) {
            let mut sums = self.spare.pop().unwrap_or_default();
            sums.clear();
            sums.resize(self.narrow.len(), HALF);
            self.sums.push_back(sums);
        }
        for (one, sums) in self.down[self.first..].iter().zip(&mut self.sums) {
            let Some(weight) = one.weights.get(self.line - one.start) else { continue };
            for (sum, sample) in sums.iter_mut().zip(&self.narrow) {
                *sum = sum.wrapping_add(weight.wrapping_mul(*sample));
            }
        }
        let ended = |one: &Weights| one.start + one.weights.len() <= self.line + 1;
        while self.down.get(self.first).is_some_and(ended) {
            let Some(sums) = self.sums.pop_front() else { break };
            match self.to.channels {
                3 => self.to.pixels.extend(sums.as_chunks::<3>().0.iter().flat_map(opaque)),
                _ => self.to.pixels.extend(sums.as_chunks::<4>().0.iter().flat_map(with_alpha)),
            }
            self.spare.push(sums);
            self.first += 1;
        }
    }
}

/// Samples of 16 bits: times 256 without an alpha, and with one times it, so that what nobody sees
/// has no part in what is seen.
#[inline]
fn widened<const N: usize>(pixel: [u8; N]) -> [u16; N] {
    let factor = if N == 4 { u16::from(pixel[N - 1]) } else { 256 };
    let mut samples = pixel.map(|sample| u16::from(sample).wrapping_mul(factor));
    if N == 4 {
        samples[N - 1] = u16::from(pixel[N - 1]).wrapping_mul(255);
    }
    samples
}

fn opaque(sums: &[i32; 3]) -> [u8; 3] {
    sums.map(|sum| byte(((sum >> PLACES) + 128) >> 8))
}

fn with_alpha(sums: &[i32; 4]) -> [u8; 4] {
    let [red, green, blue, alpha] = sums.map(|sum| (sum >> PLACES).clamp(0, 255 * 255));
    let visible = byte((alpha + 127) / 255);
    let straight =
        |sample: i32| if alpha == 0 { 0 } else { byte((sample * 255 + alpha / 2) / alpha) };
    if visible == 0 { [0; 4] } else { [straight(red), straight(green), straight(blue), visible] }
}

fn byte(level: i32) -> u8 {
    u8::try_from(level.clamp(0, 255)).unwrap_or(0)
}

/// The weights of every one of `to` pixels that stand for `from`.
fn weights(from: usize, to: usize) -> Vec<Weights> {
    let reach = (REACH * from).div_ceil(to);
    (0..to)
        .map(|at| {
            let middle = (2 * at + 1) * from / (2 * to);
            let start = middle.saturating_sub(reach);
            let parts = (start..(middle + reach + 1).min(from)).map(|source| {
                // The distance of the two middles, in steps between pixels of the result.
                let ahead = (2 * source + 1) * to;
                let distance = ahead.abs_diff((2 * at + 1) * from) << PLACES;
                kernel(i64::try_from(distance / (2 * from)).unwrap_or(i64::MAX))
            });
            of_sum_one(start, parts.collect())
        })
        .collect()
}

/// Catmull-Rom at a distance, both with the places of the weights.
fn kernel(distance: i64) -> i64 {
    let square = distance.min(2 * ONE).pow(2) >> PLACES;
    let cube = (square * distance.min(2 * ONE)) >> PLACES;
    if distance < ONE {
        (3 * cube - 5 * square) / 2 + ONE
    } else if distance < 2 * ONE {
        (5 * square - cube) / 2 - 4 * distance + 2 * ONE
    } else {
        0
    }
}

/// Divides by the sum; the greatest takes what rounding leaves.
fn of_sum_one(mut start: usize, mut parts: Vec<i64>) -> Weights {
    while parts.len() > 1 && parts.last() == Some(&0) {
        parts.pop();
    }
    let zeros = parts.iter().take_while(|part| **part == 0).count().min(parts.len() - 1);
    parts.drain(..zeros);
    start += zeros;
    let sum = parts.iter().sum::<i64>().max(1);
    for part in &mut parts {
        *part = *part * ONE / sum;
    }
    let rest = ONE - parts.iter().sum::<i64>();
    if let Some(greatest) = parts.iter_mut().max() {
        *greatest += rest;
    }
    let weights = parts.into_iter().map(|part| i32::try_from(part).unwrap_or(0)).collect();
    Weights { start, weights }
}
