//! What is sent in gzip: files of the program, packed once, and pages.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Of 1 to 9: pages get little smaller above it.
const PAGE_LEVEL: u32 = 4;

/// The bytes, as small as they get.
pub fn gzip(plain: &[u8]) -> Vec<u8> {
    packed(plain, Compression::best())
}

/// The bytes, smaller, without taking long over it.
pub fn gzip_quickly(plain: &[u8]) -> Vec<u8> {
    packed(plain, Compression::new(PAGE_LEVEL))
}

fn packed(plain: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    // Writing into memory does not fail.
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default()
}
