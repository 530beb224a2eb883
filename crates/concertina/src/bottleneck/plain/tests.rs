//! Tests of the plain latent.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::testing::{check_close, constant, gradients, leaf, none, values};

#[test]
fn a_plain_latent_changes_nothing_and_has_no_penalty() {
    let plain = Plain::default().build(2).unwrap();
    let features = [0.5, -1.0, 3.0, 0.0];
    let code = plain.sample(constant(&features, [2, 2]), constant(&[9.0; 4], [2, 2]), none());
    assert!(plain.penalty(&code, &none(), 1.0).is_none() && code.terms.is_empty());
    assert_eq!(values(code.z), features);
    assert_eq!(plain.encode(features.to_vec(), &[]), features);
    assert!(plain.posterior().is_none() && !plain.has_prior() && plain.noise_len() == 0);
}

#[test]
fn the_penalty_of_a_code_is_its_size() {
    let z = [1.0, -2.0, 0.0, 3.0, 0.0, 0.5];
    // Sums of absolute values 3 and 3.5; of squares 5 and 9.25.
    for (l1, l2, expected, derivatives) in [
        (0.5, 0.0, 0.25 * 6.5, [0.25, -0.25, 0.0, 0.25, 0.0, 0.25]),
        (0.0, 2.0, 0.5 * 14.25, [1.0, -2.0, 0.0, 3.0, 0.0, 0.5]),
        (0.0, 4.0, 14.25, [2.0, -4.0, 0.0, 6.0, 0.0, 1.0]),
        (0.5, 2.0, 0.25 * 6.5 + 0.5 * 14.25, [1.25, -2.25, 0.0, 3.25, 0.0, 0.75]),
    ] {
        let plain = Plain { l1, l2, ..Plain::default() }.build(3).unwrap();
        let features = leaf(&z, [2, 3]);
        let code = plain.sample(features.clone(), constant(&[], [2, 0]), none());
        let penalty = plain.penalty(&code, &none(), 0.0).unwrap();
        let [gradient] = gradients(&penalty, [&features]);
        assert_eq!((values(penalty), gradient), (vec![expected], derivatives.to_vec()));
    }
}

#[test]
fn the_penalty_of_a_decoder_is_half_its_squares() {
    let plain = Plain { decoder_l2: 0.5, ..Plain::default() }.build(2).unwrap();
    let decoder = leaf(&[1.0, -2.0, 0.0, 3.0], [4]);
    let code = plain.sample(constant(&[9.0; 4], [2, 2]), constant(&[], [2, 0]), none());
    let penalty = plain.penalty(&code, &decoder, 0.0).unwrap();
    let [gradient] = gradients(&penalty, [&decoder]);
    check_close(&values(penalty), &[3.5], "penalty");
    assert_eq!(gradient, [0.5, -1.0, 0.0, 1.5]);
}

#[test]
fn the_penalties_of_codes_and_decoder_are_added() {
    let plain = Plain { l1: 0.5, decoder_l2: 0.25, ..Plain::default() }.build(2).unwrap();
    let code = plain.sample(constant(&[1.0, -3.0], [1, 2]), constant(&[], [1, 0]), none());
    let penalty = plain.penalty(&code, &constant(&[2.0, -4.0], [2]), 0.0).unwrap();
    check_close(&values(penalty), &[0.5 * 4.0 + 0.25 * 10.0], "penalty");
}

#[test]
fn the_description_names_the_penalty_of_the_codes() {
    for (l1, l2, named) in
        [(0.0, 0.0, None), (0.1, 0.0, Some("L1")), (0.0, 0.1, Some("L2")), (0.1, 0.1, Some("L1"))]
    {
        let description = Plain { l1, l2, ..Plain::default() }.build(2).unwrap().description();
        let found = ["L1", "L2"].into_iter().find(|penalty| description.contains(penalty));
        assert_eq!(found, named, "{description}");
    }
}

#[test]
fn codes_that_do_not_vary_are_warned_of() {
    let plain = Plain::default().build(2).unwrap();
    for (codes, warned) in
        [([0.5, 0.0, 0.5, 0.0], true), ([0.5, 0.0, 0.5, 1.0], false), ([0.0, 0.0, 1.0, 1.0], false)]
    {
        let warning = plain.warning(&NamedValues::default(), &Codes::new(2, codes.to_vec()));
        let message = warning.map(|warning| warning.message);
        assert_eq!(message.is_some(), warned, "{codes:?}");
        assert!(message.is_none_or(|message| message.contains("the same for every example")));
    }
}
