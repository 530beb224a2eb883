//! A page beside the lesson's: the autoencoder and the variational one, to walk through.

use concertina_explorer::{Exhibit, Options, Pictures, Shown};

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
    let shown = [("autoencoder", &plain), ("variational autoencoder", variational)].map(
        |(name, trained)| Shown {
            name: name.to_owned(),
            model: &trained.model,
            classes: None,
            epochs: &[],
        },
    );
    let pictures = Pictures {
        name: &data.card.name(),
        images: &data.valid,
        labels: data.valid_labels.as_deref(),
        class_names: &data.class_names,
    };
    // With weights of 16 bits: no eye can tell, and the page is half as large.
    let options = Options { points: POINTS, thumbnails: POINTS, half: true, ..Options::default() };
    let exhibit = Exhibit::new(&shown, pictures, options, &|_| {})?;
    studio.write(FILE, exhibit.to_html().as_bytes())?;
    part.task(
        "Walk through both",
        "See for yourself what the second term of the loss does to the space between the pictures.",
    );
    part.link(
        FILE,
        "The autoencoder of section 4 beside this one",
        "on the same held-out images. Drag over the maps, and the decoders draw what belongs to \
         each place. Let it walk across the largest gap, and compare what the two draw in the \
         middle of it: one of them never practised there.",
    );
    Ok(())
}
