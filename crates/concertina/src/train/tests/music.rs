//! Music is trained like images: by the same loop, to the byte.

use concertina_music::attribute::Attribute;
use rayon::ThreadPoolBuilder;
use tempfile::TempDir;

use super::{outcome, train, train_until, uninterrupted};
use crate::data::music::{MusicSet, tokens_of};
use crate::data::{Data, Examples, OpenOptions};
use crate::model::{Draw, Model};
use crate::recipe::{Recipe, shipped};
use crate::rng::Seed;
use crate::testing::small_music;
use crate::train::Run;

fn music_recipes() -> impl Iterator<Item = &'static str> {
    let names = shipped().iter().map(|recipe| recipe.name);
    names.filter(|name| Recipe::named(name).unwrap().data.music.is_some())
}

#[test]
fn a_stopped_run_and_any_number_of_threads_give_the_same_bytes() {
    for name in music_recipes() {
        let (recipe, data) = small_music(name);
        let on = |threads| ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let expected = on(1).install(|| uninterrupted(&recipe, &data));
        assert!(on(3).install(|| uninterrupted(&recipe, &data)) == expected, "{name}: 3 threads");
        let dir = TempDir::new().unwrap();
        let mut run = recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap();
        train_until(&mut run, 4);
        run.checkpoint().unwrap();
        drop(run);
        let mut run = Run::resume(&data, dir.path()).unwrap();
        train(&mut run);
        assert!(outcome(dir.path()) == expected, "{name}: resumed");
    }
}

#[test]
fn a_model_file_of_music_is_read_as_it_was_written_and_makes_music() {
    for name in music_recipes() {
        let (recipe, data) = small_music(name);
        let (bytes, metrics) = uninterrupted(&recipe, &data);
        let model = Model::from_bytes(&bytes).unwrap();
        assert_eq!(model.to_bytes(), bytes);
        assert_eq!(model.card.music().unwrap().music, data.card().music().unwrap().music);
        assert!(metrics[1].valid.reconstruction > 0.0 && metrics[1].valid.term("kl").is_some());

        let labels = model.labels_in_turn(7);
        let conditioned = model.with_known_labels(labels.as_deref());
        let codes = model.sample_codes(7, Seed(1)).unwrap();
        let encoding = data.train.encoding();
        let drawn = Draw::Sampled { seed: Seed(2), temperature: 1.0 };
        let [best, again, one, other] = [Draw::MostProbable, Draw::MostProbable, drawn, drawn]
            .map(|draw| conditioned.decode_with(&codes, draw).unwrap());
        assert_eq!((&best, &one), (&again, &other), "{name}: not the same twice");
        assert_eq!(best.shape(), data.train.shape());
        for windows in [best, one] {
            for (place, token) in tokens_of(windows.values()).iter().enumerate() {
                let voices = encoding.voices();
                assert!(usize::from(*token) < voices[place % voices.len()].classes);
            }
        }
    }
}

#[test]
fn one_batch_can_be_learned_by_heart() {
    let recipe = Recipe::named("melody-vae")
        .and_then(|recipe| recipe.with("network.encoder", "[48]"))
        .and_then(|recipe| recipe.with("network.decoder", "[48]"))
        .and_then(|recipe| recipe.with("bottleneck", "{ kind = \"plain\", latent-dim = 16 }"))
        .unwrap();
    let mut recipe = recipe;
    recipe.training.epochs = 500;
    recipe.training.learning_rate = 1e-2;
    recipe.data.limit = Some(16);
    recipe.data.bars = Some(1);
    recipe.data.transpose = 0;
    let options = OpenOptions { valid_limit: Some(1), ..recipe.open_options() };
    let data = MusicSet::open("tunes", recipe.wanted_music().unwrap(), &options).unwrap();
    let (bytes, metrics) = uninterrupted(&recipe, &data);
    let last = metrics.last().unwrap().train.reconstruction;
    assert!(last < 0.1, "{last} nats are left of {}", metrics[0].train.reconstruction);
    // Decoding on its own, the model writes what it read.
    let model = Model::from_bytes(&bytes).unwrap();
    let back = model.reconstruct(&data.train).unwrap();
    assert_eq!(tokens_of(back.values()), data.train.tokens());
}

#[test]
fn more_and_less_of_an_attribute_is_more_and_less_of_it() {
    let recipe = Recipe::named("melody-vae")
        .and_then(|recipe| recipe.with("network.encoder", "[48]"))
        .and_then(|recipe| recipe.with("network.decoder", "[64]"))
        .and_then(|recipe| recipe.with("network.scheduled-sampling", "0.0"))
        .and_then(|recipe| recipe.with("bottleneck.latent-dim", 16))
        .and_then(|recipe| recipe.with("bottleneck.beta", 0.02))
        .unwrap();
    let mut recipe = recipe;
    recipe.training.epochs = 60;
    recipe.training.batch_size = 32;
    recipe.training.learning_rate = 5e-3;
    recipe.data.limit = Some(600);
    recipe.data.bars = Some(1);
    recipe.data.transpose = 0;
    let data =
        MusicSet::open("tunes", recipe.wanted_music().unwrap(), &recipe.open_options()).unwrap();
    let (bytes, _) = uninterrupted(&recipe, &data);
    let model = Model::from_bytes(&bytes).unwrap();
    let vectors = model.attributes.as_ref().unwrap();
    let again = model.with_known_labels(None).attribute_vectors(&data.train).unwrap();
    assert_eq!(*vectors, again, "not measured on the training windows");
    let encoding = data.train.encoding();
    let codes = model.encode(&data.valid).unwrap();
    // What this small model has learned of its windows.
    for attribute in [Attribute::NoteDensity, Attribute::Syncopation, Attribute::Diatonic] {
        let measured = |amount: f32| -> Vec<f64> {
            let moved = vectors.moved(&codes, attribute, amount).unwrap();
            let windows = model.decode(&moved).unwrap();
            windows.iter().map(|w| attribute.measure(encoding, &tokens_of(w))).collect()
        };
        let [less, same, more] = [-1.0, 0.0, 1.0].map(measured);
        let rises = |low: &[f64], high: &[f64]| {
            let pairs = low.iter().zip(high);
            100 * pairs.filter(|(low, high)| low < high).count() / codes.len()
        };
        let percent = [rises(&less, &same), rises(&same, &more), rises(&less, &more)];
        assert!(percent[0] > 50 && percent[1] > 50 && percent[2] > 80, "{attribute}: {percent:?}");
    }
}
