//! Transformations that keep shapes: a shift, a turn and a change of size, perhaps of the mirror
//! image.

use super::descriptor::Feature;

/// A place (x, y) goes to (a x - b y + shift x, b x + a y + shift y), after x has become -x if it
/// is mirrored. Places are from a picture's centre, x to the right and y downwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Similarity {
    pub(super) mirrored: bool,
    a: f32,
    b: f32,
    shift: [f32; 2],
}

impl Similarity {
    /// What takes one feature to another, with its direction and size.
    pub(super) fn of_features(from: &Feature, to: &Feature) -> Self {
        let (sin, cos) = (to.angle - from.angle).sin_cos();
        let scale = to.sigma / from.sigma;
        Self::through(scale * cos, scale * sin, [from.x, from.y], [to.x, to.y])
    }

    /// What takes places to others with the least squared error; `None` if all are one place.
    pub(super) fn fitted(pairs: &[(&Feature, &Feature)]) -> Option<Self> {
        let mean = |value: fn(&(&Feature, &Feature)) -> f32| {
            pairs.iter().map(value).sum::<f32>() / pairs.len() as f32
        };
        let from = [mean(|pair| pair.0.x), mean(|pair| pair.0.y)];
        let to = [mean(|pair| pair.1.x), mean(|pair| pair.1.y)];
        let (mut dot, mut cross, mut square) = (0.0, 0.0, 0.0);
        for (one, other) in pairs {
            let [x, y] = [one.x - from[0], one.y - from[1]];
            let [u, v] = [other.x - to[0], other.y - to[1]];
            dot += x * u + y * v;
            cross += x * v - y * u;
            square += x * x + y * y;
        }
        (square > 0.0).then(|| Self::through(dot / square, cross / square, from, to))
    }

    fn through(a: f32, b: f32, [x, y]: [f32; 2], to: [f32; 2]) -> Self {
        Self { mirrored: false, a, b, shift: [to[0] - (a * x - b * y), to[1] - (b * x + a * y)] }
    }

    /// The same of the mirror image.
    pub(super) fn after_mirror(self, mirrored: bool) -> Self {
        Self { mirrored, ..self }
    }

    /// How much larger things become.
    pub(super) fn scale(&self) -> f32 {
        self.a.hypot(self.b)
    }

    /// The turn in radians, clockwise as y goes downwards.
    pub(super) fn angle(&self) -> f32 {
        self.b.atan2(self.a)
    }

    pub(super) fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let x = if self.mirrored { -x } else { x };
        [self.a * x - self.b * y + self.shift[0], self.b * x + self.a * y + self.shift[1]]
    }

    /// Where a place came from.
    pub(super) fn inverse(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [x, y] = [x - self.shift[0], y - self.shift[1]];
        let square = self.a * self.a + self.b * self.b;
        let [x, y] = [(self.a * x + self.b * y) / square, (self.a * y - self.b * x) / square];
        [if self.mirrored { -x } else { x }, y]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_takes_back() {
        for mirrored in [false, true] {
            let there =
                Similarity::through(0.6, -1.1, [3.0, 4.0], [-7.0, 2.0]).after_mirror(mirrored);
            let [x, y] = there.inverse(there.apply([12.0, -5.0]));
            assert!((x - 12.0).abs() < 1e-4 && (y + 5.0).abs() < 1e-4, "{x} {y}");
        }
        let there = Similarity::through(0.0, 2.0, [0.0, 0.0], [1.0, 0.0]);
        // A quarter turn clockwise takes what is right to below.
        assert_eq!(there.apply([1.0, 0.0]), [1.0, 2.0]);
        assert_eq!((there.scale(), there.angle().to_degrees()), (2.0, 90.0));
    }
}
