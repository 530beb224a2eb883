//! Single layers beside a naive loop, forward and backward, on one thread:
//! `cargo bench -p concertina-bench-layers`.
//!
//! Throughput is in images; a batch of 32 passes through one layer of `conv-ae`, `conv-vae64` or
//! `dense-vae`.

mod naive;

use std::hint::black_box;

use concertina_kernels::{Activation, Layer, Padding, Sequential, Shape};
use criterion::{Criterion, Throughput};

const BATCH: usize = 32;

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

fn benches(criterion: &mut Criterion) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    for (name, shape, layers) in layers() {
        let model = Sequential::new(shape, &layers).expect("the layers fit");
        let parameters = numbers(model.n_parameters());
        let x = numbers(BATCH * shape.iter().product::<usize>());
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(BATCH as u64)).sample_size(20);
        group.bench_function("forward", |bencher| {
            bencher.iter(|| pool.install(|| black_box(model.forward(&parameters, &x, BATCH))));
        });
        group.bench_function("forward, naive", |bencher| {
            bencher.iter(|| black_box(naive::forward(&model, &parameters, &x)));
        });
        let (y, tape) = model.forward_taped(&parameters, &x, BATCH);
        let (mut grad_parameters, mut grad_x) = (parameters.clone(), x.clone());
        group.bench_function("backward", |bencher| {
            bencher.iter(|| {
                pool.install(|| {
                    let grad_x = Some(&mut grad_x[..]);
                    model.backward(&parameters, &x, &tape, &y, &mut grad_parameters, grad_x);
                });
            });
        });
        group.finish();
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    benches(&mut criterion);
    criterion.final_summary();
}
