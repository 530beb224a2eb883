//! Tests of the codebook.

use proptest::prelude::*;

use super::*;
use crate::bottleneck::LatentDim;
use crate::testing::fixture::{self, OBJECTIVES, cases, matrix, number};
use crate::testing::{check_close, constant, gradients, leaf, normal, values};

fn quantised(width: usize, commitment: f32) -> VectorQuantised {
    VectorQuantised { commitment, ..VectorQuantised::new(LatentDim::Full, width) }
}

#[test]
fn codes_prices_and_gradients_are_as_in_pytorch() {
    for (name, case) in cases(OBJECTIVES, |case| case["kind"] == "codebook") {
        let of = |key: &str| matrix(&case[key]);
        let expected = |key: &str| fixture::numbers(&case[key]);
        let ([batch, size], features) = of("features");
        let entries = of("entries").1;
        let quantised =
            quantised(number(&case["width"]) as usize, number(&case["commitment"]) as f32);
        let found: Vec<f64> = numbers(&features, &entries, size, quantised.width)
            .into_iter()
            .map(f64::from)
            .collect();
        assert_eq!(found, expected("numbers"), "{name}");

        for operations in [false, true] {
            let leaves = || (leaf(&features, [batch, size]), leaf(&entries, [entries.len()]));
            let (features, entries) = leaves();
            let z = if operations {
                operations::nearest(features.clone(), entries, quantised.width)
            } else {
                nearest(features.clone(), entries, &quantised)
            };
            let weights = constant(&of("code_weights").1, [batch, size]);
            let [gradient] = gradients(&(z.clone() * weights).sum(), [&features]);
            check_close(&values(z), &expected("z"), &name);
            check_close(&gradient, &expected("z_grad"), &format!("{name}: gradient of the code"));

            let (features, entries) = leaves();
            let price = if operations {
                let (features, entries) = (features.clone(), entries.clone());
                operations::price(features, entries, quantised.width, quantised.commitment)
            } else {
                price(features.clone(), entries.clone(), &quantised)
            };
            let weights = constant(&of("price_weights").1, [batch]);
            let mut tape = (price.clone() * weights).sum().backward();
            check_close(&values(price), &expected("price"), &format!("{name}: price"));
            let gradient = values(features.grad_remove(&mut tape).unwrap());
            check_close(&gradient, &expected("grad_features"), &format!("{name}: to features"));
            let gradient = values(entries.grad_remove(&mut tape).unwrap());
            check_close(&gradient, &expected("grad_entries"), &format!("{name}: to entries"));
        }
    }
}

#[test]
fn an_image_of_entries_costs_nothing_and_stays_as_it_is() {
    let entries = normal(5 * 2, 1);
    // Vectors 3, 0 and 4, channel by channel.
    let code =
        [3, 0, 4].map(|k| entries[2 * k]).into_iter().chain([3, 0, 4].map(|k| entries[2 * k + 1]));
    let code: Vec<f32> = code.collect();
    assert_eq!(numbers(&code, &entries, 6, 2), [3, 0, 4]);
    assert_eq!(snapped(&code, &entries, 6, 2), code);
    let price = price(constant(&code, [1, 6]), constant(&entries, [10]), &quantised(2, 0.25));
    assert_eq!(values(price), [0.0]);
}

proptest! {
    #[test]
    fn no_entry_is_nearer_than_the_nearest(
        (rows, places, width, n_entries) in (1..4_usize, 1..4_usize, 1..4_usize, 1..9_usize), seed in 0..100_u64,
    ) {
        let size = places * width;
        let (codes, entries) = (normal(rows * size, seed), normal(n_entries * width, seed + 1));
        let found = numbers(&codes, &entries, size, width);
        let snapped = snapped(&codes, &entries, size, width);
        for row in 0..rows {
            for place in 0..places {
                let number = found[row * places + place] as usize;
                let vector = |codes: &[f32]| -> Vec<f32> {
                    (0..width).map(|c| codes[row * size + c * places + place]).collect()
                };
                let far = |entry: &[f32]| -> f32 {
                    entry.iter().zip(vector(&codes)).map(|(a, b)| (a - b) * (a - b)).sum()
                };
                let all: Vec<f32> = entries.chunks_exact(width).map(far).collect();
                let least = all.iter().copied().fold(f32::INFINITY, f32::min);
                prop_assert!(all[number] <= least + 1e-5, "{all:?}, found {number}");
                prop_assert_eq!(vector(&snapped), &entries[number * width..][..width]);
            }
        }
    }
}
