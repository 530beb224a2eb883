//! Tests of the networks.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod layers;
mod residual;

use std::sync::Arc;

use burn::tensor::Tensor;
use concertina_kernels::{Activation, Layer, Sequential};
use proptest::prelude::*;

use crate::bench::usual_shape;
use crate::model::Architecture;
use crate::recipe::{Recipe, shipped};
use crate::rng::Seed;
use crate::sequential::forward;
use crate::shape::ImageShape;
use crate::testing::{constant, leaf, normal, plain, values};

const GREY28: ImageShape = ImageShape::new(1, 28, 28);
const COLOUR64: ImageShape = ImageShape::new(3, 64, 64);

/// What the shipped recipe is made for.
fn shape_of(recipe: &str) -> ImageShape {
    if matches!(recipe, "image-ae" | "image-vae" | "conv-vae64" | "enlarge-2x" | "enlarge-4x") {
        COLOUR64
    } else {
        GREY28
    }
}

#[test]
fn shipped_recipes_have_the_published_numbers_of_parameters() {
    for (name, n_parameters) in [
        // Encoder 160 + 1160 + 584, decoder 584 + 584 + 1168 + 145.
        ("conv-ae", 4_385),
        ("denoise", 4_385),
        // The encoder without its last convolution of 584.
        ("super-resolution", 3_801),
        // Two dense layers more: 128 to 2 (258) and back (384).
        ("conv-ae-2d", 5_027),
        // 128 to two means and two log-variances (516), and 2 to 128 (384).
        ("conv-vae", 5_285),
        // 784 x 512 + 512, 512 x 4 + 4, 2 x 512 + 512, 512 x 784 + 784: as the lesson's page
        // counts.
        ("dense-vae", 807_700),
        // Convolutions 1568 + 32832 + 131200 + 524544, dense 4096 x 64 + 64;
        // dense 32 x 4096 + 4096, transposed ones 524416 + 131136 + 32800 + 1539.
        ("conv-vae64", 1_777_411),
        ("image-vae", 1_777_411),
        // 2,937,150 and 2,937,784 as the lesson counts; discriminator 75,500, 3 x 250,500 and 501.
        ("aae", 6_702_435),
        // 784 x 32 + 32 and 32 x 784 + 784: as the Keras blog's models have them.
        ("dense-ae", 50_992),
        ("sparse-ae", 50_992),
        ("deep-ae", 222_384),
        // Convolutions 320 + 9248, then 9248 + 9248 + 289.
        ("wide-denoise", 28_353),
        // LSTM 4 x 128 x (28 + 128 + 1), dense 128 x 32 + 32; LSTM 4 x 128 x (32 + 128 + 1), a row
        // 128 x 28 + 28.
        ("sequence-ae", 170_556),
        // Convolutions 416 + 12832, dense 1568 x 40 + 40; dense 20 x 1568 + 1568, transposed ones
        // 12816 + 401.
        ("kvfrans-vae", 122_153),
        // (784 + 10) x 512 + 512, 512 x 8 + 8; (4 + 10) x 512 + 512, 512 x 784 + 784.
        ("conditional-vae", 821_016),
        // 784 x 200 + 200, 200 x 200 + 200, 200 x 100 + 100; 50 x 200 + 200, 200 x 200 + 200, 200 x
        // 784 + 784.
        ("iwae", 425_284),
        ("iwae-paper", 425_284),
        // 784 x 512 + 512, 512 x 256 + 256, 256 x 8 + 8; 8 x 256 + 256, 256 x 512 + 512, 512 x 784
        // + 784.
        ("wae", 1_071_384),
        // The same with a code of 64, and 256 embeddings of 4 numbers.
        ("vq-vae", 1_101_136),
        // With two heads of 16 and a code of 16, and the standard deviation.
        ("sigma-vae", 1_079_601),
        // With a code of 16.
        ("rae", 1_075_488),
        // Convolutions 896 + 2 x 9248; transposed 32 x 32 x 16 + 32 = 16416, once or twice; to the
        // image 867.
        ("enlarge-2x", 36_675),
        ("enlarge-4x", 53_091),
        // The same, but a code of 64: dense 64 x 4096 + 4096.
        ("image-ae", 1_908_483),
    ] {
        let recipe = Recipe::named(name).unwrap();
        let architecture = Architecture::new(&recipe, shape_of(name), 10).unwrap();
        assert_eq!(architecture.n_parameters(), n_parameters, "{name}");
    }
}

/// Runs both halves of a recipe for two images and returns the shapes `[code, output]` of what came
/// out.
fn run_through(recipe: &Recipe, target: ImageShape) -> [[usize; 2]; 2] {
    let architecture = Architecture::new(recipe, target, 10).unwrap();
    let weights = architecture.initial_weights(Seed(1));
    let vector = |values: &[f32]| constant(values, [values.len()]);
    let width: usize = architecture.encoder.input().iter().product();
    let x = constant(&normal(2 * width, 3), [2, width]);

    let features = forward(&architecture.encoder, vector(&weights.encoder), x);
    let code = architecture.bottleneck.encode(values(features), &weights.bottleneck);
    let code = constant(&code, [2, architecture.latent_dim]);
    let [_, size] = code.dims();
    let behind = architecture.decoder.input().iter().product::<usize>() - size;
    let z = Tensor::cat(vec![code.clone(), constant(&normal(2 * behind, 4), [2, behind])], 1);
    let logits = forward(&architecture.decoder, vector(&weights.decoder), z);
    assert!(values(logits.clone()).iter().all(|value| value.is_finite()));
    [code.dims(), logits.dims()]
}

#[test]
fn every_shipped_recipe_runs() {
    for recipe in shipped() {
        let recipe = Recipe::named(recipe.name).unwrap();
        let encoding = recipe.encoding().unwrap();
        let target = encoding.map_or_else(|| shape_of(&recipe.name), |_| usual_shape(&recipe));
        let expected = encoding.map_or(target.len(), |encoding| {
            let classes = encoding.voices().iter().map(|voice| voice.classes);
            encoding.steps() * classes.sum::<usize>()
        });
        let [_, logits] = run_through(&recipe, target);
        assert_eq!(logits, [2, expected], "{}", recipe.name);
    }
}

fn conv(channels: &str, bottleneck: &str) -> Recipe {
    plain()
        .with("network", format!("{{ kind = \"conv\", channels = {channels} }}"))
        .and_then(|recipe| recipe.with("bottleneck", bottleneck))
        .unwrap()
}

#[test]
fn convolutions_fit_themselves_to_images_of_any_size() {
    for (channels, height, width) in [
        (1, 1, 1),
        (1, 1, 5),
        (3, 7, 1),
        (1, 7, 9),
        (3, 8, 8),
        (1, 28, 28),
        (1, 33, 65),
        (3, 64, 64),
        (3, 50, 9),
    ] {
        let target = ImageShape::new(channels, height, width);
        let recipe = conv("[4, 6, 8]", "{ kind = \"gaussian\", latent-dim = 3 }");
        assert_eq!(run_through(&recipe, target), [[2, 3], [2, target.len()]], "{target}");
    }
}

#[test]
fn fully_convolutional_networks_keep_the_size_and_enlarge_at_the_end() {
    let recipe = |task: &str, channels: &str, bottleneck: &str| {
        plain()
            .with("task", task)
            .and_then(|recipe| {
                recipe.with(
                    "network",
                    format!("{{ kind = \"fully-convolutional\", channels = {channels} }}"),
                )
            })
            .and_then(|recipe| recipe.with("bottleneck", bottleneck))
            .unwrap()
    };
    let (full, small) = (
        "{ kind = \"plain\", latent-dim = \"feature-map\" }",
        "{ kind = \"plain\", latent-dim = 3 }",
    );
    for (task, target, code) in [
        ("{ kind = \"identity\" }", ImageShape::new(1, 1, 1), 6),
        ("{ kind = \"identity\" }", ImageShape::new(3, 7, 9), 6 * 63),
        ("{ kind = \"downscale\", factor = 2 }", ImageShape::new(1, 6, 10), 6 * 15),
        ("{ kind = \"downscale\", factor = 4 }", ImageShape::new(3, 12, 8), 6 * 6),
    ] {
        let found = run_through(&recipe(task, "[4, 6]", full), target);
        assert_eq!(found, [[2, code], [2, target.len()]], "{task} {target}");
        let found = run_through(&recipe(task, "[4, 6]", small), target);
        assert_eq!(found, [[2, 3], [2, target.len()]], "{task} {target}");
    }
    for channels in ["[]", "[3, 0]"] {
        let recipe = recipe("{ kind = \"identity\" }", channels, full);
        let error = Architecture::new(&recipe, GREY28, 0).unwrap_err();
        assert!(
            error.to_string().starts_with("`network.channels`: expected one or more numbers"),
            "{error}"
        );
    }
}

#[test]
fn convolutions_stop_before_the_image_is_gone() {
    let recipe = conv("[4, 6, 8, 10]", "{ kind = \"plain\", latent-dim = 5 }");
    for (side, shapes) in [
        (6, vec![]),
        (7, vec![[4, 4, 4]]),
        (8, vec![[4, 4, 4]]),
        (28, vec![[4, 14, 14], [6, 7, 7], [8, 4, 4]]),
        (64, vec![[4, 32, 32], [6, 16, 16], [8, 8, 8], [10, 4, 4]]),
        (128, vec![[4, 64, 64], [6, 32, 32], [8, 16, 16], [10, 8, 8]]),
    ] {
        let architecture = Architecture::new(&recipe, ImageShape::new(1, side, side), 0).unwrap();
        let (code, halvings) = architecture.encoder.shapes().split_last().unwrap();
        assert_eq!((halvings, *code), (&shapes[..], [5, 1, 1]), "{side}");
        // The decoder goes back by the same sizes: dense, reshape, then one transposed convolution
        // for each halving.
        let mut sides: Vec<_> =
            architecture.decoder.shapes()[1..].iter().map(|[_, h, w]| [*h, *w]).collect();
        sides.reverse();
        let there: Vec<_> = shapes.iter().map(|[_, h, w]| [*h, *w]).collect();
        if !there.is_empty() {
            assert_eq!(sides[1..], there, "{side}");
        }
        assert_eq!(sides[0], [side, side]);
    }
}

#[test]
fn a_full_code_is_the_last_feature_map() {
    let recipe = conv("[4, 6]", "{ kind = \"plain\", latent-dim = \"feature-map\" }");
    let target = ImageShape::new(1, 16, 20);
    assert_eq!(run_through(&recipe, target), [[2, 6 * 4 * 5], [2, target.len()]]);
}

#[test]
fn a_full_code_of_a_small_image_becomes_a_large_one() {
    for (factor, side, code) in [(2, 32, 6 * 4 * 4), (4, 32, 4 * 4 * 4), (4, 28, 4 * 4 * 4)] {
        let recipe = conv("[4, 6]", "{ kind = \"plain\", latent-dim = \"feature-map\" }")
            .with("task", format!("{{ kind = \"downscale\", factor = {factor} }}"))
            .unwrap();
        let target = ImageShape::new(3, side, side);
        assert_eq!(run_through(&recipe, target), [[2, code], [2, target.len()]], "{factor} {side}");
    }
}

#[test]
fn pooled_networks_fit_any_multiple_of_their_poolings() {
    let pooled = |bottleneck: &str| {
        let network = "{ kind = \"pooled\", channels = [4, 6] }";
        plain().with("network", network).unwrap().with("bottleneck", bottleneck).unwrap()
    };
    for target in [GREY28, ImageShape::new(3, 4, 8), ImageShape::new(2, 12, 20)] {
        let full = target.area() / 16 * 6;
        for (bottleneck, code) in [
            ("{ kind = \"plain\", latent-dim = \"feature-map\" }", full),
            ("{ kind = \"plain\", latent-dim = 3, activation = \"relu\" }", 3),
            ("{ kind = \"gaussian\", latent-dim = 5 }", 5),
        ] {
            assert_eq!(run_through(&pooled(bottleneck), target), [[2, code], [2, target.len()]]);
        }
    }
}

#[test]
fn sequences_read_and_write_rows() {
    let sequence = |bottleneck: &str| {
        let network = "{ kind = \"lstm\", hidden = 6 }";
        plain().with("network", network).unwrap().with("bottleneck", bottleneck).unwrap()
    };
    for target in [GREY28, ImageShape::new(1, 4, 12), ImageShape::new(1, 12, 4)] {
        for (bottleneck, code) in [
            ("{ kind = \"plain\", latent-dim = \"feature-map\" }", 6),
            ("{ kind = \"plain\", latent-dim = 3 }", 3),
            ("{ kind = \"gaussian\", latent-dim = 5 }", 5),
        ] {
            let recipe = sequence(bottleneck);
            assert_eq!(run_through(&recipe, target), [[2, code], [2, target.len()]]);
            let smaller = recipe.with("task", "{ kind = \"downscale\", factor = 2 }").unwrap();
            assert_eq!(run_through(&smaller, target), [[2, code], [2, target.len()]]);
        }
    }
}

#[test]
fn networks_that_cannot_be_are_refused() {
    let with = |key: &str, value: &str| plain().with(key, value).unwrap();
    let lesson = with("network", "{ kind = \"lesson\" }");
    for (recipe, shape, message) in [
        (
            lesson.clone(),
            ImageShape::new(3, 32, 32),
            "`network.kind` \"lesson\": expected images of 1x28x28, found 3x32x32",
        ),
        (
            lesson.with("task", "{ kind = \"downscale\", factor = 4 }").unwrap(),
            GREY28,
            "`network.kind` \"lesson\": expected inputs of 1x28x28 or 1x14x14, found 1x7x7",
        ),
        (
            with("network.hidden", "[8, 0]"),
            GREY28,
            "`network.hidden`: expected sizes of at least 1, found [8, 0]",
        ),
        (
            conv("[]", "{ kind = \"plain\", latent-dim = 2 }"),
            GREY28,
            "`network.channels`: expected one or more numbers of at least 1, found []",
        ),
        (
            conv("[4, 0]", "{ kind = \"plain\", latent-dim = 2 }"),
            GREY28,
            "`network.channels`: expected one or more numbers of at least 1, found [4, 0]",
        ),
        (
            with("network", "{ kind = \"conv\", kernel = 1 }"),
            GREY28,
            "`network.kernel`: expected at least 2, found 1",
        ),
        (
            with("network", "{ kind = \"conv\", leaky-slope = 1.5 }"),
            GREY28,
            "`network.leaky-slope`: expected at least 0 and below 1, found 1.5",
        ),
        (
            with("network", "{ kind = \"pooled\", channels = [] }"),
            GREY28,
            "`network.channels`: expected one to 16 numbers of at least 1, found []",
        ),
        (
            with("network", "{ kind = \"pooled\", channels = [4, 4, 4] }"),
            GREY28,
            "`network.channels`: expected images whose sides are multiples of 8, for 3 poolings, \
             found 1x28x28",
        ),
        (
            with("network", "{ kind = \"lstm\" }"),
            ImageShape::new(3, 32, 32),
            "`network.kind` \"lstm\": expected grey images, found 3x32x32",
        ),
        (
            with("network", "{ kind = \"lstm\", hidden = 0 }"),
            GREY28,
            "`network.hidden`: expected at least 1, found 0",
        ),
        (
            with("network", "{ kind = \"lstm\" }")
                .with("bottleneck", "{ kind = \"gaussian\", latent-dim = \"feature-map\" }")
                .unwrap(),
            GREY28,
            "`bottleneck.latent-dim`: expected a number for this network and bottleneck, found \
             \"feature-map\" (the encoder ends in [128, 1, 1], the decoder begins with [128, 1, \
             1])",
        ),
        (
            with("bottleneck.latent-dim", "feature-map"),
            GREY28,
            "`bottleneck.latent-dim`: expected a number for this network and bottleneck, found \
             \"feature-map\" (the encoder ends in [8, 1, 1], the decoder begins with [1, 1, 1])",
        ),
        (
            lesson
                .with("bottleneck", "{ kind = \"gaussian\", latent-dim = \"feature-map\" }")
                .unwrap(),
            GREY28,
            "`bottleneck.latent-dim`: expected a number for this network and bottleneck, found \
             \"feature-map\" (the encoder ends in [8, 4, 4], the decoder begins with [8, 4, 4])",
        ),
        (
            with("bottleneck.latent-dim", "0"),
            GREY28,
            "`bottleneck.latent-dim`: expected at least 1, found 0",
        ),
        (
            with("network.hidden", "[1000000]"),
            GREY28,
            "`network`: expected at most 1073741824 parameters, found 1574000786",
        ),
    ] {
        let error = Architecture::new(&recipe, shape, 0).unwrap_err();
        assert!(error.is_config());
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn sizes_beyond_all_measure_are_refused() {
    let huge = i64::MAX;
    for (key, value) in [
        ("bottleneck.latent-dim", format!("{huge}")),
        ("bottleneck", format!("{{ kind = \"gaussian\", latent-dim = {huge} }}")),
        ("network.hidden", format!("[{huge}]")),
        ("network.hidden", format!("[{huge}, {huge}]")),
        ("network", format!("{{ kind = \"conv\", channels = [{huge}] }}")),
        ("network", format!("{{ kind = \"conv\", channels = [8, {huge}, 3] }}")),
        ("network", format!("{{ kind = \"conv\", kernel = {huge} }}")),
        ("network", format!("{{ kind = \"pooled\", channels = [{huge}] }}")),
        ("network", format!("{{ kind = \"lstm\", hidden = {huge} }}")),
    ] {
        let recipe = plain().with(key, &value).unwrap();
        let error = Architecture::new(&recipe, GREY28, 0).unwrap_err();
        assert!(error.to_string().contains("exceeds the limit"), "{key} = {value}: {error}");
    }
    let far = ImageShape::new(1, usize::MAX / 2, 28);
    assert!(Architecture::new(&plain(), far, 0).unwrap_err().is_config());
}

#[test]
fn first_weights_are_glorots_and_the_seeds() {
    let recipe = plain().with("bottleneck", "{ kind = \"gaussian\", latent-dim = 50 }").unwrap();
    let architecture = Architecture::new(&recipe, GREY28, 0).unwrap();
    let weights = architecture.initial_weights(Seed(1));
    assert_eq!(weights, architecture.initial_weights(Seed(1)));
    assert_ne!(weights, architecture.initial_weights(Seed(2)));
    for (part, stack, values, fans) in [
        // Mean and log-variance are a layer of fifty outputs each.
        ("encoder", &architecture.encoder, &weights.encoder, [(784, 8), (8, 50)]),
        ("decoder", &architecture.decoder, &weights.decoder, [(50, 8), (8, 784)]),
    ] {
        for (parameter, (fan_in, fan_out)) in
            stack.parameters().iter().zip(fans.into_iter().flat_map(|fan| [fan, fan]))
        {
            let values = &values[parameter.range.clone()];
            let what = format!("{part}, layer {}, {}", parameter.layer, parameter.name);
            if parameter.name == "bias" {
                assert!(values.iter().all(|value| *value == 0.0), "{what}");
                continue;
            }
            let limit = (6.0 / (fan_in + fan_out) as f32).sqrt();
            let most = values.iter().fold(0.0f32, |most, value| most.max(value.abs()));
            assert!(most <= limit && most > 0.95 * limit, "{what}: {most} of {limit}");
            let mean = values.iter().sum::<f32>() / values.len() as f32;
            let deviation = limit / (3.0 * values.len() as f32).sqrt();
            assert!(mean.abs() < 4.0 * deviation, "{what}: mean {mean}");
        }
    }
}

#[test]
fn an_lstm_begins_with_open_forget_gates() {
    let recipe = plain().with("network", "{ kind = \"lstm\", hidden = 40 }").unwrap();
    let architecture = Architecture::new(&recipe, GREY28, 0).unwrap();
    let weights = architecture.initial_weights(Seed(1)).encoder;
    let [weight, recurrent, bias] = [0, 1, 2].map(|n| {
        let parameter = &architecture.encoder.parameters()[n];
        assert_eq!(parameter.name, ["weight", "recurrent_weight", "bias"][n]);
        &weights[parameter.range.clone()]
    });
    let ones = bias.iter().enumerate().map(|(n, _)| f32::from(u8::from((40..80).contains(&n))));
    assert!(ones.eq(bias.iter().copied()));
    for (values, fan_in) in [(weight, 28.0), (recurrent, 40.0)] {
        let limit = f32::sqrt(6.0 / (fan_in + 160.0));
        let most = values.iter().fold(0.0f32, |most, value| most.max(value.abs()));
        assert!(most <= limit && most > 0.95 * limit, "{most} of {limit}");
    }
    // The same draws scaled would give the same ratios.
    let ratio = |n: usize| weight[n] / recurrent[n];
    assert!((ratio(0) - ratio(1)).abs() > 1e-3);
}

#[test]
fn the_seam_passes_gradients_of_parameters_and_input() {
    let layers = [Layer::Dense { outputs: 2, activation: Activation::Identity }];
    let stack = Arc::new(Sequential::new([3, 1, 1], &layers).unwrap());
    let parameters = leaf(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.5, -0.5], [8]);
    let x = leaf(&[1.0, 0.0, -1.0, 2.0, 1.0, 0.0], [2, 3]);
    let y = forward(&stack, parameters.clone(), x.clone());
    assert_eq!(values(y.clone()), [-1.5, -2.5, 4.5, 12.5]);
    let loss = (y * constant(&[1.0, 0.0, 0.0, 10.0], [2, 2])).sum();
    let tape = loss.backward();
    assert_eq!(
        values(parameters.grad(&tape).unwrap()),
        [1.0, 0.0, -1.0, 20.0, 10.0, 0.0, 1.0, 10.0]
    );
    assert_eq!(values(x.grad(&tape).unwrap()), [1.0, 2.0, 3.0, 40.0, 50.0, 60.0]);
}

/// A task of a recipe.
fn downscale(factor: usize) -> String {
    format!("{{ kind = \"downscale\", factor = {factor} }}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn outputs_have_the_targets_shape(
        height in 1usize..40,
        width in 1usize..40,
        colour: bool,
        factor in prop::sample::select(vec![1usize, 2, 4]),
        channels in prop::collection::vec(1usize..7, 1..5),
        code in 1usize..6,
        kind in prop::sample::select(vec!["plain", "gaussian"]),
    ) {
        let target =
            ImageShape::new(if colour { 3 } else { 1 }, height * factor, width * factor);
        let bottleneck = format!("{{ kind = \"{kind}\", latent-dim = {code} }}");
        let recipe = conv(&format!("{channels:?}"), &bottleneck);
        let recipe = match factor {
            1 => recipe,
            _ => recipe.with("task", downscale(factor)).unwrap(),
        };
        prop_assert_eq!(run_through(&recipe, target), [[2, code], [2, target.len()]]);
    }
}
