//! Files of the program in gzip, packed once.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// The bytes, as small as they get.
pub fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail.
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default()
}
