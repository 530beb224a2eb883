//! `map`.

use clap::ValueEnum;
use concertina::artifact::write_whole;
use concertina::data::FloatImages;
use concertina::latent::{MapProgress, Tsne, Umap, principal_map};
use concertina::math::{Codes, Points};
use concertina::metric::MapTrust;
use concertina::model::Model;
use concertina::rng::Seed;
use concertina::text::{counted, thousands};
use concertina::{Error, Result};
use concertina_report::gallery::roll_thumbnails;
use concertina_report::plot::{Scatter, Theme};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::paths;
use crate::args::{self, MapMethod};
use crate::condition::classes;
use crate::data::Wanted;
use crate::examined::{Examined, Kind};
use crate::exit::Exit;
use crate::output::{FigureOut, csv_bytes};
use crate::printer::Printer;
use crate::progress::Mapping;

/// `concertina map`
pub(crate) fn run(args: &args::Map, printer: Printer) -> anyhow::Result<Exit> {
    let inputs = [args.data.as_ref(), args.model.as_path()];
    let outs =
        args.out.iter().map(|out| FigureOut::new(out, &inputs)).collect::<Result<Vec<_>>>()?;
    check_flags(args)?;
    args.threads.begin()?;
    let model = Model::open(&args.model)?;
    let wanted = Wanted { limit: args.limit, train: args.train, ..Wanted::default() };
    let sources = std::slice::from_ref(&args.data);
    let inputs = Examined::open(&model, sources, wanted, printer)?;
    let (pictures, codes);
    let points = if args.pixels {
        let Kind::Images { images, .. } = &inputs.kind else {
            let message = "`--pixels`: expected a model of images, found one of music";
            return Err(Error::config(message).into());
        };
        pictures = FloatImages::of(images)?;
        pictures.as_points("images")?
    } else {
        let (n, labels) = (inputs.names.len(), inputs.labels.as_deref());
        let classes = classes(&model, n, labels, args.label.as_deref())?;
        codes = model.with_labels(classes.as_deref())?.encode(inputs.examples())?;
        Points::of_codes("codes", &codes)?
    };
    let what = format!(
        "{} {} of {}",
        thousands(points.n_points()),
        points.name(),
        counted(points.size(), "dimension")
    );
    let mut progress = Mapping::new(printer, &format!("projecting {what}"));
    let map = map(args, points, |step| progress.step(step));
    let map = map.and_then(|map| {
        progress.working("measuring trustworthiness");
        let places = Points::of_codes("points of the map", &map.places)?;
        let trust = MapTrust::of(points, places)?;
        Ok((map, trust))
    });
    progress.end();
    let (map, trust) = map?;
    let trusted = trust.as_ref().map(|trust| in_words(trust, points, inputs.word()));
    let results: Vec<String> = map.quality.in_words().into_iter().chain(trusted).collect();
    let told = format!("{}: {}", map.made_by, results.join(", "));
    for out in &outs {
        match out {
            FigureOut::Png(path) => {
                let note = format!("{what}. {told}.");
                write_whole(path, &map.picture(&inputs, args.thumbnails, &note)?)?;
            }
            FigureOut::Csv(path) => {
                let columns = vec!["x".into(), "y".into()];
                let (values, labels) = (map.places.values(), inputs.labels.as_deref());
                write_whole(path, &csv_bytes(columns, values, &inputs.names, labels)?)?;
            }
        }
    }
    printer.say(format_args!("{told}"));
    let document = Mapped {
        written: paths(outs.iter().map(|out| out.path())),
        points: points.n_points(),
        dimensions: points.size(),
        made_by: &map.made_by,
        quality: map.quality,
        trustworthiness: trust,
    };
    let words = format!("map of {what} written to {}", document.written.join(" and "));
    printer.made(&document, words)?;
    Ok(Exit::Done)
}

/// A setting of one method is not one of another.
fn check_flags(args: &args::Map) -> Result<()> {
    let found = args.method.to_possible_value().map_or(String::new(), |v| v.get_name().to_owned());
    let is_for = |flag: &str, is_given: bool, method: MapMethod, name: &str| {
        if is_given && args.method != method {
            let message = format!("`{flag}`: expected `--method {name}`, found `--method {found}`");
            return Err(Error::config(message));
        }
        Ok(())
    };
    is_for("--perplexity", args.perplexity.is_some(), MapMethod::Tsne, "tsne")?;
    is_for("--neighbours", args.neighbours.is_some(), MapMethod::Umap, "umap")?;
    is_for("--min-dist", args.min_dist.is_some(), MapMethod::Umap, "umap")
}

/// A map that was written, and how far it can be trusted.
#[derive(JsonSchema, Serialize)]
pub(super) struct Mapped<'a> {
    /// The paths of the files.
    written: Vec<String>,
    /// How many points the map has.
    points: usize,
    /// Dimensions of a code, or of an image's pixels with `--pixels`.
    dimensions: usize,
    /// The method and its settings.
    made_by: &'a str,
    #[serde(flatten)]
    quality: Quality,
    /// Missing for too few points to define it.
    #[serde(skip_serializing_if = "Option::is_none")]
    trustworthiness: Option<MapTrust>,
}

/// What a method says of its map.
#[derive(Clone, Copy, Default, JsonSchema, Serialize)]
struct Quality {
    /// PCA: the fraction of the points' variance that each axis explains.
    #[serde(skip_serializing_if = "Option::is_none")]
    explained_variance_ratio: Option<[f64; 2]>,
    /// t-SNE: the KL divergence at its end, in nats.
    #[serde(skip_serializing_if = "Option::is_none")]
    kl_nats: Option<f64>,
}

impl Quality {
    fn in_words(self) -> Option<String> {
        let explained = self.explained_variance_ratio.map(|[x, y]| 100.0 * (x + y));
        explained
            .map(|share| format!("{share:.1} % of the variance"))
            .or(self.kl_nats.map(|kl| format!("KL divergence {kl:.3} nats")))
    }
}

/// The positions of the points, and how they came about.
struct Map {
    places: Codes,
    /// The method and its settings.
    made_by: String,
    quality: Quality,
    axes: [String; 2],
}

fn map(args: &args::Map, points: Points<'_>, on_progress: impl FnMut(MapProgress)) -> Result<Map> {
    let seed = Seed(args.seed);
    match args.method {
        MapMethod::Pca => {
            let map = principal_map(points)?;
            let axis = |n: usize| {
                let share = 100.0 * map.explained_variance_ratio[n];
                format!("principal axis {} ({share:.1} % of the variance)", n + 1)
            };
            let explained_variance_ratio = Some(map.explained_variance_ratio);
            Ok(Map {
                axes: [axis(0), axis(1)],
                places: map.places,
                made_by: "PCA".to_owned(),
                quality: Quality { explained_variance_ratio, ..Quality::default() },
            })
        }
        MapMethod::Tsne => {
            let usual = Tsne::suited_to(points.n_points(), seed);
            let perplexity = args.perplexity.unwrap_or(usual.perplexity);
            let map = Tsne { perplexity, ..usual }.map(points, on_progress)?;
            Ok(Map {
                places: map.places,
                made_by: format!("t-SNE, perplexity {}, seed {}", decimal(perplexity), args.seed),
                quality: Quality { kl_nats: Some(map.kl_nats), ..Quality::default() },
                axes: <[String; 2]>::default(),
            })
        }
        MapMethod::Umap => {
            let usual = Umap::suited_to(points.n_points(), seed);
            let umap = Umap {
                neighbours: args.neighbours.unwrap_or(usual.neighbours),
                min_dist: args.min_dist.unwrap_or(usual.min_dist),
                ..usual
            };
            Ok(Map {
                places: umap.map(points, on_progress)?,
                made_by: format!(
                    "UMAP, {} neighbours, min-dist {}, seed {}",
                    umap.neighbours, umap.min_dist, args.seed
                ),
                quality: Quality::default(),
                axes: <[String; 2]>::default(),
            })
        }
    }
}

impl Map {
    fn picture(&self, inputs: &Examined, thumbnails: bool, note: &str) -> Result<Vec<u8>> {
        let (places, _) = self.places.values().as_chunks::<2>();
        let [x_name, y_name] = &self.axes;
        let plain = Scatter { points: places, x_name, y_name, note, ..Scatter::default() };
        match &inputs.kind {
            Kind::Images { images, labels, class_names } => Scatter {
                labels: labels.as_deref().unwrap_or_default(),
                class_names,
                thumbnails: (thumbnails || labels.is_none()).then_some(images),
                ..plain
            }
            .to_png(Theme::Light),
            // Chords are too many for colours.
            Kind::Music(windows) => {
                let rolls = roll_thumbnails(windows)?;
                Scatter { thumbnails: Some(&rolls), ..plain }.to_png(Theme::Light)
            }
        }
    }
}

/// How far a map of `points` can be trusted.
fn in_words(trust: &MapTrust, points: Points<'_>, word: &str) -> String {
    let MapTrust { value, neighbours, points: looked_at } = trust;
    let sampled = if *looked_at < points.n_points() {
        format!(" of {} of the {word}s", thousands(*looked_at))
    } else {
        String::new()
    };
    format!("trustworthiness {value:.4} ({neighbours} neighbours{sampled})")
}

/// At most one decimal.
fn decimal(x: f64) -> String {
    let text = format!("{x:.1}");
    text.strip_suffix(".0").map_or(text.clone(), ToOwned::to_owned)
}
