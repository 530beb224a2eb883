//! The lesson's challenge, `MusicVAE`: what changes when a step is a note.

mod accuracy;
mod band;
mod heard;
mod melody;

use concertina::text::thousands;

use crate::materials::Effort;
use crate::page::Part;
use crate::studio::{Halt, Studio};
use crate::words::message;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    introduce(studio, part);
    melody::section(studio, part)?;
    band::section(studio, part)?;
    commands(studio.effort, part);
    Ok(())
}

fn introduce(studio: &Studio<'_>, part: &mut Part) {
    let card = &studio.stock.melodies.card;
    let [pieces, held_out] = card.music().map_or([0, 0], |music| music.pieces);
    part.method("music.method");
    part.text(
        message("music.data")
            .with("pieces", thousands(pieces))
            .with("windows", thousands(card.train))
            .with("held-out-pieces", thousands(held_out))
            .with("held-out-windows", thousands(card.valid)),
    );
    part.text("music.tokens");
    part.why("music.why");
    part.terms("music.terms");
    part.task("music.collapse.heading", "music.collapse.task");
    part.text("music.collapse.method");
    part.terms("music.collapse.terms");
}

fn commands(effort: Effort, part: &mut Part) {
    part.task("music.commands.heading", "music.commands.task");
    part.text(if effort == Effort::Full {
        "music.commands.recipes"
    } else {
        "music.commands.narrow-recipes"
    });
    part.commands(format!(
        "concertina sample runs/melody-vae -n 8 --temperature 0.5 -o new.mid\n\
         concertina reconstruct runs/melody-vae tunes --limit 4 -o back.mid\n\
         concertina interpolate runs/melody-vae tunes#0 tunes#99 --steps 7 -o between.mid\n\
         concertina evaluate runs/melody-vae tunes\n\
         \n\
         # {styles_and_chords}\n\
         concertina sample runs/multitrack-vae --chords \"C Am F G\" -o chords.mid\n\
         concertina sample runs/multitrack-vae -n 8 --label C -o styles.mid\n\
         concertina interpolate runs/multitrack-vae tunes#0 tunes#99 --steps 8 \
         --chords \"C Am F G\" -o song.mid\n\
         \n\
         # {real_music}\n\
         concertina data inspect nottingham\n\
         concertina train nottingham --recipe melody-vae --out runs/folk",
        styles_and_chords = part.say("music.commands.styles-and-chords"),
        real_music = part.say("music.commands.real-music"),
    ));
}
