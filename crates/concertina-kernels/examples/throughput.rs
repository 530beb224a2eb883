//! Prints how many images a second go forward and backward through some autoencoders.
//!
//! `cargo run --release -p concertina-kernels --example throughput [seconds per line [name]]`

#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::time::Instant;

use concertina_kernels::{Activation, Layer, Padding, Shape, Stack, StackError};

const BATCH: usize = 128;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seconds = std::env::args().nth(1).map_or(Ok(1.0), |text| text.parse())?;
    let wanted = std::env::args().nth(2);
    let stacks =
        [("conv-ae", conv_ae()?), ("dense-vae", dense_vae()?), ("conv-vae64", conv_vae64()?)];
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        for (name, stacks) in &stacks {
            if wanted.as_deref().is_none_or(|wanted| wanted == *name) {
                pool.install(|| report(name, threads, seconds, stacks));
            }
        }
    }
    Ok(())
}

fn conv(out_channels: usize, kernel: usize, stride: usize, activation: Activation) -> Layer {
    Layer::Conv2d { out_channels, kernel, stride, padding: Padding::Same, activation }
}

fn dense(outputs: usize, activation: Activation) -> Layer {
    Layer::Dense { outputs, activation }
}

/// Encoder and decoder of the lesson's convolutional autoencoder.
fn conv_ae() -> Result<[Stack; 2], StackError> {
    let conv3 = |channels| conv(channels, 3, 1, Activation::Relu);
    let (pool, up) = (Layer::MaxPool2, Layer::Upsample2);
    let encoder = [conv3(16), pool.clone(), conv3(8), pool.clone(), conv3(8), pool];
    let valid = Layer::Conv2d {
        out_channels: 16,
        kernel: 3,
        stride: 1,
        padding: Padding::Valid,
        activation: Activation::Relu,
    };
    let last = conv(1, 3, 1, Activation::Identity);
    let decoder = [conv3(8), up.clone(), conv3(8), up.clone(), valid, up, last];
    Ok([Stack::new([1, 28, 28], &encoder)?, Stack::new([8, 4, 4], &decoder)?])
}

/// Encoder and decoder of the lesson's dense variational autoencoder.
fn dense_vae() -> Result<[Stack; 2], StackError> {
    let encoder = [dense(512, Activation::Relu), dense(4, Activation::Identity)];
    let decoder = [dense(512, Activation::Relu), dense(784, Activation::Identity)];
    Ok([Stack::new([784, 1, 1], &encoder)?, Stack::new([2, 1, 1], &decoder)?])
}

/// Encoder and decoder of a convolutional variational autoencoder of 64x64 colour images.
fn conv_vae64() -> Result<[Stack; 2], StackError> {
    let mut encoder: Vec<Layer> =
        [32, 64, 128, 256].map(|channels| conv(channels, 4, 2, Activation::Relu)).into();
    encoder.push(dense(64, Activation::Identity));
    let mut decoder = vec![dense(4096, Activation::Relu), Layer::Reshape([256, 4, 4])];
    let up = |out_channels, size, activation| Layer::ConvTranspose2d {
        out_channels,
        kernel: 4,
        stride: 2,
        output_size: [size, size],
        activation,
    };
    decoder.extend([
        up(128, 8, Activation::Relu),
        up(64, 16, Activation::Relu),
        up(32, 32, Activation::Relu),
        up(3, 64, Activation::Identity),
    ]);
    Ok([Stack::new([3, 64, 64], &encoder)?, Stack::new([32, 1, 1], &decoder)?])
}

fn report(name: &str, threads: usize, seconds: f64, stacks: &[Stack; 2]) {
    let flops: u64 = stacks.iter().map(Stack::flops).sum();
    let mut work: Vec<Work> = stacks.iter().map(Work::new).collect();
    let inference = rate(seconds / 2.0, || {
        for (stack, work) in stacks.iter().zip(&work) {
            std::hint::black_box(stack.forward(&work.parameters, &work.x, BATCH));
        }
    });
    let training = rate(seconds, || {
        for (n, (stack, work)) in stacks.iter().zip(&mut work).enumerate() {
            let (y, tape) = stack.forward_taped(&work.parameters, &work.x, BATCH);
            // The encoder's input needs no gradient.
            let grad_x = (n > 0).then_some(work.grad_x.as_mut_slice());
            stack.backward(&work.parameters, &tape, &y, &mut work.gradient, grad_x);
        }
    });
    println!(
        "{name:10} {threads} threads: {training:8.0} images/s forward and backward ({:5.1} GFLOP/s), {inference:8.0} forward",
        training * 3.0 * flops as f64 * 1e-9
    );
}

struct Work {
    parameters: Vec<f32>,
    gradient: Vec<f32>,
    x: Vec<f32>,
    grad_x: Vec<f32>,
}

impl Work {
    fn new(stack: &Stack) -> Work {
        let size = |[channels, height, width]: Shape| channels * height * width;
        let noise = |n: usize, scale: f32| -> Vec<f32> {
            (0..n).map(|i| scale * ((i * 7919 % 1013) as f32 / 506.0 - 1.0)).collect()
        };
        let x = noise(BATCH * size(stack.input()), 1.0);
        let parameters = noise(stack.n_parameters(), 0.1);
        Work { parameters, gradient: vec![0.0; stack.n_parameters()], grad_x: x.clone(), x }
    }
}

/// Images a second; the best of five parts, as other programs may run.
fn rate(seconds: f64, mut step: impl FnMut()) -> f64 {
    step();
    let part = || {
        let (start, mut steps) = (Instant::now(), 0);
        while start.elapsed().as_secs_f64() < seconds / 5.0 {
            step();
            steps += 1;
        }
        f64::from(steps * BATCH as u32) / start.elapsed().as_secs_f64()
    };
    std::iter::repeat_with(part).take(5).fold(0.0, f64::max)
}
