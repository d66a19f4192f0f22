//! Outlines: of straight lines and curves, in whole units of a drawing.

/// Steps of a unit of a drawing; every point is a number of them.
pub const STEPS: i32 = 16;
/// Straight pieces of a curve, and of the small ones that round a line off.
const PIECES: i32 = 16;
const FEW: i32 = 4;
/// How far the handles of a quarter of a circle reach, of 1000 of its radius.
const HANDLE: i32 = 552;

/// A point in steps from the upper left corner.
pub type Point = (i32, i32);

/// Closed outlines, filled where they wind around a place.
#[derive(Clone, Default)]
pub struct Path {
    pub outlines: Vec<Vec<Point>>,
}

impl Path {
    /// Reads an outline as SVG writes it: `M`, `L`, `Q`, `C` and `Z`, with whole numbers of units
    /// between spaces.
    pub fn new(text: &str) -> Self {
        let mut path = Self { outlines: open(text) };
        path.outlines.retain(|outline| outline.len() > 2);
        path
    }

    pub fn ellipse((x, y): Point, across: i32, down: i32) -> Self {
        let (x, y) = (x * STEPS, y * STEPS);
        let (across, down) = (across * STEPS, down * STEPS);
        Self { outlines: vec![around((x, y), across, down, PIECES)] }
    }

    pub fn circle(middle: Point, radius: i32) -> Self {
        Self::ellipse(middle, radius, radius)
    }

    /// A rectangle from its upper left corner, with round corners.
    pub fn rounded((x, y): Point, wide: i32, high: i32, radius: i32) -> Self {
        let (start, end) = ((x * STEPS, y * STEPS), ((x + wide) * STEPS, (y + high) * STEPS));
        Self { outlines: vec![within(start, end, (radius * STEPS, radius * STEPS), PIECES)] }
    }

    /// A line of a width along an outline that is not closed, with round ends.
    pub fn stroke(text: &str, width: i32) -> Self {
        let half = width * STEPS / 2;
        let mut path = Self::default();
        for line in open(text) {
            for point in &line {
                path.outlines.push(around(*point, half, half, FEW));
            }
            path.outlines.extend(line.windows(2).filter_map(|two| beside(two[0], two[1], half)));
        }
        path
    }

    /// The same on the other side of an upright line.
    pub fn mirrored(&self, at: i32) -> Self {
        let mirror = |(x, y): &Point| (2 * at * STEPS - x, *y);
        // Backwards, so that it winds as before.
        let turned = |outline: &Vec<Point>| outline.iter().rev().map(mirror).collect();
        Self { outlines: self.outlines.iter().map(turned).collect() }
    }

    pub fn moved(&self, (across, down): Point) -> Self {
        let moved = |(x, y): &Point| (x + across * STEPS, y + down * STEPS);
        let outlines = self.outlines.iter().map(|outline| outline.iter().map(moved).collect());
        Self { outlines: outlines.collect() }
    }

    /// Both together.
    pub fn and(mut self, other: Self) -> Self {
        self.outlines.extend(other.outlines);
        self
    }
}

/// The lines of a text, closed or not.
fn open(text: &str) -> Vec<Vec<Point>> {
    let mut lines: Vec<Vec<Point>> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    let mut command = "M";
    while let Some(word) = words.peek() {
        if word.starts_with(|first: char| first.is_ascii_alphabetic()) {
            command = word;
            words.next();
        }
        let mut point = || {
            let mut number = || words.next().and_then(|word| word.parse::<i32>().ok());
            Some((number()? * STEPS, number()? * STEPS))
        };
        let start = lines.last().and_then(|line| line.last().copied()).unwrap_or_default();
        match (command, lines.last_mut()) {
            ("M", _) => lines.extend(point().map(|start| vec![start])),
            ("L", Some(line)) => line.extend(point()),
            ("Q", Some(line)) => {
                let (Some(handle), Some(end)) = (point(), point()) else { break };
                line.extend(curve(
                    [start, toward(start, handle), toward(end, handle), end],
                    PIECES,
                ));
            }
            ("C", Some(line)) => {
                let (Some(one), Some(other), Some(end)) = (point(), point(), point()) else {
                    break;
                };
                line.extend(curve([start, one, other, end], PIECES));
            }
            // A line is closed when it is filled.
            _ => {}
        }
    }
    lines
}

/// Two thirds of the way: where a cubic curve has the handle of a quadratic one.
fn toward(from: Point, to: Point) -> Point {
    ((from.0 + 2 * to.0) / 3, (from.1 + 2 * to.1) / 3)
}

fn curve(points: [Point; 4], pieces: i32) -> impl Iterator<Item = Point> {
    (1..=pieces).map(move |at| {
        let (a, b) = (i64::from(pieces - at), i64::from(at));
        let weights = [a * a * a, 3 * a * a * b, 3 * a * b * b, b * b * b];
        let whole = i64::from(pieces).pow(3);
        let sum = |of: fn(Point) -> i32| {
            let parts = weights.iter().zip(points);
            let sum: i64 = parts.map(|(weight, point)| weight * i64::from(of(point))).sum();
            i32::try_from((sum + whole / 2).div_euclid(whole)).unwrap_or(0)
        };
        (sum(|point| point.0), sum(|point| point.1))
    })
}

fn around((x, y): Point, across: i32, down: i32, pieces: i32) -> Vec<Point> {
    within((x - across, y - down), (x + across, y + down), (across, down), pieces)
}

/// A rectangle whose corners are quarters of an ellipse, clockwise from the upper right one.
fn within((left, top): Point, (right, bottom): Point, radii: Point, pieces: i32) -> Vec<Point> {
    let (across, down) = radii;
    let (h, v) = (across * (1000 - HANDLE) / 1000, down * (1000 - HANDLE) / 1000);
    let corners = [
        [(right - across, top), (right - h, top), (right, top + v), (right, top + down)],
        [
            (right, bottom - down),
            (right, bottom - v),
            (right - h, bottom),
            (right - across, bottom),
        ],
        [(left + across, bottom), (left + h, bottom), (left, bottom - v), (left, bottom - down)],
        [(left, top + down), (left, top + v), (left + h, top), (left + across, top)],
    ];
    let outline = |corner: [Point; 4]| std::iter::once(corner[0]).chain(curve(corner, pieces));
    corners.into_iter().flat_map(outline).collect()
}

/// The four corners of a line with a width, in the direction of [`around`].
fn beside(from: Point, to: Point, half: i32) -> Option<Vec<Point>> {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let length = (i64::from(x).pow(2) + i64::from(y).pow(2)).isqrt();
    let aside = |part: i32| i32::try_from(i64::from(part) * i64::from(half) / length.max(1)).ok();
    let (h, v) = (aside(-y)?, aside(x)?);
    (length > 0).then(|| {
        vec![
            (from.0 - h, from.1 - v),
            (to.0 - h, to.1 - v),
            (to.0 + h, to.1 + v),
            (from.0 + h, from.1 + v),
        ]
    })
}
