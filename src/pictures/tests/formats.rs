//! Every format and colour type: the right size, the right colours, nothing else.

use image_webp::ColorType::{Rgb8, Rgba8};
use png::{BitDepth, ColorType};

use super::*;
use crate::domain::pictures::WIDTHS;

#[test]
fn every_colour_type_of_a_png_comes_out_alike() {
    let rgb = corners(48, 32);
    let opaque = with_alpha(&rgb, |_| 255);
    let wide = |samples: &[u8]| samples.iter().flat_map(|one| [*one, 77]).collect::<Vec<u8>>();
    let at = |x: usize, y: usize| u8::from(x >= 24) + 2 * u8::from(y >= 16);
    let indexes: Vec<u8> = (0..48 * 32).map(|pixel| at(pixel % 48, pixel / 48)).collect();
    let packed = |bits: usize| -> Vec<u8> {
        let per_byte = 8 / bits;
        let join = |byte: &[u8]| byte.iter().fold(0, |sum, one| sum << bits | one);
        indexes.chunks(per_byte).map(join).collect()
    };
    let palette = |samples: &[u8], depth| {
        png_of(samples, (48, 32), ColorType::Indexed, depth, |encoder| {
            encoder.set_palette(CORNERS.concat());
        })
    };
    let sixteen = |samples: &[u8], colours| {
        png_of(&wide(samples), (48, 32), colours, BitDepth::Sixteen, |_| {})
    };
    for (what, file) in [
        ("RGB", png(&rgb, 48, ColorType::Rgb)),
        ("RGBA", png(&opaque, 48, ColorType::Rgba)),
        ("RGB of 16 bits", sixteen(&rgb, ColorType::Rgb)),
        ("RGBA of 16 bits", sixteen(&opaque, ColorType::Rgba)),
        ("palette", palette(&indexes, BitDepth::Eight)),
        ("palette of 4 bits", palette(&packed(4), BitDepth::Four)),
        ("palette of 2 bits", palette(&packed(2), BitDepth::Two)),
        ("interlaced RGB", interlaced(&rgb, 48, ColorType::Rgb)),
        ("interlaced RGBA", interlaced(&opaque, 48, ColorType::Rgba)),
    ] {
        let picture = rendered(&file);
        assert_eq!((picture.width, picture.height, picture.format), (48, 32, Format::Jpeg));
        assert_corners(&picture, CORNERS, what);
    }
}

#[test]
fn every_depth_of_grey_comes_out_alike() {
    let (dark, light) = ([0; 3], [255; 3]);
    let white = |bits: usize| if bits == 8 || bits == 16 { 255 } else { (1_u8 << bits) - 1 };
    for (bits, depth) in [
        (1, BitDepth::One),
        (2, BitDepth::Two),
        (4, BitDepth::Four),
        (8, BitDepth::Eight),
        (16, BitDepth::Sixteen),
    ] {
        let samples = grey_halves(bits, white(bits));
        let picture = rendered(&png_of(&samples, (48, 32), ColorType::Grayscale, depth, |_| {}));
        assert_corners(&picture, [dark, light, dark, light], &format!("grey of {bits} bits"));
    }
    let alpha: Vec<u8> =
        (0..48 * 32).flat_map(|at| [if at % 48 < 24 { 0 } else { 255 }, 255]).collect();
    let picture = rendered(&png(&alpha, 48, ColorType::GrayscaleAlpha));
    assert_corners(&picture, [dark, light, dark, light], "grey with alpha");
}

/// Lines that are black on the left and white on the right.
fn grey_halves(bits: usize, white: u8) -> Vec<u8> {
    let line: Vec<u8> = (0..48).map(|x| if x < 24 { 0 } else { white }).collect();
    let line: Vec<u8> = match bits {
        16 => line.iter().flat_map(|level| [*level; 2]).collect(),
        _ => line
            .chunks(8 / bits)
            .map(|byte| byte.iter().fold(0, |sum: u16, one| sum << bits | u16::from(*one)) as u8)
            .collect(),
    };
    line.repeat(32)
}

#[test]
fn webp_comes_out_alike_lossy_or_not() {
    let rgb = corners(48, 32);
    for (what, file) in [
        ("lossless", webp(&rgb, 48, Rgb8)),
        ("lossless with alpha", webp(&with_alpha(&rgb, |_| 255), 48, Rgba8)),
        ("lossy", LOSSY.to_vec()),
        ("the first of an animation", ANIMATED.to_vec()),
    ] {
        let picture = rendered(&file);
        assert_eq!((picture.width, picture.height), (48, 32), "{what}");
        assert_eq!(picture.format, Format::Jpeg, "{what}");
        assert_corners(&picture, CORNERS, what);
    }
}

#[test]
fn what_shines_through_stays_a_png() {
    let rgb = corners(400, 300);
    let hole = with_alpha(&rgb, |at| if at == 0 { 254 } else { 255 });
    let gone = with_alpha(&rgb, |at| if at % 400 < 200 { 0 } else { 255 });
    let keyed = png_of(&rgb, (400, 300), ColorType::Rgb, BitDepth::Eight, |encoder| {
        encoder.set_trns(RED.map(|level| [0, level]).concat());
    });
    for (what, file) in [
        ("one pixel of a PNG", png(&hole, 400, ColorType::Rgba)),
        ("one pixel of an interlaced PNG", interlaced(&hole, 400, ColorType::Rgba)),
        ("one pixel of a WebP", webp(&hole, 400, Rgba8)),
        ("a colour that is not seen", keyed.clone()),
        ("lossy", LOSSY_ALPHA.to_vec()),
    ] {
        let picture = rendered(&file);
        assert_eq!(picture.format, Format::Png, "{what}");
        assert_eq!(picture.format.media_type(), "image/png");
    }
    assert_eq!(quarters(&rendered(&keyed), 0)[0], [0; 4]);
    let picture = rendered(&png(&gone, 400, ColorType::Rgba));
    let [red, green, blue, yellow] = quarters(&picture, 0);
    assert_eq!([red, blue], [[0; 4]; 2]);
    assert_near(green, GREEN, "green");
    assert_near(yellow, YELLOW, "yellow");
    // Nothing of the red that nobody sees is in the line beside it.
    let (width, _, pixels) = unpacked(&picture, 0);
    assert!(pixels[..width].iter().all(|pixel| pixel[3] == 0 || pixel[0] < 60));
}

#[test]
fn no_rendition_is_larger_than_the_picture() {
    let sizes = |width: usize, height: usize| {
        let picture = rendered(&jpeg(&corners(width, height), width, |_| {}));
        assert_eq!((picture.width as usize, picture.height as usize), (width, height));
        assert!(picture.renditions.iter().all(|one| WIDTHS.contains(&one.width)));
        let size = |at| unpacked(&picture, at);
        let each = (0..picture.renditions.len()).map(|at| (size(at).0, size(at).1));
        let places = picture.renditions.iter().map(|one| one.width);
        places.zip(each).map(|(place, (wide, high))| (place, wide, high)).collect::<Vec<_>>()
    };
    assert_eq!(sizes(1, 1), [(320, 1, 1)]);
    assert_eq!(sizes(200, 150), [(320, 200, 150)]);
    assert_eq!(sizes(320, 100), [(320, 320, 100)]);
    assert_eq!(sizes(500, 250), [(320, 320, 160), (800, 500, 250)]);
    assert_eq!(sizes(900, 3), [(320, 320, 1), (800, 800, 3), (1600, 900, 3)]);
    assert_eq!(sizes(1700, 10), [(320, 320, 2), (800, 800, 5), (1600, 1600, 9)]);
    // A strip is bounded by three times the width of its place.
    assert_eq!(sizes(10, 2000), [(320, 5, 960)]);
}

#[test]
fn a_strip_of_twenty_thousand_lines_fits() {
    let picture = rendered(&png(&vec![200; 100 * 20_000], 100, ColorType::Grayscale));
    let (width, height, pixels) = unpacked(&picture, 0);
    assert_eq!((picture.renditions.len(), width, height), (1, 5, 960));
    assert!(pixels.iter().all(|pixel| pixel[0].abs_diff(200) < 3));
}

#[test]
fn nothing_of_the_file_but_its_pixels_survives() {
    let rgb = corners(48, 32);
    let alpha = with_alpha(&rgb, |at| (at % 200) as u8);
    let notes = notes(1, true);
    let marked = [b"Exif\0\0".as_slice(), &notes].concat();
    let remark = b"Comment\0taken at home";
    let with_chunks =
        |file: &[u8]| with_chunk(&with_chunk(file, *b"eXIf", &notes), *b"tEXt", remark);
    for file in [
        jpeg(&rgb, 48, |encoder| {
            encoder.add_app_segment(1, marked.clone()).unwrap();
            encoder.add_app_segment(2, b"ICC_PROFILE\0\x01\x01taken at home".to_vec()).unwrap();
            encoder.add_app_segment(13, b"taken at home".to_vec()).unwrap();
        }),
        with_chunks(&png(&rgb, 48, ColorType::Rgb)),
        with_chunks(&png(&alpha, 48, ColorType::Rgba)),
        webp_with(&rgb, 48, Rgb8, |encoder| {
            encoder.set_exif_metadata(notes.clone());
            encoder.set_xmp_metadata(b"taken at home".to_vec());
            encoder.set_icc_profile(b"taken at home".to_vec());
        }),
    ] {
        let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|part| part == what);
        assert!(has(&file, b"taken at home"));
        for rendition in rendered(&file).renditions {
            assert!(!has(&rendition.bytes, b"taken"));
            assert!(!has(&rendition.bytes, b"Exif") && !has(&rendition.bytes, b"eXIf"));
        }
    }
}

#[test]
fn the_same_file_gives_the_same_pictures() {
    let file = jpeg(&photograph(900, 300), 900, |_| {});
    assert_eq!(rendered(&file), rendered(&file));
}
