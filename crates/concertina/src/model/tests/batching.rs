//! What is made of an example does not depend on those beside it, nor on the number of threads: not
//! by a bit.

use rayon::ThreadPoolBuilder;

use crate::bench::usual_shape;
use crate::data::music::{Music, MusicSet};
use crate::data::{Dataset, Examples, FloatImages, OpenOptions};
use crate::math::Codes;
use crate::model::{Architecture, Model};
use crate::recipe::{Recipe, shipped};
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;
use crate::testing::{normal, static_noise, untrained};

/// More than are run at a time.
const MANY: usize = 515;

/// Whatever a model makes of images.
#[derive(Debug, PartialEq)]
struct Made {
    codes: Codes,
    decoded: FloatImages,
    errors: Vec<f32>,
}

impl Made {
    /// Of the images at `indices`, all at once.
    fn of(model: &Model, images: &FloatImages, labels: &[u32], indices: &[usize]) -> Self {
        let images = FloatImages::gather(images, indices).unwrap();
        let labels: Vec<u32> = indices.iter().map(|&index| labels[index]).collect();
        let model = model.with_known_labels(Some(&labels));
        let codes = model.encode(&images).unwrap();
        let decoded = model.decode(&codes).unwrap();
        let errors = model.reconstruction_errors(&images).unwrap();
        Self { codes, decoded, errors }
    }

    #[track_caller]
    fn check(&self, index: usize, alone: &Self, what: &str) {
        // Bits, so that zeros of either sign and NaN tell.
        let same =
            |a: &[f32], b: &[f32]| a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits()));
        let Self { codes, decoded, errors } = self;
        assert!(same(codes.row(index), alone.codes.row(0)), "{what}: encode");
        assert!(same(decoded.image(index), alone.decoded.image(0)), "{what}: decode");
        assert!(same(&errors[index..=index], &alone.errors), "{what}: reconstruction_errors");
    }
}

/// Untrained, with ten classes, and with a codebook that is not all zeros.
fn model(recipe: &str) -> (Model, FloatImages, Vec<u32>) {
    let recipe = Recipe::named(recipe).unwrap();
    let labels: Vec<u32> = (0..MANY as u32).map(|index| index % 10).collect();
    if recipe.data.music.is_some() {
        return music(&small(&recipe), labels);
    }
    let images = static_noise(shape(&recipe), MANY);
    let few =
        Dataset::from_images(images.take(10), Some(labels[..10].to_vec()), &OpenOptions::default());
    let mut model = untrained(&recipe, &few.unwrap());
    let images = FloatImages::of(&images).unwrap();
    if model.architecture.bottleneck.discrete().is_some() {
        model.weights.bottleneck = normal(model.weights.bottleneck.len(), 5);
    }
    (model, images, labels)
}

/// A model of random windows.
fn music(recipe: &Recipe, labels: Vec<u32>) -> (Model, FloatImages, Vec<u32>) {
    let options = OpenOptions { limit: Some(10), ..OpenOptions::default() };
    let set = MusicSet::open("tunes", recipe.wanted_music().unwrap(), &options).unwrap();
    let model = untrained(recipe, &set);
    let shape = set.train.shape();
    let mut stream = Stream::new(Seed(3), Purpose::Figure, [0; 3]);
    let classes = model.architecture.voices.iter().cycle().take(MANY * shape.len());
    let tokens = classes.map(|&classes| stream.below(classes as u32) as f32).collect();
    (model, FloatImages::new(shape, tokens), labels)
}

/// With narrow networks and short windows: their sizes do not matter here, and their steps are
/// many.
fn small(recipe: &Recipe) -> Recipe {
    let mut recipe = recipe
        .with("network.decoder", "[24, 20]")
        .and_then(|recipe| recipe.with("network.conductor", "[24]"))
        .unwrap();
    if recipe.data.music != Some(Music::Multitrack) {
        recipe.data.bars = Some(1);
    }
    let encoder = if recipe.data.music == Some(Music::Multitrack) { "[20, 20]" } else { "[20]" };
    recipe.with("network.encoder", encoder).unwrap()
}

/// The shape that the recipe is made for, or of large images a part of it, which is less work,
/// where its network takes that.
fn shape(recipe: &Recipe) -> ImageShape {
    let usual = usual_shape(recipe);
    let part = |n| ImageShape::new(usual.channels, usual.height / n, usual.width / n);
    let is_possible = |shape: &ImageShape| {
        usual.height > 32 && shape.height > 8 && Architecture::new(recipe, *shape, 10).is_ok()
    };
    [4, 3, 2].map(part).into_iter().find(is_possible).unwrap_or(usual)
}

/// On so many threads.
fn on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

#[test]
fn examples_in_a_small_batch_are_made_as_each_alone() {
    for recipe in shipped() {
        let (model, images, labels) = model(recipe.name);
        let alone: Vec<Made> =
            on(1, || (0..6).map(|index| Made::of(&model, &images, &labels, &[index])).collect());
        for threads in [1, 3] {
            for n in 1..=6 {
                let indices: Vec<usize> = (0..n).collect();
                let together = on(threads, || Made::of(&model, &images, &labels, &indices));
                for (index, alone) in alone[..n].iter().enumerate() {
                    let what = format!("{}, {index} of {n}, {threads} threads", recipe.name);
                    together.check(index, alone, &what);
                }
            }
        }
    }
}

#[test]
fn examples_of_more_than_one_chunk_are_made_as_each_alone() {
    for recipe in shipped() {
        let (model, images, labels) = model(recipe.name);
        // Of large examples fewer are run at a time.
        let is_large = model.architecture.decoder.output().iter().product::<usize>() > 1 << 17;
        let many = if is_large { 133 } else { MANY };
        let indices: Vec<usize> = (0..many).collect();
        let images = FloatImages::gather(&images, &indices).unwrap();
        let labels = &labels[..many];
        let [together, by_three] =
            [1, 3].map(|threads| on(threads, || Made::of(&model, &images, labels, &indices)));
        assert!(together == by_three, "{}: other results on 3 threads", recipe.name);
        for index in [0, 1, 6, 7, 15, 16, 127, 128, many - 4, many - 3, many - 2, many - 1] {
            let alone = Made::of(&model, &images, labels, &[index]);
            together.check(index, &alone, &format!("{}, {index} of {many}", recipe.name));
        }
        let model = model.with_known_labels(Some(labels));
        let end = many - 5..many;
        let [codes, decoded] = [
            model.encode_range(&images, end.clone()).unwrap().values().to_vec(),
            model.decode_range(&together.codes, end.clone()).unwrap().values().to_vec(),
        ];
        let width = together.codes.size();
        assert!(codes == together.codes.values()[end.start * width..], "{}: encode", recipe.name);
        let area = together.decoded.shape().len();
        assert!(
            decoded == together.decoded.values()[end.start * area..],
            "{}: decode",
            recipe.name
        );
        let again = model.reconstruct_range(&images, end).unwrap();
        assert!(decoded == again.values(), "{}: reconstruct", recipe.name);
    }
}
