//! A recipe: the four choices and the training schedule, as a TOML file.
//!
//! ```
//! use concertina::recipe::Recipe;
//!
//! let recipe = Recipe::named("conv-vae")?.with("bottleneck.latent-dim", 8)?;
//! let recipe = recipe.with("training.epochs", 3)?;
//! assert_eq!(Recipe::from_toml(&recipe.to_toml())?, recipe);
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! A recipe is checked twice. Reading it detects unknown keys and wrong types. Planning it
//! ([`Plan::new`](crate::train::Plan::new)) detects values that are out of range or do not fit each
//! other or the data.

mod blame;
mod definition;
mod renamed;
mod shipped;
mod training;

pub use self::definition::{DataSource, Recipe};
pub use self::shipped::{Shipped, shipped};
pub use self::training::{Optimiser, Schedule, Training};
use concertina_music::encoding::Encoding;

use crate::data::OpenOptions;
use crate::data::music::{Augmentation, Wanted};
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::rng::Seed;
use crate::shape::ImageShape;

/// The most semitones of a transposition: an octave is the same notes again.
const MAX_TRANSPOSE: u32 = 11;

impl Recipe {
    /// The shipped recipe of this name.
    ///
    /// # Errors
    /// If there is none; the error lists all names.
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

    /// The default recipe for images of this shape.
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

    /// The recipe with one value replaced, as in `with("bottleneck.latent-dim", "32")`. The value
    /// is TOML; a bare word is taken as a string.
    ///
    /// Setting a `kind` resets its table, except for keys that every kind has, such as `latent-dim`
    /// and `condition`. So set the kind first, then its keys.
    ///
    /// # Errors
    /// If a recipe has no such key, or the value has the wrong type.
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
        // The keys of the old kind do not apply to the new one.
        if last == "kind" {
            table.retain(|key, _| KEYS_OF_EVERY_KIND.contains(&key));
        }
        table.insert(last.to_owned(), toml_value(&value));
        Self::from_table(&root).map_err(|error| {
            let error = Error::config(format!("`{key}={value}`: {error}"));
            // An error that names the new key needs no lesson on keys.
            match renamed::complaint(&root) {
                Some(_) => error,
                None => error.with_hint(hint_on_keys()),
            }
        })
    }

    /// Checks what can be checked without data; a [`Plan`](crate::train::Plan) checks the rest.
    ///
    /// # Errors
    /// If a value is out of range.
    pub fn check(&self) -> Result<()> {
        self.training.check()?;
        self.bottleneck.check()?;
        self.check_shards()
    }

    /// Refuses shards where the loss of an example depends on the others of its batch.
    fn check_shards(&self) -> Result<()> {
        let found = self.training.shards;
        match self.bottleneck.settings().couples_examples() {
            Some(what) if found > 1 => Err(Error::config(format!(
                "`training.shards`: expected 1 beside {what} of a whole batch, found {found}"
            ))
            .with_hint(
                Hint::default()
                    .set("training.shards", 1)
                    .then(", or a bottleneck whose penalty is a sum over examples"),
            )),
            _ => Ok(()),
        }
    }

    /// How its music becomes tokens; `None` if its data are images.
    ///
    /// # Errors
    /// If the settings of `data` are out of range or do not fit each other.
    pub fn encoding(&self) -> Result<Option<Encoding>> {
        let DataSource { music, bars, transpose, remix, .. } = self.data;
        let Some(music) = music else {
            if bars.is_some() || transpose > 0 || remix != 0.0 {
                return Err(Error::config(
                    "`data.bars`, `data.transpose` and `data.remix` are of music, but there is no \
                     `data.music`",
                )
                .with_hint(Hint::text("for instance ").set("data.music", "melody")));
            }
            return Ok(None);
        };
        if !self.data.classes.is_empty() {
            return Err(Error::config("`data.classes` is of images, but there is a `data.music`"));
        }
        if transpose > MAX_TRANSPOSE {
            return Err(Error::config(format!(
                "`data.transpose`: expected 0 to {MAX_TRANSPOSE} semitones, found {transpose}"
            )));
        }
        if !(0.0..=1.0).contains(&remix) {
            return Err(Error::config(format!(
                "`data.remix`: expected a probability, 0 to 1, found {remix}"
            )));
        }
        let encoding = music.encoding(bars)?;
        if remix > 0.0 && encoding.parts() == 0 {
            return Err(Error::config(format!(
                "`data.remix` is of drums and trios, but `data.music` says {}",
                music.word()
            )));
        }
        Ok(Some(encoding))
    }

    /// Which windows of music it is for; `None` if its data are images.
    pub fn wanted_music(&self) -> Option<Wanted> {
        let DataSource { music, bars, transpose, remix, .. } = self.data;
        let augmentation = Augmentation { transpose, remix };
        Some(Wanted { bars, augmentation, ..Wanted::new(music?) })
    }

    /// The default recipe for music of this source: drums for a set of drums, otherwise melodies.
    pub fn suited_to_music(source: &str) -> Result<Self> {
        Self::named(if source == "groove" { "drums-vae" } else { "melody-vae" })
    }

    /// The options for opening the recipe's data: size, limit, validation fraction and seed.
    pub fn open_options(&self) -> OpenOptions {
        OpenOptions {
            size: self.data.size,
            patch: self.data.patch,
            channels: self.data.channels,
            classes: self.data.classes.clone(),
            limit: self.data.limit,
            valid_fraction: self.data.validation,
            seed: Seed(self.training.seed),
            ..OpenOptions::default()
        }
    }

    /// The recipe as a TOML file, with all defaults written out.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a recipe is made of tables, numbers and strings")
    }
}

fn hint_on_keys() -> Hint {
    Hint::text("keys are written as in ")
        .with(HintPart::ReadRecipe("conv-ae".to_owned()))
        .then(", with dots between tables")
}

/// Keys that all kinds of their table have, and that a change of kind keeps.
const KEYS_OF_EVERY_KIND: [&str; 5] =
    ["latent-dim", "condition", "reduction", "epsilon", "warm-up-steps"];

fn parse(text: &str) -> Result<toml::Table> {
    text.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
        Error::config(format!("recipe: line {line}: {}", blame::one_line(error.message())))
    })
}

/// Parses `text` as a TOML value; if that fails, takes it as a string.
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
