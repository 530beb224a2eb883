//! That the classifier learns, repeats itself, and refuses what it cannot take.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::artifact::Tensors;
use crate::data::{Dataset, OpenOptions};
use crate::testing::digits;

fn in_threads<T: Send>(n: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(work)
}

#[test]
fn digits_are_told_apart_the_same_for_any_number_of_threads() {
    let data = digits(1200);
    let labels = data.train_labels.as_ref().unwrap();
    let train = || Classifier::train(&data.train, labels, 10, Seed(5)).unwrap();
    let [one, three] = [1, 3].map(|threads| in_threads(threads, train));
    assert_eq!(one.parameters, three.parameters);
    let test = FloatImages::of(&data.valid).unwrap();
    let accuracy = one.accuracy(&test, data.valid_labels.as_ref().unwrap()).unwrap();
    assert!(accuracy > 0.9, "{accuracy}");
    let features = one.features(&test).unwrap();
    assert_eq!((features.len(), features.size()), (data.valid.len(), FEATURES));
    assert_eq!(one.predict(&test).unwrap(), three.predict(&test).unwrap());
}

/// On the real test images, where they are.
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test should be seen")]
fn mnist_is_told_apart() {
    let (Some(folder), Some(_)) =
        (std::env::var_os("CONCERTINA_DATA"), std::env::var_os("CONCERTINA_SLOW_TESTS"))
    else {
        eprintln!("skipped: needs CONCERTINA_DATA with mnist, and CONCERTINA_SLOW_TESTS=1");
        return;
    };
    let options = OpenOptions { data_dirs: vec![folder.into()], ..OpenOptions::default() };
    let data = Dataset::open("mnist", &options).unwrap();
    let labels = data.train_labels.as_ref().unwrap();
    let classifier = Classifier::train(&data.train, labels, 10, Seed(42)).unwrap();
    let test = FloatImages::of(&data.valid).unwrap();
    let accuracy = classifier.accuracy(&test, data.valid_labels.as_ref().unwrap()).unwrap();
    assert!(accuracy >= 0.985, "{accuracy}");
}

#[test]
fn every_shape_of_images_has_a_classifier() {
    for [channels, height, width] in
        [[1, 1, 1], [3, 2, 9], [1, 7, 7], [1, 14, 15], [3, 65, 300], [3, 256, 256]]
    {
        let shape = ImageShape::new(channels, height, width);
        let stack = checked(shape, &layers(shape, 3)).unwrap();
        assert_eq!(stack.output(), [3, 1, 1], "{shape}");
        let images = Images::new(shape, (0..4 * shape.len()).map(|i| (i % 251) as u8).collect());
        let images = images.unwrap();
        if shape.len() < 1000 {
            let classifier = Classifier::train(&images, &[0, 2, 0, 2], 3, Seed(1)).unwrap();
            assert_eq!(classifier.predict(&FloatImages::of(&images).unwrap()).unwrap().len(), 4);
        }
    }
}

#[test]
fn long_sides_are_halved_before_and_single_pixels_never() {
    let strides_and_pools = |height, width| {
        let layers = layers(ImageShape::new(1, height, width), 3);
        let strides: Vec<usize> = layers
            .iter()
            .filter_map(|layer| match layer {
                Layer::Conv2d { stride, .. } => Some(*stride),
                _ => None,
            })
            .collect();
        (strides, layers.iter().filter(|layer| matches!(layer, Layer::MaxPool2d)).count())
    };
    assert_eq!(strides_and_pools(1, 30), (vec![1], 0));
    assert_eq!(strides_and_pools(2, 2), (vec![1], 1));
    assert_eq!(strides_and_pools(28, 28), (vec![1, 1], 2));
    // 64, 32, 16, 8, 4; and 65, 33, 17, 9, 5.
    assert_eq!(strides_and_pools(64, 300), (vec![1; 4], 4));
    assert_eq!(strides_and_pools(65, 65), (vec![2, 1, 1, 1], 3));
}

#[test]
fn the_gradient_is_that_of_the_mean_cross_entropy() {
    let images = crate::testing::static_noise(ImageShape::new(1, 7, 7), 6);
    let labels = [0, 1, 2, 0, 1, 2];
    let classifier = Classifier::train(&images, &labels, 3, Seed(1)).unwrap();
    let others = [2, 0, 1, 1, 1, 0];
    let mut gradient = vec![0.0; classifier.parameters.len()];
    classifier.gradient(&images, &others, &[5, 0, 3, 4], &mut gradient);
    // Of the last biases: mean probability less the share of the label.
    let chosen = FloatImages::gather(&images, &[5, 0, 3, 4]).unwrap();
    let mut expected = [0.0; 3];
    let logits = classifier.run(&classifier.network, &chosen).unwrap();
    for (row, label) in logits.chunks_exact(3).zip([0, 2, 1, 1]) {
        let sum: f64 = row.iter().map(|logit| f64::from(*logit).exp()).sum();
        for (class, (expected, logit)) in expected.iter_mut().zip(row).enumerate() {
            let is_label = f64::from(u8::from(class == label));
            *expected += (f64::from(*logit).exp() / sum - is_label) / 4.0;
        }
    }
    crate::testing::check_close(&gradient[gradient.len() - 3..], &expected, "biases");
}

#[test]
fn work_is_bounded_by_operations_and_epochs() {
    assert_eq!(n_steps(100, 1), MIN_SEEN / 100, "a batch is an epoch");
    assert_eq!(n_steps(12_800, 1), MAX_EPOCHS * 100);
    assert_eq!(n_steps(1_000_000, u64::MAX), MIN_SEEN.div_ceil(BATCH));
    let mnist = checked(ImageShape::new(1, 28, 28), &layers(ImageShape::new(1, 28, 28), 10));
    let epochs = n_steps(60_000, mnist.unwrap().flops()) as f64 / 469.0;
    assert!((3.5..4.5).contains(&epochs), "{epochs}");
}

#[test]
fn inputs_are_standardised_by_all_training_pixels() {
    let shape = ImageShape::new(1, 1, 2);
    // Mean 60 and standard deviation 50, or all alike: a deviation of zero divides nothing.
    for (pixels, expected) in [
        ([10, 10, 110, 110], [-1.2, -1.0, 0.0, 1.0]),
        ([60; 4], [-60.0 / 255.0, -50.0 / 255.0, 0.0, 50.0 / 255.0]),
    ] {
        let scaling = Scaling::of(&Images::new(shape, pixels.to_vec()).unwrap());
        for (pixel, expected) in [0.0, 10.0, 60.0, 110.0].into_iter().zip(expected) {
            let found = scaling.apply(pixel / 255.0);
            assert!((found - expected).abs() < 1e-6, "{pixels:?} {pixel}: {found}");
        }
    }
}

#[test]
fn an_epoch_has_every_image_once_and_the_rate_falls_to_zero() {
    let batches = |n| (0..6).map(move |step| batch(step, n)).collect::<Vec<_>>();
    assert_eq!(
        batches(300),
        [(0, 0..128), (0, 128..256), (0, 256..300), (1, 0..128), (1, 128..256), (1, 256..300)]
    );
    assert_eq!(batches(256)[2..4], [(1, 0..128), (1, 128..256)]);
    assert_eq!(batches(5)[4..], [(4, 0..5), (5, 0..5)]);
    assert_eq!([0, 2, 3, 4].map(|step| learning_rate(step, 4)), [2e-3, 1e-3, 0.5e-3, 0.0]);
}

#[test]
fn steps_are_counted() {
    let images = Images::new(ImageShape::new(1, 1, 1), vec![0, 255, 0, 255]).unwrap();
    let told = std::cell::RefCell::new(Vec::new());
    let on_step = |done, total| told.borrow_mut().push((done, total));
    Classifier::train_with(&images, &[0, 1, 0, 1], 2, Seed(1), &on_step).unwrap();
    let total = MIN_SEEN / 4;
    assert_eq!(told.into_inner(), (1..=total).map(|done| (done, total)).collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_learned_is_refused() {
    let images = Images::new(ImageShape::new(1, 2, 2), vec![0; 12]).unwrap();
    let message = |labels: &[u32], n_classes| {
        Classifier::train(&images, labels, n_classes, Seed(1)).unwrap_err().to_string()
    };
    assert_eq!(
        message(&[0, 1], 2),
        "expected a label for each of at least one image to train a classifier on, found 3 images \
         and 2 labels"
    );
    assert_eq!(message(&[0, 1, 2], 2), "expected labels below 2, found 2");
    assert_eq!(
        message(&[1, 1, 1], 2),
        "expected images of at least two classes to train a classifier on, found class 1 alone"
    );
    let classifier = Classifier::train(&images, &[0, 1, 0], 2, Seed(1)).unwrap();
    let others = FloatImages::new(ImageShape::new(1, 2, 3), vec![0.0; 6]);
    assert_eq!(
        classifier.predict(&others).unwrap_err().to_string(),
        "expected images of 1x2x2, as the classifier was trained on, found 1x2x3"
    );
    let none = FloatImages::new(ImageShape::new(1, 2, 2), Vec::new());
    assert!(classifier.accuracy(&none, &[]).unwrap_err().is_data());
}

#[test]
fn a_classifier_is_written_as_named_tensors() {
    let images = crate::testing::static_noise(ImageShape::new(1, 7, 7), 6);
    let classifier = Classifier::train(&images, &[0, 1, 0, 1, 0, 1], 2, Seed(1)).unwrap();
    let bytes = classifier.to_bytes();
    let mut tensors = Tensors::unpack(&bytes).unwrap();
    let mut parameters = tensors.take("network.0.weight", &[16, 1, 3, 3]).unwrap();
    parameters.extend(tensors.take("network.0.bias", &[16]).unwrap());
    assert_eq!(parameters, classifier.parameters[..160]);
    assert_eq!((classifier.n_classes(), classifier.shape()), (2, images.shape()));
    let header = String::from_utf8_lossy(&bytes[..2000.min(bytes.len())]).into_owned();
    assert!(header.contains("\\\"shape\\\":[1,7,7]"), "{header}");
}
