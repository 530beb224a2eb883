//! Tests of the codebook.

use proptest::prelude::*;

use super::*;
use crate::testing::fixture::{self, OBJECTIVES, cases, matrix, number};
use crate::testing::{check_close, constant, gradients, leaf, normal, values};

#[test]
fn codes_losses_and_gradients_are_as_in_pytorch() {
    for (name, case) in cases(OBJECTIVES, |case| case["kind"] == "codebook") {
        let of = |key: &str| matrix(&case[key]);
        let expected = |key: &str| fixture::numbers(&case[key]);
        let ([batch, latent_dim], features) = of("features");
        let embeddings = of("entries").1;
        let embedding_dim = number(&case["width"]) as usize;
        let commitment = number(&case["commitment"]) as f32;
        let codebook = Codebook { latent_dim, embedding_dim };
        let found: Vec<f64> =
            codebook.indices(&features, &embeddings).into_iter().map(f64::from).collect();
        assert_eq!(found, expected("numbers"), "{name}");

        for operations in [false, true] {
            let leaves =
                || (leaf(&features, [batch, latent_dim]), leaf(&embeddings, [embeddings.len()]));
            let (features, embeddings) = leaves();
            let z = if operations {
                operations::quantise(features.clone(), embeddings, embedding_dim)
            } else {
                codebook.quantise_with_gradient(features.clone(), embeddings)
            };
            let weights = constant(&of("code_weights").1, [batch, latent_dim]);
            let [gradient] = gradients(&(z.clone() * weights).sum(), [&features]);
            check_close(&values(z), &expected("z"), &name);
            check_close(&gradient, &expected("z_grad"), &format!("{name}: gradient of the code"));

            let (features, embeddings) = leaves();
            let loss = if operations {
                let (features, embeddings) = (features.clone(), embeddings.clone());
                operations::vq_loss(features, embeddings, embedding_dim, commitment)
            } else {
                codebook.loss(features.clone(), embeddings.clone(), commitment)
            };
            let weights = constant(&of("price_weights").1, [batch]);
            let mut tape = (loss.clone() * weights).sum().backward();
            check_close(&values(loss), &expected("price"), &format!("{name}: loss"));
            let gradient = values(features.grad_remove(&mut tape).unwrap());
            check_close(&gradient, &expected("grad_features"), &format!("{name}: to features"));
            let gradient = values(embeddings.grad_remove(&mut tape).unwrap());
            check_close(&gradient, &expected("grad_entries"), &format!("{name}: to embeddings"));
        }
    }
}

#[test]
fn a_code_of_embeddings_has_no_loss_and_stays_as_it_is() {
    let embeddings = normal(5 * 2, 1);
    // Vectors 3, 0 and 4, channel by channel.
    let channel = |c: usize| [3, 0, 4].map(|k| embeddings[2 * k + c]);
    let code = [channel(0), channel(1)].concat();
    let codebook = Codebook { latent_dim: 6, embedding_dim: 2 };
    assert_eq!(codebook.indices(&code, &embeddings), [3, 0, 4]);
    assert_eq!(codebook.quantise(&code, &embeddings), code);
    let loss = codebook.loss(constant(&code, [1, 6]), constant(&embeddings, [10]), 0.25);
    assert_eq!(values(loss), [0.0]);
}

proptest! {
    #[test]
    fn no_embedding_is_nearer_than_the_nearest(
        (rows, places, embedding_dim, n) in (1..4_usize, 1..4_usize, 1..4_usize, 1..9_usize),
        seed in 0..100_u64,
    ) {
        let latent_dim = places * embedding_dim;
        let codes = normal(rows * latent_dim, seed);
        let embeddings = normal(n * embedding_dim, seed + 1);
        let codebook = Codebook { latent_dim, embedding_dim };
        let found = codebook.indices(&codes, &embeddings);
        let quantised = codebook.quantise(&codes, &embeddings);
        for row in 0..rows {
            for place in 0..places {
                let index = found[row * places + place] as usize;
                let vector = |codes: &[f32]| -> Vec<f32> {
                    let channel = |c| codes[row * latent_dim + c * places + place];
                    (0..embedding_dim).map(channel).collect()
                };
                let squared_distance = |embedding: &[f32]| -> f32 {
                    embedding.iter().zip(vector(&codes)).map(|(a, b)| (a - b) * (a - b)).sum()
                };
                let all: Vec<f32> =
                    embeddings.chunks_exact(embedding_dim).map(squared_distance).collect();
                let least = all.iter().copied().fold(f32::INFINITY, f32::min);
                prop_assert!(all[index] <= least + 1e-5, "{all:?}, found {index}");
                let chosen = &embeddings[index * embedding_dim..][..embedding_dim];
                prop_assert_eq!(vector(&quantised), chosen);
            }
        }
    }
}
