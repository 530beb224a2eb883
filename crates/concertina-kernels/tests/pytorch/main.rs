//! Outputs and gradients against PyTorch's, as `fixtures/` holds them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;
mod network;

use concertina_kernels::{Layer, Sequential, categorical_cross_entropy};
use fixture::{Fixture, numbers};
use network::Network;

/// Largest difference allowed, relative to the largest magnitude of the tensor.
const CLOSE: f64 = 1e-5;

#[track_caller]
fn check_close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}: the number of values");
    let scale = expected.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    for (i, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let difference = (f64::from(found) - expected).abs();
        // Written so that NaN fails.
        assert!(difference <= CLOSE * scale, "{what}[{i}]: expected {expected}, found {found}");
    }
}

/// Of a long tensor, what a fixture keeps: its sum, its norm and its first values.
#[track_caller]
fn check_summary(found: &[f32], expected: &Fixture, what: &str) {
    let first = numbers(&expected["first"]);
    check_close(&found[..first.len()], &first, what);
    let norm = found.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
    let sum: f64 = found.iter().map(|&v| f64::from(v)).sum();
    let [expected_norm, expected_sum] = ["norm", "sum"].map(|key| expected[key].as_f64().unwrap());
    let root = (found.len() as f64).sqrt();
    assert!(
        (norm - expected_norm).abs() <= CLOSE * expected_norm,
        "{what}: norm {norm}, expected {expected_norm}"
    );
    assert!(
        (sum - expected_sum).abs() <= CLOSE * expected_norm * root,
        "{what}: sum {sum}, expected {expected_sum}"
    );
}

#[test]
fn layers_are_as_in_pytorch() {
    for case in fixture::cases(fixture::LAYERS) {
        let name = case["name"].as_str().unwrap();
        let x = fixture::tensor(&case["input"]);
        let parameters = fixture::tensor(&case["parameters"]).values;
        let grad_output = fixture::tensor(&case["output_weights"]).values;
        let model = Sequential::new(x.image(), &fixture::layers(&case["layers"])).unwrap();

        let (y, tape) = model.forward_taped(&parameters, &x.values, x.batch());
        check_close(&y, &numbers(&case["output"]), &format!("{name}: output"));
        assert_eq!(model.forward(&parameters, &x.values, x.batch()), y, "{name}: without a tape");

        // Both are to be overwritten.
        let mut grad_parameters = vec![f32::NAN; model.n_parameters()];
        let mut grad_x = vec![f32::NAN; x.values.len()];
        let to_x = Some(&mut grad_x[..]);
        model.backward(&parameters, &x.values, &tape, &grad_output, &mut grad_parameters, to_x);
        check_close(&grad_x, &numbers(&case["grad_input"]), &format!("{name}: input gradient"));
        let expected = numbers(&case["grad_parameters"]);
        check_close(&grad_parameters, &expected, &format!("{name}: parameter gradient"));
    }
}

#[test]
fn decoders_of_tokens_are_as_in_pytorch() {
    for case in fixture::cases(fixture::SEQUENCES) {
        let name = case["name"].as_str().unwrap();
        let decoder = fixture::decoder(&case["decoder"]);
        let classes: Vec<usize> = decoder.voices.iter().map(|voice| voice.classes).collect();
        let code = fixture::tensor(&case["code"]);
        let ([batch, size], parameters) =
            ([code.shape[0], code.shape[1]], fixture::tensor(&case["parameters"]).values);
        let grad_output = fixture::tensor(&case["output_weights"]).values;
        let tokens: Vec<f32> = fixture::flattened(&case["tokens"]);
        let guides = tokens.chunks_exact(tokens.len() / batch);
        let x: Vec<f32> = code
            .values
            .chunks_exact(size)
            .zip(guides)
            .flat_map(|(code, guide)| [code, guide, &[1.0]].concat())
            .collect();
        let input = [x.len() / batch, 1, 1];
        let layer = Layer::LstmDecoder(Box::new(decoder));
        let model = Sequential::new(input, &[layer]).unwrap();

        let (logits, tape) = model.forward_taped(&parameters, &x, batch);
        check_close(&logits, &numbers(&case["logits"]), &format!("{name}: logits"));
        let mut grad_parameters = vec![f32::NAN; model.n_parameters()];
        let mut grad_x = vec![f32::NAN; x.len()];
        let to_x = Some(&mut grad_x[..]);
        model.backward(&parameters, &x, &tape, &grad_output, &mut grad_parameters, to_x);
        let grad_code: Vec<f32> =
            grad_x.chunks_exact(input[0]).flat_map(|x| &x[..size]).copied().collect();
        check_close(&grad_code, &numbers(&case["grad_code"]), &format!("{name}: code gradient"));
        let expected = numbers(&case["grad_parameters"]);
        check_close(&grad_parameters, &expected, &format!("{name}: parameter gradient"));

        let mut nats = vec![0.0; batch];
        categorical_cross_entropy(&logits, &tokens, &classes, &mut nats, None);
        check_close(&nats, &numbers(&case["nats"]), &format!("{name}: nats"));
    }
}

#[test]
fn whole_networks_are_as_in_pytorch() {
    for case in fixture::cases(fixture::RECIPES) {
        let name = case["name"].as_str().unwrap();
        let network = Network::of(&case);
        let pass = network.pass();
        check_summary(&pass.code, &case["code"], &format!("{name}: code"));
        check_summary(&pass.logits, &case["logits"], &format!("{name}: logits"));
        for (model, gradients, key) in [
            (&network.encoder, &pass.grad_theta, "encoder_gradients"),
            (&network.decoder, &pass.grad_phi, "decoder_gradients"),
        ] {
            for (i, parameter) in model.parameters().iter().enumerate() {
                let what = format!("{name}: {key} of layer {} {}", parameter.layer, parameter.name);
                check_summary(&gradients[parameter.range.clone()], &case[key][i], &what);
            }
        }
    }
}
