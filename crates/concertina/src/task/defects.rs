//! Drawn defects: stains, scratches, and pieces of the image in a wrong place.

use std::f32::consts::{PI, TAU};

use crate::error::{Error, Result};
use crate::rng::Stream;
use crate::shape::ImageShape;

/// The most defects of an image.
const MOST: u32 = 3;
/// Radius of a stain, length and width of a scratch, and sides of a piece, in sides of the image
/// (the shorter one): the least and the most.
const STAIN: [f32; 2] = [0.025, 0.22];
const SCRATCH: [f32; 2] = [0.12, 0.8];
const WIDTH: [f32; 2] = [0.008, 0.035];
const PIECE: [f32; 2] = [0.05, 0.37];
/// Points of the curve that a scratch is.
const POINTS: usize = 48;
/// How much of what is below a defect it hides at least.
const LEAST_OPACITY: f32 = 0.3;
/// The most that the grain of a defect deviates, in standard deviations of values in 0..1.
const MOST_GRAIN: f32 = 0.05;

/// Checks that the probability is in range.
pub(super) fn check(probability: f32) -> Result<()> {
    if probability > 0.0 && probability <= 1.0 {
        return Ok(());
    }
    Err(Error::config(format!(
        "`task.probability`: expected above 0 and at most 1, found {probability}"
    )))
}

/// Copies `clean`, of shape `shape`, to `input`, and with probability `probability` draws one to
/// three defects on it.
pub(super) fn draw(
    clean: &[f32],
    shape: ImageShape,
    probability: f32,
    stream: &mut Stream,
    input: &mut [f32],
) {
    input.copy_from_slice(clean);
    if stream.uniform() >= probability {
        return;
    }
    for _ in 0..=stream.below(MOST) {
        match stream.below(3) {
            0 => {
                let stain = Stain::new(shape, stream);
                cover(shape, |y, x| stain.opacity(y, x), stream, input);
            }
            1 => {
                let scratch = Scratch::new(shape, stream);
                cover(shape, |y, x| scratch.opacity(y, x), stream, input);
            }
            _ => misplace(shape, stream, input),
        }
    }
}

/// Covers the image with a colour and a grain of its own, as much as `opacity` says of each pixel.
fn cover(
    shape: ImageShape,
    opacity: impl Fn(f32, f32) -> f32,
    stream: &mut Stream,
    input: &mut [f32],
) {
    let strength = stream.uniform_in(LEAST_OPACITY, 1.0);
    let grain = stream.uniform_in(0.0, MOST_GRAIN);
    let colour: Vec<f32> = (0..shape.channels).map(|_| stream.uniform()).collect();
    for at in 0..shape.area() {
        let (y, x) = (at / shape.width, at % shape.width);
        let opacity = strength * opacity(y as f32 + 0.5, x as f32 + 0.5);
        if opacity > 0.0 {
            let grain = grain * stream.normal();
            for (channel, colour) in colour.iter().enumerate() {
                let value = &mut input[channel * shape.area() + at];
                let covered = *value + opacity * (colour + grain - *value);
                *value = covered.clamp(0.0, 1.0);
            }
        }
    }
}

/// The shorter side, in pixels.
fn side(shape: ImageShape) -> f32 {
    shape.height.min(shape.width) as f32
}

/// A point anywhere in the image.
fn point(shape: ImageShape, stream: &mut Stream) -> [f32; 2] {
    [shape.height, shape.width].map(|side| stream.uniform_in(0.0, side as f32))
}

/// An ellipse whose outline is bent.
struct Stain {
    centre: [f32; 2],
    /// Along the ellipse's axes.
    radii: [f32; 2],
    turn: [f32; 2],
    /// Waves of the outline: how often they go round, how far, and where they begin.
    waves: [[f32; 3]; 3],
    /// Pixels over which it fades out.
    softness: f32,
}

impl Stain {
    fn new(shape: ImageShape, stream: &mut Stream) -> Self {
        let centre = point(shape, stream);
        // As many small ones as large ones.
        let [least, most] = STAIN.map(f32::ln);
        let radius = (stream.uniform_in(least, most).exp() * side(shape)).max(1.0);
        let angle = stream.uniform_in(0.0, PI);
        Self {
            centre,
            radii: [radius, radius * stream.uniform_in(0.4, 1.0)],
            turn: [angle.cos(), angle.sin()],
            waves: [2.0, 3.0, 5.0]
                .map(|n| [n, 0.12 * stream.normal(), stream.uniform_in(0.0, TAU)]),
            softness: stream.uniform_in(0.7, 3.0),
        }
    }

    fn opacity(&self, y: f32, x: f32) -> f32 {
        let ([y, x], [cos, sin]) = ([y - self.centre[0], x - self.centre[1]], self.turn);
        let (u, v) = ((x * cos + y * sin) / self.radii[0], (y * cos - x * sin) / self.radii[1]);
        let angle = v.atan2(u);
        let bent: f32 =
            self.waves.iter().map(|[n, far, from]| far * (n * angle + from).cos()).sum();
        let outside = u.hypot(v) / (1.0 + bent).max(0.2) - 1.0;
        (0.5 - outside * self.radii[1] / self.softness).clamp(0.0, 1.0)
    }
}

/// A line that is bent a little.
struct Scratch {
    points: Vec<[f32; 2]>,
    width: f32,
}

impl Scratch {
    fn new(shape: ImageShape, stream: &mut Stream) -> Self {
        let side = side(shape);
        let (from, angle) = (point(shape, stream), stream.uniform_in(0.0, TAU));
        let length = stream.uniform_in(SCRATCH[0], SCRATCH[1]) * side;
        let to = [from[0] + length * angle.sin(), from[1] + length * angle.cos()];
        let middle = [0, 1]
            .map(|axis| f32::midpoint(from[axis], to[axis]) + 0.15 * length * stream.normal());
        // A quadratic Bezier curve.
        let at = |n: usize| {
            let t = n as f32 / (POINTS - 1) as f32;
            let weights = [(1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t];
            [0, 1].map(|axis| {
                weights[0] * from[axis] + weights[1] * middle[axis] + weights[2] * to[axis]
            })
        };
        let width = (stream.uniform_in(WIDTH[0], WIDTH[1]) * side).max(0.5);
        Self { points: (0..POINTS).map(at).collect(), width }
    }

    fn opacity(&self, y: f32, x: f32) -> f32 {
        let squared = |point: &[f32; 2]| (point[0] - y).powi(2) + (point[1] - x).powi(2);
        let nearest = self.points.iter().map(squared).fold(f32::INFINITY, f32::min);
        (self.width - nearest.sqrt() + 0.5).clamp(0.0, 1.0)
    }
}

/// Copies a rectangle of the image to another place in it (CutPaste: Li et al. 2021).
fn misplace(shape: ImageShape, stream: &mut Stream, input: &mut [f32]) {
    let sides = [shape.height, shape.width];
    let piece = sides.map(|most| {
        let wanted = (stream.uniform_in(PIECE[0], PIECE[1]) * side(shape)).round() as usize;
        wanted.clamp(1, most)
    });
    let mut corner = || [0, 1].map(|axis| stream.below((sides[axis] - piece[axis] + 1) as u32));
    let (from, to) = (corner(), corner());
    let before = input.to_vec();
    for channel in 0..shape.channels {
        for row in 0..piece[0] {
            let start = |corner: [u32; 2]| {
                let y = corner[0] as usize + row;
                (channel * shape.height + y) * shape.width + corner[1] as usize
            };
            let (from, to) = (start(from), start(to));
            input[to..to + piece[1]].copy_from_slice(&before[from..from + piece[1]]);
        }
    }
}
