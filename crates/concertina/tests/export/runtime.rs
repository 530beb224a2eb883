//! In rten, a runtime of Rust.

use std::collections::BTreeMap;
use std::ops::Range;

use concertina::export::Pixels;
use concertina_formats::npy::{Array, Values};
use concertina_formats::npz::Named;
use rten::{Model, NodeId, Value, ValueOrView};
use rten_tensor::AsView;

use super::Exported;

/// The batches that each recipe's examples are given in: the larger ones where there is time.
fn batches() -> [Range<usize>; 2] {
    if std::env::var_os("CONCERTINA_SLOW_TESTS").is_some() { [0..1, 1..8] } else { [0..1, 1..3] }
}

#[test]
fn every_recipe_answers_as_the_library() {
    let folder = tempfile::tempdir().unwrap();
    let n = batches()[1].end;
    for exported in Exported::all(n, Pixels::Bytes, folder.path()) {
        for half in ["encoder", "decoder"] {
            let file = format!("{half}.onnx");
            let (_, bytes) = exported.onnx.iter().find(|(name, _)| *name == file).unwrap();
            let network = Model::load(bytes.clone()).unwrap();
            for examples in batches() {
                let [inputs, outputs] =
                    ["input", "output"].map(|way| part(&exported.answers, half, way, &examples));
                // Music has no more windows than there are.
                if inputs.values().all(|array| array.shape[0] > 0) {
                    compare(exported.name, &network, &inputs, &outputs);
                }
            }
            if let Some(answers) = &exported.at_another_size {
                let [inputs, outputs] =
                    ["input", "output"].map(|way| part(answers, half, way, &(0..1)));
                compare(exported.name, &network, &inputs, &outputs);
            }
        }
    }
}

/// What goes into one network or comes out of it, for some of the examples.
fn part(
    answers: &[Named],
    half: &str,
    way: &str,
    examples: &Range<usize>,
) -> BTreeMap<String, Array> {
    let start = format!("{half}.{way}.");
    let own = answers.iter().filter_map(|(name, array)| {
        let name = name.strip_prefix(&start)?.to_owned();
        let n = array.shape[0];
        Some((name, rows(array, examples.start.min(n), examples.end.min(n))))
    });
    own.collect()
}

fn compare(
    recipe: &str,
    network: &Model,
    inputs: &BTreeMap<String, Array>,
    outputs: &BTreeMap<String, Array>,
) {
    let node = |name: &String| network.node_id(name).unwrap();
    let given: Vec<(NodeId, ValueOrView<'_>)> =
        inputs.iter().map(|(name, array)| (node(name), value(array).into())).collect();
    let asked: Vec<NodeId> = outputs.keys().map(node).collect();
    let found = network.run(given, &asked, None).unwrap_or_else(|error| {
        panic!("{recipe}, {:?}: {error}", outputs.keys());
    });
    for (found, (name, expected)) in found.into_iter().zip(outputs) {
        let found = values(found);
        let expected = numbers(&expected.values);
        assert_eq!(found.len(), expected.len(), "{recipe} {name}");
        let largest = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(largest <= 1e-4, "{recipe} {name}: {largest}");
    }
}

/// Some examples of an array.
fn rows(array: &Array, start: usize, end: usize) -> Array {
    let size: usize = array.shape[1..].iter().product();
    let range = start * size..end * size;
    let values = match &array.values {
        Values::U8(values) => Values::U8(values[range].to_vec()),
        Values::I64(values) => Values::I64(values[range].to_vec()),
        Values::F32(values) => Values::F32(values[range].to_vec()),
        other => panic!("answers are no {}", other.type_name()),
    };
    let shape = [&[end - start], &array.shape[1..]].concat();
    Array { shape, values }
}

fn value(array: &Array) -> Value {
    let shape = array.shape.as_slice();
    match &array.values {
        Values::U8(values) => Value::from_shape(shape, values.clone()).unwrap(),
        // The runtime has integers of 32 bits only.
        Values::I64(values) => {
            let values: Vec<i32> = values.iter().map(|value| *value as i32).collect();
            Value::from_shape(shape, values).unwrap()
        }
        Values::F32(values) => Value::from_shape(shape, values.clone()).unwrap(),
        other => panic!("answers are no {}", other.type_name()),
    }
}

fn values(value: Value) -> Vec<f64> {
    match value {
        Value::FloatTensor(tensor) => tensor.iter().map(|value| f64::from(*value)).collect(),
        Value::Int32Tensor(tensor) => tensor.iter().map(|value| f64::from(*value)).collect(),
        other => panic!("expected floats or whole numbers, found {other:?}"),
    }
}

fn numbers(values: &Values) -> Vec<f64> {
    match values {
        Values::I64(values) => values.iter().map(|value| *value as f64).collect(),
        Values::F32(values) => values.iter().map(|value| f64::from(*value)).collect(),
        other => panic!("answers are no {}", other.type_name()),
    }
}
