//! Membership as a function of the distance on the map.

/// Number of distances that the curve is fitted at, evenly spaced from 0 to [`MAX_DISTANCE`].
const N: usize = 300;
const MAX_DISTANCE: f64 = 3.0;
const STEPS: usize = 100;

/// 1 / (1 + a d^2b) for points at distance d (section 3.2, definition 11).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Curve {
    pub(super) a: f64,
    pub(super) b: f64,
}

impl Curve {
    /// The least squares fit to 1 for d < `min_dist` and `exp(min_dist - d)` above, by the
    /// Gauss-Newton method with steps halved until the error decreases (Nocedal and Wright,
    /// "Numerical Optimization", 2nd edition, 10.3).
    pub(super) fn fit(min_dist: f64) -> Self {
        let distances = || (1..N).map(|i| MAX_DISTANCE * i as f64 / (N - 1) as f64);
        let wanted = |d: f64| if d < min_dist { 1.0 } else { (min_dist - d).exp() };
        let error =
            |curve: Self| distances().map(|d| (curve.at(d) - wanted(d)).powi(2)).sum::<f64>();
        let mut curve = Self { a: 1.0, b: 1.0 };
        let mut least = error(curve);
        for _ in 0..STEPS {
            // The normal equations: sums of products of the derivatives by a and b with each other
            // and with the residual.
            let (mut aa, mut ab, mut bb, mut a, mut b) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for d in distances() {
                let value = curve.at(d);
                let by_a = -value * value * d.powf(2.0 * curve.b);
                let by_b = 2.0 * curve.a * d.ln() * by_a;
                let residual = wanted(d) - value;
                (aa, ab, bb) = (aa + by_a * by_a, ab + by_a * by_b, bb + by_b * by_b);
                (a, b) = (a + by_a * residual, b + by_b * residual);
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
