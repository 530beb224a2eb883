//! Data and recipes so small that a test can train on them.

use std::path::Path;

use crate::data::music::{Music, MusicSet};
use crate::data::{Dataset, Images, OpenOptions};
use crate::packing::{PackOptions, Packing};
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;

/// The first `n` built-in digits, 28x28, and a sixth as many to validate with.
pub(crate) fn digits(n: usize) -> Dataset {
    let options = OpenOptions { limit: Some(n), ..OpenOptions::default() };
    Dataset::open("digits", &options).unwrap()
}

/// `n` images, a tenth of them held out, of one channel and 8x8: a slope whose direction and
/// steepness are the image's own.
pub(crate) fn shades(n: usize) -> Dataset {
    let shape = ImageShape::new(1, 8, 8);
    let mut pixels = Vec::with_capacity(n * shape.len());
    for image in 0..n {
        let angle = image as f32 * 0.7;
        let steepness = 8.0 + (image % 7) as f32 * 3.0;
        for place in 0..shape.len() {
            let (row, column) = ((place / 8) as f32 - 3.5, (place % 8) as f32 - 3.5);
            let height = row * angle.sin() + column * angle.cos();
            pixels.push((128.0 + steepness * height).clamp(0.0, 255.0) as u8);
        }
    }
    let images = Images::new(shape, pixels).unwrap();
    Dataset::from_images(images, None, &OpenOptions::default()).unwrap()
}

/// Packs 100 digits, and 16 to validate with, in shards of 40.
pub(crate) fn pack_digits(folder: &Path) {
    let open = OpenOptions { limit: Some(100), ..OpenOptions::default() };
    let options = PackOptions { open, shard_bytes: 40 * 784 };
    let mut packing = Packing::begin("digits", folder, &options).unwrap();
    while packing.step().unwrap().is_some() {}
}

/// `n` images of this shape whose pixels are all random.
pub(crate) fn static_noise(shape: ImageShape, n: usize) -> Images {
    let mut stream = Stream::new(Seed(11), Purpose::Figure, [0; 3]);
    let pixels = (0..n * shape.len()).map(|_| stream.below(256) as u8);
    Images::new(shape, pixels.collect()).unwrap()
}

/// A plain dense autoencoder with a code of two numbers, trained for three epochs.
pub(crate) fn plain() -> Recipe {
    Recipe::from_toml(
        r#"
        name = "small"
        task = { kind = "identity" }
        network = { kind = "dense", hidden = [8] }
        bottleneck = { kind = "plain", latent-dim = 2 }
        reconstruction = { kind = "bernoulli", reduction = "mean" }
        training = { epochs = 3, batch-size = 16, learning-rate = 0.01 }
        "#,
    )
    .unwrap()
}

/// A plain one with a discriminator.
pub(crate) fn adversarial() -> Recipe {
    let bottleneck = "{ kind = \"adversarial\", latent-dim = 2, discriminator = [8] }";
    plain().with("bottleneck", bottleneck).unwrap()
}

/// One whose codes are compared with the prior.
pub(crate) fn wasserstein() -> Recipe {
    plain().with("bottleneck", "{ kind = \"mmd\", latent-dim = 2, weight = 0.1 }").unwrap()
}

/// One with a codebook: a code of three vectors.
pub(crate) fn quantised() -> Recipe {
    let bottleneck =
        "{ kind = \"vector-quantised\", latent-dim = 6, num-embeddings = 12, embedding-dim = 2 }";
    plain().with("bottleneck", bottleneck).unwrap()
}

/// A variational one with an MMD in its penalty (InfoVAE), and a learned standard deviation of the
/// pixels.
pub(crate) fn info_vae() -> Recipe {
    plain()
        .with("bottleneck", "{ kind = \"gaussian\", latent-dim = 2, beta = 0.5, mmd-weight = 2 }")
        .and_then(|recipe| {
            recipe.with("reconstruction", "{ kind = \"gaussian\", sigma = \"learned\" }")
        })
        .unwrap()
}

/// One of each kind whose training differs from the others'.
pub(crate) fn all_kinds() -> [Recipe; 7] {
    [plain(), variational(), sequence(), adversarial(), wasserstein(), quantised(), info_vae()]
}

/// A plain one of two LSTMs.
fn sequence() -> Recipe {
    plain().with("network", "{ kind = \"lstm\", hidden = 6 }").unwrap()
}

/// A variational one with convolutions, shown noisy images.
pub(crate) fn variational() -> Recipe {
    Recipe::from_toml(
        r#"
        name = "small-variational"
        task = { kind = "noise", mean = 0.0, std = 0.1 }
        network = { kind = "conv", channels = [4] }
        reconstruction = { kind = "gaussian", reduction = "sum" }

        [bottleneck]
        kind = "gaussian"
        latent-dim = 3
        warm-up-epochs = 2
        free-bits-nats = 0.01

        [training]
        epochs = 3
        batch-size = 16
        learning-rate = 0.01
        clip-norm = 10.0
        optimiser = { kind = "rmsprop" }
        schedule = { kind = "cosine", warm-up-steps = 2 }
        "#,
    )
    .unwrap()
}

/// A shipped recipe of music with narrow networks, for two epochs of three steps, and tunes for it.
pub(crate) fn small_music(name: &str) -> (Recipe, MusicSet) {
    let recipe = Recipe::named(name).unwrap();
    let is_multitrack = recipe.data.music == Some(Music::Multitrack);
    let mut recipe = recipe
        .with("network.encoder", if is_multitrack { "[8, 8]" } else { "[8]" })
        .and_then(|recipe| recipe.with("network.decoder", "[10, 8]"))
        .and_then(|recipe| recipe.with("network.conductor", "[8]"))
        .and_then(|recipe| recipe.with("network.scheduled-sampling", "3.0"))
        .and_then(|recipe| recipe.with("bottleneck.latent-dim", 4))
        .unwrap();
    recipe.training.epochs = 2;
    recipe.training.batch_size = 16;
    recipe.data.limit = Some(40);
    let options = recipe.open_options();
    let data = MusicSet::open("tunes", recipe.wanted_music().unwrap(), &options).unwrap();
    (recipe, data)
}
