//! What an example is trained with does not depend on the batch that it is in.

use super::data;
use crate::data::Data;
use crate::model::{Architecture, Batch, Pass};
use crate::rng::Seed;
use crate::testing::variational;
use crate::train::loader::order;

#[test]
fn every_epoch_has_an_order_of_its_own() {
    let [first, second] = [1, 2].map(|epoch| order(Seed(1), epoch, 100));
    assert_ne!(first, second);
    assert_ne!(first, order(Seed(2), 1, 100));
    for mut order in [first, second] {
        order.sort_unstable();
        assert!(order.into_iter().eq(0..100));
    }
}

#[test]
fn what_is_random_for_an_example_does_not_depend_on_its_batch() {
    let data = data();
    let recipe = variational();
    let architecture = Architecture::new(&recipe, data.train.shape(), 0).unwrap();
    let of = |indices: &[u32], pass| {
        Batch::read(data.training(), indices, &recipe, &architecture, pass).unwrap()
    };
    for pass in [Pass::Training { epoch: 3, step: 0 }, Pass::Validation] {
        let three = of(&[7, 2, 5], pass);
        let one = of(&[5], pass);
        assert_eq!((three.len, one.len), (3, 1));
        assert_eq!(three.input[2 * 64..], one.input);
        assert_eq!(three.target[2 * 64..], one.target);
        assert_eq!(three.noise[2 * 3..], one.noise);
        assert_ne!(one.input, one.target);
        assert_ne!(three.noise[..3], three.noise[3..6]);
    }
    let [third, fourth] = [3, 4].map(|epoch| of(&[5], Pass::Training { epoch, step: 0 }));
    assert_ne!(third.input, fourth.input);
    assert_ne!(third.noise, fourth.noise);
    assert_eq!(third.target, fourth.target);
}
