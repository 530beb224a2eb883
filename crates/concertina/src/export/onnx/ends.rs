//! What goes into the networks and what comes out of them.

use concertina_formats::onnx::{Attribute, Dim, Element, Graph, Value};

use super::super::{Codes, Graph as Model, Op, Output, Pixels};
use super::build::Builder;
use super::decoder::most_probable;
use super::network::Network;

/// The encoder.
///
/// Inputs: `pixels` of `[N, C, H, W]` (for music `tokens` of `[N, steps, voices]`, int64), and
/// `label` of `[N]`, int64, if there is a condition: of 0..classes (ONNX lets negative ones
/// count from the end; others are an error).
///
/// Outputs: `code`, or for a Gaussian posterior `mean` and `log_var` (`log_sigma` where the model's
/// features are that), for a codebook `code` and the `indices` of the embeddings. A code is
/// `[N, D]`, unless the model takes pictures of any size ([`Model::multiple`]): then it is a
/// feature map, `[N, C, H, W]`.
pub fn encoder(model: &Model, weights: &[f32], pixels: Pixels) -> Graph {
    let mut network = Network { build: Builder::new(""), weights, name: "encoder" };
    let (mut inputs, given) = if model.is_music() {
        let [_, steps, voices] = model.input;
        let shape = vec![n(), Dim::Fixed(steps), Dim::Fixed(voices)];
        let name = model.input_name();
        (vec![of(name, Element::Int64, shape)], name.to_owned())
    } else {
        let (input, given) = picture(&mut network.build, model, pixels);
        (vec![input], given)
    };
    let given = match model.condition {
        None => given,
        Some(_) if model.is_music() => {
            inputs.push(of("label", Element::Int64, vec![n()]));
            with_label_token(&mut network.build, model.classes, model.input, &given)
        }
        Some(condition) => {
            inputs.push(of("label", Element::Int64, vec![n()]));
            let given = network.flat(model.input, &given);
            let given = with_class(&mut network.build, model.classes, condition.encoder, &given);
            network.shaped(model.encoder.input, &given)
        }
    };
    let features = network.half(&model.encoder, given);
    let outputs = codes(&mut network, model, &features);
    network.build.finish("encoder", inputs, outputs)
}

/// The decoder.
///
/// Inputs: `code`, shaped as the encoder gives it, and `label` of `[N]`, int64, if there is a
/// condition.
///
/// Outputs: `picture` of `[N, C, H, W]`, float32 of 0..1, and what it was made of: `logits`, whose
/// sigmoid it is, or `raw`, before clamping. For music `tokens` of `[N, steps, voices]`, int64: the
/// most probable ones, chosen and fed back step after step; and their `logits` of
/// `[N, steps, all classes of all voices]`.
pub fn decoder(model: &Model, weights: &[f32]) -> Graph {
    let mut network = Network { build: Builder::new(""), weights, name: "decoder" };
    let any_size = model.multiple.is_some();
    let shape = match model.decoder.input {
        [channels, ..] if any_size => vec![n(), Dim::Fixed(channels), side("h"), side("w")],
        _ => vec![n(), Dim::Fixed(model.latent_dim)],
    };
    let mut inputs = vec![of("code", Element::Float, shape)];
    let mut given = "code".to_owned();
    if let Some(condition) = model.condition {
        inputs.push(of("label", Element::Int64, vec![n()]));
        given = with_class(&mut network.build, model.classes, condition.decoder, &given);
    }
    if !any_size {
        let shape = match model.decoder.nodes.first() {
            // Its guide is not given but written: the most probable tokens.
            Some(node) if matches!(node.op, Op::LstmDecoder { .. }) => [node.code_len(), 1, 1],
            _ => model.decoder.input,
        };
        given = network.shaped(shape, &given);
    }
    let raw = network.half(&model.decoder, given);
    let outputs = result(&mut network, model, &raw);
    network.build.finish("decoder", inputs, outputs)
}

// --------------------------------------------------------------------------------
// Inputs.

/// Pixels, as numbers of 0..1.
fn picture(build: &mut Builder, model: &Model, pixels: Pixels) -> (Value, String) {
    let element = match pixels {
        Pixels::Bytes => Element::Uint8,
        Pixels::Floats => Element::Float,
    };
    let name = model.input_name();
    let input = of(name, element, image(model, model.input));
    let given = match pixels {
        Pixels::Floats => name.to_owned(),
        Pixels::Bytes => {
            let floats = build.node("Cast", &[name], vec![("to", Attribute::Int(1))]);
            // As the library does: a product with 1/255 has other bits.
            let most = build.floats(Vec::new(), vec![255.0]);
            build.node("Div", &[&floats, &most], Vec::new())
        }
    };
    (input, given)
}

/// `[N, n]` with the class behind it: `per_class` ones for the label's, zeros for the others.
fn with_class(build: &mut Builder, classes: usize, per_class: usize, value: &str) -> String {
    let mut identity = vec![0.0; classes * classes];
    identity.iter_mut().step_by(classes + 1).for_each(|one| *one = 1.0);
    let identity = build.floats(vec![classes, classes], identity);
    // A label beyond the classes is an error here, and none to `OneHot`.
    let mut hot = build.gather(&identity, 0, "label");
    if per_class > 1 {
        let column = build.unsqueeze(&hot, 2);
        let repeated = build.expand(&column, &[1, 1, per_class as i64]);
        hot = build.reshape(&repeated, &[-1, (classes * per_class) as i64]);
    }
    build.concat(&[value.to_owned(), hot], 1)
}

/// Tokens with the label as one more in each step.
fn with_label_token(
    build: &mut Builder,
    classes: usize,
    [_, steps, _]: [usize; 3],
    tokens: &str,
) -> String {
    // As it is, but an error if it is beyond the classes.
    let known = build.up_to(classes);
    let label = build.gather(&known, 0, "label");
    let label = build.reshape(&label, &[-1, 1, 1]);
    let label = build.expand(&label, &[1, steps as i64, 1]);
    build.concat(&[tokens.to_owned(), label], 2)
}

// --------------------------------------------------------------------------------
// Outputs.

/// What features mean.
fn codes(network: &mut Network<'_>, model: &Model, features: &str) -> Vec<Value> {
    let shape = match model.encoder.nodes.last() {
        Some(last) if model.multiple.is_some() => {
            vec![n(), Dim::Fixed(last.output[0]), side("h"), side("w")]
        }
        _ => vec![n(), Dim::Fixed(model.latent_dim)],
    };
    let code = |name: &str| of(name, Element::Float, shape.clone());
    if model.multiple.is_some() {
        network.build.named(features, "code");
        return vec![code("code")];
    }
    let dim = model.latent_dim;
    let features = network.build.reshape(features, &[-1, (dim * model.heads) as i64]);
    match &model.codes {
        Codes::Features => {
            network.build.named(&features, "code");
            vec![code("code")]
        }
        Codes::Gaussian { largest, .. } => {
            let (mean_name, name) = (model.code_name(), model.spread_name());
            let mean = network.build.slice(&features, 1, [0, dim]);
            let s = network.build.slice(&features, 1, [dim, 2 * dim]);
            let ends = [-*largest, *largest].map(|end| network.build.floats(Vec::new(), vec![end]));
            let s = network.build.node("Clip", &[&s, &ends[0], &ends[1]], Vec::new());
            network.build.named(&mean, mean_name);
            network.build.named(&s, name);
            vec![code(mean_name), code(name)]
        }
        Codes::Codebook { embeddings, dim: width, tensor } => {
            let values = network.values(tensor).to_vec();
            let n_vectors = dim / width;
            let indices =
                nearest(&mut network.build, &values, [*embeddings, *width, n_vectors], &features);
            vec![code("code"), of(indices, Element::Int64, vec![n(), Dim::Fixed(n_vectors)])]
        }
    }
}

/// Each vector's nearest embedding, as `code`, and its number; channel c of vector i is at
/// `c n + i`.
fn nearest(
    build: &mut Builder,
    values: &[f32],
    [embeddings, width, n_vectors]: [usize; 3],
    features: &str,
) -> &'static str {
    let norms: Vec<f32> =
        values.chunks(width).map(|row| row.iter().map(|value| value * value).sum()).collect();
    let table = build.tensor("codebook".to_owned(), vec![embeddings, width], values.to_vec());
    let vectors = build.reshape(features, &[-1, width as i64, n_vectors as i64]);
    let vectors = build.transpose(&vectors, &[0, 2, 1]);
    let turned = build.transpose(&table, &[1, 0]);
    let products = build.node("MatMul", &[&vectors, &turned], Vec::new());
    // The squared distance, less the vector's own square, which is the same for all.
    let two = build.floats(Vec::new(), vec![-2.0]);
    let products = build.node("Mul", &[&products, &two], Vec::new());
    let norms = build.floats(vec![embeddings], norms);
    let distances = build.node("Add", &[&products, &norms], Vec::new());
    let attributes = vec![("axis", Attribute::Int(2)), ("keepdims", Attribute::Int(0))];
    let indices = build.node("ArgMin", &[&distances], attributes);
    let chosen = build.gather(&table, 0, &indices);
    let chosen = build.transpose(&chosen, &[0, 2, 1]);
    let code = build.reshape(&chosen, &[-1, (width * n_vectors) as i64]);
    build.named(&code, "code");
    build.named(&indices, "indices");
    "indices"
}

/// What the raw output is.
fn result(network: &mut Network<'_>, model: &Model, raw: &str) -> Vec<Value> {
    let shape = image(model, model.target);
    let build = &mut network.build;
    let (made_of, picture) = match model.output_as {
        Output::Sigmoid => ("logits", build.node("Sigmoid", &[raw], Vec::new())),
        Output::Clamp => {
            let ends = [0.0, 1.0].map(|end| build.floats(Vec::new(), vec![end]));
            ("raw", build.node("Clip", &[raw, &ends[0], &ends[1]], Vec::new()))
        }
        Output::Tokens => return tokens(network, model, raw),
    };
    build.named(&picture, "picture");
    build.named(raw, made_of);
    vec![of("picture", Element::Float, shape.clone()), of(made_of, Element::Float, shape)]
}

fn tokens(network: &mut Network<'_>, model: &Model, raw: &str) -> Vec<Value> {
    let [_, steps, voices] = model.target;
    let logits: usize = model.voices.iter().sum();
    let build = &mut network.build;
    let raw = build.reshape(raw, &[-1, steps as i64, logits as i64]);
    build.named(&raw, "logits");
    let chosen = most_probable(build, &model.voices, &raw);
    let chosen: Vec<String> = chosen.iter().map(|one| build.unsqueeze(one, 2)).collect();
    let chosen = build.concat(&chosen, 2);
    build.named(&chosen, "tokens");
    let by_step = |name, element, last| of(name, element, vec![n(), Dim::Fixed(steps), last]);
    vec![
        by_step("tokens", Element::Int64, Dim::Fixed(voices)),
        by_step("logits", Element::Float, Dim::Fixed(logits)),
    ]
}

// --------------------------------------------------------------------------------
// Shapes.

/// `[N, C, H, W]`; of pictures of any size the sides are whatever is given.
fn image(model: &Model, [channels, height, width]: [usize; 3]) -> Vec<Dim> {
    let sides = match model.multiple {
        Some(_) if model.input == model.target => [side("H"), side("W")],
        // Enlarged, the sides are others than those of what is given.
        Some(_) if [channels, height, width] == model.target => [side("H_out"), side("W_out")],
        Some(_) => [side("H"), side("W")],
        None => [Dim::Fixed(height), Dim::Fixed(width)],
    };
    [n(), Dim::Fixed(channels)].into_iter().chain(sides).collect()
}

/// The number of examples.
fn n() -> Dim {
    side("N")
}

fn side(name: &str) -> Dim {
    Dim::Named(name.to_owned())
}

fn of(name: &str, element: Element, shape: Vec<Dim>) -> Value {
    Value { name: name.to_owned(), element, shape }
}
