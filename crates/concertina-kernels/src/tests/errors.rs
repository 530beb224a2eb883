//! Every misuse has its message.

use crate::layer::{Activation, Join, Layer, Padding, Shape};
use crate::sequential::Sequential;

#[track_caller]
fn check(input: Shape, layers: &[Layer], expected: &str) {
    match Sequential::new(input, layers) {
        Ok(_) => panic!("accepted {layers:?}, expected `{expected}`"),
        Err(error) => assert_eq!(error.to_string(), expected),
    }
}

fn conv(out_channels: usize, kernel: usize, stride: usize, padding: Padding) -> Layer {
    Layer::Conv2d { out_channels, kernel, stride, padding, activation: Activation::Identity }
}

fn transposed(stride: usize, output_size: [usize; 2]) -> Layer {
    let activation = Activation::Identity;
    Layer::ConvTranspose2d { out_channels: 2, kernel: 3, stride, output_size, activation }
}

fn dense(outputs: usize, activation: Activation) -> Layer {
    Layer::Dense { outputs, activation }
}

#[test]
fn every_misuse_names_the_layer_and_what_was_expected_and_found() {
    let same = Padding::Same;
    check([1, 0, 4], &[], "the input shape must not contain a 0, found [1, 0, 4]");
    check([1, 4, 4], &[conv(0, 3, 1, same)], "layer 0: `out_channels` must be at least 1, found 0");
    check(
        [1, 4, 4],
        &[Layer::MaxPool2d, conv(1, 0, 1, same)],
        "layer 1: `kernel` must be at least 1, found 0",
    );
    check([1, 4, 4], &[conv(1, 3, 0, same)], "layer 0: `stride` must be 1 or 2, found 0");
    check([1, 4, 4], &[conv(1, 3, 3, same)], "layer 0: `stride` must be 1 or 2, found 3");
    check(
        [1, 4, 2],
        &[conv(1, 3, 1, Padding::Valid)],
        "layer 0: a kernel of 3 with valid padding needs an input of at least that size, \
         found [4, 2]",
    );
    check(
        [1, 4, 4],
        &[Layer::Upsample2d, transposed(2, [14, 17])],
        "layer 1: `output_size` [14, 17] divided by stride 2 and rounded up must be the \
         input's size [8, 8], \
         found [7, 9]",
    );
    check(
        [1, 4, 4],
        &[transposed(2, [0, 0])],
        "layer 0: `output_size` [0, 0] divided by stride 2 and rounded up must be the \
         input's size [4, 4], found [0, 0]",
    );
    check(
        [1, 4, 4],
        &[dense(0, Activation::Relu)],
        "layer 0: `outputs` must be at least 1, found 0",
    );
    check(
        [1, 4, 4],
        &[Layer::Reshape([2, 3, 4])],
        "layer 0: cannot reshape [1, 4, 4] to [2, 3, 4]: expected 16 values, found 24",
    );
    check(
        [1, 4, 4],
        &[Layer::Lstm { hidden: 0, return_sequences: true }],
        "layer 0: `hidden` must be at least 1, found 0",
    );
    check(
        [1, 4, 4],
        &[Layer::RepeatVector { steps: 0 }],
        "layer 0: `steps` must be at least 1, found 0",
    );
    let rows = |outputs| Layer::TimeDistributedDense { outputs, activation: Activation::Identity };
    check([1, 4, 4], &[rows(0)], "layer 0: `outputs` must be at least 1, found 0");
    check(
        [1, 4, 4],
        &[dense(3, Activation::Relu), rows(2)],
        "layer 1: a time-distributed dense layer needs an input of one channel, found [3, 1, 1]",
    );
    let pair = "a fork and a join belong together, found one without the other";
    let add = Layer::Join(Join::Add);
    check([1, 4, 4], &[Layer::MaxPool2d, Layer::Fork], &format!("layer 1: {pair}"));
    check([1, 4, 4], &[Layer::Fork, add.clone(), add.clone()], &format!("layer 2: {pair}"));
    check(
        [1, 4, 4],
        &[Layer::Fork, dense(16, Activation::Relu), add.clone()],
        "layer 1: expected an image-local layer between a fork and its join",
    );
    check(
        [1, 4, 4],
        &[Layer::Fork, conv(2, 3, 1, same), add],
        "layer 2: cannot join [1, 4, 4] and [2, 4, 4]",
    );
    check(
        [1, 4, 4],
        &[Layer::Fork, Layer::MaxPool2d, Layer::Join(Join::Concatenate)],
        "layer 2: cannot join [1, 4, 4] and [1, 2, 2]",
    );
    let shuffle = "layer 0: a pixel shuffle by 3 cannot take [4, 4, 6]";
    check([4, 4, 6], &[Layer::PixelShuffle(3)], shuffle);
    check([4, 4, 6], &[Layer::PixelUnshuffle(3)], shuffle);
    check([1, 4, 4], &[Layer::PixelShuffle(0)], "layer 0: `factor` must be at least 1, found 0");
    for (slope, text) in [(0.0, "0"), (-0.1, "-0.1"), (f32::NAN, "NaN"), (f32::INFINITY, "inf")] {
        let expected = format!(
            "layer 0: the negative slope of a leaky ReLU must be positive and finite, found {text}"
        );
        check([1, 4, 4], &[dense(1, Activation::LeakyRelu(slope))], &expected);
    }
}

#[test]
fn sizes_beyond_the_limit_are_errors_and_not_overflows() {
    let limit =
        |layer, what| format!("layer {layer}: {what} exceeds the limit of 2147483648 values");
    let most = usize::MAX;
    let shuffled = |factor| format!("layer 0: a pixel shuffle by {factor} cannot take [1, 1, 1]");
    check([most, 2, 2], &[], &limit(0, "the input shape"));
    check([1, 1, 1], &[Layer::Reshape([most, most, 1])], &limit(0, "the shape"));
    check([1, 1, 1], &[Layer::PixelUnshuffle(most)], &shuffled(most));
    check([1, 1, 1], &[Layer::PixelShuffle(most)], &shuffled(most));
    check([1, 1, 1], &vec![Layer::Upsample2d; 70], &limit(15, "the output"));
    for kernel in [257, most] {
        let expected = "layer 0: the kernel exceeds the limit of 65536 values";
        check([1, 4, 4], &[conv(1, kernel, 1, Padding::Same)], expected);
    }
    check([1, 4, 4], &[conv(most, 1, 1, Padding::Same)], &limit(0, "the output"));
    check(
        [1, 46_200, 46_200],
        &[conv(1, 250, 1, Padding::Same)],
        &limit(0, "the image with its border"),
    );
    check([1, 4, 4], &[Layer::RepeatVector { steps: most }], &limit(0, "the output"));
    for hidden in [1 << 15, 1 << 20, most] {
        let what = if hidden == most { "the output" } else { "the number of parameters" };
        check([1, 4, 4], &[Layer::Lstm { hidden, return_sequences: false }], &limit(0, what));
    }
    check([1, 4, 4], &[dense(1 << 30, Activation::Relu)], &limit(0, "the number of parameters"));
    check(
        [1, 4, 4],
        &vec![dense(40_000, Activation::Relu); 4],
        &limit(2, "the number of parameters"),
    );
}
