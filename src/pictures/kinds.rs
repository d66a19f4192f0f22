//! What a file is, by its first bytes, whatever its name and its sender say.

/// Bytes that [`Kind::of`] looks at.
pub const HEAD: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
    WebP,
    /// Something that is not taken, and its name if it is known.
    Other(Option<&'static str>),
}

/// Files of other kinds that people take for pictures.
const OTHERS: &[(&[u8], &str)] = &[
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"%PDF", "PDF"),
    (b"8BPS", "Photoshop file"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\0\0\x01\0", "ICO"),
    (b"PK\x03\x04", "ZIP archive"),
];

/// Brands of ISO base media files, which begin with the length of their first box.
const BRANDS: &[(&[u8], &str)] = &[
    (b"avif", "AVIF"),
    (b"avis", "AVIF"),
    (b"heic", "HEIC"),
    (b"heix", "HEIC"),
    (b"hevc", "HEIC"),
    (b"heim", "HEIC"),
    (b"heis", "HEIC"),
    (b"mif1", "HEIC"),
    (b"msf1", "HEIC"),
];

impl Kind {
    pub fn of(head: &[u8]) -> Self {
        if head.starts_with(b"\xff\xd8\xff") {
            return Self::Jpeg;
        } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Self::Png;
        } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
            return Self::WebP;
        }
        let begins =
            |(start, name): &(&[u8], &'static str)| head.starts_with(start).then_some(*name);
        Self::Other(OTHERS.iter().find_map(begins).or_else(|| media(head)).or_else(|| markup(head)))
    }
}

/// The first brand that is known; a file whose first one is general names others behind it.
fn media(head: &[u8]) -> Option<&'static str> {
    let (kind, brands) = head.get(4..)?.split_first_chunk::<4>()?;
    if kind != b"ftyp" {
        return None;
    }
    let is_avif = brands.as_chunks::<4>().0.contains(b"avif");
    let known = |brand: &[u8]| BRANDS.iter().find(|(known, _)| *known == brand);
    let found = brands.chunks(4).find_map(known).map(|(_, name)| *name);
    Some(if is_avif { "AVIF" } else { found.unwrap_or("film") })
}

fn markup(head: &[u8]) -> Option<&'static str> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let lower = head.to_ascii_lowercase();
    if lower.starts_with(b"<svg") || lower.starts_with(b"<?xml") {
        Some("SVG")
    } else if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        Some("web page")
    } else {
        None
    }
}
