//! PNG: by its lines, or interlaced by squares; with every colour type and depth.

use std::io::{BufRead, Seek, SeekFrom};

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Reader, Transformations};

use super::bitmap::Size;
use super::scale::Shrinker;
use super::squares::Squares;
use super::{Refusal, Result, damaged, exif};

/// Bytes that the decoder may take beside its lines: a palette, and chunks that it passes over.
const ROOM: usize = 1 << 20;
/// Bytes of camera's notes that are looked at.
const NOTES_MAX: u32 = 1 << 16;

/// The first pixel and the step of each pass of an interlaced picture, across and down (PNG 8.2).
pub(super) const PASSES: [[usize; 4]; 7] = [
    [0, 8, 0, 8],
    [4, 8, 0, 8],
    [0, 4, 4, 8],
    [2, 4, 0, 4],
    [0, 2, 2, 4],
    [1, 2, 0, 2],
    [0, 1, 1, 2],
];

/// A picture whose header was read.
pub struct Png<R: BufRead + Seek> {
    reader: Reader<R>,
    orientation: u8,
    size: Size,
}

impl<R: BufRead + Seek> Png<R> {
    /// Reads the header; `check` sees the size before anything else is done.
    pub fn open(mut source: R, check: impl Fn(Size) -> Result<()>) -> Result<Self> {
        let size = header(&mut source)?;
        check(size)?;
        let orientation = orientation(&mut source)?.unwrap_or(1);
        source.seek(SeekFrom::Start(0)).map_err(|error| damaged(error.to_string()))?;
        let limits = Limits { bytes: ROOM + size.width * 16 };
        let mut decoder = Decoder::new_with_limits(source, limits);
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        let reader = decoder.read_info().map_err(broken)?;
        // The first picture of an animation has the size of the whole.
        let frame = reader.info().frame_control();
        let fits = |(width, height): (u32, u32)| {
            (usize::try_from(width), usize::try_from(height)) == (Ok(size.width), Ok(size.height))
        };
        let is_whole = frame.is_none_or(|frame| fits((frame.width, frame.height)));
        let is_byte = reader.output_color_type().1 == BitDepth::Eight;
        if !is_whole || !is_byte || !fits(reader.info().size()) {
            return Err(damaged("its picture has another size than its header says"));
        }
        Ok(Self { reader, orientation, size })
    }

    pub fn size(&self) -> Size {
        self.size
    }

    pub fn orientation(&self) -> u8 {
        self.orientation
    }

    pub fn channels(&self) -> usize {
        match self.reader.output_color_type().0 {
            ColorType::Grayscale | ColorType::Rgb | ColorType::Indexed => 3,
            ColorType::GrayscaleAlpha | ColorType::Rgba => 4,
        }
    }

    /// The size in which [`Self::read`] hands the picture over.
    pub fn shrunk(&self, target: Size) -> Size {
        if self.is_interlaced() { Squares::size(self.size, target) } else { self.size }
    }

    /// Bytes that [`Self::read`] takes.
    pub fn bytes(&self, target: Size) -> usize {
        let squares = Squares::bytes(self.size, target, self.channels());
        ROOM + self.size.width * 64 + if self.is_interlaced() { squares } else { 0 }
    }

    pub fn read(mut self, target: Size, shrinker: &mut Shrinker) -> Result<()> {
        let (channels, colours) = (self.channels(), self.reader.output_color_type().0);
        let mut line = vec![0; self.size.width * channels];
        if !self.is_interlaced() {
            for _ in 0..self.size.height {
                let row = self.reader.next_row().map_err(broken)?;
                let row = row.ok_or_else(|| damaged("lines are missing"))?;
                to_pixels(colours, row.data(), &mut line);
                shrinker.take(&line);
            }
            return Ok(());
        }
        let mut squares = Squares::new(self.size, target, channels);
        for [left, across, top, down] in PASSES {
            if left >= self.size.width {
                continue;
            }
            let width = (self.size.width - left).div_ceil(across);
            for y in (top..self.size.height).step_by(down) {
                let row = self.reader.next_row().map_err(broken)?;
                let row = row.ok_or_else(|| damaged("lines are missing"))?;
                let pixels = &mut line[..width * channels];
                to_pixels(colours, row.data(), pixels);
                for (at, pixel) in pixels.chunks_exact(channels).enumerate() {
                    squares.add(left + at * across, y, pixel);
                }
            }
        }
        squares.hand_over(shrinker);
        Ok(())
    }

    fn is_interlaced(&self) -> bool {
        self.reader.info().interlaced
    }
}

fn to_pixels(colours: ColorType, row: &[u8], line: &mut [u8]) {
    match colours {
        ColorType::Grayscale | ColorType::Indexed => {
            for (pixel, grey) in line.as_chunks_mut::<3>().0.iter_mut().zip(row) {
                *pixel = [*grey; 3];
            }
        }
        ColorType::GrayscaleAlpha => {
            let row = row.as_chunks::<2>().0;
            for (pixel, [grey, alpha]) in line.as_chunks_mut::<4>().0.iter_mut().zip(row) {
                *pixel = [*grey, *grey, *grey, *alpha];
            }
        }
        ColorType::Rgb | ColorType::Rgba => {
            for (sample, from) in line.iter_mut().zip(row) {
                *sample = *from;
            }
        }
    }
}

/// The size that the first chunk tells.
fn header<R: BufRead + Seek>(source: &mut R) -> Result<Size> {
    let mut head = [0; 24];
    source.read_exact(&mut head).map_err(|error| damaged(error.to_string()))?;
    let side = |at: usize| {
        let bytes = head[at..].first_chunk::<4>().copied().unwrap_or_default();
        usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX)
    };
    let size = Size { width: side(16), height: side(20) };
    if head[12..16] != *b"IHDR" || size.width == 0 || size.height == 0 {
        return Err(damaged("its header makes no sense"));
    }
    Ok(size)
}

/// Looks through the chunks for the orientation, which may also stand behind the pixels.
fn orientation<R: BufRead + Seek>(source: &mut R) -> Result<Option<u8>> {
    let broken = |error: std::io::Error| damaged(error.to_string());
    // The rest of the header and its sum.
    source.seek_relative(9).map_err(broken)?;
    let mut head = [0; 8];
    while source.read_exact(&mut head).is_ok() {
        let [a, b, c, d, kind @ ..] = head;
        let length = u32::from_be_bytes([a, b, c, d]);
        match &kind {
            b"IEND" => break,
            b"eXIf" if length <= NOTES_MAX => {
                let mut notes = vec![0; usize::try_from(length).unwrap_or(0)];
                source.read_exact(&mut notes).map_err(broken)?;
                return Ok(exif::orientation(&notes));
            }
            _ => source.seek_relative(i64::from(length) + 4).map_err(broken)?,
        }
    }
    Ok(None)
}

fn broken(error: DecodingError) -> Refusal {
    damaged(error.to_string())
}
