//! From the bytes of a file to the pictures that a shop shows.

use std::io::{BufRead, Read, Seek, SeekFrom};

use super::bitmap::{Bitmap, Size};
use super::jpeg::Jpeg;
use super::kinds::{HEAD, Kind};
use super::png::Png;
use super::scale::Shrinker;
use super::webp::WebP;
use super::{Refusal, Result, damaged, encode};
use crate::domain::pictures::WIDTHS;

/// Pixels of a file: what cameras of today make.
pub const PIXELS_MAX: usize = 24_000_000;
/// Pixels along a side, so that a line always fits into memory.
pub const SIDE_MAX: usize = 32_768;
/// A rendition is at most so many times as high as the width it is for: nobody shows more of a
/// product, and otherwise a narrow strip would be as large as the file lets it be.
const HEIGHT_MAX: usize = 3;

/// What one picture may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of memory.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 64 << 20 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Jpeg,
    Png,
}

impl Format {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// A picture for one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// One of [`WIDTHS`]: the place it is for. It may be narrower, but never wider.
    pub width: u32,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels of the original, upright.
    pub width: u32,
    pub height: u32,
    /// Of all renditions.
    pub format: Format,
    /// From the narrowest on; none is made for a place that a narrower one fills.
    pub renditions: Vec<Rendition>,
}

/// Reads a picture and makes its renditions.
///
/// # Errors
/// Why there is none. What is too large is refused before it is unpacked.
pub fn render<R: BufRead + Seek>(mut source: R, limits: Limits) -> Result<Picture> {
    let broken = |error: std::io::Error| damaged(error.to_string());
    let mut head = Vec::with_capacity(HEAD);
    source.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(broken)?;
    source.seek(SeekFrom::Start(0)).map_err(broken)?;
    match Kind::of(&head) {
        Kind::Jpeg => render_jpeg(Jpeg::open(source, check_size)?, limits),
        Kind::Png => render_png(Png::open(source, check_size)?, limits),
        Kind::WebP => render_webp(WebP::open(source, check_size)?, limits),
        Kind::Other(found) => Err(Refusal::NotAPicture { found }),
    }
}

fn render_jpeg<R: BufRead + Seek>(jpeg: Jpeg<R>, limits: Limits) -> Result<Picture> {
    let plan = Plan::new(jpeg.size(), jpeg.orientation(), 3);
    let mut shrinker = plan.shrinker(jpeg.size(), jpeg.bytes(), limits)?;
    jpeg.read(&mut shrinker)?;
    plan.finish(shrinker)
}

fn render_png<R: BufRead + Seek>(png: Png<R>, limits: Limits) -> Result<Picture> {
    let plan = Plan::new(png.size(), png.orientation(), png.channels());
    let target = plan.target();
    let mut shrinker = plan.shrinker(png.shrunk(target), png.bytes(target), limits)?;
    png.read(target, &mut shrinker)?;
    plan.finish(shrinker)
}

fn render_webp<R: BufRead + Seek>(mut webp: WebP<R>, limits: Limits) -> Result<Picture> {
    let plan = Plan::new(webp.size(), webp.orientation(), webp.channels());
    let mut shrinker = plan.shrinker(webp.size(), webp.bytes(), limits)?;
    webp.read(&mut shrinker)?;
    plan.finish(shrinker)
}

fn check_size(size: Size) -> Result<()> {
    let Size { width, height } = size;
    if width > SIDE_MAX || height > SIDE_MAX || width * height > PIXELS_MAX {
        return Err(Refusal::TooManyPixels { width, height });
    }
    Ok(())
}

/// What is made of a picture, as its header tells.
struct Plan {
    upright: Size,
    orientation: u8,
    channels: usize,
    /// The places that are filled, from the narrowest on.
    places: Vec<(u32, Size)>,
}

impl Plan {
    fn new(size: Size, orientation: u8, channels: usize) -> Self {
        let upright = if orientation > 4 { size.turned() } else { size };
        let mut places: Vec<(u32, Size)> = Vec::new();
        for width in WIDTHS {
            let is_filled =
                places.last().is_some_and(|(before, _)| pixels(*before) >= upright.width);
            if !is_filled {
                places.push((width, fitted(upright, pixels(width))));
            }
        }
        Self { upright, orientation, channels, places }
    }

    /// The size of the largest rendition.
    fn largest(&self) -> Size {
        self.places.last().map_or(self.upright, |(_, size)| *size)
    }

    /// The same, before it is turned upright.
    fn target(&self) -> Size {
        if self.orientation > 4 { self.largest().turned() } else { self.largest() }
    }

    /// Checks that everything fits into memory, where the decoder takes `decoding` bytes.
    fn shrinker(&self, from: Size, decoding: usize, limits: Limits) -> Result<Shrinker> {
        let target = self.target();
        let reading = decoding + Shrinker::bytes(from, target, self.channels);
        // Turning takes the pixels twice; writing takes them and what is written.
        let writing = 2 * Bitmap::bytes(target, self.channels);
        let bytes = reading.max(writing);
        if bytes > limits.memory {
            let Size { width, height } = self.upright;
            return Err(Refusal::TooMuchMemory { width, height, bytes, most: limits.memory });
        }
        Ok(Shrinker::new(from, target, self.channels))
    }

    fn finish(self, shrinker: Shrinker) -> Result<Picture> {
        let (bitmap, is_opaque) = shrinker.finish();
        let bitmap = if is_opaque { bitmap.into_opaque() } else { bitmap };
        let format = if is_opaque { Format::Jpeg } else { Format::Png };
        let largest = bitmap.into_upright(self.orientation);
        let write = |bitmap: &Bitmap| match format {
            Format::Jpeg => encode::to_jpeg(bitmap),
            Format::Png => encode::to_png(bitmap),
        };
        let mut renditions = Vec::new();
        for (width, size) in self.places {
            let bytes = if size == largest.size {
                write(&largest)?
            } else {
                let mut shrinker = Shrinker::new(largest.size, size, largest.channels);
                largest.lines().for_each(|line| shrinker.take(line));
                write(&shrinker.finish().0)?
            };
            renditions.push(Rendition { width, bytes });
        }
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
        let (width, height) = (side(self.upright.width), side(self.upright.height));
        Ok(Picture { width, height, format, renditions })
    }
}

/// The size of a picture in a place, never larger than it is.
fn fitted(size: Size, width: usize) -> Size {
    let Size { width: mut wide, height: mut high } = size;
    if wide > width {
        high = rounded(high * width, wide);
        wide = width;
    }
    if high > HEIGHT_MAX * width {
        wide = rounded(wide * HEIGHT_MAX * width, high);
        high = HEIGHT_MAX * width;
    }
    Size { width: wide, height: high }
}

fn rounded(number: usize, divisor: usize) -> usize {
    ((number + divisor / 2) / divisor).max(1)
}

fn pixels(width: u32) -> usize {
    usize::try_from(width).unwrap_or(usize::MAX)
}
