//! A recipe: the four choices and the training schedule, as a TOML file says them.
//!
//! What a file says is checked twice. Reading it finds unknown keys and wrong types; planning it
//! ([`Plan::new`](crate::train::Plan::new)) finds what does not fit together or does not fit the data.

mod blame;
mod renamed;
mod shipped;
mod training;

use serde::{Deserialize, Serialize};

pub use self::shipped::{Shipped, shipped};
pub use self::training::{Optimiser, Schedule, Training};
use crate::bottleneck::Bottleneck;
use crate::data::OpenOptions;
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::network::Network;
use crate::reconstruction::Reconstruction;
use crate::rng::Seed;
use crate::shape::ImageShape;
use crate::task::Task;

/// The four choices, and how they are trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recipe {
    /// What it is called in reports.
    pub name: String,
    /// One sentence for a person.
    #[serde(default)]
    pub summary: String,
    /// What it is trained on.
    #[serde(default)]
    pub data: DataSource,
    /// What the network sees, and what it must return.
    pub task: Task,
    /// The layers of encoder and decoder.
    pub network: Network,
    /// What the code is, and what is asked of it.
    pub bottleneck: Bottleneck,
    /// How output and target are compared.
    pub reconstruction: Reconstruction,
    /// How long, how fast, in what order.
    #[serde(default)]
    pub training: Training,
}

/// What is trained on, and how a folder's images become the network's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct DataSource {
    /// A named set or a path, as the command's DATA argument. Written into a run's `config.toml`, where `resume` finds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// At most so many training images, and a sixth of it validation images. Left out: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Side in pixels that a folder's images are fitted to (shorter side resized, centre cut out). Left out: 64,
    /// unless all images share a small size already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<usize>,
    /// Share of the images held out for validation, where the data has no test half of its own.
    pub validation: f32,
}

impl Default for DataSource {
    fn default() -> Self {
        Self { source: None, limit: None, size: None, validation: 0.1 }
    }
}

impl Recipe {
    /// The shipped recipe of this name.
    ///
    /// # Errors
    /// If there is none; the error lists those there are.
    pub fn named(name: &str) -> Result<Self> {
        let Some(found) = shipped().iter().find(|recipe| recipe.name == name) else {
            let names: Vec<&str> = shipped().iter().map(|recipe| recipe.name).collect();
            return Err(Error::config(format!(
                "no recipe is called `{name}`; there are {}",
                names.join(", ")
            ))
            .with_hint("a recipe of your own is a TOML file: give its path"));
        };
        Self::from_toml(found.text)
    }

    /// The recipe for images of this shape when none is asked for.
    pub fn suited_to(shape: ImageShape) -> Result<Self> {
        let lesson = shape == ImageShape::new(1, 28, 28);
        Self::named(if lesson { "conv-vae" } else { "image-vae" })
    }

    /// Reads the text of a recipe file.
    pub fn from_toml(text: &str) -> Result<Self> {
        Self::from_table(&parse(text)?)
    }

    fn from_table(table: &toml::Table) -> Result<Self> {
        if let Some(complaint) = renamed::complaint(table) {
            return Err(Error::config(format!("recipe: {complaint}")));
        }
        blame::read(table).map_err(|message| {
            let read = HintPart::ReadRecipe("conv-ae".to_owned());
            Error::config(format!("recipe: {message}"))
                .with_hint(Hint::text("a complete recipe to compare with: ").with(read))
        })
    }

    /// The recipe with one value replaced, as in `with("bottleneck.latent-dim", "32")`. The value is TOML; a bare word is
    /// taken as a string.
    ///
    /// A `kind` begins its table anew: of the other keys only those stay that every kind has, such as `latent-dim` and `condition`. So
    /// set a kind first, then its keys.
    ///
    /// # Errors
    /// If the key is not one of a recipe's, or the value is not of its type.
    #[expect(clippy::needless_pass_by_value, reason = "`with(\"training.epochs\", 7)` reads best")]
    pub fn with(&self, key: &str, value: impl ToString) -> Result<Self> {
        let mut root = parse(&self.to_toml())?;
        let mut table = &mut root;
        let mut parts: Vec<&str> = key.split('.').collect();
        let last = parts.pop().unwrap_or_default();
        for part in parts {
            let entry = table.entry(part).or_insert_with(|| toml::Table::new().into());
            table = entry.as_table_mut().ok_or_else(|| {
                Error::config(format!("recipe: `{key}`: `{part}` is a value, not a table"))
                    .with_hint(hint_on_keys())
            })?;
        }
        let value = value.to_string();
        // A new kind has keys of its own: those of the old one go.
        if last == "kind" {
            table.retain(|key, _| KEYS_OF_EVERY_KIND.contains(&key));
        }
        table.insert(last.to_owned(), toml_value(&value));
        Self::from_table(&root).map_err(|error| {
            Error::config(format!("`{key}={value}`: {error}")).with_hint(hint_on_keys())
        })
    }

    /// How the recipe wants its data opened: size, limit, and what is held out.
    pub fn open_options(&self) -> OpenOptions {
        OpenOptions {
            size: self.data.size,
            limit: self.data.limit,
            valid_fraction: self.data.validation,
            seed: Seed(self.training.seed),
            ..OpenOptions::default()
        }
    }

    /// The recipe as a TOML file, every default written out.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a recipe is made of tables, numbers and strings")
    }
}

fn hint_on_keys() -> Hint {
    Hint::text("keys are written as in ")
        .with(HintPart::ReadRecipe("conv-ae".to_owned()))
        .then(", with dots between tables")
}

/// Keys that all kinds of their table have, and so survive a change of kind.
const KEYS_OF_EVERY_KIND: [&str; 5] =
    ["latent-dim", "condition", "reduction", "epsilon", "warm-up-steps"];

fn parse(text: &str) -> Result<toml::Table> {
    text.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
        Error::config(format!("recipe: line {line}: {}", blame::one_line(error.message())))
    })
}

/// `text` as TOML if it is, else as a string.
fn toml_value(text: &str) -> toml::Value {
    let line = format!("value = {text}");
    line.parse::<toml::Table>()
        .ok()
        .filter(|table| table.len() == 1)
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| text.into())
}

#[cfg(test)]
mod tests;
