//! A page beside the lesson's: the autoencoder and the variational one, to walk through.

use concertina_explorer::{Exhibit, Options, Pictures, Precision, Shown};

use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};

/// The page's file, in the lesson's folder.
const FILE: &str = "explorer.html";
/// Pictures on its maps.
const POINTS: usize = 2000;

/// Writes the page and links to it.
pub(super) fn link(
    studio: &mut Studio<'_>,
    part: &mut Part,
    variational: &Trained<'_>,
) -> Result<(), Halt> {
    let plain = studio.model("conv-ae-2d")?;
    let data = &studio.stock.digits;
    let shown = [
        ("variational.explorer.autoencoder", &plain),
        ("variational.explorer.variational", variational),
    ]
    .map(|(name, trained)| Shown {
        name: part.say(name),
        model: &trained.model,
        classes: None,
        epochs: &[],
    });
    let pictures = Pictures {
        name: &data.card.name(),
        images: &data.valid,
        labels: data.valid_labels.as_deref(),
        class_names: &data.class_names,
    };
    // With weights of 16 bits: no eye can tell, and the page is half as large.
    let precision = Precision::Float16;
    let options = Options { points: POINTS, thumbnails: POINTS, precision, ..Options::default() };
    let exhibit = Exhibit::new(&shown, pictures, options, &|_| {})?;
    studio.write(FILE, exhibit.to_html().as_bytes())?;
    part.task("variational.explorer.heading", "variational.explorer.task");
    part.link(FILE, "variational.explorer.link", "variational.explorer.what");
    Ok(())
}
