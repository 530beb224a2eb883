//! The data card: where images came from and how they were processed, stored with every model
//! trained on them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::shape::ImageShape;
use crate::text::n_classes;

/// The maximum number of skipped files that a card names; the others are only counted.
const SHOWN_SKIPS: usize = 20;

/// A summary of a data set. It does not depend on the time, the machine or the number of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataCard {
    /// The source as the user gave it.
    pub source: String,
    /// What kind of source it is, for instance "folder of images".
    pub kind: String,
    /// Number of training images.
    pub train: usize,
    /// Number of validation images.
    pub valid: usize,
    /// The shape of each image.
    pub shape: ImageShape,
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
    /// How the images were split, in words.
    pub split: String,
    /// The classes in the order of their labels, empty if there are no labels.
    pub classes: Vec<ClassCount>,
    /// Files that were left out.
    pub skipped: Skipped,
    /// The values of arrays that were taken as black and white.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array_range: Option<[f64; 2]>,
    /// What else the user should know, one sentence each.
    pub notes: Vec<String>,
}

/// The smallest and the largest image by area, each as width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeRange {
    /// Width and height of the image of the smallest area.
    pub smallest: [usize; 2],
    /// Width and height of the image of the largest area.
    pub largest: [usize; 2],
}

/// A class and its number of images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCount {
    /// The name of the class.
    pub name: String,
    /// Number of training images.
    pub train: usize,
    /// Number of validation images.
    pub valid: usize,
}

/// Files that were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// How many there are.
    pub count: usize,
    /// The first of them, each with the reason.
    pub shown: Vec<Skip>,
}

/// A file that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

impl DataCard {
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
        card
    }

    /// The lines of the card as (name, value), without the notes.
    pub fn lines(&self) -> Vec<(String, String)> {
        let [low, high] = self.value_range;
        let colour = if self.shape.channels == 1 { "grey" } else { "colour" };
        let mut lines = Vec::new();
        let mut line = |name: &str, value: String| lines.push((name.to_owned(), value));
        line("source", format!("{} ({})", self.source, self.kind));
        line("images", format!("{} to train on, {} held out", self.train, self.valid));
        line("shape", format!("{} (channels, height, width), {colour}", self.shape));
        line("sizes", format!("{} in the source; {}", self.sizes, self.fitted));
        let moments = format!("mean {:.4}, standard deviation {:.4}", self.mean, self.std);
        line("values", format!("{low:.3} to {high:.3}, {moments}"));
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
