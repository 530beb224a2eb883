//! The data card: where images came from and how they were processed, stored with every model
//! trained on them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::music::Music;
use crate::shape::ImageShape;
use crate::text::{counted, n_classes};

/// The maximum number of skipped files that a card names; the others are only counted.
const SHOWN_SKIPS: usize = 20;
/// The maximum number of skipped files that a sentence names.
const FIRST_SKIPS: usize = 3;
/// The maximum number of reasons that a card of music shows.
const SHOWN_REASONS: usize = 8;

/// A summary of a data set. It does not depend on the time, the machine or the number of threads.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct DataCard {
    /// The source as the user gave it.
    pub source: String,
    /// What kind of source it is, for instance "folder of images".
    pub kind: String,
    /// Number of training examples.
    pub train: usize,
    /// Number of validation examples.
    pub valid: usize,
    /// The shape of each example.
    pub shape: ImageShape,
    /// How the examples were split, in words.
    pub split: String,
    /// The classes in the order of their labels, empty if there are no labels.
    pub classes: Vec<ClassCount>,
    /// Files that were left out.
    pub skipped: Skipped,
    /// What else the user should know, one sentence each.
    pub notes: Vec<String>,
    /// What there is to know of this kind of data.
    #[serde(flatten)]
    pub content: Content,
}

/// What there is to know of a kind of data.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// Of images.
    Images(ImageCard),
    /// Of music.
    Music(MusicCard),
}

/// The card of images.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct ImageCard {
    /// The sizes before fitting.
    pub sizes: SizeRange,
    /// How the images were resized and converted, in words.
    pub fitted: String,
    /// The smallest and the largest value of a training pixel, where 0 is black and 1 is white.
    pub value_range: [f32; 2],
    /// The mean of all training pixels, 0 to 1.
    pub mean: f32,
    /// The standard deviation of all training pixels.
    pub std: f32,
    /// The values of arrays that were taken as black and white.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array_range: Option<[f64; 2]>,
}

/// The card of music.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct MusicCard {
    /// What was taken from the pieces.
    pub music: Music,
    /// Bars of a window.
    pub bars: usize,
    /// Pieces with windows among the training and the validation windows.
    pub pieces: [usize; 2],
    /// Windows that were left out since the same is among the training windows already: of other
    /// training pieces, and of validation pieces.
    pub duplicates: [usize; 2],
    /// What of the pieces no window was made of, the most frequent reason first.
    pub dropped: Vec<Unused>,
}

/// Parts of pieces that were left out for the same reason.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Unused {
    /// Why.
    pub reason: String,
    /// How many parts: tracks, bars or pieces.
    pub count: usize,
    /// One of them, with its file.
    pub example: String,
}

/// The smallest and the largest image by area, each as width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct SizeRange {
    /// Width and height of the image of the smallest area.
    pub smallest: [usize; 2],
    /// Width and height of the image of the largest area.
    pub largest: [usize; 2],
}

/// A class and its number of images.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct ClassCount {
    /// The name of the class.
    pub name: String,
    /// Number of training images.
    pub train: usize,
    /// Number of validation images.
    pub valid: usize,
}

/// Files that were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Skipped {
    /// How many there are.
    pub count: usize,
    /// The first of them, each with the reason.
    pub shown: Vec<Skip>,
}

/// A file that was left out.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Skip {
    /// The file, relative to the source's folder.
    pub name: String,
    /// Why it was left out.
    pub reason: String,
}

impl SizeRange {
    /// The range of images that all have the same size.
    pub(super) fn one(width: usize, height: usize) -> Self {
        Self { smallest: [width, height], largest: [width, height] }
    }

    /// The range of `sizes`, each `[width, height]`; of equal areas the first is taken.
    pub(super) fn of(sizes: impl Iterator<Item = [usize; 2]> + Clone) -> Option<Self> {
        let area = |[width, height]: &[usize; 2]| width * height;
        let smallest = sizes.clone().min_by_key(area)?;
        // `max_by_key` would return the last of equals.
        let largest = sizes.reduce(|a, b| if area(&b) > area(&a) { b } else { a })?;
        Some(Self { smallest, largest })
    }
}

impl fmt::Display for SizeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([w, h], [width, height]) = (self.smallest, self.largest);
        if self.smallest == self.largest {
            write!(f, "all {w} x {h}")
        } else {
            write!(f, "from {w} x {h} to {width} x {height}")
        }
    }
}

impl Skipped {
    pub(super) fn push(&mut self, name: String, reason: String) {
        self.count += 1;
        if self.shown.len() < SHOWN_SKIPS {
            self.shown.push(Skip { name, reason });
        }
    }

    /// Adds what else was left out.
    pub(crate) fn append(&mut self, more: Self) {
        self.count += more.count;
        self.shown.extend(more.shown);
        self.shown.truncate(SHOWN_SKIPS);
    }

    /// The first of them with the reasons, and how many more there are, for a sentence.
    pub(crate) fn in_words(&self) -> String {
        let first = self.shown.iter().take(FIRST_SKIPS);
        let first: Vec<String> =
            first.map(|skip| format!("`{}` {}", skip.name, skip.reason)).collect();
        let more = self.count.saturating_sub(first.len());
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        first.join("; ") + &more
    }
}

impl DataCard {
    /// What there is to know of images, if these are images.
    pub fn images(&self) -> Option<&ImageCard> {
        match &self.content {
            Content::Images(images) => Some(images),
            Content::Music(_) => None,
        }
    }

    /// What there is to know of music, if this is music.
    pub fn music(&self) -> Option<&MusicCard> {
        match &self.content {
            Content::Images(_) => None,
            Content::Music(music) => Some(music),
        }
    }

    /// The name of the source; see [`source_name`].
    pub fn name(&self) -> String {
        source_name(&self.source)
    }

    /// The card without private information: the path of the source and the names of skipped files.
    #[must_use]
    pub fn for_others(&self) -> Self {
        let mut card = self.clone();
        card.source = self.name();
        card.skipped.shown.clear();
        if let Content::Music(music) = &mut card.content {
            music.dropped.iter_mut().for_each(|unused| unused.example.clear());
        }
        card
    }

    /// The lines of the card as (name, value), without the notes.
    pub fn lines(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        let mut line = |name: &str, value: String| lines.push((name.to_owned(), value));
        line("source", format!("{} ({})", self.source, self.kind));
        let counts = format!("{} to train on, {} held out", self.train, self.valid);
        match &self.content {
            Content::Images(images) => images.lines(counts, self.shape, &mut line),
            Content::Music(music) => music.lines(&counts, &mut line),
        }
        line("split", self.split.clone());
        if self.classes.is_empty() {
            line("classes", "none (no labels)".to_owned());
        }
        for (number, class) in self.classes.iter().enumerate() {
            let name = if number == 0 { n_classes(self.classes.len()) } else { String::new() };
            line(&name, format!("{} ({} + {})", class.name, class.train, class.valid));
        }
        if self.skipped.count > 0 {
            line("skipped", self.skipped.count.to_string());
        }
        for skip in &self.skipped.shown {
            line("", format!("{}: {}", skip.name, skip.reason));
        }
        if self.skipped.count > self.skipped.shown.len() && !self.skipped.shown.is_empty() {
            line("", format!("and {} more", self.skipped.count - self.skipped.shown.len()));
        }
        lines
    }
}

impl ImageCard {
    fn lines(&self, counts: String, shape: ImageShape, line: &mut dyn FnMut(&str, String)) {
        let [low, high] = self.value_range;
        let colour = if shape.channels == 1 { "grey" } else { "colour" };
        line("images", counts);
        line("shape", format!("{shape} (channels, height, width), {colour}"));
        line("sizes", format!("{} in the source; {}", self.sizes, self.fitted));
        let moments = format!("mean {:.4}, standard deviation {:.4}", self.mean, self.std);
        line("values", format!("{low:.3} to {high:.3}, {moments}"));
    }
}

impl MusicCard {
    fn lines(&self, counts: &str, line: &mut dyn FnMut(&str, String)) {
        let [train, valid] = self.pieces;
        let music = self.music.word();
        line("windows", format!("{counts}; {} of {music}", counted(self.bars, "bar")));
        line("pieces", format!("{train} to train on, {valid} held out"));
        let [in_train, in_valid] = self.duplicates;
        if in_train + in_valid > 0 {
            let text = "windows that are among the training windows already";
            line("left out", format!("{in_train} + {in_valid} {text}"));
        }
        for (number, unused) in self.dropped.iter().take(SHOWN_REASONS).enumerate() {
            let name = if number == 0 { "not used" } else { "" };
            let Unused { reason, count, example } = unused;
            line(name, format!("{count}: {reason} (for instance {example})"));
        }
    }
}

/// The name of a source: a named set's name, or the last component of a path.
pub fn source_name(source: &str) -> String {
    let last = std::path::Path::new(source).file_name();
    last.map_or_else(|| source.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Writes one line for each value, then the notes.
impl fmt::Display for DataCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.lines() {
            writeln!(f, "{name:<12}{value}")?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "{:<12}{note}", "note"))
    }
}
