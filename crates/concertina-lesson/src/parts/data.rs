//! The data and the idea.

use concertina::Result;
use concertina::data::FloatImages;
use concertina::text::thousands;
use concertina_report::gallery::row;
use concertina_report::plot::ImageGrid;

use super::comparison::COLUMNS;
use crate::page::Part;
use crate::studio::{Halt, Studio};
use crate::words::message;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let data = &studio.stock.digits;
    let card = &data.card;
    part.method(
        message("data.method")
            .with("training", thousands(card.train))
            .with("held-out", thousands(card.valid)),
    );
    draw(part, &FloatImages::of(&data.train.take(COLUMNS))?)?;
    part.why("data.why");
    part.terms("data.terms");
    if card.classes.is_empty() {
        part.text("data.no-labels");
    } else {
        part.text(message("data.labels").with("classes", thousands(card.classes.len())));
    }
    if !["mnist", "digits"].contains(&card.name().as_str()) {
        part.left_out(message("data.not-digits").with("name", card.name()));
    }
    for note in &card.notes {
        part.left_out(message("data.note").with("note", note));
    }
    Ok(())
}

fn draw(part: &mut Part, images: &FloatImages) -> Result<()> {
    let grid = ImageGrid { rows: vec![row("", images)?], ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), "data.first-images")
}
