//! For the bicycle, the meadow, and the way there.

use super::canvas::{Canvas, Paint};
use super::path::Path;

pub fn bell(canvas: &mut Canvas) {
    let bar = Path::rounded((-60, 566), 1320, 68, 34);
    canvas.fill(&bar.moved((0, 22)), Paint::Glazed(0x30_34_38, 40));
    canvas.fill(&bar, Paint::Fading(0xc6_cc_d2, 0x84_8c_94));
    canvas.fill(&Path::rounded((-60, 578), 1320, 12, 6), Paint::Glazed(0xff_ff_ff, 150));
    grip(canvas);
    canvas.fill(&Path::rounded((548, 540), 104, 120, 18), Paint::Fading(0x8a_90_98, 0x56_5c_65));
    canvas.plain(&Path::circle((600, 632), 13), 0x36_3c_42);
    canvas.plain(&Path::stroke("M 590 626 L 610 638", 4), 0x9a_a0_a6);
    canvas.plain(&Path::stroke("M 720 500 C 800 506 850 540 874 606", 22), 0x6a_70_78);
    canvas.fill(&Path::rounded((840, 590), 74, 92, 30), Paint::Fading(0x4a_50_58, 0x30_36_3c));
    canvas.fill(&Path::rounded((378, 486), 444, 44, 22), Paint::Fading(0xc0_8e_34, 0x8a_5e_18));
    let dome = Path::new("M 394 492 C 400 330 500 262 600 262 C 700 262 800 330 806 492 Z");
    canvas.fill(&dome, Paint::Fading(0xf6_d8_84, 0xc4_90_34));
    canvas.inside(&dome, |canvas| {
        let dark = Path::new("M 690 250 C 780 340 790 440 780 500 L 850 500 L 850 250 Z");
        canvas.fill(&dark, Paint::Glazed(0x7a_50_10, 76));
        let light = Path::new("M 446 470 C 446 380 490 316 566 288 C 510 350 494 410 500 470 Z");
        canvas.fill(&light, Paint::Glazed(0xff_fa_dc, 180));
        canvas
            .fill(&Path::stroke("M 380 462 Q 600 474 820 462", 5), Paint::Glazed(0x7a_50_10, 110));
    });
    canvas.fill(&Path::ellipse((600, 264), 44, 14), Paint::Plain(0xd8_ac_50));
    canvas.fill(&Path::circle((600, 250), 20), Paint::Fading(0xfb_e8_b0, 0xb4_80_28));
    for (text, width) in [("M 330 300 Q 282 370 300 450", 12), ("M 262 262 Q 196 366 222 480", 10)]
    {
        let sound = Path::stroke(text, width);
        canvas.fill(&sound.mirrored(600).and(sound), Paint::Glazed(0xb8_92_48, 120));
    }
}

/// The grip of the handlebar, and the brake below it.
fn grip(canvas: &mut Canvas) {
    canvas.plain(&Path::stroke("M 330 640 C 260 700 160 690 40 726", 20), 0x5a_60_68);
    canvas.fill(&Path::rounded((318, 556), 46, 96, 12), Paint::Fading(0x6a_70_78, 0x40_46_4c));
    canvas.fill(&Path::rounded((-60, 552), 340, 96, 40), Paint::Fading(0x8a_5c_3c, 0x58_38_24));
    for x in (10..260).step_by(28) {
        canvas.fill(&Path::rounded((x, 558), 9, 84, 4), Paint::Glazed(0x30_1c_10, 120));
    }
    canvas.fill(&Path::rounded((-40, 566), 290, 10, 5), Paint::Glazed(0xff_e8_d0, 60));
}

pub fn blanket(canvas: &mut Canvas) {
    canvas.shadow((600, 752), 390, 38);
    for x in (272..930).step_by(20) {
        canvas.plain(&Path::stroke("M 0 736 Q 4 752 -2 768", 6).moved((x, 0)), 0xe9_dc_c0);
    }
    for (y, colour) in [(590, 0xa4_3c_38), (450, 0xb0_46_40), (310, 0xbc_50_48)] {
        let layer = Path::new(&format!(
            "M 300 {y} L 900 {y} C 952 {y} 952 {} 900 {} L 300 {} C 262 {} 262 {y} 300 {y} Z",
            y + 150,
            y + 150,
            y + 150,
            y + 150
        ));
        canvas.plain(&layer, colour);
        canvas.inside(&layer, |canvas| checks(canvas, y));
        let edge = format!("M 296 {} L 900 {}", y + 149, y + 149);
        canvas.fill(&Path::stroke(&edge, 5), Paint::Glazed(0x3c_10_10, 110));
    }
    let strap = |x: i32| Path::rounded((x, 300), 44, 448, 10);
    for x in [420, 736] {
        canvas.fill(&strap(x), Paint::Fading(0x9a_6a_40, 0x74_4a_28));
        for seam in [x + 6, x + 36] {
            canvas.fill(&Path::rounded((seam, 306), 2, 436, 0), Paint::Glazed(0xe0_c0_90, 150));
        }
        canvas.plain(&Path::rounded((x - 8, 500), 60, 54, 8), 0xd6_b4_5e);
        canvas.plain(&Path::rounded((x + 6, 512), 32, 30, 4), 0x82_56_33);
    }
    canvas.plain(&Path::stroke("M 442 300 C 452 210 748 210 758 300", 26), 0x8a_5c_36);
    canvas.fill(
        &Path::stroke("M 470 272 C 500 226 700 226 730 272", 5),
        Paint::Glazed(0xe0_c0_90, 150),
    );
}

fn checks(canvas: &mut Canvas, top: i32) {
    for x in (262..950).step_by(150) {
        canvas.fill(&Path::rounded((x, top), 52, 150, 0), Paint::Glazed(0x2c_34_50, 130));
        canvas.fill(&Path::rounded((x + 84, top), 12, 150, 0), Paint::Glazed(0xf2_e2_c0, 170));
    }
    for (y, high, colour, opacity) in
        [(20, 34, 0x2c_34_50, 110), (80, 10, 0xf2_e2_c0, 150), (112, 26, 0x2c_34_50, 90)]
    {
        canvas.fill(&Path::rounded((250, top + y), 720, high, 0), Paint::Glazed(colour, opacity));
    }
    canvas.fill(&Path::rounded((250, top), 720, 16, 0), Paint::Glazed(0xff_ff_ff, 44));
    canvas.fill(&Path::rounded((250, top + 124), 720, 30, 0), Paint::Glazed(0x20_08_08, 50));
}

pub fn hamper(canvas: &mut Canvas) {
    canvas.shadow((600, 762), 380, 36);
    canvas.plain(&Path::stroke("M 330 500 C 330 90 870 90 870 500", 34), 0xa4_74_40);
    for at in 0..20 {
        let twist = Path::stroke("M -12 12 L 12 -12", 5);
        let (x, y) = arch(at);
        canvas.plain(&twist.moved((x, y)), 0x7e_54_2a);
    }
    tin(canvas);
    jar(canvas);
    sock(canvas);
    let basket = Path::new(
        "M 262 500 L 938 500 L 884 736 C 880 760 866 766 840 766 L 360 766 \
         C 334 766 320 760 316 736 Z",
    );
    canvas.fill(&basket, Paint::Fading(0xcf_9c_5e, 0xa6_74_3c));
    canvas.inside(&basket, |canvas| {
        for line in 0..7 {
            for at in 0..10 {
                let (x, y) = (258 + at * 72 + line % 2 * 36, 540 + line * 36);
                let cane = Path::rounded((x, y), 64, 28, 14);
                canvas.fill(&cane, Paint::Fading(0xdc_b0_74, 0xb4_84_48));
            }
        }
        canvas.fill(&Path::rounded((780, 480), 190, 300, 0), Paint::Glazed(0x50_30_10, 46));
    });
    canvas.fill(&Path::rounded((244, 480), 712, 46, 23), Paint::Fading(0xc0_8c_50, 0x96_68_34));
    for x in (262..940).step_by(30) {
        canvas.plain(&Path::stroke("M 0 518 L 18 488", 5).moved((x, 0)), 0x82_58_2c);
    }
    bow(canvas);
}

/// Places along the handle.
fn arch(at: i32) -> (i32, i32) {
    let (a, b) = (19 - at, at);
    let weights = [a * a * a, 3 * a * a * b, 3 * a * b * b, b * b * b];
    let sum = |points: [i32; 4]| {
        let parts = weights.iter().zip(points).map(|(weight, point)| weight * point);
        parts.sum::<i32>() / 6859
    };
    (sum([330, 330, 870, 870]), sum([500, 90, 90, 500]))
}

fn tin(canvas: &mut Canvas) {
    canvas.fill(&Path::rounded((370, 320), 150, 230, 10), Paint::Fading(0x5a_88_7e, 0x3c_64_5c));
    canvas.fill(&Path::rounded((364, 300), 162, 52, 12), Paint::Fading(0x6e_9a_90, 0x4a_74_6c));
    canvas.plain(&Path::ellipse((445, 430), 46, 50), 0xf6_f0_df);
    let leaf = Path::new("M 445 466 C 420 444 420 414 445 392 C 470 414 470 444 445 466 Z");
    canvas.plain(&leaf, 0x6f_98_54);
}

fn jar(canvas: &mut Canvas) {
    canvas.fill(&Path::rounded((538, 360), 150, 190, 26), Paint::Fading(0xf0_b8_44, 0xcc_80_1a));
    canvas.fill(&Path::rounded((544, 318), 138, 50, 12), Paint::Fading(0xea_d6_a2, 0xbe_9a_54));
    canvas.plain(&Path::rounded((562, 402), 104, 70, 10), 0xfb_f2_dd);
    let cell = Path::new("M 0 -20 L 17 -10 L 17 10 L 0 20 L -17 10 L -17 -10 Z");
    canvas.plain(&cell.moved((596, 438)).and(cell.moved((634, 438))), 0xec_b4_48);
    canvas.fill(&Path::stroke("M 550 400 L 550 480", 7), Paint::Glazed(0xff_ff_ff, 130));
}

fn sock(canvas: &mut Canvas) {
    let roll = Path::rounded((706, 390), 140, 160, 60);
    canvas.plain(&roll, 0xc9_6e_58);
    canvas.inside(&roll, |canvas| {
        for y in [420, 462] {
            canvas.plain(&Path::rounded((690, y), 180, 20, 0), 0xf4_e8_d8);
        }
    });
    canvas.plain(&Path::ellipse((776, 396), 62, 26), 0xf4_e8_d8);
    canvas.plain(&Path::ellipse((776, 396), 36, 13), 0xd8_c4_b0);
}

fn bow(canvas: &mut Canvas) {
    let red = 0xb4_3c_40;
    let tail = Path::new(
        "M 600 566 C 580 620 566 660 540 708 L 580 700 L 598 728 C 612 680 616 620 612 566 Z",
    );
    canvas.plain(&tail.mirrored(600).and(tail), 0x98_2e_34);
    let loop_ = Path::new("M 600 560 C 560 500 480 490 470 540 C 462 590 540 606 600 560 Z");
    canvas.plain(&loop_.mirrored(600).and(loop_), red);
    let fold = Path::stroke("M 586 558 C 556 540 530 536 506 544", 6);
    canvas.plain(&fold.mirrored(600).and(fold), 0x8a_26_2c);
    canvas.plain(&Path::rounded((574, 532), 52, 56, 18), 0xc8_4e_50);
}
