//! Pixels as a file: JPEG, or PNG where something shines through.

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use png::{BitDepth, Compression, Filter};

use super::bitmap::Bitmap;
use super::{Result, damaged};

/// Of 100: where a photograph on a shop's page looks no different any more.
const QUALITY: u8 = 82;

/// Leaves the alpha out, if there is one.
pub fn to_jpeg(bitmap: &Bitmap) -> Result<Vec<u8>> {
    let side = |pixels: usize| u16::try_from(pixels).map_err(|_| damaged("too large to write"));
    let (width, height) = (side(bitmap.size.width)?, side(bitmap.size.height)?);
    let colours = if bitmap.channels == 4 { ColorType::Rgba } else { ColorType::Rgb };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    let encoded = encoder.encode(&bitmap.pixels, width, height, colours);
    encoded.map_err(|error| damaged(error.to_string()))?;
    Ok(bytes)
}

pub fn to_png(bitmap: &Bitmap) -> Result<Vec<u8>> {
    let side = |pixels: usize| u32::try_from(pixels).map_err(|_| damaged("too large to write"));
    let mut bytes = Vec::new();
    let (width, height) = (side(bitmap.size.width)?, side(bitmap.size.height)?);
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(if bitmap.channels == 4 {
        png::ColorType::Rgba
    } else {
        png::ColorType::Rgb
    });
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::Adaptive);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&bitmap.pixels)?;
        writer.finish()
    });
    written.map_err(|error| damaged(error.to_string()))?;
    Ok(bytes)
}
