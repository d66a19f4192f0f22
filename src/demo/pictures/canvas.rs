//! A sheet to paint on: outlines are filled with their edges smoothed.

use super::path::{self, Path, Point};
use crate::pictures::bitmap::{Bitmap, Size};

/// The width of a drawing in its own units; three quarters of that are its height.
const DRAWN: i32 = 1200;
/// Lines that are looked at for one line of pixels.
const LINES: i32 = 8;

/// What an outline is filled with.
#[derive(Clone, Copy)]
pub enum Paint {
    Plain(u32),
    /// From the upper end of the outline to the lower one.
    Fading(u32, u32),
    /// A colour that lets through: 255 lets nothing.
    Glazed(u32, u8),
}

pub struct Canvas {
    sheet: Sheet,
    /// Pixels by lines: red, green and blue.
    pixels: Vec<[u8; 3]>,
    /// What may be painted on, of 255; everything where it is empty.
    mask: Vec<u8>,
}

impl Canvas {
    /// A wall, and before it a table, unless everything hangs on the wall.
    pub fn new(width: i32, wall: u32, has_table: bool) -> Self {
        let sheet = Sheet::of(width);
        let pixels = vec![channels(wall); index(sheet.width) * index(sheet.height)];
        let mut canvas = Self { sheet, pixels, mask: Vec::new() };
        let toward = |colour: u32, part| {
            let [red, green, blue] = mixed(channels(wall), channels(colour), part);
            u32::from_be_bytes([0, red, green, blue])
        };
        let (light, dark) = (toward(0xff_ff_ff, 70), toward(0xff_ff_ff, 10));
        for (y, line) in (0..sheet.height).zip(canvas.pixels.chunks_exact_mut(index(width))) {
            line.fill(mixed(channels(light), channels(dark), y * 255 / sheet.height));
        }
        canvas.plain(&Path::circle((600, 450), 360), toward(0xff_ff_ff, 120));
        if has_table {
            let table = Path::new("M 0 690 Q 600 672 1200 690 L 1200 900 L 0 900 Z");
            canvas.fill(&table, Paint::Fading(toward(0x6b_53_3c, 28), toward(0x6b_53_3c, 48)));
        }
        canvas
    }

    /// What was painted.
    pub fn into_bitmap(self) -> Bitmap {
        let size = Size { width: index(self.sheet.width), height: index(self.sheet.height) };
        Bitmap { size, channels: 3, pixels: self.pixels.into_flattened() }
    }

    pub fn fill(&mut self, path: &Path, paint: Paint) {
        let sheet = self.sheet;
        let [top, bottom] = sheet.bounds(path, |point| point.1, sheet.height);
        sheet.for_each_line(path, |y, start, line| {
            let (colour, opacity) = match paint {
                Paint::Plain(colour) => (channels(colour), 255),
                Paint::Glazed(colour, opacity) => (channels(colour), i32::from(opacity)),
                Paint::Fading(from, to) => {
                    let part = (y - top) * 255 / (bottom - top).max(1);
                    (mixed(channels(from), channels(to), part), 255)
                }
            };
            let masks =
                self.mask.get(start..).unwrap_or_default().iter().map(|mask| i32::from(*mask));
            let covered = line.iter().zip(masks.chain(std::iter::repeat(255)));
            for (pixel, (covered, mask)) in self.pixels[start..].iter_mut().zip(covered) {
                match covered * opacity / sheet.whole() * mask / 255 {
                    0 => {}
                    255 => *pixel = colour,
                    part => *pixel = mixed(*pixel, colour, part),
                }
            }
        });
    }

    pub fn plain(&mut self, path: &Path, colour: u32) {
        self.fill(path, Paint::Plain(colour));
    }

    /// Paints only inside of an outline.
    pub fn inside(&mut self, path: &Path, paint: impl FnOnce(&mut Self)) {
        self.mask = self.mask_of(path);
        paint(self);
        self.mask.clear();
    }

    /// Apart from the drawing, of which every one would have a copy of it.
    #[inline(never)]
    fn mask_of(&self, path: &Path) -> Vec<u8> {
        let (sheet, mut mask) = (self.sheet, vec![0; self.pixels.len()]);
        sheet.for_each_line(path, |_, start, line| {
            for (mask, covered) in mask[start..].iter_mut().zip(line) {
                *mask = u8::try_from(covered * 255 / sheet.whole()).unwrap_or(u8::MAX);
            }
        });
        mask
    }

    /// A shadow on the ground, soft at its edge.
    pub fn shadow(&mut self, middle: Point, across: i32, down: i32) {
        for ring in 0..6 {
            let path = Path::ellipse(middle, across - ring * across / 14, down - ring * down / 9);
            self.fill(&path, Paint::Glazed(0x4a_3a_2e, 14));
        }
    }
}

/// What is painted on.
#[derive(Clone, Copy)]
struct Sheet {
    /// In pixels.
    width: i32,
    height: i32,
    /// Steps of a path between two pixels.
    steps: i32,
}

impl Sheet {
    fn of(width: i32) -> Self {
        Self { width, height: width * 3 / 4, steps: path::STEPS * DRAWN / width }
    }

    /// What a pixel comes to that is wholly inside.
    fn whole(self) -> i32 {
        self.steps * LINES
    }

    /// Hands over how much of each pixel an outline covers, by lines: the place of the first pixel
    /// on the sheet, and all from there to the last one.
    fn for_each_line(self, path: &Path, mut take: impl FnMut(i32, usize, &[i32])) {
        let steps = self.steps;
        let edges: Vec<[Point; 2]> = path
            .outlines
            .iter()
            .flat_map(|outline| {
                let next = outline.iter().cycle().skip(1);
                outline.iter().zip(next).map(|(from, to)| [*from, *to])
            })
            .filter(|[from, to]| from.1 != to.1)
            .collect();
        let [left, right] = self.bounds(path, |point| point.0, self.width);
        let [top, bottom] = self.bounds(path, |point| point.1, self.height);
        let mut line = vec![0; index(right + 1 - left)];
        let mut crossings = Vec::new();
        for y in top..=bottom {
            line.fill(0);
            let is_near = |[from, to]: &&[Point; 2]| {
                from.1.min(to.1) <= (y + 1) * steps && from.1.max(to.1) >= y * steps
            };
            let near: Vec<&[Point; 2]> = edges.iter().filter(is_near).collect();
            for part in 0..LINES {
                let level = y * steps + (2 * part + 1) * steps / LINES / 2;
                crossings.clear();
                crossings.extend(near.iter().filter_map(|edge| crossing(edge, level)));
                crossings.sort_unstable();
                let mut winding = 0;
                for two in crossings.windows(2) {
                    winding += two[0].1;
                    if winding != 0 {
                        self.cover(&mut line, two[0].0 - left * steps, two[1].0 - left * steps);
                    }
                }
            }
            take(y, index(y) * index(self.width) + index(left), &line);
        }
    }

    /// Adds what lies between two places of a line.
    fn cover(self, line: &mut [i32], from: i32, to: i32) {
        let steps = self.steps;
        let end = i32::try_from(line.len()).unwrap_or(0) * steps - 1;
        let (from, to) = (from.clamp(0, end), to.clamp(0, end));
        let (first, last) = (index(from / steps), index(to / steps));
        if first == last {
            line[first] += to - from;
            return;
        }
        line[first] += steps - from % steps;
        line[last] += to % steps;
        for covered in &mut line[first + 1..last] {
            *covered += steps;
        }
    }

    /// The first and the last pixel of an outline in one direction, where they are on the sheet.
    fn bounds(self, path: &Path, side: fn(&Point) -> i32, end: i32) -> [i32; 2] {
        let sides = || path.outlines.iter().flatten().map(side);
        let pixel = |steps: Option<i32>| steps.unwrap_or(0).div_euclid(self.steps);
        [pixel(sides().min()).clamp(0, end - 1), pixel(sides().max()).clamp(-1, end - 1)]
    }
}

/// Where an edge crosses a level, and which way it goes. An end on the level belongs to one of the
/// two edges that meet there.
fn crossing([from, to]: &[Point; 2], level: i32) -> Option<(i32, i32)> {
    if (from.1 <= level) == (to.1 <= level) {
        return None;
    }
    let part = (to.0 - from.0) * (level - from.1) / (to.1 - from.1);
    Some((from.0 + part, if from.1 < to.1 { 1 } else { -1 }))
}

/// So much of 255 of the second.
fn mixed(one: [u8; 3], other: [u8; 3], part: i32) -> [u8; 3] {
    let mut mixed = one;
    for (level, other) in mixed.iter_mut().zip(other) {
        let sum = i32::from(*level) * (255 - part) + i32::from(other) * part;
        *level = u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX);
    }
    mixed
}

fn channels(colour: u32) -> [u8; 3] {
    let [_, red, green, blue] = colour.to_be_bytes();
    [red, green, blue]
}

fn index(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}
