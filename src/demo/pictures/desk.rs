//! Paper.

use super::canvas::{Canvas, Paint};
use super::path::Path;

pub fn notebook(canvas: &mut Canvas) {
    canvas.shadow((610, 764), 330, 30);
    let under = Path::rounded((436, 164), 400, 590, 18);
    canvas.fill(&under, Paint::Fading(0xd8_a0_86, 0xbf_82_66));
    canvas.plain(&Path::rounded((396, 172), 400, 590, 14), 0xf6_f0_e2);
    for at in (180..752).step_by(6) {
        canvas.fill(&Path::rounded((780, at), 16, 2, 0), Paint::Glazed(0x9a_90_7c, 90));
    }
    let cover = Path::rounded((372, 176), 408, 590, 18);
    canvas.fill(&cover, Paint::Fading(0x4f_6a_86, 0x3a_52_6c));
    canvas.inside(&cover, |canvas| {
        canvas.plain(&Path::rounded((372, 176), 62, 590, 0), 0x2e_42_58);
        canvas.fill(&Path::rounded((434, 176), 6, 590, 0), Paint::Glazed(0x16_22_30, 110));
    });
    for y in (214..750).step_by(44) {
        canvas.plain(&Path::stroke("M 404 0 L 404 22", 5).moved((0, y)), 0xe6_d8_b8);
    }
    canvas.plain(&Path::rounded((500, 262), 216, 130, 10), 0xf6_f0_e2);
    canvas.plain(&Path::stroke("M 530 306 L 686 306", 6), 0xa8_9c_86);
    canvas.plain(&Path::stroke("M 556 344 L 660 344", 5), 0xc4_ba_a6);
    canvas.plain(&Path::new("M 690 750 L 724 750 L 724 846 L 707 826 L 690 846 Z"), 0xc4_58_4a);
    pencil(canvas);
}

fn pencil(canvas: &mut Canvas) {
    canvas.fill(&Path::stroke("M 862 776 L 1016 346", 30), Paint::Glazed(0x40_34_28, 30));
    canvas.plain(&Path::stroke("M 872 720 L 1000 360", 26), 0xe2_ac_48);
    canvas.fill(&Path::stroke("M 866 716 L 993 360", 8), Paint::Glazed(0xff_f0_c0, 130));
    canvas.plain(&Path::stroke("M 1000 360 L 1010 332", 26), 0xb8_bc_c0);
    canvas.plain(&Path::stroke("M 1012 326 L 1017 312", 26), 0xd8_86_84);
    canvas.plain(&Path::new("M 858 712 L 886 722 L 858 776 Z"), 0xee_d8_b4);
    canvas.plain(&Path::new("M 858 756 L 868 760 L 858 778 Z"), 0x3a_3a_40);
}

pub fn calendar(canvas: &mut Canvas) {
    canvas.fill(&Path::rounded((352, 146), 520, 640, 12), Paint::Glazed(0x40_34_28, 46));
    canvas.plain(&Path::rounded((340, 134), 520, 640, 10), 0xfc_f8_f0);
    let view = Path::rounded((364, 182), 472, 300, 6);
    canvas.fill(&view, Paint::Fading(0xf4_c8_96, 0xf6_e2_c4));
    canvas.inside(&view, |canvas| {
        canvas.plain(&Path::circle((716, 300), 44), 0xf0_8a_52);
        let hills = Path::new(
            "M 360 392 Q 440 320 520 372 Q 600 330 690 376 Q 760 344 840 384 L 840 400 L 360 400 Z",
        );
        canvas.plain(&hills, 0x7c_94_9c);
        canvas.fill(&Path::rounded((364, 390), 480, 100, 0), Paint::Fading(0x4f_84_9a, 0x35_64_7c));
        for (x, y) in [(390, 420), (470, 452), (640, 428), (720, 460), (560, 468), (760, 418)] {
            let wave = Path::stroke("M 0 0 Q 16 -10 32 0 Q 48 10 64 0", 4).moved((x, y));
            canvas.fill(&wave, Paint::Glazed(0xe4_f0_f4, 150));
        }
        boat(canvas);
    });
    for line in 0..5 {
        for day in 0..7 {
            let (x, y) = (392 + day * 66, 536 + line * 44);
            if (line, day) >= (0, 2) && (line, day) <= (4, 4) {
                let colour = if day > 4 { 0xd0_78_5e } else { 0xb9_b0_a0 };
                canvas.plain(&Path::rounded((x, y), 28, 22, 6), colour);
            }
        }
    }
    canvas.plain(&Path::circle((538, 635), 26).and(Path::default()), 0xf4_d6_a0);
    canvas.plain(&Path::rounded((524, 624), 28, 22, 6), 0xb0_6a_3a);
    for x in (372..850).step_by(38) {
        canvas.plain(&Path::circle((x, 152), 8), 0x5a_4e_44);
        canvas.plain(&Path::stroke("M 0 152 C -14 120 14 112 4 134", 6).moved((x, 0)), 0x8e_90_94);
    }
    canvas.plain(&Path::stroke("M 572 128 C 576 92 624 92 628 128", 6), 0x8e_90_94);
}

fn boat(canvas: &mut Canvas) {
    canvas.plain(&Path::stroke("M 560 240 L 560 400", 7), 0x6a_48_33);
    canvas.plain(&Path::new("M 568 238 Q 640 310 650 384 L 568 384 Z"), 0xfb_f4_e6);
    canvas.plain(&Path::new("M 552 262 Q 506 320 494 384 L 552 384 Z"), 0xe8_d6_bc);
    canvas.plain(
        &Path::new("M 462 396 L 672 396 Q 650 446 616 448 L 520 448 Q 484 446 462 396 Z"),
        0xb4_46_3c,
    );
    canvas.plain(&Path::stroke("M 470 408 L 664 408", 7), 0xf6_e8_d4);
}
