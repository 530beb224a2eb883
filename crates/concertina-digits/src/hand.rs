//! From a skeleton to the pen's path in the frame, with the random variation of each digit.

use concertina_base::rng::Stream;

use super::bend::Bend;
use super::common::{Point, SIDE, bell};
use super::forms::{Form, Knot};
use super::spline;

/// The longer side of the box that a digit's ink fills, in pixels.
const BOX: f32 = 20.0;

/// The margin between the ink and the edge of the frame, in pixels, except for the soft edge and
/// the pen's tremor.
const MARGIN: f32 = 2.0;

/// Standard deviation of a knot's displacement from its form, in units of the digit's height.
const WOBBLE: f32 = 0.035;

/// The largest displacement by the pen's tremor along each axis, in pixels.
const TREMOR: f32 = 0.16;

/// The path of the pen.
#[derive(Debug)]
pub(super) struct Path {
    /// Lines of at least two points each.
    pub strokes: Vec<Vec<Touch>>,
    /// The width of the soft edge of a stroke, in pixels.
    pub softness: f32,
}

/// A point of the path, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touch {
    pub place: Point,
    /// Half the stroke's width at this point.
    pub radius: f32,
}

/// A digit in one of `forms`.
pub(super) fn write(forms: &[Form], stream: &mut Stream) -> Path {
    let form = choose(forms, stream);
    let mut strokes = sketch(form, stream);
    let bend = Bend::random(stream);
    strokes.iter_mut().flatten().for_each(|point| *point = bend.apply(*point));
    slant(&mut strokes, stream);
    // Thin pens are more frequent than thick ones.
    let radius = 0.85 + 1.25 * stream.uniform() * stream.uniform_in(0.3, 1.0);
    fit(&mut strokes, radius, stream);
    Path {
        strokes: strokes.into_iter().map(|line| press(line, radius, stream)).collect(),
        softness: stream.uniform_in(0.9, 1.5),
    }
}

/// One of `forms`, chosen with probability proportional to its share.
fn choose<'a>(forms: &'a [Form], stream: &mut Stream) -> &'a Form {
    let mut ticket = stream.below(forms.iter().map(|form| form.share).sum());
    for form in forms {
        if ticket < form.share {
            return form;
        }
        ticket -= form.share;
    }
    unreachable!("the ticket is below the sum of the shares");
}

/// The strokes of `form` as lines, in units of the digit's height: a random blend of the form's two
/// extremes, slightly extrapolated at times, with a random displacement of each knot.
fn sketch(form: &Form, stream: &mut Stream) -> Vec<Vec<Point>> {
    let blend = [(); 2].map(|()| stream.uniform_in(-0.25, 1.25));
    let mut place = |knot: &Knot| -> Point {
        std::array::from_fn(|axis| {
            let [one, other] = [knot.one[axis], knot.other[axis]];
            0.01 * (one + blend[axis] * (other - one)) + WOBBLE * bell(stream)
        })
    };
    let draw = |knots: &&[Knot]| {
        let places: Vec<Point> = knots.iter().map(&mut place).collect();
        let mut line = Vec::new();
        let mut from = 0;
        for to in 1..knots.len() {
            if knots[to].corner || to + 1 == knots.len() {
                spline::trace(&places[from..=to], &mut line);
                from = to;
            }
        }
        line
    };
    form.strokes.iter().map(draw).collect()
}

/// Stretches the digit horizontally, shears it, mostly to the right, and rotates it.
fn slant(strokes: &mut [Vec<Point>], stream: &mut Stream) {
    let width = (1.0 + 0.17 * bell(stream)).max(0.7);
    let shear = 0.16 + 0.2 * bell(stream);
    let tangent = 0.07 * bell(stream);
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    let sine = tangent * cosine;
    for [x, y] in strokes.iter_mut().flatten() {
        let across = width * *x - shear * *y;
        [*x, *y] = [cosine * across - sine * *y, sine * across + cosine * *y];
    }
}

/// Scales the digit so that its ink fills the box, and moves its centre of mass near the centre of
/// the frame.
fn fit(strokes: &mut [Vec<Point>], radius: f32, stream: &mut Stream) {
    let (low, high) = bounds(strokes);
    let centre = centre(strokes);
    let longer = (high[0] - low[0]).max(high[1] - low[1]);
    let scale = (BOX - 2.0 * radius) / longer * (1.0 + 0.015 * bell(stream));
    for axis in 0..2 {
        let middle = (0.5 * SIDE as f32 + 0.3 * bell(stream))
            .min(SIDE as f32 - MARGIN - radius - scale * (high[axis] - centre[axis]))
            .max(MARGIN + radius + scale * (centre[axis] - low[axis]));
        for point in strokes.iter_mut().flatten() {
            point[axis] = middle + scale * (point[axis] - centre[axis]);
        }
    }
}

/// The upper left and lower right corners of the box around `strokes`.
fn bounds(strokes: &[Vec<Point>]) -> (Point, Point) {
    let start = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
    strokes.iter().flatten().fold(start, |(low, high), &[x, y]| {
        ([low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)])
    })
}

/// The centre of mass of `strokes`, each segment weighted by its length.
fn centre(strokes: &[Vec<Point>]) -> Point {
    let (mut mass, mut moment) = (0.0, [0.0; 2]);
    for pair in strokes.iter().flat_map(|stroke| stroke.windows(2)) {
        let [[ax, ay], [bx, by]] = [pair[0], pair[1]];
        let length = ((bx - ax) * (bx - ax) + (by - ay) * (by - ay)).sqrt();
        mass += length;
        moment[0] += 0.5 * length * (ax + bx);
        moment[1] += 0.5 * length * (ay + by);
    }
    moment.map(|m| m / mass)
}

/// The path of the pen along a line: with a tremor, and a width that changes slowly along the line
/// and a little at every point.
fn press(line: Vec<Point>, radius: f32, stream: &mut Stream) -> Vec<Touch> {
    let [start, middle, end] = [(); 3].map(|()| radius * (1.0 + 0.09 * bell(stream)));
    let last = line.len() as f32 - 1.0;
    let touch = |(i, place): (usize, Point)| {
        let t = i as f32 / last;
        let rest = 1.0 - t;
        let width = rest * rest * start + 2.0 * t * rest * middle + t * t * end;
        Touch {
            place: place.map(|x| x + stream.uniform_in(-TREMOR, TREMOR)),
            radius: width * stream.uniform_in(0.85, 1.15),
        }
    };
    line.into_iter().enumerate().map(touch).collect()
}
