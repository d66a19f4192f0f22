//! What a WebP tells before its decoder is asked.
//!
//! Three things are better known before. A lossy picture has a size of its own beside that of the
//! canvas, and the decoder unpacks it before it compares the two. A lossless one says how many
//! tables it has, and the decoder makes them all. And of one without alpha it makes a copy first,
//! with four bytes a pixel, unless it is told that there is an alpha.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::bitmap::Size;
use super::{Refusal, Result, damaged, tables};

/// The bit of a byte that tells of an alpha, in both headers that have it.
const ALPHA: u8 = 0x10;
const ANIMATION: u8 = 2;
/// The places of those bytes: in the header of a canvas, and in that of a lossless picture.
const CANVAS_FLAGS: u64 = 20;
const LOSSLESS_FLAGS: u64 = 24;

#[derive(Default)]
pub struct Layout {
    /// Bytes of the whole file.
    pub length: usize,
    /// Where a lossless picture without alpha says so.
    pub opaque_flag: Option<u64>,
    /// Bytes that the tables of what is lossless in it take.
    pub tables: usize,
}

impl Layout {
    /// Looks through the chunks; `check` sees the size before anything else is done.
    pub fn read<R: BufRead + Seek>(
        source: &mut R,
        check: impl Fn(Size) -> Result<()>,
    ) -> Result<Self> {
        let length = source.seek(SeekFrom::End(0)).map_err(broken)?;
        source.seek(SeekFrom::Start(12)).map_err(broken)?;
        let mut layout = Self { length: usize::try_from(length).unwrap_or(0), ..Self::default() };
        let mut head = [0; 18];
        if source.read_exact(&mut head).is_err() {
            return Ok(layout);
        }
        if head.starts_with(b"VP8L") {
            check(size(lossless_size(&head[8..])))?;
            let has_alpha = head[12] & ALPHA != 0;
            layout.opaque_flag = (!has_alpha).then_some(LOSSLESS_FLAGS);
            source.seek_relative(8 - 18).map_err(broken)?;
            layout.look_at(source, *b"VP8L", u32::MAX, (u32::MAX, u32::MAX))?;
        } else if head.starts_with(b"VP8X") {
            let side =
                |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], 0]) + 1;
            let canvas = (side(12), side(15));
            check(size(canvas))?;
            source
                .seek_relative(i64::from(rounded(head[4..].first_chunk())) - 10)
                .map_err(broken)?;
            let is_lossless = layout.look_into(source, canvas)?;
            let is_plain = head[8] & (ALPHA | ANIMATION) == 0;
            layout.opaque_flag = (is_lossless && is_plain).then_some(CANVAS_FLAGS);
        }
        Ok(layout)
    }

    /// Looks at the pictures on a canvas; tells `true` where the first is lossless.
    fn look_into<R: BufRead + Seek>(&mut self, source: &mut R, canvas: (u32, u32)) -> Result<bool> {
        let (mut has_picture, mut has_alpha, mut has_animation) = (false, false, false);
        let mut is_lossless = false;
        while let Some((kind, length)) = chunk(source) {
            let start = source.stream_position().map_err(broken)?;
            match &kind {
                b"VP8 " | b"VP8L" if !has_picture => {
                    has_picture = true;
                    is_lossless = &kind == b"VP8L";
                    self.look_at(source, kind, length, canvas)?;
                }
                b"ALPH" if !has_alpha => {
                    has_alpha = true;
                    self.look_at(source, kind, length, canvas)?;
                }
                b"ANMF" if !has_animation => {
                    has_animation = true;
                    self.look_at_first(source, canvas)?;
                }
                _ => {
                    source.seek_relative(i64::from(length)).map_err(broken)?;
                    continue;
                }
            }
            let end = start.saturating_add(u64::from(length));
            source.seek(SeekFrom::Start(end)).map_err(broken)?;
        }
        Ok(is_lossless)
    }

    /// Looks at the first picture of an animation.
    fn look_at_first<R: BufRead + Seek>(
        &mut self,
        source: &mut R,
        canvas: (u32, u32),
    ) -> Result<()> {
        let mut head = [0; 16];
        let is_there = source.read_exact(&mut head).is_ok();
        let Some((kind, length)) = chunk(source).filter(|_| is_there) else { return Ok(()) };
        let frame = (three(&head[6..]) + 1, three(&head[9..]) + 1);
        let frame = (frame.0.min(canvas.0), frame.1.min(canvas.1));
        let start = source.stream_position().map_err(broken)?;
        self.look_at(source, kind, length, frame)?;
        if &kind == b"ALPH" {
            let end = start.saturating_add(u64::from(length));
            source.seek(SeekFrom::Start(end)).map_err(broken)?;
            // What follows is taken for a lossy picture, whatever it calls itself.
            let Some((_, length)) = chunk(source) else { return Ok(()) };
            self.look_at(source, *b"VP8 ", length, frame)?;
        }
        Ok(())
    }

    /// Looks at a picture, or at the alpha of one: that it is not larger than it may be, and what
    /// its tables take. One of which only the head is there is left to the decoder.
    fn look_at<R: BufRead + Seek>(
        &mut self,
        source: &mut R,
        kind: [u8; 4],
        length: u32,
        (wide, high): (u32, u32),
    ) -> Result<()> {
        let mut part = source.take(u64::from(length));
        let mut head = [0; 10];
        let end = match &kind {
            b"VP8 " => 10,
            b"VP8L" => 5,
            _ => 1,
        };
        if part.read_exact(&mut head[..end]).is_err() {
            return Ok(());
        }
        let side = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]) & 0x3fff);
        let (size, has_tables) = match &kind {
            b"VP8 " => ((side(6), side(8)), false),
            b"VP8L" => (lossless_size(&head), true),
            // The lowest bits tell that it is compressed.
            b"ALPH" => ((wide, high), head[0] & 3 == 1),
            _ => return Ok(()),
        };
        if size.0 > wide || size.1 > high {
            return Err(damaged("a picture in it has another size"));
        }
        if has_tables {
            self.tables = self.tables.max(tables::bytes(part, size));
        }
        Ok(())
    }
}

fn broken(error: io::Error) -> Refusal {
    damaged(error.to_string())
}

fn size((width, height): (u32, u32)) -> Size {
    let side = |pixels: u32| usize::try_from(pixels).unwrap_or(usize::MAX);
    Size { width: side(width), height: side(height) }
}

/// The size in the header of a lossless picture, which begins with a mark.
fn lossless_size(head: &[u8]) -> (u32, u32) {
    let bits =
        head.get(1..).and_then(<[u8]>::first_chunk).map_or(0, |bits| u32::from_le_bytes(*bits));
    ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
}

/// A number of three bytes.
fn three(bytes: &[u8]) -> u32 {
    let bytes = bytes.first_chunk::<3>().copied().unwrap_or_default();
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0])
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
