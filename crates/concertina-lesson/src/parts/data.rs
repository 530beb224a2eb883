//! The data and the idea.

use concertina::Result;
use concertina::data::FloatImages;
use concertina::text::{n_classes, thousands};
use concertina_report::gallery::row;
use concertina_report::plot::ImageGrid;

use super::comparison::COLUMNS;
use crate::page::Part;
use crate::studio::{Halt, Studio};

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let data = &studio.stock.digits;
    let card = &data.card;
    part.method(format!(
        "We read {} small pictures of 28 x 28 pixels each, and set another {} aside that no model \
         is trained on. A pixel is a number from 0 (black) to 1 (white), so to the computer a \
         picture is a list of 784 numbers.",
        thousands(card.train),
        thousands(card.valid)
    ));
    draw(part, &FloatImages::of(&data.train.take(COLUMNS))?)?;
    part.why(
        "Most pictures come without a word about what they show, and paying people to label them \
         is expensive. But a picture can be its own answer: ask a network to return what it was \
         shown. To make that difficult, everything has to pass through a bottleneck, a few numbers \
         called the code. The first part of the network, the encoder, turns the picture into a \
         code. The second part, the decoder, turns the code into a picture. Anyone who wants to \
         redraw a picture from a few numbers has to find out what pictures have in common, and to \
         keep only what tells them apart.",
    );
    part.terms(
        "Encoder, code and decoder together are an autoencoder. The space of all possible codes is \
         the latent space, and the numbers in a code are its latent dimensions. Learning from data \
         that is its own answer is self-supervised learning. The loss measures how wrong an answer \
         is: it is small when the picture comes back as it went in. Training adjusts the network’s \
         weights, a little at a time, so that the loss falls.",
    );
    if card.classes.is_empty() {
        part.text(
            "These images have no labels, and none are needed. Where other figures would be \
             coloured by class, these have a single colour.",
        );
    } else {
        part.text(format!(
            "These images do have labels ({}). Nothing on this page is trained with them, \
             except for the conditional autoencoder of section 11. They only colour the points in \
             some figures.",
            n_classes(card.classes.len())
        ));
    }
    if !["mnist", "digits"].contains(&card.name().as_str()) {
        part.left_out(format!(
            "The texts of this page speak of digits, as the lesson does. Your images are {}; what \
             is said about digits applies to them in the same way.",
            card.name()
        ));
    }
    for note in &card.notes {
        part.left_out(format!("A note on the data: {note}."));
    }
    Ok(())
}

fn draw(part: &mut Part, images: &FloatImages) -> Result<()> {
    let grid = ImageGrid { rows: vec![row("", images)?], ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), "The first images of the training set.")
}
