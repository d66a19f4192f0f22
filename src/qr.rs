//! A QR code (ISO/IEC 18004) drawn with characters, for whoever has a telephone in their hand and
//! the shop's log on a screen.

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code, which a reader needs to find it (ISO/IEC 18004, 9.1).
const QUIET: i32 = 4;
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
    }
}
