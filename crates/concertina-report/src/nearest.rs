//! The figure that shows whether samples are copies of training images.

use concertina::Result;
use concertina::evaluate::Memorisation;
use concertina::text::{hundredths, percent, thousands};

use crate::plot::{ImageGrid, Row, Theme};

/// Some samples, each above the training image nearest to it, as the bytes of a PNG file: the first
/// samples, then those that come nearest to any training image.
///
/// # Errors
/// If `memorisation` holds no images, as one that was read from a file.
pub fn nearest_training_images(memorisation: &Memorisation) -> Result<Vec<u8>> {
    let mut rows = Vec::new();
    for (nearest, label) in memorisation.nearest.iter().zip(["first samples", "nearest samples"]) {
        let (samples, images) = (&nearest.samples, &nearest.images);
        rows.push(Row::new(label, samples.shape(), samples.values())?);
        let captions = nearest.distances.iter().map(|distance| hundredths(*distance)).collect();
        let row = Row::new("nearest training image", images.shape(), images.values())?;
        rows.push(row.with_captions(captions).with_detail("and its distance"));
    }
    let note = format!(
        "Below each training image is its distance from the sample above it. {} of the test images \
         and {} of the {} samples are nearer than {} to a training image.",
        percent(memorisation.threshold_fraction),
        percent(memorisation.near_duplicates),
        thousands(memorisation.samples),
        hundredths(memorisation.threshold),
    );
    ImageGrid { rows, note, ..ImageGrid::default() }.to_png(Theme::Light)
}
