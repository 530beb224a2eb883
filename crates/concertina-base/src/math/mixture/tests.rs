//! Tests of the mixture.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

/// Three clouds in the plane, one of them stretched along the diagonal.
fn clouds() -> Codes {
    let mut values = Vec::new();
    for i in 0..3000u32 {
        let mut stream = Stream::new(Seed(5), Purpose::Figure, [i, 0, 0]);
        let (a, b) = (stream.normal(), stream.normal());
        values.extend(match i % 3 {
            0 => [10.0 + a, 0.1 * b],
            1 => [-10.0 + a + 0.1 * b, a - 0.1 * b],
            _ => [0.2 * a, 20.0 + 0.2 * b],
        });
    }
    Codes::new(2, values)
}

#[test]
fn samples_lie_where_the_codes_do() {
    let codes = clouds();
    let mixture = Mixture::fit(&codes, Seed(1)).unwrap();
    let mut counts = [0; 3];
    for i in 0..3000 {
        let mut z = [0.0; 2];
        mixture.sample(&mut Stream::new(Seed(2), Purpose::Sample, [i, 0, 0]), &mut z);
        let centres = [[10.0, 0.0], [-10.0, 0.0], [0.0, 20.0]];
        let near = centres.iter().position(|c| (z[0] - c[0]).hypot(z[1] - c[1]) < 6.0);
        counts[near.expect("every sample is in one of the clouds")] += 1;
        if z[0] < -5.0 {
            // The stretched cloud stays a thin diagonal: a mixture with round components would not
            // keep to it.
            assert!((z[1] - (z[0] + 10.0)).abs() < 1.5, "{z:?}");
        }
    }
    assert!(counts.iter().all(|count| (900..1100).contains(count)), "{counts:?}");
}

#[test]
fn a_fit_repeats_and_survives_the_round_trip() {
    let codes = clouds();
    let mixture = Mixture::fit(&codes, Seed(1)).unwrap();
    assert_eq!(mixture, Mixture::fit(&codes, Seed(1)).unwrap());
    let parts = mixture.to_parts();
    let read = Mixture::from_parts(2, [&parts[0], &parts[1], &parts[2]]).unwrap();
    assert_eq!(read.to_parts(), parts);
    assert_eq!(Mixture::from_parts(3, [&parts[0], &parts[1], &parts[2]]), None);
}

#[test]
fn few_codes_and_constant_dimensions_are_no_trouble() {
    for codes in [
        Codes::new(3, vec![1.0, 2.0, 3.0]),
        Codes::new(2, vec![0.0; 40]),
        Codes::new(1, vec![0.0, 1.0, 5.0]),
    ] {
        let mixture = Mixture::fit(&codes, Seed(1)).unwrap();
        let mut z = vec![0.0; codes.size()];
        mixture.sample(&mut Stream::new(Seed(2), Purpose::Sample, [0; 3]), &mut z);
        assert!(z.iter().all(|value| value.is_finite()));
    }
    assert!(Mixture::fit(&Codes::new(1, vec![f32::NAN]), Seed(1)).unwrap_err().is_failed());
}
