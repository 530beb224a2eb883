//! The data and the idea.

use super::COLUMNS;
use crate::error::Result;
use crate::gallery::row;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio};
use crate::data::FloatImages;
use crate::plot::ImageGrid;
use crate::text::thousands;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let data = &studio.stock.digits;
    let card = &data.card;
    part.done(format!(
        "{} small pictures, 28 x 28 pixels each, are read, and {} more are put aside that no model is trained on. A pixel is a \
         number from 0, black, to 1, white: to the computer a picture is a list of 784 numbers.",
        thousands(card.train),
        thousands(card.valid)
    ));
    draw(part, &FloatImages::from(&data.train.take(COLUMNS)))?;
    part.why(
        "Most pictures come without a word on what they show; to have people label them is dear. But a picture can be its own \
         answer: ask a network to give back what it was shown. To make that hard, all has to pass through a narrow \
         place, a few numbers called the code. The first half of the network, the encoder, makes a code of the \
         picture; the second half, the decoder, makes a picture of the code. Whoever wants to draw a picture again from a few \
         numbers has to find out what pictures have in common, and keep only what tells them apart.",
    );
    part.name(
        "Network, code and all: an autoencoder. The space of all codes: the latent space. Learning with the data as its own answer: \
         self-supervised learning. What the answer is measured with: the loss, a number that is 0 or small when the picture \
         comes back as it went in. Training turns the network’s weights, a little at a time, so that it falls.",
    );
    if card.classes.is_empty() {
        part.text("These images have no labels. None are needed; where others have colours by class, these figures have one.");
    } else {
        part.text(format!(
            "These images do have labels ({} classes). Nothing on this page is trained with them, but for the conditional \
             autoencoder of section 11: they only colour the points of figures.",
            card.classes.len()
        ));
    }
    if !["mnist", "digits"].contains(&card.name().as_str()) {
        part.left_out(format!(
            "The texts of this page speak of digits, as the lesson does. The images are {}: what is said of digits is to be \
             taken for them.",
            card.name()
        ));
    }
    for note in &card.notes {
        part.left_out(format!("A note on the data: {note}."));
    }
    Ok(())
}

fn draw(part: &mut Part, pictures: &FloatImages) -> Result<()> {
    let grid = ImageGrid { rows: vec![row("", pictures)?], ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), "The first images of the training set.")
}
