//! Bread and coffee.

use super::canvas::{Canvas, Paint};
use super::path::Path;

pub fn loaf(canvas: &mut Canvas) {
    canvas.shadow((600, 742), 400, 46);
    let board = Path::rounded((210, 690), 780, 52, 24);
    canvas.fill(&board, Paint::Fading(0xc9_9a_66, 0xa0_73_46));
    canvas.plain(&Path::stroke("M 250 712 Q 600 722 950 710", 4), 0xb4_86_55);

    let crust = Path::new(
        "M 270 640 C 262 470 400 300 600 300 C 800 300 938 470 930 640 C 926 700 840 708 600 708 \
         C 360 708 274 700 270 640 Z",
    );
    canvas.fill(&crust, Paint::Fading(0xd8_9c_58, 0x8c_52_28));
    canvas.inside(&crust, |canvas| {
        canvas.fill(&Path::ellipse((470, 420), 190, 120), Paint::Glazed(0xf0_c0_80, 70));
        canvas.fill(&Path::ellipse((600, 720), 420, 70), Paint::Glazed(0x5a_30_14, 90));
        // Flour, as it falls.
        for at in 0..150 {
            let (x, y) = (290 + at * 137 % 620, 310 + at * 89 % 340);
            canvas.fill(&Path::circle((x, y), 2 + at % 4), Paint::Glazed(0xfd_f3_e0, 110));
        }
        cuts(canvas);
    });
    let rim = "M 286 590 C 300 440 430 322 600 318";
    canvas.fill(&Path::stroke(rim, 7), Paint::Glazed(0xff_e6_bd, 90));
    ear(canvas, 1016, 760);
    ear(canvas, 1066, 748);
}

/// The cuts of the baker: a long one, and beside it a stalk with its leaves.
fn cuts(canvas: &mut Canvas) {
    let long = Path::new("M 356 600 C 380 480 460 380 590 338 C 560 450 480 560 356 600 Z");
    canvas.plain(&long, 0x9c_5f_2e);
    let inner = Path::new("M 384 578 C 406 486 476 402 568 360 C 538 448 474 540 384 578 Z");
    canvas.fill(&inner, Paint::Fading(0xf7_de_b0, 0xe9_bd_80));
    canvas.plain(&Path::stroke("M 640 640 C 680 560 740 480 800 424", 8), 0xf0_cc_94);
    let above = Path::new("M 0 0 C -26 -20 -30 -56 -14 -82 C 12 -62 18 -26 0 0 Z");
    let below = Path::new("M 0 0 C 28 10 62 2 80 -22 C 54 -38 20 -26 0 0 Z");
    for (x, y) in [(664, 600), (698, 548), (736, 496)] {
        canvas.plain(&above.moved((x, y)), 0xf0_cc_94);
        canvas.plain(&below.moved((x, y)), 0xe6_bc_7e);
    }
}

/// An ear of wheat that lies on the table.
fn ear(canvas: &mut Canvas, x: i32, y: i32) {
    canvas.plain(&Path::stroke("M 0 60 Q 40 0 70 -120", 6).moved((x, y)), 0xb9_93_46);
    for grain in 0..5 {
        let left = Path::new("M 0 0 C -26 -12 -30 -42 -14 -60 C 6 -46 12 -18 0 0 Z");
        let (right, up) = (grain * 6, -30 - grain * 26);
        canvas.plain(&left.moved((x + 38 + right, y + up)), 0xdd_b6_5e);
        let other = left.mirrored(0).moved((x + 46 + right, y + up));
        canvas.plain(&other, 0xc9_9f_48);
    }
}

pub fn coffee(canvas: &mut Canvas) {
    canvas.shadow((600, 728), 300, 38);
    let bag = Path::new(
        "M 408 236 L 792 236 L 800 320 C 826 440 836 600 822 700 C 820 730 800 734 770 734 \
         L 430 734 C 400 734 380 730 378 700 C 364 600 374 440 400 320 Z",
    );
    canvas.fill(&bag, Paint::Fading(0x4e_6a_66, 0x33_4a_48));
    canvas.inside(&bag, |canvas| {
        let side = Path::new("M 378 236 L 446 236 C 420 420 420 600 440 740 L 360 740 Z");
        canvas.fill(&side, Paint::Glazed(0x1d_2c_2a, 70));
        canvas.fill(&side.mirrored(600), Paint::Glazed(0x9f_b8_b0, 40));
    });
    let fold = Path::rounded((396, 190), 408, 72, 12);
    canvas.fill(&fold, Paint::Fading(0x5b_79_74, 0x44_5f_5b));
    canvas.plain(&Path::rounded((380, 214), 440, 20, 10), 0xd6_a9_5c);
    canvas.plain(&Path::rounded((470, 372), 260, 250, 22), 0xf3_e8_d6);
    canvas.plain(&Path::stroke("M 500 586 L 700 586", 6), 0xd6_a9_5c);
    canvas.plain(&Path::stroke("M 540 606 L 660 606", 4), 0xc2_b2_98);
    bean(canvas, (600, 476), 3);
    for place in [(900, 716), (968, 742), (866, 762), (300, 738)] {
        bean(canvas, place, 1);
    }
}

/// A coffee bean, a hundred pixels high at size 3.
fn bean(canvas: &mut Canvas, (x, y): (i32, i32), size: i32) {
    let (across, down) = (if size > 1 { 62 } else { 32 }, if size > 1 { 80 } else { 22 });
    let shape = Path::ellipse((x, y), across, down);
    canvas.fill(&shape, Paint::Fading(0x8a_58_36, 0x56_32_1c));
    let slit = if size > 1 {
        Path::stroke("M 14 -76 C -26 -34 28 26 -12 76", 10)
    } else {
        Path::stroke("M -30 2 C -10 -12 10 12 30 -2", 4)
    };
    canvas.plain(&slit.moved((x, y)), 0x35_1d_0f);
}
