//! All eight orientations, in all three formats.

use super::*;

/// What is seen of [`corners`] when a file says that it is to be turned so.
const SEEN: [[[u8; 3]; 4]; 8] = [
    [RED, GREEN, BLUE, YELLOW],
    [GREEN, RED, YELLOW, BLUE],
    [YELLOW, BLUE, GREEN, RED],
    [BLUE, YELLOW, RED, GREEN],
    [RED, BLUE, GREEN, YELLOW],
    [BLUE, RED, YELLOW, GREEN],
    [YELLOW, GREEN, BLUE, RED],
    [GREEN, YELLOW, RED, BLUE],
];

#[test]
fn a_picture_stands_upright() {
    let rgb = corners(400, 200);
    for (orientation, seen) in (1_u16..).zip(SEEN) {
        let notes = notes(orientation, orientation % 2 == 0);
        let marked = [b"Exif\0\0".as_slice(), &notes].concat();
        let alpha = with_alpha(&rgb, |at| if at == 0 { 0 } else { 255 });
        let as_png = png(&alpha, 400, png::ColorType::Rgba);
        let behind = {
            let end = as_png.len() - 12;
            [&as_png[..end], &chunk(*b"eXIf", &notes), &as_png[end..]].concat()
        };
        let colours = image_webp::ColorType::Rgb8;
        for (what, file) in [
            (
                "JPEG",
                jpeg(&rgb, 400, |encoder| encoder.add_app_segment(1, marked.clone()).unwrap()),
            ),
            ("PNG", with_chunk(&as_png, *b"eXIf", &notes)),
            ("PNG with notes behind", behind),
            ("WebP", webp_with(&rgb, 400, colours, |one| one.set_exif_metadata(notes.clone()))),
            ("WebP as in a JPEG", {
                webp_with(&rgb, 400, colours, |one| one.set_exif_metadata(marked.clone()))
            }),
        ] {
            let picture = rendered(&file);
            let (width, height) = if orientation > 4 { (200, 400) } else { (400, 200) };
            assert_eq!((picture.width, picture.height), (width, height), "{what} {orientation}");
            assert_eq!(picture.renditions.len(), if orientation > 4 { 1 } else { 2 });
            assert_corners(&picture, seen, &format!("{what} {orientation}"));
        }
    }
}

#[test]
fn notes_that_make_no_sense_turn_nothing() {
    let rgb = corners(48, 32);
    let sound = notes(6, true);
    let mut wrong: Vec<Vec<u8>> = (0..sound.len()).map(|end| sound[..end].to_vec()).collect();
    wrong.truncate(18);
    wrong.extend([notes(0, true), notes(9, false), vec![0xff; 40]]);
    wrong.push([&sound[..4], &[0xff; 4], &sound[8..]].concat());
    for notes in wrong {
        let marked = [b"Exif\0\0".as_slice(), &notes].concat();
        let file = jpeg(&rgb, 48, |encoder| encoder.add_app_segment(1, marked).unwrap());
        assert_corners(&rendered(&file), CORNERS, &format!("{notes:?}"));
    }
}
