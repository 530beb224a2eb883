//! The data card: where images came from and what was done to them, kept with every model trained on them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::shape::ImageShape;

/// How many skipped files a card names; the others are counted.
const SHOWN_SKIPS: usize = 20;

/// What is known of a data set. It holds nothing that depends on the time, the machine or the number of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataCard {
    /// The source as the user gave it.
    pub source: String,
    /// What kind of source it is, for instance "folder of images".
    pub kind: String,
    /// Images to train on.
    pub train: usize,
    /// Images held out.
    pub valid: usize,
    /// The shape of each image.
    pub shape: ImageShape,
    /// The sizes before fitting.
    pub sizes: SizeRange,
    /// How the images were brought to their shape, in words.
    pub fitted: String,
    /// The smallest and largest value of a training pixel, 0 black and 1 white.
    pub value_range: [f32; 2],
    /// The mean of all training pixels, 0 to 1.
    pub mean: f32,
    /// The standard deviation of all training pixels.
    pub std: f32,
    /// How the images were split, in words.
    pub split: String,
    /// The classes in the order of their labels, empty if there are no labels.
    pub classes: Vec<ClassCount>,
    /// What was left out.
    pub skipped: Skipped,
    /// Whatever the user should know, a sentence each.
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
    /// Images to train on.
    pub train: usize,
    /// Images held out.
    pub valid: usize,
}

/// Files that were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// How many.
    pub count: usize,
    /// The first of them, with the reason.
    pub shown: Vec<Skip>,
}

/// A file that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// The file, seen from the source's folder.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl SizeRange {
    /// The range of images that all have one size.
    pub(super) fn one(width: usize, height: usize) -> Self {
        Self { smallest: [width, height], largest: [width, height] }
    }

    /// The range of `sizes`, widths and heights; of equal areas the first counts.
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
    /// What the source is called: of a path its last part.
    pub fn name(&self) -> String {
        source_name(&self.source)
    }

    /// The card without what is only its owner's business: where the source lay, and the names of files left out.
    #[must_use]
    pub fn for_others(&self) -> Self {
        let mut card = self.clone();
        card.source = self.name();
        card.skipped.shown.clear();
        card
    }

    /// What is known, as (name, value); the notes are not among it.
    pub fn lines(&self) -> Vec<(String, String)> {
        let [low, high] = self.value_range;
        let colour = if self.shape.channels == 1 { "grey" } else { "colour" };
        let mut lines = Vec::new();
        let mut line = |name: &str, value: String| lines.push((name.to_owned(), value));
        line("source", format!("{} ({})", self.source, self.kind));
        line("images", format!("{} to train on, {} held out", self.train, self.valid));
        line("shape", format!("{} (channels, height, width), {colour}", self.shape));
        line("sizes", format!("{} in the source; {}", self.sizes, self.fitted));
        let spread = format!("mean {:.4}, standard deviation {:.4}", self.mean, self.std);
        line("values", format!("{low:.3} to {high:.3}, {spread}"));
        line("split", self.split.clone());
        if self.classes.is_empty() {
            line("classes", "none (no labels)".to_owned());
        }
        for (number, class) in self.classes.iter().enumerate() {
            let name =
                if number == 0 { format!("{} classes", self.classes.len()) } else { String::new() };
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

/// What a source is called: a named set by its name, a path by its last part.
pub fn source_name(source: &str) -> String {
    let last = std::path::Path::new(source).file_name();
    last.map_or_else(|| source.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A line for each thing known, as `concertina data inspect` shows them.
impl fmt::Display for DataCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.lines() {
            writeln!(f, "{name:<12}{value}")?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "{:<12}{note}", "note"))
    }
}
