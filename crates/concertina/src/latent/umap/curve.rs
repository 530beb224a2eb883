//! How membership falls with distance on the map.

/// Distances that the curve is fitted at, evenly from 0 to [`FARTHEST`].
const N: usize = 300;
const FARTHEST: f64 = 3.0;
const STEPS: usize = 100;

/// 1 / (1 + a d^2b) for points at distance d (section 3.2, definition 11).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Curve {
    pub(super) a: f64,
    pub(super) b: f64,
}

impl Curve {
    /// The one that comes closest, in squares, to 1 up to `min_dist` and `exp(min_dist - d)` beyond: by Gauss and Newton's
    /// steps, halved until they lead down (Nocedal and Wright, "Numerical Optimization", 2nd edition, 10.3).
    pub(super) fn fit(min_dist: f64) -> Self {
        let distances = || (1..N).map(|i| FARTHEST * i as f64 / (N - 1) as f64);
        let wanted = |d: f64| if d < min_dist { 1.0 } else { (min_dist - d).exp() };
        let error =
            |curve: Self| distances().map(|d| (curve.at(d) - wanted(d)).powi(2)).sum::<f64>();
        let mut curve = Self { a: 1.0, b: 1.0 };
        let mut least = error(curve);
        for _ in 0..STEPS {
            // The normal equations: sums of products of the slopes along a and b, and with what is missing.
            let (mut aa, mut ab, mut bb, mut a, mut b) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for d in distances() {
                let value = curve.at(d);
                let by_a = -value * value * d.powf(2.0 * curve.b);
                let by_b = 2.0 * curve.a * d.ln() * by_a;
                let missing = wanted(d) - value;
                (aa, ab, bb) = (aa + by_a * by_a, ab + by_a * by_b, bb + by_b * by_b);
                (a, b) = (a + by_a * missing, b + by_b * missing);
            }
            let determinant = aa * bb - ab * ab;
            let step = [(bb * a - ab * b) / determinant, (aa * b - ab * a) / determinant];
            let lower = (0..30).map(|halvings| 0.5f64.powi(halvings)).find_map(|length| {
                let next = Self { a: curve.a + length * step[0], b: curve.b + length * step[1] };
                let found = error(next);
                (next.a > 0.0 && next.b > 0.0 && found < least).then_some((next, found))
            });
            let Some(next) = lower else { break };
            (curve, least) = next;
        }
        curve
    }

    fn at(self, d: f64) -> f64 {
        1.0 / (1.0 + self.a * d.powf(2.0 * self.b))
    }
}
