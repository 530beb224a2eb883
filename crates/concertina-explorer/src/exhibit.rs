//! What there is to see: models and pictures, made ready for the page.

use concertina::data::Images;
use concertina::evaluate::Step;
use concertina::export::{Graph, weights};
use concertina::math::{Codes, code_means, code_variances};
use concertina::model::Model;
use concertina::rng::{Purpose, Seed, Stream};
use concertina::text::{number, thousands};
use concertina::{Error, Result};

use crate::atlas::Atlas;
use crate::blocks::Blocks;
use crate::page::{
    DataPart, EpochPart, LatentPart, MapPart, Metric, ModelPart, Page, ReconstructionPart,
    StatePart,
};
use crate::place::{Method, Places};
use crate::precision::Precision;

/// The place of the explorer among choices of a figure.
const ORDER: u32 = 300;
/// The most numbers in the codes of a model: with more, not all points have theirs in the page.
const MOST_CODES: usize = 1 << 19;

/// A model to show.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// What it is called, for instance the name of its run.
    pub name: String,
    /// The model.
    pub model: &'a Model,
    /// For a conditional model, the class of each picture by the model's own numbers.
    pub classes: Option<Vec<u32>>,
    /// The model as it was after so many epochs, in this order; may be empty.
    pub epochs: &'a [(usize, Model)],
}

/// The pictures that are shown, the same for all models.
#[derive(Clone, Copy, Debug)]
pub struct Pictures<'a> {
    /// What they are called.
    pub name: &'a str,
    /// Clean, of the shape that the models return.
    pub images: &'a Images,
    /// The class of each, a place in `class_names`.
    pub labels: Option<&'a [u32]>,
    /// Names of the classes.
    pub class_names: &'a [String],
}

/// How much is shown, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Points on the map, at most.
    pub points: usize,
    /// Points with a picture, at most.
    pub thumbnails: usize,
    /// How codes become places; by default as they are, or by principal components.
    pub method: Option<Method>,
    /// In what parameters are kept.
    pub precision: Precision,
    /// Which points are chosen, and where t-SNE and UMAP begin.
    pub seed: Seed,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            points: 2000,
            thumbnails: 2000,
            method: None,
            precision: Precision::Float32,
            seed: Seed(42),
        }
    }
}

/// Models and pictures, ready for the page.
#[derive(Debug)]
pub struct Exhibit {
    pub(crate) page: Page,
    pub(crate) blocks: Blocks,
    /// Where parameters are kept in fewer bits than they have: the largest difference of a pixel
    /// that this makes in the reconstructions of the points, in values of 0..1.
    pub rounding_difference: Option<f32>,
}

impl Exhibit {
    /// Encodes the pictures and lays them out. `at` hears what is being done.
    ///
    /// # Errors
    /// If there is no picture, there are other numbers of models than one and two, the pictures do
    /// not have the shape of the models' output, or a model's codes hold the image itself.
    pub fn new(
        models: &[Shown<'_>],
        pictures: Pictures<'_>,
        options: Options,
        at: &dyn Fn(Step<'_>),
    ) -> Result<Self> {
        if !(1..=2).contains(&models.len()) {
            return Err(Error::config(format!(
                "expected one model, or two to compare, found {}",
                models.len()
            )));
        }
        if pictures.images.is_empty() || options.points == 0 {
            return Err(Error::data("expected at least one picture to show, found none"));
        }
        let of = pictures.images.len();
        let mut stream = Stream::new(options.seed, Purpose::Figure, [ORDER, 0, 0]);
        // In a random order, so that the first of them are a fair sample.
        let chosen: Vec<usize> = stream
            .permutation(of)
            .into_iter()
            .take(options.points)
            .map(|index| index as usize)
            .collect();
        let images = pictures.images.select(&chosen)?;
        let mut blocks = Blocks::default();
        let mut differences = Vec::new();
        let mut parts = Vec::new();
        for (place, shown) in models.iter().enumerate() {
            let part = Part { shown, place, images: &images, chosen: &chosen, options };
            let (model, difference) = part.made(&mut blocks, at)?;
            differences.extend(difference);
            parts.push(model);
        }
        at(Step { what: "drawing thumbnails", done: 0, total: 1 });
        let thumbnails = images.take(options.thumbnails.clamp(1, images.len()));
        let atlas = Atlas::new(&thumbnails, &mut blocks)?;
        let labels = pictures.labels.map(|labels| {
            let own: Vec<u16> = chosen.iter().map(|&index| labels[index] as u16).collect();
            blocks.labels("labels".to_owned(), &own)
        });
        let shape = images.shape();
        let names: Vec<&str> = models.iter().map(|shown| shown.name.as_str()).collect();
        let page = Page {
            title: format!("{} on {}", names.join(" and "), pictures.name),
            program: concat!("concertina ", env!("CARGO_PKG_VERSION")),
            data: DataPart {
                name: pictures.name.to_owned(),
                shape: [shape.channels, shape.height, shape.width],
                n: images.len(),
                of,
                classes: pictures.labels.map(|_| pictures.class_names.to_vec()),
                labels: labels.transpose()?,
            },
            models: parts,
            pictures: atlas,
            live: false,
            notes: notes(&images, of, options),
            blocks: blocks.packings(),
        };
        Ok(Self { page, blocks, rounding_difference: differences.into_iter().reduce(f32::max) })
    }
}

impl Exhibit {
    /// Tells the page that the model is still trained: it then asks for `live`.
    pub fn set_live(&mut self) {
        self.page.live = true;
    }

    /// Points on the map.
    pub fn points(&self) -> usize {
        self.page.data.n
    }
}

/// What is to be known of a page that does not show everything.
fn notes(images: &Images, of: usize, options: Options) -> Vec<String> {
    let mut notes = Vec::new();
    if images.len() < of {
        notes.push(format!(
            "{} of {} pictures, chosen at random",
            thousands(images.len()),
            thousands(of)
        ));
    }
    if options.thumbnails < images.len() {
        notes.push(format!(
            "{} of them have their picture in the page",
            thousands(options.thumbnails)
        ));
    }
    notes
}

/// One model of an exhibit, before it is made.
struct Part<'a> {
    shown: &'a Shown<'a>,
    place: usize,
    images: &'a Images,
    chosen: &'a [usize],
    options: Options,
}

impl Part<'_> {
    fn made(&self, blocks: &mut Blocks, at: &dyn Fn(Step<'_>)) -> Result<(ModelPart, Option<f32>)> {
        let Self { shown, place, options, .. } = *self;
        let model = shown.model;
        if model.code_has_image() {
            return Err(Error::config(format!(
                "`{}`: expected a model with codes to walk through, found one whose code has the \
                 image itself in it",
                shown.name
            )));
        }
        let classes: Option<Vec<u32>> = shown
            .classes
            .as_ref()
            .map(|classes| self.chosen.iter().map(|&index| classes[index]).collect());
        let classes = classes.as_deref();
        let codes = self.codes(model, classes, at)?;
        let is_rounded = options.precision != Precision::Float32;
        let difference =
            is_rounded.then(|| self.rounding_difference(&codes, classes)).transpose()?;
        let now = self.state(model, &codes, classes, &format!("{place}"), blocks, at)?;
        let epochs = shown.epochs.iter().map(|(epoch, model)| {
            let codes = self.codes(model, classes, at)?;
            let of = format!("{place}-{epoch}");
            let state = self.state(model, &codes, classes, &of, blocks, at)?;
            Ok(EpochPart { epoch: *epoch, state })
        });
        let kind = |choice: &str| kind(model, choice);
        let made = ModelPart {
            name: shown.name.clone(),
            recipe: model.recipe.name.clone(),
            summary: model.latent_description().to_owned(),
            graph: Graph::new(&model.recipe, &model.architecture),
            precision: options.precision,
            now,
            epochs: epochs.collect::<Result<_>>()?,
            reconstruction: ReconstructionPart {
                kind: kind("reconstruction"),
                unit: quantity(model),
            },
            conditional: (model.architecture.classes > 0)
                .then(|| model.card.classes.iter().map(|class| class.name.clone()).collect()),
            task: kind("task"),
        };
        Ok((made, difference))
    }

    fn codes(
        &self,
        model: &Model,
        classes: Option<&[u32]>,
        at: &dyn Fn(Step<'_>),
    ) -> Result<Codes> {
        at(Step { what: "encoding", done: 0, total: self.images.len() });
        model.with_labels(classes)?.encode(self.images)
    }

    /// What a model makes of the pictures. Names of blocks end in `of`.
    fn state(
        &self,
        model: &Model,
        codes: &Codes,
        classes: Option<&[u32]>,
        of: &str,
        blocks: &mut Blocks,
        at: &dyn Fn(Step<'_>),
    ) -> Result<StatePart> {
        let Self { images, options, .. } = *self;
        let total = images.len();
        let conditioned = model.with_labels(classes)?;
        at(Step { what: "comparing with reconstructions", done: 0, total });
        let errors = conditioned.reconstruction_errors(images)?;
        let kl = model.is_variational().then(|| conditioned.kl_divergence(images)).transpose()?;
        let places = Places::of(codes, options.method, options.seed, |done, total| {
            at(Step { what: "laying codes out", done, total });
        })?;
        let named = |what: &str| format!("{what}-{of}");
        let codes_of = codes.len().min((MOST_CODES / codes.size()).max(1));
        let weights = options.precision.keep(named("weights"), &weights(&model.weights), blocks)?;
        let coordinate =
            |axis: usize| -> Vec<f32> { places.at.rows().map(|place| place[axis]).collect() };
        let is_latent = places.method == Method::Latent;
        let [x, y] = [("x", 0), ("y", 1)].map(|(name, axis)| {
            (!is_latent).then(|| blocks.floats(named(name), &coordinate(axis))).transpose()
        });
        let map = MapPart {
            method: places.method,
            x: x?,
            y: y?,
            trustworthiness: places.trustworthiness,
            explained: places.explained,
            components: places.components,
        };
        let mean_error =
            errors.iter().map(|error| f64::from(*error)).sum::<f64>() / errors.len() as f64;
        Ok(StatePart {
            weights,
            map,
            codes: blocks.floats(named("codes"), &codes.values()[..codes_of * codes.size()])?,
            codes_of,
            errors: blocks.floats(named("errors"), &errors)?,
            latent: LatentPart {
                dim: codes.size(),
                mean: code_means(codes),
                std: code_variances(codes).into_iter().map(f64::sqrt).collect(),
                kl,
                has_prior: model.has_prior(),
                kind: kind(model, "bottleneck"),
            },
            metrics: vec![
                metric("parameters", thousands(model.architecture.n_parameters())),
                metric("latent dimensions", thousands(codes.size())),
                metric(
                    &format!("error, {}", model.recipe.reconstruction.unit()),
                    number(mean_error),
                ),
            ],
        })
    }

    /// The largest difference of a pixel between reconstructions by the model and by one with
    /// the parameters that the page reads back.
    fn rounding_difference(&self, codes: &Codes, classes: Option<&[u32]>) -> Result<f32> {
        let mut rounded = self.shown.model.clone();
        let read = self.options.precision.rounded(&weights(&rounded.weights));
        let mut read = read.into_iter();
        let own = &mut rounded.weights;
        for values in [&mut own.encoder, &mut own.decoder, &mut own.bottleneck] {
            values.iter_mut().zip(&mut read).for_each(|(value, read)| *value = read);
        }
        let [before, after] =
            [self.shown.model, &rounded].map(|model| model.with_labels(classes)?.decode(codes));
        let (before, after) = (before?, after?);
        let pairs = before.values().iter().zip(after.values());
        Ok(pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max))
    }
}

fn metric(label: &str, value: String) -> Metric {
    Metric { label: label.to_owned(), value }
}

/// The word of a recipe for the kind of a choice.
fn kind(model: &Model, choice: &str) -> String {
    let recipe = serde_json::to_value(&model.recipe).unwrap_or_default();
    recipe[choice]["kind"].as_str().unwrap_or_default().to_owned()
}

/// The unit of errors, without what they are per.
fn quantity(model: &Model) -> String {
    let unit = model.recipe.reconstruction.unit();
    unit.split(" per ").next().unwrap_or_default().to_owned()
}
