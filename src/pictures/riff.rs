//! What a WebP tells before its decoder is asked.
//!
//! Two things are better known before. A lossy picture has a size of its own beside that of the
//! canvas, and the decoder unpacks it before it compares the two. And of a lossless one without
//! alpha it makes a copy with four bytes a pixel first, unless it is told that there is an alpha.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::{Result, damaged};

/// The bit of a byte that tells of an alpha, in both headers that have it.
const ALPHA: u8 = 0x10;
const ANIMATION: u8 = 2;
/// The places of those bytes: in the header of a canvas, and in that of a lossless picture.
const CANVAS_FLAGS: u64 = 20;
const LOSSLESS_FLAGS: u64 = 24;

pub struct Layout {
    /// Bytes of the whole file.
    pub length: usize,
    /// Where a lossless picture without alpha says so.
    pub opaque_flag: Option<u64>,
}

impl Layout {
    /// Looks through the chunks.
    pub fn read<R: BufRead + Seek>(source: &mut R) -> Result<Self> {
        let broken = |error: io::Error| damaged(error.to_string());
        let length = source.seek(SeekFrom::End(0)).map_err(broken)?;
        source.seek(SeekFrom::Start(12)).map_err(broken)?;
        let mut layout = Self { length: usize::try_from(length).unwrap_or(0), opaque_flag: None };
        let mut head = [0; 18];
        if source.read_exact(&mut head).is_err() {
            return Ok(layout);
        }
        if head.starts_with(b"VP8L") {
            let has_alpha = head[12] & ALPHA != 0;
            layout.opaque_flag = (!has_alpha).then_some(LOSSLESS_FLAGS);
        } else if head.starts_with(b"VP8X") {
            let is_lossless = look_into(source, &head)?;
            let is_plain = head[8] & (ALPHA | ANIMATION) == 0;
            layout.opaque_flag = (is_lossless && is_plain).then_some(CANVAS_FLAGS);
        }
        Ok(layout)
    }
}

/// Looks at the pictures on a canvas; tells `true` where the first is lossless.
fn look_into<R: BufRead + Seek>(source: &mut R, head: &[u8; 18]) -> Result<bool> {
    let broken = |error: io::Error| damaged(error.to_string());
    let side = |at: usize| {
        let bytes = head[at..].first_chunk::<3>().copied().unwrap_or_default();
        u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) + 1
    };
    let canvas = (side(12), side(15));
    source.seek_relative(i64::from(rounded(head[4..].first_chunk())) - 10).map_err(broken)?;
    let (mut has_picture, mut has_animation, mut is_lossless) = (false, false, false);
    while let Some((kind, length)) = chunk(source) {
        match &kind {
            b"VP8 " if !has_picture => {
                has_picture = true;
                check_frame(source, canvas)?;
            }
            b"VP8L" if !has_picture => (has_picture, is_lossless) = (true, true),
            b"ANMF" if !has_animation => {
                has_animation = true;
                check_first(source, canvas)?;
            }
            _ => {}
        }
        source.seek_relative(i64::from(length)).map_err(broken)?;
    }
    Ok(is_lossless)
}

/// Checks the first picture of an animation, and comes back to where it began.
fn check_first<R: BufRead + Seek>(source: &mut R, canvas: (u32, u32)) -> Result<()> {
    let broken = |error: io::Error| damaged(error.to_string());
    let start = source.stream_position().map_err(broken)?;
    source.seek_relative(16).map_err(broken)?;
    if let Some((kind, length)) = chunk(source) {
        if &kind == b"VP8 " {
            check_frame(source, canvas)?;
        } else if &kind == b"ALPH" {
            // What follows is taken for a lossy picture, whatever it calls itself.
            source.seek_relative(i64::from(length)).map_err(broken)?;
            let _ = chunk(source);
            check_frame(source, canvas)?;
        }
    }
    source.seek(SeekFrom::Start(start)).map(drop).map_err(broken)
}

/// Checks that a lossy picture is not larger than its canvas, and comes back to where it began.
fn check_frame<R: BufRead + Seek>(source: &mut R, canvas: (u32, u32)) -> Result<()> {
    let mut head = [0; 10];
    // Where there is less, there is no picture.
    if source.read_exact(&mut head).is_err() {
        return Ok(());
    }
    let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    if side(head[6], head[7]) > canvas.0 || side(head[8], head[9]) > canvas.1 {
        return Err(damaged("a picture in it has another size"));
    }
    source.seek_relative(-10).map_err(|error| damaged(error.to_string()))
}

/// The name and the length of the next chunk, with its padding.
fn chunk<R: Read>(source: &mut R) -> Option<([u8; 4], u32)> {
    let mut head = [0; 8];
    source.read_exact(&mut head).ok()?;
    let (kind, length) = head.split_first_chunk::<4>()?;
    Some((*kind, rounded(length.first_chunk())))
}

fn rounded(length: Option<&[u8; 4]>) -> u32 {
    let length = length.map_or(0, |bytes| u32::from_le_bytes(*bytes));
    length.saturating_add(length & 1)
}

/// The file, but for the one bit.
pub struct Source<R> {
    inner: R,
    at: u64,
    flag: Option<u64>,
    /// The byte with the bit.
    byte: [u8; 1],
}

impl<R: BufRead + Seek> Source<R> {
    pub fn new(mut inner: R, layout: &Layout) -> io::Result<Self> {
        inner.seek(SeekFrom::Start(0))?;
        Ok(Self { inner, at: 0, flag: layout.opaque_flag, byte: [0] })
    }
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let bytes = self.inner.fill_buf()?;
        let ahead = self.flag.and_then(|flag| flag.checked_sub(self.at));
        match ahead.map(|ahead| usize::try_from(ahead).unwrap_or(usize::MAX)) {
            Some(0) if !bytes.is_empty() => {
                self.byte = [bytes[0] | ALPHA];
                Ok(&self.byte)
            }
            Some(ahead) => Ok(&bytes[..ahead.min(bytes.len())]),
            None => Ok(bytes),
        }
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        self.at += count as u64;
    }
}

impl<R: Seek> Seek for Source<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.inner.seek(to)?;
        Ok(self.at)
    }

    fn seek_relative(&mut self, offset: i64) -> io::Result<()> {
        self.inner.seek_relative(offset)?;
        self.at = self.at.saturating_add_signed(offset);
        Ok(())
    }
}
