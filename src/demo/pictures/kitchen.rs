//! Mugs, a board and a teapot.

use super::canvas::{Canvas, Paint};
use super::path::Path;

pub fn mugs(canvas: &mut Canvas) {
    canvas.shadow((620, 738), 400, 40);
    mug(canvas, (-210, -26), 0xf6_f1_e6, 0xdc_d3_c2);
    mug(canvas, (220, -30), 0x86_95_6a, 0x66_76_4e);
    mug(canvas, (0, 0), 0x5d_83_a6, 0x3c_5f_82);
    for (x, high) in [(540, 0), (600, -30), (660, 6)] {
        let steam = Path::stroke("M 0 330 C -34 290 34 260 0 214 C -26 180 20 150 4 120", 12);
        canvas.fill(&steam.moved((x, high)), Paint::Glazed(0xff_ff_ff, 120));
    }
}

/// A mug whose glaze ends above its foot.
fn mug(canvas: &mut Canvas, place: (i32, i32), from: u32, to: u32) {
    let handle = Path::stroke("M 716 474 C 850 440 850 660 706 646", 34).moved(place);
    canvas.plain(&handle, to);
    let body = Path::new(
        "M 462 388 C 462 372 738 372 738 388 L 724 700 C 722 738 696 748 600 748 \
         C 504 748 478 738 476 700 Z",
    );
    canvas.fill(&body.moved(place), Paint::Fading(0xd6_b4_8e, 0xb8_90_66));
    canvas.inside(&body.moved(place), |canvas| {
        let glaze = Path::new(
            "M 440 360 L 760 360 L 760 660 Q 730 686 700 668 Q 660 648 620 674 Q 570 700 530 670 \
             Q 490 646 440 676 Z",
        );
        canvas.fill(&glaze.moved(place), Paint::Fading(from, to));
        let light = Path::stroke("M 506 440 Q 508 560 516 630", 22).moved(place);
        canvas.fill(&light, Paint::Glazed(0xff_ff_ff, 70));
        let dark = Path::new("M 690 360 L 760 360 L 760 760 L 660 760 Q 700 600 690 360 Z");
        canvas.fill(&dark.moved(place), Paint::Glazed(0x20_20_30, 34));
        for at in 0..46 {
            let (x, y) = (470 + at * 97 % 262, 410 + at * 71 % 240);
            let speck = Path::circle((x + place.0, y + place.1), 2 + at % 2);
            canvas.fill(&speck, Paint::Glazed(0x2c_22_1c, 90));
        }
    });
    let rim = Path::ellipse((600 + place.0, 388 + place.1), 138, 26);
    canvas.plain(&rim, from);
    let inner = Path::ellipse((600 + place.0, 391 + place.1), 124, 20);
    canvas.plain(&inner, to);
    let coffee = Path::ellipse((600 + place.0, 397 + place.1), 112, 14);
    canvas.plain(&coffee, 0x4a_2c_1c);
}

pub fn board(canvas: &mut Canvas) {
    canvas.shadow((610, 744), 300, 34);
    let wood = Path::rounded((372, 250), 456, 496, 44).and(Path::new(
        "M 520 280 C 540 240 536 190 540 160 C 546 96 654 96 660 160 C 664 190 660 240 680 280 Z",
    ));
    canvas.fill(&wood.moved((14, 8)), Paint::Plain(0x8a_60_36));
    canvas.fill(&wood, Paint::Fading(0xd8_a9_72, 0xbb_86_50));
    canvas.inside(&wood, |canvas| {
        for (at, bend) in
            [(400, 16), (446, -10), (500, 22), (560, -18), (640, 20), (700, -14), (760, 12)]
        {
            let text = format!("M {at} 110 C {} 320 {} 540 {at} 760", at + bend, at - bend);
            canvas.fill(&Path::stroke(&text, 5), Paint::Glazed(0x9a_68_38, 130));
        }
        for (across, down) in [(34, 62), (22, 42), (10, 22)] {
            let knot = Path::ellipse((640, 560), across, down);
            canvas.fill(&knot, Paint::Glazed(0x9a_68_38, 90));
        }
        canvas.fill(&Path::rounded((372, 250), 30, 500, 14), Paint::Glazed(0xff_ee_d0, 80));
    });
    canvas.plain(&Path::circle((600, 168), 24), 0xee_f2_ee);
    canvas.plain(&Path::stroke("M 600 168 C 560 120 640 90 604 60", 8), 0x8a_5a_3c);
    tomato(canvas, (906, 690));
    leaves(canvas, (306, 716));
}

fn tomato(canvas: &mut Canvas, (x, y): (i32, i32)) {
    canvas.shadow((x, y + 58), 100, 16);
    canvas.fill(&Path::ellipse((x, y), 80, 66), Paint::Fading(0xe0_5a_44, 0xb4_34_2a));
    canvas.fill(&Path::ellipse((x - 30, y - 24), 20, 12), Paint::Glazed(0xff_ff_ff, 110));
    let leaf = Path::new("M 0 0 C 20 -22 44 -16 60 2 C 36 10 16 12 0 0 Z").moved((x, y - 60));
    canvas.plain(&leaf.mirrored(x).and(leaf), 0x5a_86_44);
    canvas.plain(&Path::stroke("M 0 0 L 10 -26", 8).moved((x, y - 60)), 0x5a_86_44);
}

fn leaves(canvas: &mut Canvas, (x, y): (i32, i32)) {
    canvas.plain(&Path::stroke("M 60 40 Q 0 20 -70 24", 6).moved((x, y)), 0x4e_76_44);
    let leaf = Path::new("M 0 0 C -20 -24 -10 -56 14 -70 C 34 -44 28 -16 0 0 Z");
    for (across, down, colour) in
        [(-56, 24, 0x6a_96_58), (-10, 22, 0x5a_86_4c), (34, 30, 0x76_a2_62)]
    {
        canvas.plain(&leaf.moved((x + across, y + down)), colour);
    }
}

pub fn teapot(canvas: &mut Canvas) {
    canvas.shadow((600, 738), 330, 40);
    let (white, grey, blue) = (0xfa_f8_f2, 0xd6_da_dc, 0x2f_55_86);
    canvas.plain(&Path::stroke("M 790 440 C 960 380 960 660 792 640", 34), blue);
    let spout = Path::new(
        "M 420 640 C 330 640 320 520 280 440 C 266 410 246 400 226 396 L 262 366 C 330 376 352 430 \
         372 470 C 386 496 410 500 430 500 Z",
    );
    canvas.fill(&spout, Paint::Fading(white, grey));
    canvas.plain(&Path::stroke("M 229 393 L 259 369", 13), blue);
    let body = Path::new(
        "M 470 372 L 730 372 C 830 430 850 560 812 660 C 790 722 750 738 600 738 \
         C 450 738 410 722 388 660 C 350 560 370 430 470 372 Z",
    );
    canvas.fill(&body, Paint::Fading(white, grey));
    canvas.inside(&body, |canvas| {
        canvas.fill(&Path::rounded((340, 700), 520, 60, 0), Paint::Plain(blue));
        let shade = Path::new("M 740 360 C 850 440 850 640 720 740 L 900 740 L 900 360 Z");
        canvas.fill(&shade, Paint::Glazed(0x60_70_84, 50));
        let light = Path::stroke("M 440 470 C 420 520 420 580 432 630", 22);
        canvas.fill(&light, Paint::Glazed(0xff_ff_ff, 230));
        flower(canvas, (600, 560));
    });
    let lid = Path::new("M 460 372 C 470 318 540 300 600 300 C 660 300 730 318 740 372 Z");
    canvas.fill(&lid, Paint::Fading(white, grey));
    canvas.plain(&Path::stroke("M 462 374 L 738 374", 16), blue);
    canvas.plain(&Path::circle((600, 284), 26), blue);
    canvas.fill(&Path::circle((592, 276), 8), Paint::Glazed(0xff_ff_ff, 120));
}

fn flower(canvas: &mut Canvas, (x, y): (i32, i32)) {
    canvas.plain(&Path::stroke("M 0 30 C 10 70 -10 100 0 130", 7).moved((x, y)), 0x5f_8a_56);
    for (across, down) in [(0, -40), (38, -12), (24, 32), (-24, 32), (-38, -12)] {
        canvas.plain(&Path::circle((x + across, y + down), 27), 0x7f_a4_cc);
    }
    canvas.plain(&Path::circle((x, y), 21), 0xe9_bf_58);
    let leaf = Path::new("M 0 0 C 26 -40 60 -40 84 -34 C 70 0 36 14 0 0 Z").moved((x, y + 110));
    canvas.plain(&leaf.mirrored(x).moved((0, -16)).and(leaf), 0x6f_9a_62);
}
