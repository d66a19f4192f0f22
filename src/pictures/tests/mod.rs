//! Pictures of all kinds, made here: what comes out of them, and what is refused.

#![allow(clippy::cast_possible_truncation, reason = "these pictures and their numbers are small")]

mod formats;
mod gate;
mod mutations;
mod refusals;
mod upright;

use std::io::Cursor;

use flate2::Crc;
use image_webp::WebPEncoder;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;

use super::{Format, Limits, Picture, Refusal, Result, render};

/// Made by libwebp: the four corners of [`corners`], with a hole in the middle of the second.
const LOSSY: &[u8] = include_bytes!("lossy.webp");
const LOSSY_ALPHA: &[u8] = include_bytes!("lossy_alpha.webp");
/// Two pictures, of which the second is upside down.
const ANIMATED: &[u8] = include_bytes!("animated.webp");

const RED: [u8; 3] = [220, 30, 30];
const GREEN: [u8; 3] = [30, 200, 40];
const BLUE: [u8; 3] = [40, 60, 220];
const YELLOW: [u8; 3] = [230, 210, 40];
/// What [`corners`] looks like: top left, top right, bottom left, bottom right.
const CORNERS: [[u8; 3]; 4] = [RED, GREEN, BLUE, YELLOW];

/// A picture of four colours, one in each quarter.
fn corners(width: usize, height: usize) -> Vec<u8> {
    painted(width, height, |x, y| {
        CORNERS[usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)]
    })
}

fn painted(width: usize, height: usize, colour: impl Fn(usize, usize) -> [u8; 3]) -> Vec<u8> {
    (0..width * height).flat_map(|at| colour(at % width, at / width)).collect()
}

/// Slopes and noise, as in a photograph.
fn photograph(width: usize, height: usize) -> Vec<u8> {
    let mut random = Random(7);
    let mut noise = || random.below(17);
    let mut pixels = Vec::new();
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        let level = 40 + x * 120 / width + noise();
        pixels
            .extend([level, 60 + y * 150 / height + noise(), 220 - level].map(|level| level as u8));
    }
    pixels
}

fn with_alpha(rgb: &[u8], alpha: impl Fn(usize) -> u8) -> Vec<u8> {
    let pixels = rgb.as_chunks::<3>().0.iter().enumerate();
    pixels.flat_map(|(at, [red, green, blue])| [*red, *green, *blue, alpha(at)]).collect()
}

fn jpeg(rgb: &[u8], width: usize, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    jpeg_of(rgb, width, ColorType::Rgb, set)
}

fn jpeg_of(
    samples: &[u8],
    width: usize,
    colours: ColorType,
    set: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let channels = match colours {
        ColorType::Luma => 1,
        ColorType::Cmyk | ColorType::CmykAsYcck => 4,
        _ => 3,
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 92);
    encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
    set(&mut encoder);
    let height = samples.len() / channels / width;
    encoder.encode(samples, width as u16, height as u16, colours).unwrap();
    bytes
}

fn progressive(encoder: &mut Encoder<&mut Vec<u8>>) {
    encoder.set_progressive(true);
}

fn png(samples: &[u8], width: usize, colours: png::ColorType) -> Vec<u8> {
    let height = samples.len() / colours.samples() / width;
    png_of(samples, (width, height), colours, png::BitDepth::Eight, |_| {})
}

fn png_of(
    samples: &[u8],
    size: (usize, usize),
    colours: png::ColorType,
    depth: png::BitDepth,
    set: impl FnOnce(&mut png::Encoder<'static, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size.0 as u32, size.1 as u32);
    encoder.set_color(colours);
    encoder.set_depth(depth);
    set(&mut encoder);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(samples).unwrap();
    writer.finish().unwrap();
    bytes
}

/// An interlaced PNG of whole bytes: an encoder of our own, as the crate's has none.
fn interlaced(samples: &[u8], width: usize, colours: png::ColorType) -> Vec<u8> {
    let channels = colours.samples();
    let height = samples.len() / channels / width;
    let mut raw = Vec::new();
    for [left, across, top, down] in super::png::PASSES {
        let columns: Vec<usize> = (left..width).step_by(across).collect();
        for y in (top..height).step_by(down).filter(|_| !columns.is_empty()) {
            raw.push(0);
            for x in &columns {
                let at = (y * width + x) * channels;
                raw.extend_from_slice(&samples[at..at + channels]);
            }
        }
    }
    let mut header = [width as u32, height as u32].map(u32::to_be_bytes).concat();
    header.extend([8, colours as u8, 0, 0, 1]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(chunk(*b"IHDR", &header));
    bytes.extend(chunk(*b"IDAT", &deflated(&raw)));
    bytes.extend(chunk(*b"IEND", &[]));
    bytes
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// A chunk of a PNG with its sum.
fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(&kind);
    crc.update(data);
    let length = (data.len() as u32).to_be_bytes();
    [&length, &kind[..], data, &crc.sum().to_be_bytes()].concat()
}

/// Puts a chunk behind the header of a PNG.
fn with_chunk(png: &[u8], kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let (head, rest) = png.split_at(33);
    [head, &chunk(kind, data), rest].concat()
}

fn webp(samples: &[u8], width: usize, colours: image_webp::ColorType) -> Vec<u8> {
    webp_with(samples, width, colours, |_| {})
}

fn webp_with(
    samples: &[u8],
    width: usize,
    colours: image_webp::ColorType,
    set: impl FnOnce(&mut WebPEncoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let channels = if colours == image_webp::ColorType::Rgba8 { 4 } else { 3 };
    let height = samples.len() / channels / width;
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new(&mut bytes);
    set(&mut encoder);
    encoder.encode(samples, width as u32, height as u32, colours).unwrap();
    bytes
}

/// Camera's notes with an orientation and a remark.
fn notes(orientation: u16, is_little: bool) -> Vec<u8> {
    let (mark, short) = match is_little {
        true => (b"II*\0\x08\0\0\0", u16::to_le_bytes as fn(u16) -> [u8; 2]),
        false => (b"MM\0*\0\0\0\x08", u16::to_be_bytes as fn(u16) -> [u8; 2]),
    };
    let one = if is_little { [1, 0, 0, 0] } else { [0, 0, 0, 1] };
    let entry = [&short(0x0112)[..], &short(3), &one, &short(orientation), &[0, 0]].concat();
    let none = [0; 4];
    [&mark[..], &short(1), &entry, &none, b"taken at home"].concat()
}

fn rendered(bytes: &[u8]) -> Picture {
    refused_or_rendered(bytes).unwrap()
}

fn refused(bytes: &[u8]) -> Refusal {
    refused_or_rendered(bytes).unwrap_err()
}

fn refused_or_rendered(bytes: &[u8]) -> Result<Picture> {
    render(Cursor::new(bytes), Limits::default())
}

/// The pixels of a rendition, unpacked by somebody else's decoder: width, height, and RGBA.
fn unpacked(picture: &Picture, at: usize) -> (usize, usize, Vec<[u8; 4]>) {
    let bytes = &picture.renditions[at].bytes;
    if picture.format == Format::Jpeg {
        let (width, height, rgb) = by_zune(bytes);
        let pixels = rgb.as_chunks::<3>().0.iter();
        return (width, height, pixels.map(|[r, g, b]| [*r, *g, *b, 255]).collect());
    }
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgba);
    (info.width as usize, info.height as usize, pixels.as_chunks::<4>().0.to_vec())
}

fn by_zune(jpeg: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut decoder = JpegDecoder::new(ZCursor::new(jpeg));
    let pixels = decoder.decode().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    let rgb = if pixels.len() == width * height {
        pixels.iter().flat_map(|grey| [*grey; 3]).collect()
    } else {
        pixels
    };
    (width, height, rgb)
}

/// The colours in the middle of each quarter of a rendition.
fn quarters(picture: &Picture, at: usize) -> [[u8; 4]; 4] {
    let (width, height, pixels) = unpacked(picture, at);
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| pixels[height * y / 4 * width + width * x / 4])
}

fn assert_near(found: [u8; 4], expected: [u8; 3], what: &str) {
    let is_near = found.iter().zip(expected).all(|(one, other)| one.abs_diff(other) <= 12);
    assert!(is_near && found[3] == 255, "{what}: {found:?} is not {expected:?}");
}

fn assert_corners(picture: &Picture, expected: [[u8; 3]; 4], what: &str) {
    for at in 0..picture.renditions.len() {
        for (found, expected) in quarters(picture, at).into_iter().zip(expected) {
            assert_near(found, expected, what);
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((self.0 >> 33) as usize) % end.max(1)
    }
}
