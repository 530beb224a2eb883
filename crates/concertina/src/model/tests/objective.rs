//! The loss of whole networks, and its gradient.

use burn::tensor::Tensor;
use concertina_kernels::Sequential;
use serde_json::Value;

use crate::bottleneck::{Term, TermValue};
use crate::model::{Architecture, Batch, Components, Weights, objective};
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::sequential::forward;
use crate::shape::ImageShape;
use crate::testing::fixture::{
    RECIPES, cases, check_summary, joined, layers, matrix, number, tensor,
};
use crate::testing::{
    check_close, constant, gradients, info_vae, leaf, none, normal, plain, values, variational,
};

fn vectors(weights: &Weights) -> Components<Tensor<1>> {
    weights.as_ref().map(|values| leaf(values, [values.len()]))
}

#[test]
fn losses_and_gradients_of_recipes_are_as_in_pytorch() {
    for (name, case) in cases(RECIPES, |_| true) {
        let recipe = Recipe::named(&name).unwrap();
        let (shape, target) = tensor(&case["target"]);
        let image = ImageShape::new(shape[1], shape[2], shape[3]);
        let architecture = Architecture::new(&recipe, image, 0).unwrap();
        assert_eq!(architecture.encoder.layers(), layers(&case["encoder"]), "{name}");
        assert_eq!(architecture.decoder.layers(), layers(&case["decoder"]), "{name}");

        let len = shape[0];
        let noise = match case.get("eps") {
            Some(eps) => tensor(eps).1,
            None => vec![0.0; len * architecture.latent_dim],
        };
        let input = matrix(&case["input"]).1;
        let batch = Batch { input, target, noise, labels: Vec::new(), guide: Vec::new(), len };
        let weights = Weights {
            encoder: joined(&case["encoder_parameters"]),
            decoder: joined(&case["decoder_parameters"]),
            ..Weights::default()
        };
        let parameters = vectors(&weights);
        let Components { encoder, decoder, .. } = parameters.clone();
        let terms = objective(&recipe, &architecture, parameters, batch.clone(), f32::INFINITY);
        let expected = |key: &str| [number(&case[key])];
        check_close(&values(terms.loss.clone()), &expected("loss"), &name);
        let reconstruction = values(terms.errors.mean());
        check_close(&reconstruction, &expected("reconstruction_loss"), &name);
        assert_eq!(!terms.terms.is_empty(), case.get("kl").is_some(), "{name}");
        for Term { name: term, value } in terms.terms {
            let TermValue::PerDimension(kl) = value else { panic!("{name}: {term}") };
            assert_eq!(term, "kl", "{name}");
            check_close(&values(kl.sum() / len as f32), &expected("kl"), &name);
        }

        let [to_encoder, to_decoder] = gradients(&terms.loss, [&encoder, &decoder]);
        check_gradients(&architecture.encoder, &to_encoder, &case["encoder_gradients"], &name);
        check_gradients(&architecture.decoder, &to_decoder, &case["decoder_gradients"], &name);

        let x = constant(&batch.input, [len, architecture.input.len()]);
        let noise = constant(&batch.noise, [len, architecture.latent_dim]);
        let features = forward(&architecture.encoder, encoder, x);
        let z = architecture.bottleneck.sample(features, noise, none()).z;
        check_summary(&values(z.clone()), &case["code"], &format!("{name}: code"));
        let logits = values(forward(&architecture.decoder, decoder, z));
        check_summary(&logits, &case["logits"], &format!("{name}: logits"));
    }
}

#[track_caller]
fn check_gradients(stack: &Sequential, gradients: &[f32], expected: &Value, name: &str) {
    assert_eq!(stack.parameters().len(), expected.as_array().unwrap().len(), "{name}");
    for (parameter, expected) in stack.parameters().iter().zip(expected.as_array().unwrap()) {
        let what = format!("{name}: gradient of layer {} {}", parameter.layer, parameter.name);
        check_summary(&gradients[parameter.range.clone()], expected, &what);
    }
}

/// With what the reference networks do without: warm-up, free bits, noise, an MMD, a learned
/// standard deviation, several codes for an example and a penalty on the decoder's weights.
#[test]
fn gradients_of_the_whole_loss_are_its_differences() {
    let regularised = plain()
        .with("bottleneck", "{ kind = \"plain\", latent-dim = 2, l2 = 0.5, decoder-l2 = 0.1 }");
    let bound = variational().with(
        "bottleneck",
        "{ kind = \"gaussian\", latent-dim = 3, importance-samples = 4, warm-up-epochs = 2 }",
    );
    for recipe in [variational(), info_vae(), regularised.unwrap(), bound.unwrap()] {
        let architecture = Architecture::new(&recipe, ImageShape::new(1, 8, 8), 0).unwrap();
        let mut weights = architecture.initial_weights(Seed(5));
        weights.reconstruction.fill(-0.5);
        let len = 4;
        let unit =
            |seed| normal(len * 64, seed).iter().map(|x| 0.5 + 0.1 * x).collect::<Vec<f32>>();
        let (input, target) = (unit(1), unit(2));
        let noise = normal(len * architecture.bottleneck.noise_len(), 3);
        let batch = Batch { input, target, noise, labels: Vec::new(), guide: Vec::new(), len };
        let terms = |parameters| objective(&recipe, &architecture, parameters, batch.clone(), 1.5);
        let loss = |weights: &Weights| f64::from(values(terms(vectors(weights)).loss)[0]);

        let parameters = vectors(&weights);
        let n_parts = if weights.reconstruction.is_empty() { 2 } else { 3 };
        let Components { encoder, decoder, reconstruction, .. } = &parameters;
        let mut tape = terms(parameters.clone()).loss.backward();
        for (part, leaf) in [encoder, decoder, reconstruction].into_iter().take(n_parts).enumerate()
        {
            let gradient = values(leaf.grad_remove(&mut tape).unwrap());
            let norm = gradient.iter().map(|g| f64::from(g * g)).sum::<f64>().sqrt();
            let n = gradient.len();
            for index in [0, n / 5, n / 2, 3 * n / 4, n - 1] {
                let at = |offset: f32| {
                    let mut moved = weights.clone();
                    let Weights { encoder, decoder, reconstruction, .. } = &mut moved;
                    [encoder, decoder, reconstruction][part][index] += offset;
                    loss(&moved)
                };
                let difference = (at(0.01) - at(-0.01)) / 0.02;
                let found = f64::from(gradient[index]);
                assert!(
                    (difference - found).abs() < 2e-3 * norm,
                    "{:?}, part {part}, number {index}: {found}, not {difference} (norm {norm})",
                    recipe.bottleneck
                );
            }
        }
    }
}

#[test]
fn structure_is_refused_where_it_has_no_meaning() {
    let shape = ImageShape::new(1, 8, 8);
    let of_structure = |setting: (&str, &str)| {
        let recipe = plain().with("reconstruction", "{ kind = \"ssim\" }").unwrap();
        let recipe = recipe.with(setting.0, setting.1).unwrap();
        Architecture::new(&recipe, shape, 0).map(drop)
    };
    assert!(of_structure(("reconstruction.weight", "0.5")).is_ok());
    for (key, value, expected) in [
        ("reconstruction.weight", "0", "`reconstruction.weight`: expected above 0"),
        (
            "bottleneck",
            "{ kind = \"gaussian\", latent-dim = 2 }",
            "`reconstruction.kind`: expected a likelihood",
        ),
        (
            "task",
            "{ kind = \"blind-spots\" }",
            "`reconstruction.kind`: expected an error of single",
        ),
    ] {
        let error = of_structure((key, value)).unwrap_err();
        assert!(error.is_config(), "{error}");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
