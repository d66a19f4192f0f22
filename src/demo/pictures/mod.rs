//! A picture of each of the goods, drawn here, so that the sample shop looks like a shop and needs
//! nobody's photographs.

mod canvas;
mod clothes;
mod desk;
mod food;
mod home;
mod jars;
mod kitchen;
mod outdoors;
mod path;

use self::canvas::Canvas;
use super::goods::Good;
use crate::domain::pictures::WIDTHS;
use crate::error::Result;
use crate::pictures::{Format, encode};
use crate::secret::Hasher;
use crate::store::pictures::NewPicture;

/// The widths in which a picture is painted, two of those that a shop shows.
const SMALL: u32 = WIDTHS[0];
const LARGE: u32 = WIDTHS[1];

/// What paints a product.
type Painter = fn(&mut Canvas);

/// Goods that hang on the wall; all others stand on a table.
const HUNG: [&str; 4] = ["APRON", "BELL", "CALENDAR", "TEE-S-NAVY"];

/// Goods by the SKU of their first variant, with the colour of the wall.
const PAINTERS: &[(&str, u32, Painter)] = &[
    ("BREAD-SOUR", 0xef_e3_d0, food::loaf),
    ("MUG-BLUE", 0xe9_e2_d6, kitchen::mugs),
    ("TEE-S-NAVY", 0xe6_dd_cf, clothes::shirt),
    ("COFFEE-LIGHT", 0xe8_d9_c5, food::coffee),
    ("OIL-05", 0xe4_e6_d3, jars::oil),
    ("HONEY", 0xf4_e6_c2, jars::honey),
    ("CANDLE", 0xdd_e1_dc, home::candle),
    ("BOARD", 0xdf_e5_e0, kitchen::board),
    ("NOTE-PLAIN", 0xe3_e0_ea, desk::notebook),
    ("SOCK-S", 0xe9_dd_d8, clothes::socks),
    ("SOAP-LAV", 0xe4_df_ec, home::soap),
    ("BAG", 0xdc_e4_e4, home::bag),
    ("TEA", 0xe1_e7_da, jars::tea),
    ("JAM", 0xf2_dd_da, jars::jam),
    ("APRON", 0xe6_e4_d8, clothes::apron),
    ("TEAPOT", 0xd9_e3_ea, kitchen::teapot),
    ("BELL", 0xe2_e6_e9, outdoors::bell),
    ("BLANKET", 0xdf_e8_d6, outdoors::blanket),
    ("CALENDAR", 0xf0_e2_d0, desk::calendar),
    ("HAMPER", 0xe9_e0_d0, outdoors::hamper),
];

/// Draws a product, in each width that a shop shows; the same in every run. Nothing, where there is
/// no drawing of it.
///
/// # Errors
/// Internal, where it cannot be written.
pub fn of(good: &Good) -> Result<Option<NewPicture>> {
    let sku = good.units.first().map_or("", |unit| unit.sku);
    let Some((_, colour, paint)) = PAINTERS.iter().find(|(own, ..)| *own == sku) else {
        return Ok(None);
    };
    let (mut hasher, mut files) = (Hasher::default(), Vec::new());
    for width in [SMALL, LARGE] {
        let side = i32::try_from(width).unwrap_or_default();
        // A drawing has no pixels of its own: each width is painted, and nothing is shrunk.
        let mut canvas = Canvas::new(side, *colour, !HUNG.contains(&sku));
        paint(&mut canvas);
        let file = encode::to_jpeg(&canvas.into_bitmap())?;
        hasher.add(&file);
        files.push((width, file));
    }
    let (hash, media_type) = (hasher.name(), Format::Jpeg.media_type());
    Ok(Some(NewPicture { hash, media_type, width: LARGE, height: LARGE * 3 / 4, files }))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::demo::goods::GOODS;

    #[test]
    fn every_good_has_a_picture_of_its_own() {
        let pictures: Vec<NewPicture> =
            GOODS.iter().map(|good| of(good).unwrap().unwrap()).collect();
        let names: HashSet<&String> = pictures.iter().map(|picture| &picture.hash).collect();
        assert_eq!((names.len(), PAINTERS.len()), (GOODS.len(), GOODS.len()));
        let first = &pictures[0];
        assert_eq!((first.width, first.height, first.files.len()), (800, 600, 2));
        assert!(first.files.iter().all(|(_, file)| file.starts_with(b"\xff\xd8\xff")));
        let again = of(&GOODS[0]).unwrap().unwrap();
        assert_eq!(again.hash, first.hash, "a drawing is the same in every run");
    }
}
