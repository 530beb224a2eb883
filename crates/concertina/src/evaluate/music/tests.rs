//! Evaluations of music: what is counted, the baselines, and whole ones of every kind.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use concertina_music::encoding::Encoding;
use rayon::ThreadPoolBuilder;

use super::agreement::Agreement;
use super::*;
use crate::data::Data as _;
use crate::data::music::{MusicSet, Windows, tokens_of};
use crate::model::Model;
use crate::testing::{small_music, untrained};

const MELODY: Encoding = Encoding::Melody { bars: 1 };

/// A bar with these tokens at its beginning.
fn bar(tokens: &[u16]) -> Vec<u16> {
    let mut bar = vec![0; 16];
    bar[..tokens.len()].copy_from_slice(tokens);
    bar
}

fn subject<'m>(model: &'m Model, set: &MusicSet) -> MusicSubject<'m> {
    MusicSubject {
        model,
        name: "tunes".to_owned(),
        test: set.valid.clone(),
        train: Some(set.train.clone()),
        own: true,
    }
}

fn of(section: Section) -> Options {
    Options { sections: vec![section], ..Options::default() }
}

#[test]
fn agreement_counts_tokens_and_notes() {
    // C4, C4 again, an end; the other has E4, C4 and no end.
    let original = Windows::new(MELODY, bar(&[41, 41, 1]));
    for (other, accuracy, f1) in [
        (bar(&[41, 41, 1]), 1.0, 1.0),
        (bar(&[45, 41, 0]), 14.0 / 16.0, 0.5),
        // Of its notes one is the original's; of the original's one is found.
        (bar(&[41, 0, 1, 50, 51]), 13.0 / 16.0, 2.0 / 5.0),
        (bar(&[]), 13.0 / 16.0, 0.0),
    ] {
        let found = Agreement::new("it", &original, &other);
        assert_eq!((found.accuracy, found.onset_f1), (accuracy, f1), "{other:?}");
        assert!(found.voices.is_empty());
    }
    // Nothing to find, and nothing found.
    let silence = Windows::new(MELODY, bar(&[]));
    assert_eq!(Agreement::new("it", &silence, &bar(&[])).onset_f1, 1.0);
}

#[test]
fn agreement_tells_voices_apart_and_passes_over_padding() {
    let trio = Windows::new(Encoding::Trio { bars: 1 }, [41, 20, 3].repeat(16));
    let mut other = trio.tokens().to_vec();
    // Another bass note, and of the two drums at the first step only one.
    (other[1], other[2]) = (21, 1);
    let found = Agreement::new("it", &trio, &other);
    let voices = found.voices.iter().map(|voice| (voice.voice.as_str(), voice.accuracy));
    let expected = [("melody", 1.0), ("bass", 15.0 / 16.0), ("drums", 15.0 / 16.0)];
    assert_eq!(voices.collect::<Vec<_>>(), expected);
    assert_eq!(found.accuracy, 46.0 / 48.0);
    let f1: Vec<f64> = found.voices.iter().map(|voice| voice.onset_f1).collect();
    assert_eq!(f1, [1.0, 15.0 / 16.0, 62.0 / 63.0]);

    // A bar of two tracks: the rest of their tokens is padding, and empty tracks are ends.
    let mut tokens = vec![490; 512];
    (tokens[0], tokens[1], tokens[2]) = (360, 60, 489);
    (1..8).for_each(|track| tokens[64 * track] = 489);
    let tracks = Windows::new(Encoding::Multitrack, tokens.clone());
    (tokens[2], tokens[40]) = (61, 62);
    assert_eq!(Agreement::new("it", &tracks, &tokens).accuracy, 9.0 / 10.0);
}

#[test]
fn baselines_say_what_the_training_windows_say() {
    let (recipe, set) = small_music("melody-vae");
    let (recipe, model) = (recipe.with("data.bars", 1).unwrap(), untrained(&recipe, &set));
    let train: Vec<u16> = [bar(&[41, 0, 43]), bar(&[41, 0, 43, 44]), bar(&[50, 0, 52])].concat();
    let model = Model { recipe, ..model };
    let subject = MusicSubject {
        model: &model,
        name: "bars".to_owned(),
        test: Windows::new(MELODY, bar(&[50, 0, 43, 44, 45])),
        train: Some(Windows::new(MELODY, train)),
        own: false,
    };
    let found = evaluate_music(&subject, &of(Section::Baselines), &|_| {}).unwrap();
    let found = found.baselines.as_ref().and_then(Finding::measured).unwrap();
    let accuracies: Vec<f64> = found.agreements.iter().map(|found| found.accuracy).collect();
    // Zeros: all but four. The bigram: 41 first, then zeros, 43 in the third place, 0 behind 43,
    // and behind 44, which was followed by 0 alone. The nearest: the second.
    assert_eq!(accuracies, [12.0 / 16.0, 13.0 / 16.0, 14.0 / 16.0]);

    let subject = MusicSubject { train: None, ..subject };
    let found = evaluate_music(&subject, &of(Section::Baselines), &|_| {}).unwrap();
    let json = serde_json::to_string(&found.baselines).unwrap();
    assert!(json.contains("no training split"), "{json}");
    assert_eq!((found.windows, found.train_windows), (1, 0));
}

#[test]
fn what_is_written_is_what_the_model_writes() {
    let (recipe, set) = small_music("trio-vae");
    let model = untrained(&recipe, &set);
    let found = evaluate_music(&subject(&model, &set), &of(Section::Reconstruction), &|_| {});
    let found = found.unwrap().reconstruction.unwrap();
    let of: Vec<&str> = found.agreements.iter().map(|found| found.of.as_str()).collect();
    let expected = [
        "teacher-forced, code drawn",
        "free-running, code drawn",
        "free-running, code drawn, tokens drawn",
        "free-running, mean of the code",
        "free-running, code of another window",
    ];
    assert_eq!(of, expected);
    let written = tokens_of(model.reconstruct(&set.valid).unwrap().values());
    assert_eq!(found.agreements[3], Agreement::new(expected[3], &set.valid, &written));
    let elbo = -found.error - found.kl_bits.unwrap() * std::f64::consts::LN_2;
    assert!((found.elbo_nats.unwrap() - elbo).abs() < 1e-9);
    let kl = found.terms.get("kl").unwrap() / std::f64::consts::LN_2;
    assert!((found.kl_bits.unwrap() - kl).abs() < 1e-4 * kl);
}

#[test]
fn teacher_forced_tokens_are_the_most_probable_given_the_original() {
    // Where the original is what the model writes, being fed either is the same.
    let (recipe, set) = small_music("melody-vae");
    let model = untrained(&recipe, &set);
    let given = model.with_known_labels(None);
    let codes = given.encode(&set.valid).unwrap();
    let own = tokens_of(given.decode(&codes).unwrap().values());
    let fed = Windows::new(set.valid.encoding(), own.clone());
    assert_eq!(tokens_of(given.predict(&codes, &fed).unwrap().values()), own);
    let drawn = given.sample_posterior(&set.valid, crate::rng::Seed(1)).unwrap();
    assert_ne!(drawn, codes);
    assert!(given.predict(&codes, &set.valid.select(&[0])).is_err());
}

#[test]
fn the_same_for_any_number_of_threads() {
    for name in ["melody-vae", "multitrack-vae"] {
        let (recipe, set) = small_music(name);
        let model = untrained(&recipe, &set);
        let on = |threads: usize| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let subject = subject(&model, &set);
            let found = pool.install(|| evaluate_music(&subject, &Options::default(), &|_| {}));
            serde_json::to_value(found.unwrap()).unwrap()
        };
        let found = on(1);
        assert_eq!(found, on(3), "{name}");
        assert_eq!(found["interpolation"]["ends_reconstructed"], 1.0, "{name}");
        let training = found["samples"]["training"]["pitch_nats"].as_f64().unwrap();
        let samples = found["samples"]["samples"]["pitch_nats"].as_f64().unwrap();
        assert!(training < samples, "{name}: tunes are more like tunes than noise is");
        assert_eq!(found["tracks"].is_object(), name == "multitrack-vae");
        if name == "multitrack-vae" {
            assert_eq!(found["tracks"]["legal"], 1.0);
            assert!(found["tracks"]["chords"]["bars"].as_u64() > Some(0));
        }
    }
}

#[test]
fn images_are_no_music() {
    let (recipe, set) = small_music("drums-vae");
    let model = untrained(&recipe, &set);
    let (_, melodies) = small_music("melody-vae");
    let error = evaluate_music(&subject(&model, &melodies), &Options::default(), &|_| {});
    assert!(error.unwrap_err().to_string().contains("expected"));
    let digits = crate::testing::digits(20);
    let images = untrained(&crate::testing::plain(), &digits);
    let error = evaluate_music(&subject(&images, &set), &Options::default(), &|_| {}).unwrap_err();
    assert_eq!(error.to_string(), "expected a model of music, found one of images");
    assert!(set.validation().examples.len() > 1);
}
