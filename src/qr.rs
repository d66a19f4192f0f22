//! QR codes (ISO/IEC 18004): drawn with characters, for whoever has a telephone in their hand and
//! the shop's log on a screen, and as the path of a picture on a page.

use std::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

/// Light modules around the code, which a reader needs to find it (ISO/IEC 18004, 9.1).
const QUIET: i32 = 4;
/// The sides of a module in a picture.
const MODULE_PIXELS: i32 = 8;
/// Black on white, whatever colours the terminal has, and back.
const PAPER: &str = "\x1b[30;107m";
const BACK: &str = "\x1b[0m";

/// The code of a text, two rows of it in each line; none for a text that is too long for one.
pub fn drawn(text: &str) -> Option<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let all = -QUIET..code.size() + QUIET;
    let line = |y: i32| -> String {
        // What lies outside of the code is light.
        let block = |x| match (code.get_module(x, y), code.get_module(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        format!("{PAPER}{}{BACK}\n", all.clone().map(block).collect::<String>())
    };
    Some(all.clone().step_by(2).map(line).collect())
}

/// A code as the path of an SVG (SVG 2 §9.3): its dark modules, each one unit wide.
pub struct QrPath {
    /// The units of one side, with the light ones around it.
    pub side: i32,
    pub path: String,
}

/// The code of a text with the error correction "M", and no better one where there is room for it;
/// none for a text that is too long for one.
pub fn path(text: &str) -> Option<QrPath> {
    let code = medium(text)?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing into a text does not fail.
            let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some(QrPath { side: code.size() + 2 * QUIET, path })
}

/// The code of a text as a picture (PNG) for where no path can be drawn, such as in a mail.
pub fn picture(text: &str) -> Option<Vec<u8>> {
    let code = medium(text)?;
    let side = code.size() + 2 * QUIET;
    let pixels = side * MODULE_PIXELS;
    let row = |y: i32| -> Vec<u8> {
        let is_dark =
            |x: i32| code.get_module(x / MODULE_PIXELS - QUIET, y / MODULE_PIXELS - QUIET);
        (0..pixels).map(|x| if is_dark(x) { 0 } else { u8::MAX }).collect()
    };
    let grey: Vec<u8> = (0..pixels).flat_map(row).collect();
    let mut bytes = Vec::new();
    let pixels = u32::try_from(pixels).ok()?;
    let mut encoder = png::Encoder::new(&mut bytes, pixels, pixels);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&grey)).ok()?;
    Some(bytes)
}

fn medium(text: &str) -> Option<QrCode> {
    let (segments, level) = (QrSegment::make_segments(text), QrCodeEcc::Medium);
    let (least, most) = (Version::MIN, Version::MAX);
    QrCode::encode_segments_advanced(&segments, level, least, most, None, false).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_the_code_with_quiet_around_it() {
        let text = format!("http://192.168.1.20:8000/admin#setup={}", "0f".repeat(16));
        let code = QrCode::encode_text(&text, QrCodeEcc::Low).unwrap();
        let drawn = drawn(&text).unwrap();
        let rows: Vec<Vec<bool>> = drawn.lines().flat_map(two_rows).collect();
        for (y, row) in (-QUIET..).zip(&rows) {
            for (x, dark) in (-QUIET..).zip(row) {
                assert_eq!(*dark, code.get_module(x, y), "at {x}, {y}");
            }
        }
        let wide = usize::try_from(code.size() + 2 * QUIET).unwrap();
        // An odd number of rows leaves half a line.
        assert_eq!((rows.len(), rows[0].len()), (wide.next_multiple_of(2), wide));
        assert!(wide < 80, "too wide for a terminal: {wide}");
    }

    fn two_rows(line: &str) -> [Vec<bool>; 2] {
        let blocks = line.strip_prefix(PAPER).unwrap().strip_suffix(BACK).unwrap();
        ["█▀", "█▄"].map(|dark| blocks.chars().map(|block| dark.contains(block)).collect())
    }

    #[test]
    fn a_text_too_long_for_a_code_has_none() {
        assert_eq!(drawn(&"x".repeat(3_000)), None);
        assert!(path(&"x".repeat(3_000)).is_none());
    }

    #[test]
    fn a_path_is_the_code_of_the_level_that_was_asked_for() {
        // Of these some have room for a better level, which is another code.
        for length in 1..100 {
            let text = "x".repeat(length);
            let code = medium(&text).unwrap();
            assert!(code.error_correction_level() == QrCodeEcc::Medium, "{length}");
            let QrPath { side, path } = path(&text).unwrap();
            assert_eq!(side, code.size() + 2 * QUIET);
            let wide = 0..code.size();
            let dark =
                wide.clone().map(|y| wide.clone().filter(|x| code.get_module(*x, y)).count());
            assert_eq!(path.matches("h1v1h-1z").count(), dark.sum::<usize>());
        }
    }
}
