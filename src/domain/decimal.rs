//! Decimals written on the stack: a list writes hundreds of them.

/// The most bytes: a sign, 20 digits, a point, and a zero before it.
const BYTES_MAX: usize = 24;

/// The text of a decimal.
pub(super) struct Decimal {
    bytes: [u8; BYTES_MAX],
    from: usize,
    to: usize,
}

impl Decimal {
    /// `units` of the last of so many digits after the point, few enough to have room.
    pub(super) fn of(units: i64, digits: usize) -> Self {
        let mut text = Self { bytes: [0; BYTES_MAX], from: BYTES_MAX, to: BYTES_MAX };
        let (mut rest, mut written) = (units.unsigned_abs(), 0);
        while rest > 0 || written <= digits {
            if written == digits && digits > 0 {
                text.put(b'.');
            }
            text.put(digit(rest));
            rest /= 10;
            written += 1;
        }
        if units < 0 {
            text.put(b'-');
        }
        text
    }

    /// The same without zeros at the end of its fraction, which it has.
    pub(super) fn trimmed(mut self) -> Self {
        while self.bytes[self.to - 1] == b'0' {
            self.to -= 1;
        }
        if self.bytes[self.to - 1] == b'.' {
            self.to -= 1;
        }
        self
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[self.from..self.to]).unwrap_or_default()
    }

    fn put(&mut self, byte: u8) {
        self.from -= 1;
        self.bytes[self.from] = byte;
    }
}

/// The last digit of a number, as it is written.
pub(super) fn digit(number: u64) -> u8 {
    b'0' + u8::try_from(number % 10).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn a_decimal_has_the_digits_it_is_given_and_room_for_every_number() {
        for (units, digits, text, trimmed) in [
            (0, 2, "0.00", "0"),
            (5, 3, "0.005", "0.005"),
            (-150, 2, "-1.50", "-1.5"),
            (70_000, 4, "7.0000", "7"),
            (1_000_000, 4, "100.0000", "100"),
            (i64::MIN, 4, "-922337203685477.5808", "-922337203685477.5808"),
        ] {
            assert_eq!(Decimal::of(units, digits).as_str(), text);
            assert_eq!(Decimal::of(units, digits).trimmed().as_str(), trimmed);
        }
        assert_eq!(Decimal::of(i64::MAX, 0).as_str(), "9223372036854775807");
    }
}
