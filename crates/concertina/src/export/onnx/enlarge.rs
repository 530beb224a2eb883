//! Bicubic enlargement, and channels that become pixels.

use concertina_formats::onnx::Attribute;

use super::super::bicubic::{REACH, phases};
use super::network::{Network, window};

impl Network<'_> {
    /// Bicubic enlargement. ONNX's own repeats the pixel at an edge, ours mirrors there, so it is
    /// written as a convolution whose channels become the pixels between pixels.
    pub(super) fn enlarged(&mut self, channels: usize, factor: usize, value: &str) -> String {
        if factor == 1 {
            return value.to_owned();
        }
        let mut value = value.to_owned();
        for axis in [2, 3] {
            value = self.mirrored(axis, &value);
        }
        let kernel = 2 * REACH + 1;
        let weight = self.build.floats(
            vec![channels * factor * factor, 1, kernel, kernel],
            bicubic_kernels(factor).repeat(channels),
        );
        let mut attributes = window(kernel, 1, [0; 4]);
        attributes.push(("group", Attribute::Int(channels as i64)));
        let pixels = self.build.node("Conv", &[&value, &weight], attributes);
        self.pixel_shuffle(factor, &pixels)
    }

    /// With two places more at each end of an axis, as in a mirror at the edge.
    fn mirrored(&mut self, axis: i64, value: &str) -> String {
        let axis_ = self.build.list(&[axis]);
        let back = self.build.list(&[-1]);
        let mut reversed = |start: i64, end: i64| {
            let [start, end] = [start, end].map(|place| self.build.list(&[place]));
            self.build.node("Slice", &[value, &start, &end, &axis_, &back], Vec::new())
        };
        let reach = REACH as i64;
        let before = reversed(reach - 1, i64::MIN);
        let behind = reversed(-1, -1 - reach);
        self.build.concat(&[before, value.to_owned(), behind], axis)
    }

    /// `[C r r, H, W]` to `[C, r H, r W]`.
    pub(super) fn pixel_shuffle(&mut self, factor: usize, value: &str) -> String {
        let attributes =
            vec![("blocksize", Attribute::Int(factor as i64)), ("mode", Attribute::Text("CRD"))];
        self.build.node("DepthToSpace", &[value], attributes)
    }

    /// In PyTorch's order of channels, which `SpaceToDepth` has not: a convolution of ones.
    pub(super) fn pixel_unshuffle(
        &mut self,
        channels: usize,
        factor: usize,
        value: &str,
    ) -> String {
        let square = factor * factor;
        let mut ones = vec![0.0; square * square];
        ones.iter_mut().step_by(square + 1).for_each(|one| *one = 1.0);
        let weight =
            self.build.floats(vec![channels * square, 1, factor, factor], ones.repeat(channels));
        let mut attributes = window(factor, factor, [0; 4]);
        attributes.push(("group", Attribute::Int(channels as i64)));
        self.build.node("Conv", &[value, &weight], attributes)
    }
}

/// For each of the `factor`² pixels that one becomes, a kernel of the weights of those around it.
fn bicubic_kernels(factor: usize) -> Vec<f32> {
    let phases = phases(factor);
    let mut kernels = Vec::new();
    for row in &phases {
        for column in &phases {
            kernels.extend(row.iter().flat_map(|high| column.iter().map(move |wide| high * wide)));
        }
    }
    kernels
}
