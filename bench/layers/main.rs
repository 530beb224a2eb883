//! Single layers beside a naive loop, forward and backward, on one thread:
//! `cargo bench -p concertina-bench-layers`.
//!
//! Microseconds for a batch of 32 images, the median of some runs, through one layer of `conv-ae`,
//! `conv-vae64` or `dense-vae`.
#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]

mod naive;

use std::hint::black_box;
use std::time::{Duration, Instant};

use concertina_kernels::{Activation, Layer, Padding, Sequential, Shape};

const BATCH: usize = 32;

/// Runs of which the median counts, after one that warms caches up.
const RUNS: usize = 21;

/// Name, input, and a convolution with what is fused with it, or a dense layer.
fn layers() -> Vec<(&'static str, Shape, Vec<Layer>)> {
    let conv = |out_channels, kernel, stride| Layer::Conv2d {
        out_channels,
        kernel,
        stride,
        padding: Padding::Same,
        activation: Activation::Relu,
    };
    let transposed = |out_channels, side| Layer::ConvTranspose2d {
        out_channels,
        kernel: 4,
        stride: 2,
        output_size: [side, side],
        activation: Activation::Relu,
    };
    let dense = |outputs| Layer::Dense { outputs, activation: Activation::Relu };
    vec![
        ("conv 3x3 1-16 @28, pool", [1, 28, 28], vec![conv(16, 3, 1), Layer::MaxPool2d]),
        ("conv 3x3 16-8 @14, pool", [16, 14, 14], vec![conv(8, 3, 1), Layer::MaxPool2d]),
        ("upsample, conv 3x3 8-8 @8", [8, 4, 4], vec![Layer::Upsample2d, conv(8, 3, 1)]),
        ("upsample, conv 3x3 16-1 @28", [16, 14, 14], vec![Layer::Upsample2d, conv(1, 3, 1)]),
        ("conv 4x4/2 3-32 @64", [3, 64, 64], vec![conv(32, 4, 2)]),
        ("conv 4x4/2 64-128 @16", [64, 16, 16], vec![conv(128, 4, 2)]),
        ("transposed 4x4/2 128-64 @8", [128, 8, 8], vec![transposed(64, 16)]),
        ("transposed 4x4/2 32-3 @32", [32, 32, 32], vec![transposed(3, 64)]),
        ("dense 784-512", [784, 1, 1], vec![dense(512)]),
        ("dense 512-784", [512, 1, 1], vec![dense(784)]),
    ]
}

fn numbers(n: usize) -> Vec<f32> {
    (0..n).map(|i| (i * 7919 % 1013) as f32 / 506.0 - 1.0).collect()
}

fn median_time(mut work: impl FnMut()) -> Duration {
    work();
    let mut times = [(); RUNS].map(|()| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    });
    times.sort_unstable();
    times[RUNS / 2]
}

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    println!(
        "{:<30} {:>9} {:>9} {:>7} {:>9}",
        "microseconds", "forward", "naive", "ratio", "backward"
    );
    for (name, shape, layers) in layers() {
        let model = Sequential::new(shape, &layers).expect("the layers fit");
        let parameters = numbers(model.n_parameters());
        let x = numbers(BATCH * shape.iter().product::<usize>());
        let forward = median_time(|| {
            pool.install(|| black_box(model.forward(&parameters, &x, BATCH)));
        });
        let naive = median_time(|| {
            black_box(naive::forward(&model, &parameters, &x));
        });
        let (y, tape) = model.forward_taped(&parameters, &x, BATCH);
        let (mut grad_parameters, mut grad_x) = (parameters.clone(), x.clone());
        let backward = median_time(|| {
            pool.install(|| {
                let grad_x = Some(&mut grad_x[..]);
                model.backward(&parameters, &x, &tape, &y, &mut grad_parameters, grad_x);
            });
        });
        let ratio = naive.as_secs_f64() / forward.as_secs_f64();
        let [forward, naive, backward] = [forward, naive, backward].map(|time| time.as_micros());
        println!("{name:<30} {forward:>9} {naive:>9} {ratio:>7.1} {backward:>9}");
    }
}
