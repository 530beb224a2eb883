//! What a recipe says.

use serde::{Deserialize, Deserializer, Serialize};

use super::training::Training;
use crate::bottleneck::Bottleneck;
use crate::data::music::Music;
use crate::network::Network;
use crate::reconstruction::Reconstruction;
use crate::task::Task;

/// The four choices, the data and the training schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recipe {
    /// Its name in reports.
    pub name: String,
    /// A description in one sentence.
    #[serde(default)]
    pub summary: String,
    /// The training data.
    #[serde(default)]
    pub data: DataSource,
    /// The network's input and target.
    pub task: Task,
    /// The layers of encoder and decoder.
    pub network: Network,
    /// The latent space and its regulariser.
    pub bottleneck: Bottleneck,
    /// The reconstruction loss.
    pub reconstruction: Reconstruction,
    /// Epochs, batch size, optimiser, learning rate and checkpoints.
    #[serde(default)]
    pub training: Training,
}

/// The training data, and how its images are split and fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct DataSource {
    /// A named set or a path, as for [`Dataset::open`](crate::data::Dataset::open). It is stored in
    /// a run's `config.toml`, so that the run can be resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Maximum number of training images; validation images are limited to a sixth of it. Default:
    /// no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Side in pixels of the square that images are fitted to (centre crop, resized). Default: 64,
    /// unless all images have the same small size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<usize>,
    /// Side in pixels of the patches that are cut from pictures at their own size, anywhere,
    /// mirrored and turned at random in training. For networks that take any size. Default:
    /// pictures are fitted to squares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<usize>,
    /// Pictures of a folder or of tar archives stay in their files, and each is decoded when its
    /// turn comes, so that there may be more than fit in memory. The order of an epoch is another
    /// one than that of pictures in memory, and so are a run's results. A pack needs no such key.
    /// Default: pictures are read into memory.
    #[serde(skip_serializing_if = "is_zero")]
    pub stream: bool,
    /// 1 to turn colours into grey, 3 to repeat grey as red, green and blue. Default: that of the
    /// images, 3 if some of them have colours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<usize>,
    /// Only examples of these classes are used, for instance `[8]` or `["cat", "dog"]`. Some are
    /// held out of the training images by `validation`, even if the data has a test split of its
    /// own: that is left for `inspect`. Default: all classes.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "class_names")]
    pub classes: Vec<String>,
    /// For music: what is taken from a piece; without it the data are images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub music: Option<Music>,
    /// Bars of a window of music. Default: 2 for melody and drums, 4 for a trio, 1 for multitrack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bars: Option<usize>,
    /// For music: in training every window is transposed by up to so many semitones, up or down,
    /// anew in each epoch. At most 11; default 0.
    #[serde(skip_serializing_if = "is_zero")]
    pub transpose: u32,
    /// For drums and trios: in training every window is remixed with this probability, anew in
    /// each epoch: each of the nine drums, the melody and the bass are played, with probability
    /// one half, as in another window, which is drawn at random. Default 0.
    #[serde(skip_serializing_if = "is_zero")]
    pub remix: f32,
    /// Fraction of the images held out for validation if the data has no test split of its own, or
    /// `classes` are chosen. Default 0.1.
    pub validation: f32,
}

impl Default for DataSource {
    fn default() -> Self {
        Self {
            source: None,
            limit: None,
            size: None,
            patch: None,
            stream: false,
            channels: None,
            classes: Vec::new(),
            music: None,
            bars: None,
            transpose: 0,
            remix: 0.0,
            validation: 0.1,
        }
    }
}

fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Names of classes; those that are numbers may be written so.
fn class_names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected names or numbers of classes")]
    enum Name {
        Number(u32),
        Text(String),
    }
    let names = Vec::<Name>::deserialize(deserializer)?;
    Ok(names
        .into_iter()
        .map(|name| match name {
            Name::Number(number) => number.to_string(),
            Name::Text(text) => text,
        })
        .collect())
}
