//! A network of one's own: any list of layers, in a recipe file or in code.
//!
//!     cargo run --release --example own_network

#![expect(clippy::print_stdout, reason = "an example talks")]

use concertina::network::{ActivationSpec, LayerSpec, Layers};
use concertina::prelude::*;

/// The same network as below, as a file would have it.
const RECIPE: &str = r#"
    name = "my-own"
    summary = "A small convolutional autoencoder with a dense decoder."
    task = { kind = "identity" }
    bottleneck = { latent-dim = 8, kind = "plain" }
    reconstruction = { kind = "gaussian", reduction = "mean" }
    training = { epochs = 2 }

    [network]
    kind = "layers"
    encoder = [
        { kind = "conv2d", out-channels = 8, kernel-size = 3, stride = 2, activation = "relu" },
        { kind = "dense", outputs = 64, activation = "relu" },
    ]
    decoder = [
        { kind = "dense", outputs = 64, activation = "relu" },
        { kind = "dense", outputs = 784 },
    ]
"#;

fn main() -> concertina::Result<()> {
    let recipe = Recipe::from_toml(RECIPE)?;
    let dense = |outputs, activation| LayerSpec::Dense { outputs, activation };
    let conv = LayerSpec::Conv2d {
        out_channels: 8,
        kernel_size: 3,
        stride: 2,
        padding: concertina::network::PaddingSpec::Same,
        activation: ActivationSpec::Relu,
    };
    let network = Layers {
        encoder: vec![conv, dense(64, ActivationSpec::Relu)],
        decoder: vec![dense(64, ActivationSpec::Relu), dense(784, ActivationSpec::Linear)],
    };
    assert_eq!(recipe.network, network.into());

    let options = OpenOptions { limit: Some(200), ..recipe.open_options() };
    let data = Dataset::open("digits", &options)?;
    let plan = recipe.plan(&data)?;
    // Every layer with the shape of its output and its number of parameters.
    println!("{}", plan.architecture().table());

    // What does not fit is refused before anything is computed, and the error names the layer.
    let wrong = RECIPE.replace("outputs = 784", "outputs = 700");
    let error = Recipe::from_toml(&wrong)?.plan(&data).expect_err("700 values are no image");
    println!("{error}");

    let folder = std::env::temp_dir().join(format!("concertina-network-{}", std::process::id()));
    plan.start(&data, &folder)?.finish()?;
    fs_err::remove_dir_all(folder)?;
    Ok(())
}

/// The test suite runs it, so that it stays true.
#[test]
fn runs() -> concertina::Result<()> {
    main()
}
