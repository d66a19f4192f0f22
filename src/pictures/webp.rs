//! WebP: unpacked as a whole, as its lines depend on each other. Of an animation the first picture.

use std::io::{BufRead, Seek};

use image_webp::{DecodingError, UpsamplingMethod, WebPDecoder};

use super::bitmap::Size;
use super::riff::{Layout, Source};
use super::scale::Shrinker;
use super::{Refusal, Result, damaged, exif};

/// Bytes of camera's notes that are looked at.
const NOTES_MAX: usize = 1 << 16;

/// A picture whose header was read.
pub struct WebP<R> {
    decoder: WebPDecoder<Source<R>>,
    layout: Layout,
}

impl<R: BufRead + Seek> WebP<R> {
    /// Reads the header; `check` sees the size before anything else is done.
    pub fn open(mut source: R, check: impl Fn(Size) -> Result<()>) -> Result<Self> {
        let layout = Layout::read(&mut source, &check)?;
        let source = Source::new(source, &layout).map_err(|error| damaged(error.to_string()))?;
        let mut decoder = WebPDecoder::new(source).map_err(broken)?;
        decoder.set_memory_limit(NOTES_MAX);
        decoder.set_lossy_upsampling(UpsamplingMethod::Simple);
        let webp = Self { decoder, layout };
        check(webp.size())?;
        Ok(webp)
    }

    pub fn size(&self) -> Size {
        let side = |pixels: u32| usize::try_from(pixels).unwrap_or(usize::MAX);
        let (width, height) = self.decoder.dimensions();
        Size { width: side(width), height: side(height) }
    }

    pub fn orientation(&mut self) -> u8 {
        let notes = self.decoder.exif_metadata().ok().flatten().unwrap_or_default();
        // Some programs write the notes as they stand in a JPEG.
        let notes = notes.strip_prefix(b"Exif\0\0").unwrap_or(&notes);
        exif::orientation(notes).unwrap_or(1)
    }

    pub fn channels(&self) -> usize {
        if self.decoder.has_alpha() && self.layout.opaque_flag.is_none() { 4 } else { 3 }
    }

    /// Bytes that [`Self::read`] takes: for what comes out, and for what the decoder makes on the
    /// way to it, when it has most of it.
    pub fn bytes(&mut self) -> usize {
        const PLANES: usize = 12;
        const RGB: usize = 24;
        const RGBA: usize = 32;
        // What is told of the blocks of a lossless picture, which are of 4 × 4 pixels at least.
        const BLOCKS: usize = 7;
        const ALPHA: usize = RGBA + BLOCKS + 8;
        let (is_lossy, has_alpha) = (self.decoder.is_lossy(), self.decoder.has_alpha());
        let eighths = match (self.decoder.is_animated(), is_lossy, has_alpha) {
            (true, ..) => 3 * RGBA + PLANES + 8,
            (_, true, true) => PLANES + RGBA + ALPHA,
            (_, true, false) => PLANES + RGB,
            (_, false, _) => RGBA + BLOCKS,
        };
        let Size { width, height } = self.size();
        // Lossy pictures are made of blocks of 16, and their bytes are there twice.
        let file = if is_lossy { 2 * self.layout.length } else { 0 };
        (width + 15) * (height + 15) * eighths / 8 + file + self.layout.tables
    }

    pub fn read(mut self, shrinker: &mut Shrinker) -> Result<()> {
        let size = self.decoder.output_buffer_size();
        let size = size.ok_or_else(|| damaged("its size makes no sense"))?;
        let mut pixels = vec![0; size];
        self.decoder.read_image(&mut pixels).map_err(broken)?;
        let width = self.size().width;
        if self.layout.opaque_flag.is_none() {
            pixels.chunks_exact(width * self.channels()).for_each(|line| shrinker.take(line));
            return Ok(());
        }
        let mut line = Vec::with_capacity(width * 3);
        for pixels in pixels.chunks_exact(width * 4) {
            line.clear();
            line.extend(pixels.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]));
            shrinker.take(&line);
        }
        Ok(())
    }
}

fn broken(error: DecodingError) -> Refusal {
    damaged(error.to_string())
}
