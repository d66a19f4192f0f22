//! What comes in glass and tin.

use super::canvas::{Canvas, Paint};
use super::path::Path;

pub fn oil(canvas: &mut Canvas) {
    canvas.shadow((590, 742), 220, 34);
    let glass = Path::new(
        "M 552 214 L 648 214 L 648 330 C 650 380 716 392 716 470 L 716 700 \
         C 716 734 704 744 676 744 L 524 744 C 496 744 484 734 484 700 L 484 470 \
         C 484 392 550 380 552 330 Z",
    );
    canvas.fill(&glass, Paint::Fading(0x6f_87_3c, 0x45_5e_22));
    canvas.inside(&glass, |canvas| {
        let oil = Path::new("M 470 420 Q 600 436 730 420 L 730 760 L 470 760 Z");
        canvas.fill(&oil, Paint::Glazed(0xc2_b2_2e, 120));
        let shine = Path::stroke("M 514 480 L 514 690", 16);
        canvas.fill(&shine, Paint::Glazed(0xf4_f7_d8, 120));
        canvas.fill(&Path::stroke("M 574 236 L 574 320", 10), Paint::Glazed(0xf4_f7_d8, 110));
        canvas.fill(&Path::rounded((660, 380), 70, 380, 20), Paint::Glazed(0x26_38_10, 60));
    });
    canvas.plain(&Path::rounded((542, 200), 116, 30, 10), 0x3c_50_1e);
    canvas.fill(&Path::rounded((564, 138), 72, 66, 12), Paint::Fading(0xd9_b3_80, 0xb4_8a_56));
    canvas.plain(&Path::rounded((484, 500), 232, 176, 4), 0xf6_ef_dd);
    canvas.plain(&Path::stroke("M 500 516 L 700 516", 3), 0xb9_a8_7c);
    canvas.plain(&Path::stroke("M 500 660 L 700 660", 3), 0xb9_a8_7c);
    branch(canvas, (596, 592));
    for (place, colour) in
        [((800, 724), 0x7d_8f_3a), ((858, 742), 0x4c_3f_4a), ((374, 738), 0x8f_a0_46)]
    {
        olive(canvas, place, colour);
    }
}

fn branch(canvas: &mut Canvas, place: (i32, i32)) {
    canvas.plain(&Path::stroke("M -78 36 Q -10 10 80 -34", 5).moved(place), 0x6b_6a_3a);
    let leaf = Path::new("M 0 0 C 4 -34 30 -56 58 -58 C 54 -26 34 -4 0 0 Z");
    for (x, y) in [(-64, 30), (-24, 14), (18, -4)] {
        canvas.plain(&leaf.moved((place.0 + x, place.1 + y)), 0x6f_8c_4a);
    }
    let under = Path::new("M 0 0 C 30 -4 52 18 56 46 C 26 42 6 26 0 0 Z");
    for (x, y) in [(-44, 24), (0, 6)] {
        canvas.plain(&under.moved((place.0 + x, place.1 + y)), 0x8e_a8_65);
    }
    canvas.plain(&Path::ellipse((place.0 + 54, place.1 + 10), 15, 20), 0x5b_6b_28);
}

fn olive(canvas: &mut Canvas, (x, y): (i32, i32), colour: u32) {
    canvas.shadow((x + 4, y + 22), 40, 9);
    canvas.plain(&Path::ellipse((x, y), 36, 26), colour);
    canvas.fill(&Path::ellipse((x - 12, y - 9), 11, 6), Paint::Glazed(0xff_ff_ff, 120));
    canvas.plain(&Path::circle((x + 28, y - 2), 5), 0x3a_30_24);
}

/// A jar of glass, and what is in it from its upper end to the lower.
fn jar(canvas: &mut Canvas, from: u32, to: u32) {
    canvas.shadow((600, 742), 290, 40);
    let glass = Path::new(
        "M 428 300 L 772 300 C 776 340 832 352 832 420 L 832 680 C 832 728 808 744 768 744 \
         L 432 744 C 392 744 368 728 368 680 L 368 420 C 368 352 424 340 428 300 Z",
    );
    canvas.fill(&glass, Paint::Glazed(0xff_ff_ff, 190));
    canvas.inside(&glass, |canvas| {
        let content = Path::new(
            "M 388 404 Q 600 384 812 404 L 816 676 C 816 716 796 730 764 730 L 436 730 \
             C 404 730 384 716 384 676 Z",
        );
        canvas.fill(&content, Paint::Fading(from, to));
        canvas.fill(&Path::ellipse((600, 402), 212, 14), Paint::Glazed(0xff_ff_ff, 60));
    });
}

fn shine(canvas: &mut Canvas) {
    canvas.fill(&Path::stroke("M 408 440 L 408 660", 18), Paint::Glazed(0xff_ff_ff, 130));
    canvas.fill(&Path::stroke("M 408 700 L 408 704", 18), Paint::Glazed(0xff_ff_ff, 130));
}

pub fn honey(canvas: &mut Canvas) {
    jar(canvas, 0xf2_b6_3c, 0xc9_78_12);
    canvas.fill(&Path::rounded((412, 232), 376, 84, 18), Paint::Fading(0xe9_d3_9c, 0xc0_9a_52));
    for x in (430..780).step_by(22) {
        canvas.fill(&Path::rounded((x, 246), 5, 58, 2), Paint::Glazed(0x8a_64_24, 70));
    }
    shine(canvas);
    canvas.plain(&Path::rounded((470, 450), 290, 214, 26), 0xfb_f2_dd);
    let cell = Path::new("M 0 -34 L 30 -17 L 30 17 L 0 34 L -30 17 L -30 -17 Z");
    for (x, y) in [(534, 520), (598, 520), (566, 574), (630, 574), (534, 628)] {
        canvas.plain(&cell.moved((x, y)), 0xf2_c4_5c);
    }
    bee(canvas, (690, 530));
    dipper(canvas);
}

fn bee(canvas: &mut Canvas, (x, y): (i32, i32)) {
    for (across, down) in [(-16, -34), (16, -36)] {
        canvas.fill(&Path::ellipse((x + across, y + down), 18, 26), Paint::Glazed(0xa9_c4_d4, 220));
    }
    let body = Path::ellipse((x, y), 46, 30);
    canvas.plain(&body, 0xf0_b0_2c);
    canvas.inside(&body, |canvas| {
        for at in [-18, 6, 30] {
            canvas.plain(&Path::rounded((x + at - 6, y - 40), 12, 80, 2), 0x3a_2a_1a);
        }
    });
    canvas.plain(&Path::circle((x - 44, y - 2), 17), 0x3a_2a_1a);
}

fn dipper(canvas: &mut Canvas) {
    canvas.shadow((940, 764), 150, 18);
    canvas.plain(&Path::stroke("M 868 748 L 1090 690", 16), 0xb9_84_4a);
    for at in 0..4 {
        let (x, y) = (850 + at * 20, 756 - at * 5);
        canvas.plain(&Path::ellipse((x, y), 12, 34 - (at - 1).abs() * 4), 0xa8_72_3a);
        canvas.fill(&Path::ellipse((x + 2, y - 6), 5, 20), Paint::Glazed(0xf2_c4_5c, 190));
    }
}

pub fn jam(canvas: &mut Canvas) {
    jar(canvas, 0xb8_24_3c, 0x7c_10_28);
    canvas.inside(&Path::rounded((384, 392), 432, 340, 40), |canvas| {
        for at in 0..70 {
            let (x, y) = (388 + at * 149 % 424, 410 + at * 83 % 316);
            canvas.fill(&Path::ellipse((x, y), 4, 5), Paint::Glazed(0xf0_a0_90, 110));
        }
    });
    let cloth = Path::new(
        "M 416 236 C 470 210 730 210 784 236 L 850 352 Q 810 340 784 362 Q 750 338 716 362 \
         Q 680 338 646 362 Q 610 338 570 362 Q 534 338 500 362 Q 464 338 428 362 \
         Q 396 338 350 352 Z",
    );
    canvas.plain(&cloth, 0xf8_ee_e6);
    canvas.inside(&cloth, |canvas| {
        for at in (330..870).step_by(48) {
            canvas.fill(&Path::rounded((at, 190), 24, 200, 0), Paint::Glazed(0xc4_3a_48, 130));
        }
        for at in (206..380).step_by(44) {
            canvas.fill(&Path::rounded((330, at), 540, 22, 0), Paint::Glazed(0xc4_3a_48, 130));
        }
    });
    canvas.plain(&Path::stroke("M 408 316 Q 600 334 792 316", 10), 0xd8_b4_7a);
    canvas.plain(&Path::stroke("M 600 326 C 560 300 540 330 596 330", 8), 0xd8_b4_7a);
    canvas.plain(&Path::stroke("M 604 326 C 644 300 664 330 606 330", 8), 0xd8_b4_7a);
    shine(canvas);
    canvas.plain(&Path::ellipse((600, 560), 136, 112), 0xfb_f2_e6);
    raspberry(canvas, (600, 564), 16);
    canvas.shadow((918, 762), 90, 14);
    raspberry(canvas, (884, 722), 12);
    raspberry(canvas, (962, 728), 12);
}

/// A berry of many drops, each of a radius.
fn raspberry(canvas: &mut Canvas, (x, y): (i32, i32), drop: i32) {
    let widths = [3, 4, 3, 2];
    for (line, count) in (0..).zip(widths) {
        for at in 0..count {
            let place = (x + (2 * at - count + 1) * drop * 9 / 10, y - drop + line * drop * 3 / 2);
            canvas.fill(&Path::circle(place, drop), Paint::Fading(0xe0_4a_62, 0xa8_1c_3c));
            let light = (place.0 - drop / 3, place.1 - drop / 3);
            canvas.fill(&Path::circle(light, drop / 4), Paint::Glazed(0xff_ff_ff, 130));
        }
    }
    let leaf = Path::new("M 0 0 C -16 -6 -34 -4 -44 -22 C -22 -30 -6 -20 0 0 Z");
    let top = (x, y - 2 * drop + 2);
    canvas.plain(&leaf.moved(top).and(leaf.mirrored(0).moved(top)), 0x5d_8a_4a);
    canvas.plain(&Path::stroke("M 0 0 L 4 -26", 6).moved(top), 0x5d_8a_4a);
}

pub fn tea(canvas: &mut Canvas) {
    canvas.shadow((600, 738), 250, 36);
    let tin = Path::new(
        "M 410 280 L 790 280 L 790 706 C 790 736 700 746 600 746 C 500 746 410 736 410 706 Z",
    );
    canvas.fill(&tin, Paint::Fading(0x4f_7c_72, 0x35_5a_54));
    canvas.inside(&tin, |canvas| {
        canvas.fill(&Path::rounded((420, 270), 40, 490, 0), Paint::Glazed(0xff_ff_ff, 50));
        canvas.fill(&Path::rounded((730, 270), 70, 490, 0), Paint::Glazed(0x12_2a_26, 60));
        canvas.plain(&Path::rounded((400, 690), 400, 10, 0), 0xd9_b9_6a);
        canvas.plain(&Path::rounded((400, 340), 400, 10, 0), 0xd9_b9_6a);
    });
    let lid = Path::new(
        "M 402 232 C 402 204 500 192 600 192 C 700 192 798 204 798 232 L 798 300 C 798 320 700 330 \
         600 330 C 500 330 402 320 402 300 Z",
    );
    canvas.fill(&lid, Paint::Fading(0x5f_8e_84, 0x3d_66_5e));
    canvas.plain(&Path::ellipse((600, 226), 190, 28), 0x72_9e_94);
    canvas.plain(&Path::circle((600, 204), 22), 0xd9_b9_6a);
    canvas.plain(&Path::ellipse((600, 520), 126, 136), 0xf6_f0_df);
    let leaf = Path::new("M 600 612 C 530 560 530 470 600 410 C 670 470 670 560 600 612 Z");
    canvas.fill(&leaf, Paint::Fading(0x8f_b0_62, 0x5d_86_48));
    canvas.plain(&Path::stroke("M 600 636 L 600 440", 5), 0x44_66_38);
    for (from, to) in [((600, 580), 540), ((600, 540), 500), ((600, 500), 464)] {
        let vein =
            Path::stroke(&format!("M {} {} Q 620 {} 640 {to}", from.0, from.1, from.1 - 10), 3);
        canvas.plain(&vein.clone().and(vein.mirrored(600)), 0x44_66_38);
    }
    for at in 0..26 {
        let (x, y) = (858 + at * 53 % 170, 744 + at * 29 % 34);
        let loose = Path::stroke("M -10 3 Q 0 -6 11 -1", 6 + at % 3).moved((x, y));
        canvas.plain(&loose, if at % 3 == 0 { 0x5b_6b_3c } else { 0x3f_3a_2c });
    }
}
