//! One axis: its range, where a value lies on it, and round numbers for its ticks.

use concertina::text;

/// A range of values, on a linear or a logarithmic scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
}

/// A place on an axis and what is written there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) label: String,
}

impl Axis {
    /// A linear scale from `low` to `high`, widened if there is nothing between them.
    pub(super) fn linear(low: f64, high: f64) -> Self {
        // Closer than this, the ticks of an f32 would all read the same.
        let least = (1e-6 * low.abs().max(high.abs())).max(1e-9);
        let (low, high) = if high - low >= least {
            (low, high)
        } else {
            let (middle, reach) = (f64::midpoint(low, high), (low.abs() * 0.1).max(least));
            (middle - reach, middle + reach)
        };
        Self { low, high, logarithmic: false }
    }

    /// A logarithmic scale. Both ends must be above zero and apart.
    pub(super) fn logarithmic(low: f64, high: f64) -> Self {
        assert!(0.0 < low && low < high);
        Self { low, high, logarithmic: true }
    }

    /// The same, with a margin at both ends, a `fraction` of its length.
    pub(super) fn with_margin(self, fraction: f64) -> Self {
        if self.logarithmic {
            let factor = (self.high / self.low).powf(fraction);
            return Self { low: self.low / factor, high: self.high * factor, ..self };
        }
        let room = (self.high - self.low) * fraction;
        Self { low: self.low - room, high: self.high + room, ..self }
    }

    /// The same, longer at both ends until it is `span` long. For linear scales.
    pub(super) fn widened_to(self, span: f64) -> Self {
        let room = ((span - self.span()) / 2.0).max(0.0);
        Self { low: self.low - room, high: self.high + room, ..self }
    }

    /// From the low to the high end.
    pub(super) fn span(self) -> f64 {
        self.high - self.low
    }

    /// True if `value` lies between the ends.
    pub(super) fn contains(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    pub(super) fn is_logarithmic(self) -> bool {
        self.logarithmic
    }

    /// Where `value` lies: 0 at the low end, 1 at the high end.
    pub(super) fn place(self, value: f64) -> f32 {
        let place = if self.logarithmic {
            // What is not above zero lies far below every logarithmic scale.
            (value.max(f64::MIN_POSITIVE) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / self.span()
        };
        // Far outside is as good as very far outside, and can be drawn.
        place.clamp(-10.0, 11.0) as f32
    }

    /// Round numbers on the axis, about `count` of them, no closer to each other than `least_step`.
    pub(super) fn ticks(self, count: usize, least_step: f64) -> Vec<Tick> {
        if self.logarithmic {
            self.logarithmic_ticks()
        } else {
            self.linear_ticks(count, least_step)
        }
    }

    fn linear_ticks(self, count: usize, least_step: f64) -> Vec<Tick> {
        let step = round_step(self.span() / count.max(1) as f64).max(least_step);
        let first = (self.low / step - 1e-6).ceil();
        let steps = ((self.high / step + 1e-6).floor() - first).max(0.0) as usize;
        (0..=steps)
            .map(|i| (first + i as f64) * step)
            .filter(|value| (self.low - step * 1e-3..=self.high + step * 1e-3).contains(value))
            .map(|value| Tick { value, label: label(value, step) })
            .collect()
    }

    /// 1, 2 and 5 times every power of ten over a few decades, only the powers over many.
    fn logarithmic_ticks(self) -> Vec<Tick> {
        let (first, last) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        let decades = last - first;
        let steps: &[f64] = if decades <= 3 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let stride = (decades / 8 + 1) as usize;
        (first..=last)
            .step_by(stride)
            .flat_map(|power| steps.iter().map(move |step| (step * 10f64.powi(power), power)))
            .filter(|(value, _)| self.contains(*value))
            .map(|(value, power)| Tick { value, label: label(value, 10f64.powi(power)) })
            .collect()
    }
}

/// The smallest of 1, 2 or 5 times a power of ten that is at least `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|times| times * power)
        .find(|round| *round >= step * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// `value` with as many decimals as ticks `step` apart need.
fn label(value: f64, step: f64) -> String {
    if value.abs() >= 1e6 || step < 1e-4 {
        return if value.abs() < step / 2.0 { "0".into() } else { scientific(value) };
    }
    let decimals = (-step.log10() - 1e-9).ceil().max(0.0) as usize;
    // Adding zero makes a plain zero of the negative one.
    signed(&format!("{:.decimals$}", if value.abs() < step / 2.0 { 0.0 } else { value }))
}

/// `value` for captions and keys.
pub(super) fn number(value: f64) -> String {
    signed(&text::number(value))
}

/// `value` as in 1.2e−5: at most three digits, no needless zeros.
fn scientific(value: f64) -> String {
    let text = format!("{value:.2e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{}e{}", signed(digits), signed(power))
}

/// `number` with a true minus sign.
fn signed(number: &str) -> String {
    number.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(axis: Axis, count: usize, expected: &[&str]) {
        let labels: Vec<String> = axis.ticks(count, 0.0).into_iter().map(|t| t.label).collect();
        assert_eq!(labels, expected);
    }

    #[test]
    fn ticks_are_round_and_inside() {
        check(Axis::linear(0.0, 1.0), 5, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        check(Axis::linear(-3.7, 4.2), 5, &["−2", "0", "2", "4"]);
        check(Axis::linear(0.0953, 0.213), 5, &["0.10", "0.15", "0.20"]);
        check(Axis::linear(35.2, 48.6), 6, &["40", "45"]);
        check(Axis::linear(0.0, 3e7), 3, &["0", "1e7", "2e7", "3e7"]);
        check(Axis::linear(0.0, 3e-6), 3, &["0", "1e−6", "2e−6", "3e−6"]);
        check(Axis::linear(-1.0, 1.0), 4, &["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        check(Axis::logarithmic(0.08, 30.0), 5, &["0.1", "1", "10"]);
        check(Axis::logarithmic(0.3, 11.0), 5, &["0.5", "1", "2", "5", "10"]);
    }

    #[test]
    fn whole_numbers_stay_whole() {
        let labels: Vec<String> =
            Axis::linear(1.0, 3.0).ticks(10, 1.0).into_iter().map(|t| t.label).collect();
        assert_eq!(labels, ["1", "2", "3"]);
    }

    #[test]
    fn any_range_gives_few_ticks() {
        let ends =
            [-f32::MAX, -1e30, -1.0, -1e-30, 0.0, 1e-30, 0.1, 1.0, 1.000_000_1, 1e30, f32::MAX];
        for low in ends {
            for high in ends.into_iter().filter(|high| low <= *high) {
                let axis = Axis::linear(low.into(), high.into()).with_margin(0.04);
                let ticks = axis.ticks(5, 0.0);
                assert!((1..=12).contains(&ticks.len()), "{low} {high}: {ticks:?}");
                assert!(ticks.iter().all(|t| (-0.01..=1.01).contains(&axis.place(t.value))));
                assert!(axis.place(low.into()).is_finite() && axis.span() > 0.0);
            }
        }
    }

    #[test]
    fn places_run_from_end_to_end() {
        let linear = Axis::linear(2.0, 6.0);
        assert_eq!([linear.place(2.0), linear.place(3.0), linear.place(6.0)], [0.0, 0.25, 1.0]);
        let log = Axis::logarithmic(0.01, 100.0);
        assert!((log.place(1.0) - 0.5).abs() < 1e-6);
        assert_eq!(log.place(-1.0), -10.0);
        assert_eq!(linear.widened_to(8.0), Axis::linear(0.0, 8.0));
    }

    #[test]
    fn numbers_have_a_true_minus_sign() {
        for (value, expected) in [(0.0953, "0.0953"), (-2.5, "−2.5000"), (1e-9, "1.00e−9")] {
            assert_eq!(number(value), expected);
        }
    }
}
