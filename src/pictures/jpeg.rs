//! JPEG: unpacked as a whole by a decoder that reads the frame at once, and shrunk line by line.

use std::io::{BufRead, Seek, SeekFrom};

use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::bitmap::Size;
use super::scale::Shrinker;
use super::{Refusal, Result, damaged, exif};

/// Scans of a picture. Encoders make about ten; each of them costs a walk over all blocks.
const SCANS_MAX: usize = 100;
/// Bytes of the frame that a pixel takes.
const CHANNELS: usize = 3;
/// Bytes of a line, for each of its pixels, while it is unpacked: a row of the largest blocks in
/// all components, before and after they are brought to one size.
const LINE_BYTES: usize = 32 * 8 * 4;
const BLOCK_COEFFICIENTS: usize = 64;
const COEFFICIENT_BYTES: usize = 2;

/// A picture whose header was read.
pub struct Jpeg<R: BufRead + Seek> {
    decoder: JpegDecoder<R>,
    size: Size,
    /// Bytes that wait until all scans were read.
    waiting: usize,
}

impl<R: BufRead + Seek> Jpeg<R> {
    /// Reads the header; `check` sees the size before anything else is done.
    pub fn open(mut source: R, check: impl Fn(Size) -> Result<()>) -> Result<Self> {
        let frame = Frame::read(&mut source)?;
        check(frame.size)?;
        source.seek(SeekFrom::Start(0)).map_err(|error| damaged(error.to_string()))?;
        let options = DecoderOptions::default()
            .set_max_width(frame.size.width)
            .set_max_height(frame.size.height)
            .jpeg_set_max_scans(SCANS_MAX)
            .jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut decoder = JpegDecoder::new_with_options(source, options);
        decoder.decode_headers().map_err(broken)?;
        let waiting = frame.bytes_waiting();
        Ok(Self { decoder, size: frame.size, waiting })
    }

    pub fn size(&self) -> Size {
        self.size
    }

    pub fn orientation(&self) -> u8 {
        self.decoder.exif().and_then(|notes| exif::orientation(notes)).unwrap_or(1)
    }

    /// Bytes that [`Self::read`] takes.
    pub fn bytes(&self) -> usize {
        let Size { width, height } = self.size;
        width * height * CHANNELS + width * LINE_BYTES + self.waiting
    }

    pub fn read(mut self, shrinker: &mut Shrinker) -> Result<()> {
        let Size { width, height } = self.size;
        let mut frame = vec![0; width * height * CHANNELS];
        if self.decoder.output_buffer_size() != Some(frame.len()) {
            return Err(damaged("its picture has another size than its header says"));
        }
        self.decoder.decode_into(&mut frame).map_err(broken)?;
        frame.chunks_exact(width * CHANNELS).for_each(|line| shrinker.take(line));
        Ok(())
    }
}

/// What the header says of the picture (ITU T.81, B.2).
struct Frame {
    size: Size,
    is_progressive: bool,
    /// The first scan has all components.
    is_interleaved: bool,
    /// Across and down, for each component.
    sampling: Vec<(usize, usize)>,
}

impl Frame {
    fn read<R: BufRead + Seek>(source: &mut R) -> Result<Self> {
        let mut frame: Option<Self> = None;
        let mut pair = [0; 2];
        read(source, &mut pair)?;
        loop {
            read(source, &mut pair)?;
            // Any number of 0xff may stand before a marker.
            while pair == [0xff, 0xff] {
                let [_, next] = &mut pair;
                read(source, std::slice::from_mut(next))?;
            }
            let [0xff, marker] = pair else { return Err(damaged("there is no marker")) };
            read(source, &mut pair)?;
            let length = usize::from(u16::from_be_bytes(pair)).saturating_sub(2);
            let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
            if !is_frame && marker != 0xda {
                let skipped = i64::try_from(length).unwrap_or(0);
                source.seek_relative(skipped).map_err(|error| damaged(error.to_string()))?;
                continue;
            }
            let mut segment = vec![0; length];
            read(source, &mut segment)?;
            if is_frame {
                frame = Some(Self::of(marker, &segment)?);
                continue;
            }
            let mut frame = frame.ok_or_else(|| damaged("a scan comes before the frame"))?;
            let components = segment.first().copied().map_or(0, usize::from);
            frame.is_interleaved = components == frame.sampling.len();
            return Ok(frame);
        }
    }

    fn of(marker: u8, segment: &[u8]) -> Result<Self> {
        let Some(([_, high @ .., _], parts)) = segment.split_first_chunk::<6>() else {
            return Err(damaged("its frame is cut off"));
        };
        let side = |at: usize| {
            let pair = high.get(at..).and_then(|rest| rest.first_chunk::<2>());
            pair.map_or(0, |pair| usize::from(u16::from_be_bytes(*pair)))
        };
        let size = Size { width: side(2), height: side(0) };
        if size.width == 0 || size.height == 0 {
            return Err(damaged("its frame is empty"));
        }
        let factors = |part: &[u8; 3]| (usize::from(part[1] >> 4), usize::from(part[1] & 15));
        let sampling = parts.as_chunks::<3>().0.iter().map(factors).collect();
        Ok(Self { size, is_progressive: marker == 0xc2, is_interleaved: true, sampling })
    }

    /// Bytes of the coefficients, which wait for those of later scans.
    fn bytes_waiting(&self) -> usize {
        if !self.is_progressive && self.is_interleaved {
            return 0;
        }
        let most = |all: fn(&(usize, usize)) -> usize| {
            self.sampling.iter().map(all).max().unwrap_or(1).max(1)
        };
        let (across, down) = (most(|it| it.0), most(|it| it.1));
        let units = self.size.width.div_ceil(8 * across) * self.size.height.div_ceil(8 * down);
        let blocks: usize = self.sampling.iter().map(|(across, down)| across * down * units).sum();
        blocks * BLOCK_COEFFICIENTS * COEFFICIENT_BYTES
    }
}

fn read<R: BufRead>(source: &mut R, into: &mut [u8]) -> Result<()> {
    source.read_exact(into).map_err(|error| damaged(error.to_string()))
}

fn broken(error: DecodeErrors) -> Refusal {
    damaged(format!("{error:?}"))
}
