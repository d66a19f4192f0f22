//! The one thing that is read of a camera's notes: which way up the picture is.

/// The tag of the orientation, and the type of its value (Exif 2.3, TIFF 6.0).
const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;
const ENTRY: usize = 12;

/// The orientation from 1 to 8 that a TIFF header with its first directory names.
pub fn orientation(tiff: &[u8]) -> Option<u8> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two = *tiff.get(at..)?.first_chunk::<2>()?;
        Some(if is_little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let four = *tiff.get(4..)?.first_chunk::<4>()?;
    let start = if is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
    let start = usize::try_from(start).ok()?;
    let entries = usize::from(short(start)?);
    let entry = (0..entries)
        .map_while(|entry| start.checked_add(2 + entry * ENTRY))
        .find(|at| short(*at) == Some(ORIENTATION))?;
    if short(entry + 2)? != SHORT {
        return None;
    }
    let value = u8::try_from(short(entry + 8)?).ok()?;
    (1..=8).contains(&value).then_some(value)
}
