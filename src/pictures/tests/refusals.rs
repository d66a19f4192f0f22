//! What is no picture, what is too large, and what only pretends to be small.

use std::time::{Duration, Instant};

use super::*;
use crate::error::{Code, Error};

#[test]
fn another_kind_of_file_is_called_by_its_name() {
    for (head, name) in [
        (b"GIF89a\x01\0\x01\0".as_slice(), Some("GIF")),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf", Some("AVIF")),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", Some("AVIF")),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Some("HEIC")),
        (b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2", Some("film")),
        (b"<?xml version=\"1.0\"?><svg>", Some("SVG")),
        (b"\xef\xbb\xbf \n<svg xmlns=", Some("SVG")),
        (b"<!DOCTYPE html><p>Not found", Some("web page")),
        (b"II*\0\x08\0\0\0", Some("TIFF")),
        (b"MM\0*\0\0\0\x08", Some("TIFF")),
        (b"BM\x36\x10\0\0", Some("BMP")),
        (b"%PDF-1.7", Some("PDF")),
        (b"\xff\x0a\x10\x20", Some("JPEG XL")),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"", None),
        (b"\xff\xd8", None),
        (b"Dear shop,", None),
    ] {
        assert_eq!(refused(head), Refusal::NotAPicture { found: name }, "{head:?}");
    }
    // A JPEG that no browser shows: lossless, and with 12 bits.
    let file = jpeg(&corners(16, 16), 16, |_| {});
    let at = file.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    for (place, byte) in [(1, 0xc3), (4, 12)] {
        let mut other = file.clone();
        other[at + place] = byte;
        assert!(matches!(refused(&other), Refusal::Damaged(_)));
    }
}

#[test]
fn a_refusal_is_told_in_words() {
    let told = |refusal: Refusal| {
        let error = Error::from(refusal);
        let cause = error.cause().map(str::to_owned);
        (error.code(), error.name(), error.detail().to_owned(), cause)
    };
    let (code, name, detail, _) = told(Refusal::NotAPicture { found: Some("GIF") });
    assert_eq!((code, name), (Code::UnsupportedMediaType, "unsupported_media_type"));
    assert_eq!(detail, "This is a GIF. Send a JPEG, PNG or WebP picture.");
    assert!(told(Refusal::NotAPicture { found: Some("SVG") }).2.starts_with("This is an SVG. "));
    assert!(told(Refusal::NotAPicture { found: None }).2.starts_with("This is no picture. "));

    let (code, name, detail, _) = told(Refusal::TooManyPixels { width: 6000, height: 5000 });
    assert_eq!((code, name), (Code::Invalid, "picture_too_large"));
    assert!(detail.starts_with("The picture has 6000 × 5000 pixels; at most 24 megapixels"));
    let refusal =
        Refusal::TooMuchMemory { width: 5000, height: 4000, bytes: 90 << 20, most: 64 << 20 };
    let (code, name, detail, _) = told(refusal);
    assert_eq!((code, name), (Code::Invalid, "picture_too_large"));
    assert!(detail.contains("5000 × 4000") && detail.contains("90 MiB"), "{detail}");

    let (code, name, detail, cause) = told(Refusal::Damaged("a table is missing".to_owned()));
    assert_eq!((code, name), (Code::Invalid, "picture_damaged"));
    assert_eq!(detail, "The picture cannot be read; it may be damaged.");
    assert_eq!(cause.as_deref(), Some("a table is missing"));
}

/// A PNG of one line whose header says something else.
fn png_that_says(width: u32, height: u32, rest: [u8; 5]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &rest].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(*b"IHDR", &header));
    file.extend(chunk(*b"IDAT", &deflated(&[0; 100])));
    file.extend(chunk(*b"IEND", &[]));
    file
}

/// A lossless WebP of which there is only the header.
fn webp_that_says(width: u32, height: u32) -> Vec<u8> {
    let bits = (width - 1) | (height - 1) << 14;
    let body = [b"VP8L\x10\0\0\0\x2f".as_slice(), &bits.to_le_bytes(), &[0; 11]].concat();
    let length = (body.len() as u32 + 4).to_le_bytes();
    [b"RIFF".as_slice(), &length, b"WEBP", &body].concat()
}

fn jpeg_that_says(width: u16, height: u16, is_progressive: bool) -> Vec<u8> {
    let set = if is_progressive { progressive } else { |_: &mut Encoder<&mut Vec<u8>>| {} };
    let mut file = jpeg(&corners(16, 16), 16, set);
    let mark = if is_progressive { [0xff, 0xc2] } else { [0xff, 0xc0] };
    let at = file.windows(2).position(|two| two == mark).unwrap();
    file[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    file[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    file
}

#[test]
fn a_header_is_enough_to_refuse_what_is_too_large() {
    const RGB: [u8; 5] = [8, 2, 0, 0, 0];
    let start = Instant::now();
    for (file, width, height) in [
        (png_that_says(60_000, 60_000, RGB), 60_000, 60_000),
        (png_that_says(6001, 4000, RGB), 6001, 4000),
        (png_that_says(40_000, 2, RGB), 40_000, 2),
        (jpeg_that_says(65_535, 65_535, false), 65_535, 65_535),
        (jpeg_that_says(6001, 4000, true), 6001, 4000),
        (webp_that_says(16_383, 16_383), 16_383, 16_383),
    ] {
        assert_eq!(refused(&file), Refusal::TooManyPixels { width, height });
    }
    // What fits is read on, to where it ends.
    for file in [png_that_says(6000, 4000, RGB), png_that_says(6000, 4000, [16, 6, 0, 0, 1])] {
        assert!(matches!(refused(&file), Refusal::Damaged(_)));
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn memory_is_reckoned_before_it_is_taken() {
    let most = Limits::default().memory;
    for (file, frame) in [
        (webp_that_says(6000, 4000), 24_000_000 * 4),
        (jpeg_that_says(6000, 4000, false), 24_000_000 * 3),
        (jpeg_that_says(6000, 4000, true), 24_000_000 * 3 * 2),
    ] {
        let refusal = refused(&file);
        let is_reckoned = |width, height, bytes, limit| {
            (width, height, limit) == (6000, 4000, most) && bytes > frame
        };
        assert!(matches!(refusal, Refusal::TooMuchMemory { width, height, bytes, most }
            if is_reckoned(width, height, bytes, most)));
    }
    let small = Limits { memory: 2 << 20 };
    for file in [
        png_that_says(6000, 4000, [8, 6, 0, 0, 1]),
        jpeg_that_says(6000, 4000, true),
        webp_that_says(1000, 1000),
        png(&corners(1600, 1200), 1600, png::ColorType::Rgb),
    ] {
        let refusal = render(Cursor::new(file), small).unwrap_err();
        assert!(matches!(refusal, Refusal::TooMuchMemory { .. }), "{refusal:?}");
    }
    assert!(render(Cursor::new(jpeg(&corners(300, 300), 300, |_| {})), small).is_ok());
}

#[test]
fn a_chunk_that_unpacks_to_much_is_not_unpacked() {
    let start = Instant::now();
    let zeros = deflated(&vec![0; 50 << 20]);
    let file = png(&corners(48, 32), 48, png::ColorType::Rgb);
    for (kind, head) in [
        (b"iCCP", b"profile\0\0".as_slice()),
        (b"zTXt", b"Comment\0\0"),
        (b"iTXt", b"Comment\0\x01\0\0\0"),
    ] {
        let bomb = with_chunk(&file, *kind, &[head, &zeros].concat());
        assert_corners(&rendered(&bomb), CORNERS, "with a bomb");
    }
    // Pixels beyond those that the header tells.
    let mut raw: Vec<u8> =
        corners(48, 32).chunks(144).flat_map(|line| [&[0], line].concat()).collect();
    raw.resize(30 << 20, 0);
    let mut file = png_that_says(48, 32, [8, 2, 0, 0, 0]);
    file.truncate(33);
    file.extend(chunk(*b"IDAT", &deflated(&raw)));
    file.extend(chunk(*b"IEND", &[]));
    assert_corners(&rendered(&file), CORNERS, "with pixels behind");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_picture_of_thousands_of_scans_is_refused() {
    let file = jpeg(&corners(160, 160), 160, progressive);
    let last = file.windows(2).rposition(|two| two == [0xff, 0xda]).unwrap();
    let scan = &file[last..file.len() - 2];
    let bomb = [&file[..last], &scan.repeat(5000), &file[file.len() - 2..]].concat();
    let start = Instant::now();
    let refused = refused(&bomb);
    assert!(matches!(&refused, Refusal::Damaged(why) if why.contains("scans")), "{refused:?}");
    assert!(start.elapsed() < Duration::from_secs(5));
}

/// A WebP whose canvas has one size and the picture in it another.
fn webp_within(canvas: [u8; 6], chunks: &[u8], flags: u8) -> Vec<u8> {
    let head = [b"VP8X\x0a\0\0\0".as_slice(), &[flags, 0, 0, 0], &canvas].concat();
    let length = (head.len() + chunks.len() + 4) as u32;
    [b"RIFF".as_slice(), &length.to_le_bytes(), b"WEBP", &head, chunks].concat()
}

#[test]
fn a_webp_that_lies_about_its_size_is_refused() {
    let start = Instant::now();
    let huge = webp_within([0xff; 6], &[], 0);
    assert!(matches!(refused(&huge), Refusal::TooManyPixels { .. } | Refusal::Damaged(_)));
    // The picture says 16,383 a side, and the canvas 48 × 32.
    let mut frame = LOSSY[12..].to_vec();
    frame[14..18].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    let canvas = [47, 0, 0, 31, 0, 0];
    let inside = |frame: &[u8]| {
        let head = [&[0; 6], &canvas[..], &[0; 4]].concat();
        let length = (head.len() + frame.len()) as u32;
        let anim = b"ANIM\x06\0\0\0\0\0\0\0\0\0".to_vec();
        [&anim, b"ANMF".as_slice(), &length.to_le_bytes(), &head, frame].concat()
    };
    let alpha = b"ALPH\x02\0\0\0\0\0".to_vec();
    let nameless = [b"ABCD", &frame[4..]].concat();
    for file in [
        webp_within(canvas, &frame, 0),
        webp_within(canvas, &[&alpha[..], &frame].concat(), 0x10),
        webp_within(canvas, &inside(&frame), 2),
        webp_within(canvas, &inside(&[&alpha[..], &nameless].concat()), 2),
    ] {
        let refusal = refused(&file);
        assert!(matches!(&refusal, Refusal::Damaged(why) if why.contains("size")), "{refusal:?}");
    }
    // The lengths of its parts are more than there is.
    let mut long = LOSSY.to_vec();
    long[4..8].fill(0xff);
    long[16..20].fill(0xff);
    assert!(refused_or_rendered(&long).is_ok_and(|picture| picture.width == 48));
    assert!(start.elapsed() < Duration::from_secs(2));
}

/// Bits from the lowest on, as a lossless WebP has them.
#[derive(Default)]
struct Bits(Vec<u8>, usize);

impl Bits {
    fn put(&mut self, number: usize, count: usize) {
        for at in 0..count {
            if self.1.is_multiple_of(8) {
                self.0.push(0);
            }
            let last = self.0.len() - 1;
            self.0[last] |= ((number >> at & 1) as u8) << (self.1 % 8);
            self.1 += 1;
        }
    }

    /// A code of one symbol of 8 bits.
    fn put_only(&mut self, symbol: usize) {
        self.put(0b101, 3);
        self.put(symbol, 8);
    }

    /// A code whose eleven symbols have 1 to 10 bits, in less than a hundred.
    fn put_code(&mut self) {
        // Codes for the lengths from 1 to 10: six of 3 bits and four of 4, in the file's order.
        let bits = [0, 0, 0, 3, 3, 3, 3, 3, 0, 3, 4, 4, 4, 4];
        self.put(0, 1);
        self.put(bits.len() - 4, 4);
        for bits in bits {
            self.put(bits, 3);
        }
        // Eleven lengths are told.
        self.put(1, 1);
        self.put(1, 3);
        self.put(11 - 2, 4);
        for length in (1..=10).chain([10]) {
            let (code, count) = if length <= 6 { (length - 1, 3) } else { (12 + length - 7, 4) };
            (0..count).for_each(|at| self.put(code >> (count - 1 - at) & 1, 1));
        }
    }
}

#[test]
fn a_webp_of_many_tables_is_refused_before_they_are_made() {
    let bomb = |groups: usize| {
        let mut bits = Bits::default();
        bits.put(0x2f, 8);
        bits.put(7 | 7 << 14, 32);
        // Nothing is transformed, no colours are remembered, and blocks of 4 × 4 have their codes.
        bits.put(0b100, 3);
        bits.put(0, 3);
        bits.put(0, 1);
        for only in [(groups - 1) & 255, (groups - 1) >> 8, 0, 0, 0] {
            bits.put_only(only);
        }
        (0..groups * 5).for_each(|_| bits.put_code());
        bits.put(0, 32);
        let body = [b"VP8L".as_slice(), &(bits.0.len() as u32).to_le_bytes(), &bits.0].concat();
        let length = (body.len() as u32 + 4).to_le_bytes();
        [b"RIFF".as_slice(), &length, b"WEBP", &body].concat()
    };
    // So few are read to their end, and by the decoder as well.
    let few = refused(&bomb(3));
    assert!(matches!(&few, Refusal::Damaged(why) if !why.contains("Huffman")), "{few:?}");
    let many = bomb(4000);
    assert!(many.len() < 300_000);
    let start = Instant::now();
    assert!(matches!(refused(&many), Refusal::TooMuchMemory { bytes, .. } if bytes > 80_000_000));
    assert!(start.elapsed() < Duration::from_secs(2));
}
