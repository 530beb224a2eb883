//! Tests of the built-in digits: the same bytes always, no two alike, and the look of MNIST.

use std::collections::HashSet;

use super::*;

/// The Fowler, Noll and Vo hash (FNV-1a) of `bytes`.
fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xCBF2_9CE4_8422_2325, |hash, &b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01B3))
}

fn stream(example: u32) -> Stream {
    Stream::new(Seed(5), Purpose::Digits, [0, example, 1])
}

/// Both splits of a set: pixels and labels of the one, then of the other.
fn dataset(n_train: usize, n_valid: usize, seed: Seed) -> (Vec<u8>, Vec<u32>, Vec<u8>, Vec<u32>) {
    let train = Digits::draw(Split::Train, n_train, seed);
    let valid = Digits::draw(Split::Valid, n_valid, seed);
    (train.pixels, train.labels, valid.pixels, valid.labels)
}

/// Images one by one.
fn images(pixels: &[u8]) -> impl Iterator<Item = &[u8]> {
    pixels.chunks_exact(SIDE * SIDE)
}

#[test]
fn a_seed_gives_the_bytes_it_always_gave() {
    let (train, labels, valid, valid_labels) = dataset(100, 20, Seed(42));
    assert_eq!(labels[..10], [2, 7, 6, 3, 9, 1, 0, 5, 4, 8]);
    assert_eq!(valid_labels[..10], [4, 1, 8, 7, 2, 6, 5, 3, 0, 9]);
    assert_eq!([fnv(&train), fnv(&valid)], [0x98C4_F6EC_EC67_B3F0, 0xED3A_D41A_9539_1A00]);
}

#[test]
fn an_example_does_not_depend_on_how_many_there_are() {
    let (train, labels, valid, valid_labels) = dataset(37, 15, Seed(3));
    let (more, more_labels, more_valid, more_valid_labels) = dataset(64, 0, Seed(3));
    assert_eq!((&more[..37 * SIDE * SIDE], &more_labels[..37]), (&train[..], &labels[..]));
    assert_eq!((more_valid.len(), more_valid_labels.len()), (0, 0));
    assert_eq!((images(&valid).count(), valid_labels.len()), (15, 15));
}

#[test]
fn an_example_is_its_class_drawn_from_its_own_stream() {
    let (_, _, valid, labels) = dataset(0, 30, Seed(8));
    for (i, (picture, &class)) in images(&valid).zip(&labels).enumerate() {
        let mut stream = Stream::new(Seed(8), Purpose::Digits, [1, i as u32, 1]);
        assert_eq!(picture, draw(class, &mut stream));
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let with_threads = |n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("threads start");
        pool.install(|| dataset(300, 50, Seed(11)))
    };
    assert_eq!(with_threads(1), with_threads(3));
}

#[test]
fn no_two_are_alike() {
    let (train, _, valid, _) = dataset(6000, 2000, Seed(1));
    let (other, ..) = dataset(1000, 0, Seed(2));
    let all: HashSet<&[u8]> = images(&train).chain(images(&valid)).chain(images(&other)).collect();
    assert_eq!(all.len(), 9000);
}

#[test]
fn every_ten_labels_hold_each_class_once_in_changing_order() {
    let (_, labels, _, valid_labels) = dataset(2000, 2000, Seed(9));
    assert_ne!(labels, valid_labels);
    let mut orders = HashSet::new();
    for ten in labels.chunks_exact(10) {
        let mut sorted = ten.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..CLASSES).collect::<Vec<_>>());
        orders.insert(ten);
    }
    assert!(orders.len() > 195);
}

/// MNIST has a mean of 0.131, a standard deviation of 0.308, and 0.81 of its pixels are 0.
#[test]
fn ink_is_as_much_as_in_mnist() {
    let (train, ..) = dataset(4000, 0, Seed(4));
    let share = |count: usize| count as f64 / train.len() as f64;
    let values = || train.iter().map(|&pixel| f64::from(pixel) / 255.0);
    let mean = values().sum::<f64>() / values().count() as f64;
    let square = values().map(|v| v * v).sum::<f64>() / values().count() as f64;
    let deviation = (square - mean * mean).sqrt();
    let empty = share(values().filter(|&value| value == 0.0).count());
    assert!((0.125..0.140).contains(&mean), "mean {mean}");
    assert!((0.300..0.315).contains(&deviation), "standard deviation {deviation}");
    assert!((0.79..0.82).contains(&empty), "share of pixels that are 0: {empty}");
}

#[test]
fn the_edge_of_the_frame_stays_empty() {
    let (train, ..) = dataset(4000, 0, Seed(6));
    for picture in images(&train) {
        for i in 0..SIDE {
            for (row, column) in [(0, i), (SIDE - 1, i), (i, 0), (i, SIDE - 1)] {
                assert_eq!(picture[row * SIDE + column], 0);
            }
        }
    }
}

#[test]
fn figures_fill_their_box_around_the_middle() {
    for example in 0..500 {
        let picture = draw(example % CLASSES, &mut stream(example));
        let inked = |row: usize| picture[row * SIDE..][..SIDE].iter().any(|&pixel| pixel > 127);
        let across = |column: usize| (0..SIDE).any(|row| picture[row * SIDE + column] > 127);
        let side = (0..SIDE).filter(|&row| inked(row)).count();
        let side = side.max((0..SIDE).filter(|&column| across(column)).count());
        assert!((17..=23).contains(&side), "example {example}: {side} pixels");

        let (mut mass, mut moment) = (0.0, [0.0; 2]);
        for (i, &pixel) in picture.iter().enumerate() {
            mass += f64::from(pixel);
            moment[0] += f64::from(pixel) * ((i % SIDE) as f64 + 0.5);
            moment[1] += f64::from(pixel) * ((i / SIDE) as f64 + 0.5);
        }
        for centre in moment.map(|m| m / mass) {
            assert!((centre - 14.0).abs() < 3.0, "example {example}: centre {centre}");
        }
    }
}

/// Each class's mean picture recognises its own figures, as far as so little can: a mixed-up table
/// would show.
#[test]
fn figures_are_nearest_to_the_mean_of_their_class() {
    let (train, labels, valid, valid_labels) = dataset(2000, 500, Seed(12));
    let mut means = vec![[0.0_f32; SIDE * SIDE]; CLASSES as usize];
    for (picture, &class) in images(&train).zip(&labels) {
        for (sum, &pixel) in means[class as usize].iter_mut().zip(picture) {
            *sum += f32::from(pixel) / 200.0;
        }
    }
    let distance = |picture: &[u8], mean: &[f32]| -> f32 {
        picture.iter().zip(mean).map(|(&pixel, m)| (f32::from(pixel) - m).powi(2)).sum()
    };
    let right = images(&valid).zip(&valid_labels).filter(|&(picture, &class)| {
        let own = distance(picture, &means[class as usize]);
        means.iter().all(|mean| own <= distance(picture, mean))
    });
    let right = right.count();
    assert!(right > 375, "{right} of 500");
}

/// A form with a share of nothing, a stroke of one knot or a doubled knot would be a slip in the
/// tables.
#[test]
fn every_form_can_be_drawn() {
    for class in 0..CLASSES {
        for form in forms::of(class) {
            assert!(form.share > 0);
            for stroke in form.strokes {
                assert!(stroke.len() >= 2);
                assert!(!stroke[0].corner || stroke.len() > 2);
                assert!(stroke.windows(2).all(|pair| pair[0].one != pair[1].one));
                assert!(stroke.windows(2).all(|pair| pair[0].other != pair[1].other));
            }
        }
    }
}

#[test]
fn a_smooth_curve_passes_its_knots_and_keeps_straight_lines_straight() {
    let knots = [[0.0, 0.0], [1.0, 0.5], [1.5, 2.0], [4.0, 2.5]];
    let mut line = Vec::new();
    spline::trace(&knots, &mut line);
    for knot in knots {
        assert!(line.contains(&knot), "{knot:?} is not in {line:?}");
    }
    let mut straight = Vec::new();
    spline::trace(&[[0.0, 1.0], [1.0, 2.0], [4.0, 5.0]], &mut straight);
    for [x, y] in straight {
        assert!((y - x - 1.0).abs() < 1e-5);
    }
}

#[test]
fn a_dot_is_round_and_as_wide_as_its_pen() {
    let place = [14.0, 14.0];
    let touch = hand::Touch { place, radius: 3.0 };
    let path = hand::Path { strokes: vec![vec![touch, touch]], softness: 1.0 };
    let picture = ink::ink(&path);
    let at = |row: usize, column: usize| picture[row * SIDE + column];
    assert_eq!([at(13, 13), at(14, 14), at(13, 11), at(14, 17)], [255, 255, 242, 0]);
    for row in 0..SIDE {
        for column in 0..SIDE {
            assert_eq!(at(row, column), at(column, row));
            assert_eq!(at(row, column), at(SIDE - 1 - row, column));
        }
    }
    // The area of the disc, to within a hundredth.
    let area = picture.iter().map(|&pixel| f64::from(pixel) / 255.0).sum::<f64>();
    assert!((area / (9.0 * std::f64::consts::PI) - 1.0).abs() < 0.01, "{area}");
}
