//! A shirt, socks and an apron.

use super::canvas::{Canvas, Paint};
use super::path::Path;

pub fn shirt(canvas: &mut Canvas) {
    hanger(canvas);
    let half = Path::new(
        "M 600 196 Q 540 196 506 160 L 436 184 C 380 204 350 224 322 262 L 214 416 L 318 486 \
         L 392 404 C 402 520 396 640 386 752 L 600 752 Z",
    );
    let whole = half.mirrored(600).and(half);
    canvas.fill(&whole.moved((10, 14)), Paint::Glazed(0x30_28_24, 50));
    canvas.fill(&whole, Paint::Fading(0x34_46_6c, 0x26_35_56));
    canvas.inside(&whole, |canvas| {
        let fold = Path::stroke("M 392 404 C 420 380 420 340 412 300", 6);
        let hem = Path::stroke("M 380 730 L 820 730", 4);
        let cuff = Path::stroke("M 232 402 L 332 470", 4);
        let crease = Path::stroke("M 430 752 C 446 640 440 560 420 470", 12);
        for line in [&fold, &cuff, &crease, &fold.mirrored(600), &cuff.mirrored(600)] {
            canvas.fill(line, Paint::Glazed(0x18_22_3c, 120));
        }
        canvas.fill(&crease.mirrored(600), Paint::Glazed(0x18_22_3c, 90));
        canvas.fill(&hem, Paint::Glazed(0x6a_7c_a4, 120));
    });
    let collar = "M 500 158 C 530 214 670 214 700 158";
    canvas.plain(&Path::stroke(collar, 20), 0x22_2f_4e);
    canvas.plain(&Path::stroke("M 514 156 C 548 184 652 184 686 156", 6), 0x4a_5c_84);
    door(canvas);
}

fn hanger(canvas: &mut Canvas) {
    canvas.plain(
        &Path::stroke("M 600 150 L 600 120 C 650 110 640 56 600 60 C 580 62 570 76 572 90", 9),
        0x8e_90_94,
    );
    let wood = "M 600 150 C 560 170 470 180 400 216";
    canvas.plain(&Path::stroke(wood, 22), 0xa8_78_4a);
    canvas.plain(&Path::stroke(wood, 22).mirrored(600), 0xa8_78_4a);
}

/// The shop's door, as it is printed on the shirt.
fn door(canvas: &mut Canvas) {
    let sand = 0xe6_cf_a2;
    canvas.plain(&Path::new("M 506 348 L 694 348 L 722 396 L 478 396 Z"), sand);
    for at in [478, 559, 641] {
        canvas.plain(&Path::ellipse((at + 41, 396), 41, 20), sand);
    }
    for at in [519, 600] {
        let stripe = Path::new("M -12 0 L 10 0 L 16 52 L -18 52 Z").moved((at + 20, 348));
        canvas.plain(&stripe, 0x2e_3f_63);
    }
    canvas.plain(&Path::rounded((536, 430), 128, 196, 8), sand);
    canvas.plain(&Path::rounded((554, 448), 92, 92, 6), 0x2e_3f_63);
    canvas.plain(
        &Path::stroke("M 600 448 L 600 540", 6).and(Path::stroke("M 554 494 L 646 494", 6)),
        sand,
    );
    canvas.plain(&Path::circle((646, 572), 8), 0x2e_3f_63);
    canvas.plain(&Path::stroke("M 510 632 L 690 632", 10), sand);
}

pub fn socks(canvas: &mut Canvas) {
    canvas.shadow((640, 756), 350, 30);
    sock(canvas, (150, -36), (0xb8_5c_4a, 0x96_46_38));
    sock(canvas, (-70, 0), (0xc9_6e_58, 0xa6_52_42));
}

fn sock(canvas: &mut Canvas, place: (i32, i32), (from, to): (u32, u32)) {
    let shape = Path::new(
        "M 440 166 L 620 166 L 626 470 C 628 520 660 546 720 572 C 800 606 836 640 832 690 \
         C 828 742 780 752 720 752 L 560 752 C 500 752 450 700 442 640 Z",
    );
    canvas.fill(&shape.moved((place.0 + 10, place.1 + 8)), Paint::Glazed(0x30_20_1c, 50));
    canvas.fill(&shape.moved(place), Paint::Fading(from, to));
    canvas.inside(&shape.moved(place), |canvas| {
        let cream = 0xf4_e8_d8;
        let moved = |path: Path| path.moved(place);
        for at in [300, 348, 396] {
            canvas.plain(&moved(Path::rounded((420, at), 240, 22, 0)), cream);
        }
        for x in (450..640).step_by(18) {
            let rib = Path::rounded((x, 250), 4, 520, 0);
            canvas.fill(&moved(rib), Paint::Glazed(0x50_20_18, 26));
        }
        canvas.plain(&moved(Path::ellipse((468, 700), 104, 104)), cream);
        canvas.plain(&moved(Path::ellipse((822, 690), 96, 112)), cream);
        canvas.plain(&moved(Path::rounded((420, 150), 230, 100, 0)), cream);
        for x in (446..630).step_by(20) {
            let rib = Path::rounded((x, 160), 7, 90, 3);
            canvas.fill(&moved(rib), Paint::Glazed(0xb0_94_7c, 90));
        }
        let shade = Path::stroke("M 560 752 C 640 756 760 760 850 740", 40);
        canvas.fill(&moved(shade), Paint::Glazed(0x40_18_10, 40));
    });
}

pub fn apron(canvas: &mut Canvas) {
    let (linen, dark, line) = (0xc9_bf_a4, 0xae_a2_84, 0x8c_80_62);
    canvas.plain(&Path::rounded((530, 96), 140, 34, 16), 0x8a_62_40);
    canvas.plain(&Path::stroke("M 600 112 L 600 158", 14), 0x5f_60_62);
    canvas.plain(
        &Path::stroke("M 516 250 C 520 180 560 150 600 150 C 640 150 680 180 684 250", 14),
        line,
    );
    let ties = Path::stroke("M 424 440 C 360 450 330 500 318 600", 14);
    canvas.plain(&ties.mirrored(600).and(ties), line);
    let half = Path::new(
        "M 600 240 L 492 240 C 492 330 470 400 404 432 L 388 760 Q 390 776 410 776 L 600 776 Z",
    );
    let whole = half.mirrored(600).and(half);
    canvas.fill(&whole.moved((12, 10)), Paint::Glazed(0x30_2a_20, 50));
    canvas.fill(&whole, Paint::Fading(linen, dark));
    canvas.inside(&whole, |canvas| {
        for y in (244..780).step_by(9) {
            canvas.fill(&Path::rounded((380, y), 440, 2, 0), Paint::Glazed(0xff_ff_ff, 18));
        }
        for x in (384..820).step_by(9) {
            canvas.fill(&Path::rounded((x, 236), 2, 550, 0), Paint::Glazed(0x70_64_48, 14));
        }
        let crease = Path::stroke("M 452 780 C 470 680 462 600 440 520", 10);
        canvas.fill(&crease.clone().and(crease.mirrored(600)), Paint::Glazed(0x70_64_48, 70));
    });
    canvas.plain(&Path::stroke("M 500 258 L 700 258", 4), line);
    for (x, wide) in [(436, 150), (614, 150)] {
        let pocket = Path::new(&format!(
            "M {x} 520 L {} 520 L {} 640 Q {} 660 {} 660 L {} 660 Q {x} 660 {x} 640 Z",
            x + wide,
            x + wide,
            x + wide,
            x + wide - 20,
            x + 20
        ));
        canvas.plain(&pocket, 0xbf_b4_96);
        let seam = format!("M {x} 520 L {x} 636 Q {x} 660 {} 660 L {} 660", x + 24, x + wide - 24);
        canvas.plain(&Path::stroke(&seam, 4), line);
        let top = format!("M {x} 522 L {} 522", x + wide);
        canvas.plain(&Path::stroke(&top, 8), line);
    }
    spoon(canvas);
}

fn spoon(canvas: &mut Canvas) {
    canvas.plain(&Path::stroke("M 522 530 L 534 420", 12), 0xb0_7a_46);
    canvas.plain(&Path::ellipse((538, 392), 26, 38), 0xb0_7a_46);
    canvas.plain(&Path::ellipse((538, 394), 16, 27), 0x98_64_34);
    // The edge of the pocket that it stands in.
    canvas.plain(&Path::rounded((436, 520), 150, 40, 0), 0xbf_b4_96);
    canvas.plain(&Path::stroke("M 436 522 L 586 522", 8), 0x8c_80_62);
}
