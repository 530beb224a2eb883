//! Weights from PyTorch.

use std::collections::BTreeMap;

use super::super::{Activation, Graph, Half, Node, Op};
use super::tensors::{Place, Values, places, values_of};
use crate::artifact::Tensors;
use crate::error::{Error, Result};
use crate::model::{Architecture, Weights};
use crate::recipe::Recipe;
use crate::rng::Seed;

/// The most names that an error lists.
const MOST_NAMED: usize = 8;

/// The weights of a state dictionary of PyTorch's in a safetensors file, for the networks of a
/// recipe.
///
/// Tensors are called as in an [export](super::folder): `encoder.N.weight`, where N is the layer's
/// number in the recipe's list, or its number in `nn.Sequential`s named `encoder` and `decoder`
/// with a module for each activation. What only training needs, such as a discriminator, is not
/// among them and begins anew.
///
/// # Errors
/// If the bytes are no safetensors file, a value is not finite, or a tensor is missing, superfluous
/// or of another shape; all of these are named.
pub fn import(recipe: &Recipe, architecture: &Architecture, bytes: &[u8]) -> Result<Weights> {
    expect_no_pickle(bytes)?;
    let mut tensors = Tensors::unpack(bytes)?;
    tensors.expect_finite()?;
    let graph = Graph::new(recipe, architecture);
    let own = places(&graph, architecture);
    let [counted, flattened] = [false, true].map(|flat| with_activations(&graph, &own, flat));
    let found: BTreeMap<String, Vec<usize>> = tensors.shapes();
    let faults = [own, counted, flattened].map(|places| (faults(&places, &found), places));
    let best = faults.into_iter().min_by_key(|(faults, _)| faults.len());
    let (faults, mut places) = best.expect("there are three ways to count");
    if !faults.is_empty() {
        let named = faults.len().min(MOST_NAMED);
        let mut told = faults[..named].join("; ");
        if named < faults.len() {
            told += &format!("; and {} more", faults.len() - named);
        }
        return Err(Error::data(format!("the tensors are not those of the recipe: {told}"))
            .with_hint("a model of this recipe, exported to PyTorch, shows the names"));
    }
    let mut initial = architecture.initial_weights(Seed(recipe.training.seed));
    let mut all = values_of(&initial);
    places.sort_by_key(|place| matches!(place.values, Values::Second(_)));
    for place in &places {
        place.write(&tensors.take(&place.name, &place.shape)?, &mut all);
    }
    let mut rest = &all[..];
    for component in initial.as_mut().into_array() {
        let (own, others) = rest.split_at(component.len());
        component.copy_from_slice(own);
        rest = others;
    }
    Ok(initial)
}

/// A pickle is a program, and reading it would run it.
fn expect_no_pickle(bytes: &[u8]) -> Result<()> {
    let is_pickle = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\x80\x02");
    // The length of a safetensors header may begin alike, and then comes the header.
    if !is_pickle || bytes.get(8) == Some(&b'{') {
        return Ok(());
    }
    Err(Error::data(
        "expected a safetensors file, found a pickle of PyTorch's, which is a program that \
         reading would run",
    )
    .with_hint(
        "in Python: `safetensors.torch.save_file(torch.load(FILE, weights_only=True), \
         \"weights.safetensors\")`",
    ))
}

/// What is missing, superfluous or of another shape.
fn faults(places: &[Place], found: &BTreeMap<String, Vec<usize>>) -> Vec<String> {
    let mut faults = Vec::new();
    for Place { name, shape, .. } in places {
        match found.get(name) {
            None => faults.push(format!("expected `{name}` {shape:?}, found none")),
            Some(other) if other != shape => {
                faults.push(format!("expected `{name}` {shape:?}, found {other:?}"));
            }
            Some(_) => {}
        }
    }
    let superfluous = found.iter().filter(|(name, _)| places.iter().all(|own| own.name != **name));
    faults.extend(superfluous.map(|(name, shape)| format!("found `{name}` {shape:?} besides")));
    faults
}

/// The places under the numbers of `nn.Sequential`s, where an activation is a module, and perhaps
/// also what flattens maps before a dense layer.
fn with_activations(graph: &Graph, places: &[Place], flat: bool) -> Vec<Place> {
    let halves = [("encoder", &graph.encoder), ("decoder", &graph.decoder)];
    let numbers: BTreeMap<String, String> = halves
        .iter()
        .flat_map(|(name, half)| {
            let numbers = numbers(half, flat).into_iter().enumerate();
            numbers
                .map(move |(own, counted)| (format!("{name}.{own}."), format!("{name}.{counted}.")))
        })
        .collect();
    let renamed = |place: &Place| {
        let number = numbers.iter().find(|(own, _)| place.name.starts_with(own.as_str()));
        let name = number.map(|(own, counted)| format!("{counted}{}", &place.name[own.len()..]));
        Place { name: name.unwrap_or_else(|| place.name.clone()), ..place.clone() }
    };
    places.iter().map(renamed).collect()
}

/// The number of each layer, if an activation counts as a layer, and with `flat` what flattens.
fn numbers(half: &Half, flat: bool) -> Vec<usize> {
    let mut next = 0;
    let number = |node: &Node| {
        let flattens = matches!(node.op, Op::Dense { .. }) && node.input[1..] != [1, 1];
        next += usize::from(flat && flattens);
        let own = next;
        let is_active = match node.op {
            Op::Conv { activation, .. }
            | Op::ConvTranspose { activation, .. }
            | Op::Dense { activation }
            | Op::Rows { activation } => activation != Activation::Identity,
            _ => false,
        };
        next += 1 + usize::from(is_active);
        own
    };
    half.nodes.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::artifact::pack;
    use crate::recipe::shipped;
    use crate::testing::shape_for;

    /// Tensors with their values.
    fn named(places: &[Place], given: &Weights) -> Vec<(String, Vec<usize>, Vec<f32>)> {
        let all = values_of(given);
        let tensor = |place: &Place| (place.name.clone(), place.shape.clone(), place.read(&all));
        places.iter().map(tensor).collect()
    }

    fn file(tensors: &[(String, Vec<usize>, Vec<f32>)]) -> Vec<u8> {
        let named = tensors
            .iter()
            .map(|(name, shape, values)| (name.clone(), shape.clone(), values.as_slice()));
        pack(&named.collect::<Vec<_>>(), None)
    }

    fn planned(name: &str) -> (Recipe, Architecture, Graph) {
        let recipe = Recipe::named(name).unwrap();
        let architecture = Architecture::new(&recipe, shape_for(&recipe), 10).unwrap();
        let graph = Graph::new(&recipe, &architecture);
        (recipe, architecture, graph)
    }

    #[test]
    fn what_was_exported_comes_back_to_the_bit() {
        for recipe in shipped() {
            let (recipe, architecture, graph) = planned(recipe.name);
            let mut given = architecture.initial_weights(Seed(7));
            given.reconstruction.fill(-1.5);
            let bytes = file(&named(&places(&graph, &architecture), &given));
            let found = import(&recipe, &architecture, &bytes).unwrap();
            assert!(found.encoder == given.encoder, "{}", recipe.name);
            assert!(found.decoder == given.decoder, "{}", recipe.name);
            // A discriminator is for training alone.
            let is_same = found.bottleneck == given.bottleneck;
            assert!(is_same || recipe.name == "aae", "{}", recipe.name);
            assert!(found.reconstruction == given.reconstruction, "{}", recipe.name);
        }
    }

    #[test]
    fn both_biases_of_an_lstm_count() {
        let (recipe, architecture, graph) = planned("sequence-ae");
        let given = architecture.initial_weights(Seed(7));
        let mut tensors = named(&places(&graph, &architecture), &given);
        for (name, _, values) in &mut tensors {
            if name.contains("bias_hh") {
                values.fill(0.5);
            }
        }
        let found = import(&recipe, &architecture, &file(&tensors)).unwrap();
        let moved =
            found.encoder.iter().zip(&given.encoder).filter(|(found, given)| found != given);
        let moved: Vec<f32> = moved.map(|(found, given)| found - given).collect();
        assert!(!moved.is_empty() && moved.iter().all(|by| (by - 0.5).abs() < 1e-6));
    }

    #[test]
    fn activations_may_be_counted() {
        let (recipe, architecture, graph) = planned("conv-ae");
        let given = architecture.initial_weights(Seed(7));
        let mut tensors = named(&places(&graph, &architecture), &given);
        // Conv, ReLU, pool; conv, ReLU, pool; conv, ReLU, pool.
        for (own, counted) in [(4, 6), (2, 3)] {
            for (name, ..) in &mut tensors {
                let renamed = name.strip_prefix(&format!("encoder.{own}."));
                if let Some(renamed) = renamed.map(|end| format!("encoder.{counted}.{end}")) {
                    *name = renamed;
                }
            }
        }
        let mixed = import(&recipe, &architecture, &file(&tensors)).unwrap_err().to_string();
        assert!(mixed.contains("expected `encoder.2.weight` [8, 16, 3, 3], found none"), "{mixed}");
        assert!(mixed.contains("found `encoder.3.weight` [8, 16, 3, 3] besides"), "{mixed}");
        let numbers = numbers(&graph.decoder, false);
        for own in (0..numbers.len()).rev() {
            for (name, ..) in &mut tensors {
                let renamed = name.strip_prefix(&format!("decoder.{own}."));
                if let Some(renamed) = renamed.map(|end| format!("decoder.{}.{end}", numbers[own]))
                {
                    *name = renamed;
                }
            }
        }
        assert_eq!(import(&recipe, &architecture, &file(&tensors)).unwrap().encoder, given.encoder);
    }

    #[test]
    fn what_flattens_may_be_counted_too() {
        let (recipe, architecture, graph) = planned("conv-vae");
        let given = architecture.initial_weights(Seed(7));
        let places = with_activations(&graph, &places(&graph, &architecture), true);
        // Three times convolution, ReLU and pooling; then Flatten.
        assert!(places.iter().any(|place| place.name == "encoder.10.weight"));
        let bytes = file(&named(&places, &given));
        assert!(import(&recipe, &architecture, &bytes).unwrap().encoder == given.encoder);
    }
}
