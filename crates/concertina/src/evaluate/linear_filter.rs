//! The best linear filter of a window: a baseline of networks that denoise and enlarge.

use super::quality::clip;
use crate::data::FloatImages;
use crate::math::least_squares::LeastSquares;
use crate::parallel;
use crate::shape::ImageShape;

/// The window's side, in pixels of the input.
const SIDE: usize = 7;
/// What it is called.
pub(super) const NAME: &str = "linear filter 7x7";
const REACH: isize = SIDE.cast_signed() / 2;
/// The window's pixels, and a constant.
const TAPS: usize = SIDE * SIDE + 1;
/// Pixels of the inputs that are fitted to, at most; of larger sets every so many.
pub(super) const MAX_PIXELS: usize = 400_000;

/// A linear map from the window around each pixel to the `factor` x `factor` pixels that it
/// becomes, the same for every channel. The border is replicated.
#[derive(Clone, Debug)]
pub(super) struct LinearFilter {
    factor: usize,
    /// `[factor * factor, TAPS]`, the constant last.
    taps: Vec<f64>,
}

/// What a [`LinearFilter`] is fitted to, image by image.
#[derive(Clone, Debug)]
pub(super) struct LinearFit {
    factor: usize,
    sums: LeastSquares,
}

impl LinearFit {
    /// Without images.
    pub(super) fn new(factor: usize) -> Self {
        Self { factor, sums: LeastSquares::new(TAPS, factor * factor) }
    }

    /// Adds the pixels of an input of shape `small` from `first` on, each `every`th, and what they
    /// become in a target of `factor` times its size.
    pub(super) fn add(
        &mut self,
        small: ImageShape,
        input: &[f32],
        target: &[f32],
        [first, every]: [usize; 2],
    ) {
        let factor = self.factor;
        let area = small.area() * factor * factor;
        let mut window = [1.0; TAPS];
        let mut outputs = vec![0.0; factor * factor];
        for place in (first..small.len()).step_by(every) {
            let (channel, row, column) = split(place, small);
            read(&input[channel * small.area()..][..small.area()], small, row, column, &mut window);
            let plane = &target[channel * area..][..area];
            for (phase, output) in outputs.iter_mut().enumerate() {
                let (y, x) = (row * factor + phase / factor, column * factor + phase % factor);
                *output = f64::from(plane[y * small.width * factor + x]);
            }
            self.sums.add(&window, &outputs);
        }
    }

    /// Adds what another was fitted to.
    pub(super) fn merge(&mut self, other: &Self) {
        self.sums.merge(&other.sums);
    }

    /// The least squares fit; `None` if there is no image.
    pub(super) fn solve(&self) -> Option<LinearFilter> {
        Some(LinearFilter { factor: self.factor, taps: self.sums.solve()? })
    }
}

impl LinearFilter {
    /// The least squares fit from inputs to targets of `factor` times their size. `None` if there
    /// are none.
    pub(super) fn fit(inputs: &FloatImages, targets: &FloatImages, factor: usize) -> Option<Self> {
        let small = inputs.shape();
        let every = (inputs.len() * small.len()).div_ceil(MAX_PIXELS).max(1);
        let pairs = inputs.iter().zip(targets.iter()).enumerate();
        let fits = parallel::map(pairs, |(number, (input, target))| {
            let mut fit = LinearFit::new(factor);
            // Not the same pixels of each image.
            fit.add(small, input, target, [number % every, every]);
            fit
        });
        let mut whole = LinearFit::new(factor);
        // In their order, for any number of threads.
        for part in &fits {
            whole.merge(part);
        }
        whole.solve()
    }

    /// The filtered image, clipped to 0..1.
    pub(super) fn image(&self, small: ImageShape, input: &[f32]) -> Vec<f32> {
        let mut values = self.apply(small, input);
        clip(&mut values);
        values
    }

    /// The filtered image, not clipped.
    fn apply(&self, small: ImageShape, input: &[f32]) -> Vec<f32> {
        let factor = self.factor;
        let width = small.width * factor;
        let mut output = vec![0.0; input.len() * factor * factor];
        let mut window = [1.0; TAPS];
        for place in 0..small.len() {
            let (channel, row, column) = split(place, small);
            read(&input[channel * small.area()..][..small.area()], small, row, column, &mut window);
            let plane = &mut output[channel * small.area() * factor * factor..];
            for (phase, taps) in self.taps.chunks_exact(TAPS).enumerate() {
                let value: f64 = taps.iter().zip(&window).map(|(tap, x)| tap * x).sum();
                let (y, x) = (row * factor + phase / factor, column * factor + phase % factor);
                plane[y * width + x] = value as f32;
            }
        }
        output
    }
}

/// The channel, row and column of a pixel.
fn split(place: usize, shape: ImageShape) -> (usize, usize, usize) {
    let inside = place % shape.area();
    (place / shape.area(), inside / shape.width, inside % shape.width)
}

/// Writes the window around a pixel; the constant behind it stays.
fn read(plane: &[f32], shape: ImageShape, row: usize, column: usize, window: &mut [f64; TAPS]) {
    for (i, value) in window[..TAPS - 1].iter_mut().enumerate() {
        let (down, right) = ((i / SIDE).cast_signed() - REACH, (i % SIDE).cast_signed() - REACH);
        let (y, x) = (within(row, down, shape.height), within(column, right, shape.width));
        *value = f64::from(plane[y * shape.width + x]);
    }
}

/// The index at `offset` from `place`, clamped to the border.
pub(super) fn within(place: usize, offset: isize, side: usize) -> usize {
    place.saturating_add_signed(offset).min(side - 1)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::normal;

    #[test]
    fn a_filter_is_found_again() {
        let small = ImageShape::new(2, 6, 5);
        let inputs = FloatImages::new(small, normal(40 * small.len(), 1));
        // Each pixel becomes a square: itself, its left neighbour, its double, and 1 above it.
        let enlarged = |image: &[f32]| {
            let mut output = vec![0.0; 4 * small.len()];
            for place in 0..small.len() {
                let (channel, row, column) = split(place, small);
                let left = image[place - usize::from(column > 0)];
                let value = [image[place], left, 2.0 * image[place], image[place] + 1.0];
                for (phase, value) in value.into_iter().enumerate() {
                    let (y, x) = (2 * row + phase / 2, 2 * column + phase % 2);
                    output[channel * 4 * small.area() + y * 2 * small.width + x] = value;
                }
            }
            output
        };
        let targets: Vec<f32> = inputs.iter().flat_map(enlarged).collect();
        let targets = FloatImages::new(ImageShape::new(2, 12, 10), targets);
        let filter = LinearFilter::fit(&inputs, &targets, 2).unwrap();
        for (input, target) in inputs.iter().zip(targets.iter()).take(3) {
            for (found, expected) in filter.apply(small, input).iter().zip(target) {
                assert!((found - expected).abs() < 1e-4, "{found}, not {expected}");
            }
        }
        let black = FloatImages::new(small, vec![0.0; small.len()]);
        assert!(LinearFilter::fit(&black, &targets, 2).is_some(), "the constant is an input");
    }
}
