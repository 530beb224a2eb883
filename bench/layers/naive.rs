//! What the layers compute, one loop inside the other, without the activation and the pooling,
//! which cost little.

use std::ops::Range;

use concertina_kernels::{Layer, Sequential, Shape};

/// The output of a model of one layer with weights, or of such a layer behind an upsampling.
pub(crate) fn forward(model: &Sequential, parameters: &[f32], x: &[f32]) -> Vec<f32> {
    let upsampled = model.layers()[0] == Layer::Upsample2d;
    let layer = usize::from(upsampled);
    let (input, output) = (model.input(), model.shapes()[layer]);
    let (weight, bias) = parameters.split_at(model.n_parameters() - output[0]);
    let images = x.chunks_exact(input.iter().product());
    let results = images.map(|image| match model.layers()[layer] {
        Layer::Conv2d { kernel, stride, .. } => {
            let scale = if upsampled { 2 } else { 1 };
            convolution(image, input, output, [kernel, stride, scale], weight, bias)
        }
        Layer::ConvTranspose2d { kernel, stride, .. } => {
            transposed(image, input, output, [kernel, stride], weight)
        }
        _ => dense(image, weight, bias),
    });
    results.flatten().collect()
}

/// All kernels here pad with one row of zeros above and left.
const BEFORE: usize = 1;

fn convolution(
    image: &[f32],
    [channels, height, width]: Shape,
    [out_channels, out_height, out_width]: Shape,
    [kernel, stride, scale]: [usize; 3],
    weight: &[f32],
    bias: &[f32],
) -> Vec<f32> {
    let mut result = Vec::with_capacity(out_channels * out_height * out_width);
    for o in 0..out_channels {
        for y in 0..out_height {
            for x in 0..out_width {
                let mut sum = bias[o];
                for c in 0..channels {
                    for ky in taps(y * stride, kernel, height * scale) {
                        for kx in taps(x * stride, kernel, width * scale) {
                            let source_y = (y * stride + ky - BEFORE) / scale;
                            let source_x = (x * stride + kx - BEFORE) / scale;
                            sum += weight[((o * channels + c) * kernel + ky) * kernel + kx]
                                * image[(c * height + source_y) * width + source_x];
                        }
                    }
                }
                result.push(sum);
            }
        }
    }
    result
}

/// The taps of a kernel at `first - BEFORE` that fall into `0..n`.
fn taps(first: usize, kernel: usize, n: usize) -> Range<usize> {
    BEFORE.saturating_sub(first)..kernel.min(n + BEFORE - first)
}

fn transposed(
    image: &[f32],
    [channels, height, width]: Shape,
    [out_channels, out_height, out_width]: Shape,
    [kernel, stride]: [usize; 2],
    weight: &[f32],
) -> Vec<f32> {
    let mut result = vec![0.0; out_channels * out_height * out_width];
    for c in 0..channels {
        for y in 0..height {
            for x in 0..width {
                let value = image[(c * height + y) * width + x];
                for o in 0..out_channels {
                    for ky in taps(y * stride, kernel, out_height) {
                        for kx in taps(x * stride, kernel, out_width) {
                            let row = (o * out_height + y * stride + ky - BEFORE) * out_width;
                            let weight =
                                weight[((c * out_channels + o) * kernel + ky) * kernel + kx];
                            result[row + x * stride + kx - BEFORE] += weight * value;
                        }
                    }
                }
            }
        }
    }
    result
}

fn dense(image: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
    let rows = weight.chunks_exact(image.len()).zip(bias);
    rows.map(|(row, bias)| row.iter().zip(image).map(|(w, x)| w * x).sum::<f32>() + bias).collect()
}
