//! Several runs compared: their losses at the end, and what differs between their recipes.
//!
//! ```
//! use concertina::artifact::RunFolder;
//! use concertina::compare::Comparison;
//! use concertina::data::{Dataset, OpenOptions};
//! use concertina::recipe::Recipe;
//!
//! # let name = format!("concertina-doc-compare-{}", std::process::id());
//! # let folder = std::env::temp_dir().join(name);
//! // Little data and one epoch, to be quick.
//! let recipe = Recipe::named("dense-ae")?.with("training.epochs", 1)?;
//! let options = OpenOptions { limit: Some(60), ..recipe.open_options() };
//! let data = Dataset::open("digits", &options)?;
//! let mut runs = Vec::new();
//! for seed in [1, 2] {
//!     let run = folder.join(format!("seed-{seed}"));
//!     recipe.with("training.seed", seed)?.plan(&data)?.start(&data, &run)?.finish()?;
//!     runs.push(RunFolder::open(&run)?);
//! }
//! let found = Comparison::of(&runs)?;
//! assert_eq!(found.groups[0].runs, [0, 1]);
//! println!("{:.4} ± {:.4}", found.groups[0].loss.mean, found.groups[0].loss.std);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), concertina::Error>(())
//! ```

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::artifact::RunFolder;
use crate::data::source_name;
use crate::error::{Error, Result};
use crate::evaluate::{Evaluation, Finding};
use crate::recipe::Recipe;
use crate::validate::{Losses, Metrics};

/// Runs side by side.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The runs, in the order in which they were given.
    pub runs: Vec<RunSummary>,
    /// Two or more runs each that differ in nothing but their seeds.
    pub groups: Vec<SeedGroup>,
}

/// What a run came to.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[non_exhaustive]
pub struct RunSummary {
    /// The path of its folder.
    pub run: String,
    /// The name of its recipe.
    pub recipe: String,
    /// The name of its data.
    pub data: String,
    /// Its seed.
    pub seed: u64,
    /// The unit of the reconstruction error.
    pub unit: String,
    /// The settings that are not the same in all runs, other than the seed, by their keys.
    pub settings: BTreeMap<String, String>,
    /// Epochs done.
    pub epochs: usize,
    /// Epochs planned.
    pub planned_epochs: usize,
    /// Seconds of work.
    pub seconds: f64,
    /// The training loss of the last epoch.
    pub train: Losses,
    /// The validation loss after it.
    pub valid: Losses,
    /// Figures of an evaluation by their names, where the run was evaluated.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: BTreeMap<&'static str, f64>,
    /// The metrics of each epoch.
    #[serde(skip)]
    pub history: Vec<Metrics>,
}

/// Runs that differ in nothing but their seeds.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[non_exhaustive]
pub struct SeedGroup {
    /// Their indices among the compared runs.
    pub runs: Vec<usize>,
    /// The validation loss.
    pub loss: Spread,
    /// The reconstruction error on the validation split.
    pub reconstruction: Spread,
    /// The figures of evaluations that all of the runs have.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: BTreeMap<&'static str, Spread>,
}

/// A value over several runs.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Spread {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation (squares divided by n - 1).
    pub std: f64,
}

impl Spread {
    /// Of at least two values.
    fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        Self { mean, std: (squares / (n - 1.0)).sqrt() }
    }
}

impl Comparison {
    /// Compares runs.
    ///
    /// # Errors
    /// If there is no run, or one has no recipe or no epoch yet.
    pub fn of(folders: &[RunFolder]) -> Result<Self> {
        if folders.is_empty() {
            return Err(Error::config("expected at least one run to compare, found none"));
        }
        let recipes = folders.iter().map(RunFolder::recipe).collect::<Result<Vec<Recipe>>>()?;
        let settings: Vec<_> = recipes.iter().map(settings).collect();
        let differs =
            |key: &String| settings.iter().any(|all| all.get(key) != settings[0].get(key));
        let keys: Vec<&String> = settings.iter().flat_map(BTreeMap::keys).collect();
        let mut runs = Vec::new();
        for ((folder, recipe), own) in folders.iter().zip(recipes).zip(&settings) {
            let history = if folder.metrics().exists() { folder.history()? } else { Vec::new() };
            let Some(last) = history.last() else {
                return Err(Error::data(format!(
                    "`{}`: expected a run with at least one epoch, found none",
                    folder.path().display()
                )));
            };
            let different = keys.iter().filter(|key| differs(key));
            let value =
                |key: &&&String| own.get(**key).map(|value| ((**key).clone(), value.clone()));
            runs.push(RunSummary {
                run: folder.path().display().to_string(),
                recipe: recipe.name.clone(),
                data: recipe.data.source.as_deref().map_or(String::new(), source_name),
                seed: recipe.training.seed,
                unit: recipe.reconstruction.unit(),
                settings: different.filter_map(|key| value(&key)).collect(),
                epochs: last.epoch,
                planned_epochs: recipe.training.epochs,
                seconds: last.seconds,
                train: last.train.clone(),
                valid: last.valid.clone(),
                figures: BTreeMap::new(),
                history,
            });
        }
        let groups = groups(&runs, &settings);
        Ok(Self { runs, groups })
    }

    /// Adds the figures of an evaluation of the run at this index, which is to be of the same kind
    /// for all.
    ///
    /// # Panics
    /// If there is no run at this index.
    pub fn add(&mut self, run: usize, evaluation: &Evaluation) {
        self.runs[run].figures = figures(evaluation);
        for group in &mut self.groups {
            let of = |name: &'static str| -> Option<Vec<f64>> {
                group.runs.iter().map(|&run| self.runs[run].figures.get(name).copied()).collect()
            };
            let names = self.runs[group.runs[0]].figures.keys().copied();
            let spread = |name| of(name).map(|values| (name, Spread::of(&values)));
            group.figures = names.filter_map(spread).collect();
        }
    }
}

/// The runs by all that they have in common but the seed, in the order of their first runs.
fn groups(runs: &[RunSummary], settings: &[BTreeMap<String, String>]) -> Vec<SeedGroup> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    let same = |a: usize, b: usize| {
        settings[a] == settings[b]
            && (&runs[a].data, runs[a].epochs) == (&runs[b].data, runs[b].epochs)
    };
    for run in 0..runs.len() {
        match found.iter_mut().find(|group| same(group[0], run)) {
            Some(group) => group.push(run),
            None => found.push(vec![run]),
        }
    }
    found.retain(|group| group.len() > 1);
    let spread = |group: &[usize], value: fn(&Losses) -> f64| {
        let values: Vec<f64> = group.iter().map(|&run| value(&runs[run].valid)).collect();
        Spread::of(&values)
    };
    let group = |group: Vec<usize>| SeedGroup {
        loss: spread(&group, |losses| losses.loss),
        reconstruction: spread(&group, |losses| losses.reconstruction),
        figures: BTreeMap::new(),
        runs: group,
    };
    found.into_iter().map(group).collect()
}

/// The figures that models are compared by.
fn figures(evaluation: &Evaluation) -> BTreeMap<&'static str, f64> {
    let mut figures = BTreeMap::new();
    if let Some(found) = &evaluation.reconstruction {
        figures.insert("mse", found.quality.mse);
        figures.insert("psnr_db", found.quality.psnr_db);
        figures.insert("ssim", found.quality.ssim);
        if let Some(found) = &found.variational {
            figures.insert("elbo_nats", found.elbo_nats);
            figures.insert("kl_nats", found.kl_nats);
            figures.insert("active_units", found.active_units as f64);
            if let Some(found) = found.log_likelihood.measured() {
                figures.insert("log_likelihood_nats", found.nats);
            }
        }
    }
    let spaces = evaluation.embedding.as_ref().and_then(|found| found.spaces.measured());
    if let Some(codes) = spaces.and_then(|found| found.compared.first()) {
        figures.insert("neighbour_accuracy", codes.neighbour_accuracy);
        figures.insert("probe_accuracy", codes.probe_accuracy);
        figures.insert("purity", codes.purity);
    }
    if let Some(found) = evaluation.samples.as_ref().and_then(Finding::measured) {
        figures.insert("frechet", found.distances[0].frechet);
        figures.insert("kernel", found.distances[0].kernel);
    }
    figures
}

/// All settings of a recipe but its words, the seed and the place of the data, by their keys.
fn settings(recipe: &Recipe) -> BTreeMap<String, String> {
    let mut recipe = recipe.clone();
    recipe.training.seed = 0;
    recipe.data.source = None;
    let table: toml::Table = recipe.to_toml().parse().expect("a recipe is written as TOML");
    let mut flat = BTreeMap::new();
    flatten("", &table, &mut flat);
    flat.remove("summary");
    flat
}

fn flatten(place: &str, table: &toml::Table, flat: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let key = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
        match value {
            toml::Value::Table(table) => flatten(&key, table, flat),
            value => {
                flat.insert(key, value.to_string());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use tempfile::TempDir;

    use super::*;
    use crate::evaluate::{Options, Section, Split, Subject, evaluate};
    use crate::model::Model;
    use crate::testing::{plain, shades};

    #[test]
    fn runs_are_grouped_by_what_differs() {
        let data = shades(40);
        let dir = TempDir::new().unwrap();
        let run = |name: &str, recipe: Recipe| {
            let path = dir.path().join(name);
            recipe.plan(&data).unwrap().start(&data, &path).unwrap().finish().unwrap();
            RunFolder::open(&path).unwrap()
        };
        let seed = |seed: i64| plain().with("training.seed", seed).unwrap();
        let wide = seed(1).with("network.hidden", "[9]").unwrap();
        let folders = [run("a", seed(1)), run("wide", wide), run("b", seed(2)), run("c", seed(3))];
        let found = Comparison::of(&folders).unwrap();
        assert_eq!(found.groups.len(), 1);
        assert_eq!(found.groups[0].runs, [0, 2, 3]);
        let losses: Vec<f64> = [0, 2, 3].map(|run: usize| found.runs[run].valid.loss).into();
        assert_eq!(found.groups[0].loss, Spread::of(&losses));
        assert!(found.groups[0].loss.std > 0.0);
        let settings: Vec<_> = found.runs[1].settings.iter().collect();
        assert_eq!(settings, [(&"network.hidden".to_owned(), &"[9]".to_owned())]);
        assert_eq!(found.runs[0].settings["network.hidden"], "[8]");
        assert_eq!((found.runs[3].seed, found.runs[3].epochs), (3, 3));
        assert_eq!(found.runs[0].history.len(), 3);

        let mut found = found;
        let evaluated = |run: usize| {
            let model = Model::open(folders[run].path()).unwrap();
            let test = Split { images: data.valid.clone(), labels: None };
            let subject =
                Subject { model: &model, name: String::new(), test, train: None, own: true };
            let sections = vec![Section::Reconstruction];
            evaluate(&subject, &Options { sections, ..Options::default() }, &|_| ()).unwrap()
        };
        for run in [0, 2] {
            found.add(run, &evaluated(run));
        }
        assert!(found.groups[0].figures.is_empty(), "one of three was not evaluated");
        found.add(3, &evaluated(3));
        let errors: Vec<f64> = [0, 2, 3].map(|run: usize| found.runs[run].figures["mse"]).into();
        assert_eq!(found.groups[0].figures["mse"], Spread::of(&errors));
        assert!(found.runs[1].figures.is_empty());

        let empty = dir.path().join("empty");
        drop(plain().plan(&data).unwrap().start(&data, &empty).unwrap());
        let error = Comparison::of(&[RunFolder::open(&empty).unwrap()]).unwrap_err();
        assert!(error.to_string().contains("at least one epoch"), "{error}");
        assert!(Comparison::of(&[]).unwrap_err().is_config());
    }

    #[test]
    fn a_spread_is_mean_and_sample_deviation() {
        assert_eq!(Spread::of(&[1.0, 3.0]), Spread { mean: 2.0, std: 2f64.sqrt() });
    }
}
