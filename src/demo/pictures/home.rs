//! A candle, soap and a bag.

use super::canvas::{Canvas, Paint};
use super::path::Path;

pub fn candle(canvas: &mut Canvas) {
    for radius in [210, 160, 112] {
        canvas.fill(&Path::circle((600, 226), radius), Paint::Glazed(0xff_e2_8a, 46));
    }
    canvas.shadow((600, 744), 240, 34);
    canvas.fill(&Path::ellipse((600, 732), 230, 30), Paint::Fading(0x9a_b0_ac, 0x6f_88_84));
    canvas.plain(&Path::ellipse((600, 724), 190, 20), 0x7d_96_92);
    let wax =
        Path::new("M 470 330 C 470 308 730 308 730 330 L 730 716 C 730 740 470 740 470 716 Z");
    canvas.fill(&wax, Paint::Fading(0xf0_c0_50, 0xcf_90_22));
    canvas.inside(&wax, |canvas| {
        let cell = Path::new("M 0 -26 L 23 -13 L 23 13 L 0 26 L -23 13 L -23 -13 Z");
        for line in 0..11 {
            for at in 0..7 {
                let (x, y) = (462 + at * 50 + line % 2 * 25, 360 + line * 42);
                canvas.fill(&cell.moved((x, y)), Paint::Glazed(0x9c_62_10, 56));
                canvas.fill(&cell.moved((x + 3, y + 4)), Paint::Glazed(0xff_dc_80, 50));
            }
        }
        canvas.fill(&Path::rounded((664, 300), 80, 450, 0), Paint::Glazed(0x70_40_08, 46));
        canvas.fill(&Path::rounded((484, 300), 34, 450, 0), Paint::Glazed(0xff_f4_c8, 70));
    });
    canvas.plain(&Path::ellipse((600, 330), 130, 22), 0xf8_d4_78);
    canvas.plain(&Path::ellipse((600, 332), 76, 11), 0xfb_e6_a4);
    canvas.plain(&Path::stroke("M 600 330 C 596 310 604 296 600 280", 7), 0x4a_36_22);
    let flame = Path::new(
        "M 600 142 C 650 210 648 248 640 266 C 628 300 572 300 560 266 C 552 248 552 216 600 142 Z",
    );
    canvas.fill(&flame, Paint::Fading(0xf7_b0_3c, 0xf0_8a_2c));
    let heart = Path::new(
        "M 600 206 C 624 240 622 262 616 274 C 610 288 590 288 584 274 C 578 262 578 242 600 206 Z",
    );
    canvas.plain(&heart, 0xff_ee_b0);
}

pub fn soap(canvas: &mut Canvas) {
    canvas.shadow((590, 742), 380, 40);
    let side = Path::rounded((270, 520), 640, 220, 84);
    canvas.fill(&side, Paint::Fading(0xb6_a4_cc, 0x93_80_ae));
    let top = Path::rounded((270, 470), 640, 220, 84);
    canvas.fill(&top, Paint::Fading(0xe0_d4_ec, 0xc8_b8_dc));
    let frame = Path::rounded((316, 500), 548, 160, 62);
    canvas.fill(&frame, Paint::Glazed(0x8a_76_a8, 60));
    canvas.fill(&Path::rounded((322, 508), 536, 148, 58), Paint::Plain(0xd6_c9_e6));
    for (y, colour) in [(550, 0xae_9c_c8), (586, 0xb6_a6_ce), (620, 0xae_9c_c8)] {
        let wave = format!(
            "M 420 {y} Q 450 {} 480 {y} Q 510 {} 540 {y} Q 570 {} 600 {y} Q 630 {} 660 {y} \
             Q 690 {} 720 {y} Q 745 {} 764 {y}",
            y - 34,
            y + 34,
            y - 34,
            y + 34,
            y - 34,
            y + 30
        );
        canvas.plain(&Path::stroke(&wave, 9), colour);
    }
    for (x, y, radius) in [
        (300, 440, 46),
        (378, 404, 28),
        (250, 520, 24),
        (880, 460, 34),
        (936, 530, 22),
        (340, 340, 18),
    ] {
        canvas.fill(&Path::circle((x, y), radius), Paint::Glazed(0xff_ff_ff, 150));
        canvas.fill(&Path::circle((x, y), radius - 4), Paint::Glazed(0xd4_e4_f0, 140));
        let light = Path::circle((x - radius / 3, y - radius / 3), radius / 5);
        canvas.plain(&light, 0xff_ff_ff);
    }
    for (x, lean) in [(560, -40), (620, 6), (684, 50)] {
        lavender(canvas, x, lean);
    }
}

/// A sprig that lies behind the soap.
fn lavender(canvas: &mut Canvas, x: i32, lean: i32) {
    let stem = format!("M {x} 480 Q {x} 380 {} 220", x + lean);
    canvas.plain(&Path::stroke(&stem, 7), 0x7d_9a_6a);
    for at in 0..7 {
        let (across, y) = (x + lean * (at + 3) / 9, 370 - at * 26);
        for side in [-13, 13] {
            let colour = if at % 2 == 0 { 0x8e_74_b8 } else { 0x7a_60_a6 };
            canvas.plain(&Path::ellipse((across + side, y), 15, 18), colour);
        }
    }
    canvas.plain(&Path::ellipse((x + lean, 194), 11, 18), 0x8e_74_b8);
}

pub fn bag(canvas: &mut Canvas) {
    canvas.shadow((600, 758), 290, 34);
    let back = Path::stroke("M 500 350 C 496 150 704 150 700 350", 22);
    canvas.plain(&back.moved((0, -18)), 0xc2_b0_8c);
    let cloth = Path::new(
        "M 392 330 L 808 330 C 820 480 836 620 846 720 C 848 752 836 762 806 762 L 394 762 \
         C 364 762 352 752 354 720 C 364 620 380 480 392 330 Z",
    );
    canvas.fill(&cloth, Paint::Fading(0xf0_e4_cc, 0xd9_c8_a6));
    canvas.inside(&cloth, |canvas| {
        for y in (334..770).step_by(8) {
            canvas.fill(&Path::rounded((340, y), 520, 2, 0), Paint::Glazed(0xa8_94_6c, 34));
        }
        for crease in ["M 420 760 C 436 660 430 560 410 470", "M 770 760 C 752 680 760 600 782 500"]
        {
            canvas.fill(&Path::stroke(crease, 12), Paint::Glazed(0xa8_94_6c, 80));
        }
        canvas.fill(&Path::rounded((340, 326), 520, 30, 0), Paint::Glazed(0xb8_a4_7c, 110));
    });
    canvas.plain(
        &Path::stroke("M 500 400 L 500 350 C 500 140 700 140 700 350 L 700 400", 24),
        0xd0_be_98,
    );
    for x in [500, 700] {
        let cross = Path::stroke(&format!("M {} 364 L {} 396", x - 8, x + 8), 3)
            .and(Path::stroke(&format!("M {} 364 L {} 396", x + 8, x - 8), 3));
        canvas.plain(&cross, 0x8c_78_50);
    }
    carrots(canvas);
}

/// What is printed on the bag: a bunch of carrots.
fn carrots(canvas: &mut Canvas) {
    let leaf = 0x5c_82_56;
    for text in [
        "M 600 520 C 560 470 560 440 540 424",
        "M 600 520 C 600 470 606 440 600 410",
        "M 600 520 C 640 470 640 440 662 424",
    ] {
        canvas.plain(&Path::stroke(text, 12), leaf);
    }
    for (x, y) in [(538, 428), (560, 450), (600, 414), (602, 446), (660, 430), (640, 452)] {
        canvas.plain(&Path::ellipse((x, y), 20, 13), leaf);
    }
    let carrot =
        Path::new("M -34 0 C -30 -26 30 -26 34 0 C 30 70 14 130 0 170 C -14 130 -30 70 -34 0 Z");
    for (x, y, colour) in [(546, 534, 0xd2_7c_3c), (654, 534, 0xd2_7c_3c), (600, 524, 0xe0_8e_48)] {
        canvas.plain(&carrot.moved((x, y)), colour);
        for (across, down) in [(-16, 30), (6, 60), (-6, 92)] {
            let mark = Path::stroke("M 0 0 L 18 4", 4).moved((x + across, y + down));
            canvas.plain(&mark, 0xb4_62_28);
        }
    }
}
