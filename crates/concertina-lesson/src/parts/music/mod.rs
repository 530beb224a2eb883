//! The lesson's challenge, `MusicVAE`: what changes when a step is a note.

mod accuracy;
mod band;
mod melody;

use concertina::text::{counted, thousands};

use crate::materials::Effort;
use crate::page::Part;
use crate::studio::{Halt, Studio};

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
    part.method(
        "The lesson ends with a challenge: Magenta’s MusicVAE, a variational autoencoder for \
         music. We train two of them, one for a melody and one for a whole band. Encoder, code, \
         decoder, both terms of the loss and the training are those of section 8. What changes is \
         what goes in and what comes out.",
    );
    part.text(format!(
        "A melody is cut into windows of two bars, and a bar into 16 steps. At each step one of 90 \
         things happens: nothing new, the note ends, or one of 88 notes begins. These are called \
         tokens, so a window is a list of 32 tokens. The pieces are `tunes`, which the program \
         composed by a few simple rules, so that this section needs no download: {} give {} \
         windows to train on, and {} others give {} that are held out.",
        counted(pieces, "piece"),
        thousands(card.train),
        thousands(held_out),
        thousands(card.valid)
    ));
    part.text(
        "A pixel is a number, and nearly right is good. A token is a choice, and the next higher \
         note is simply wrong. So for each step the decoder gives a probability to every one of \
         the 90 tokens, and the reconstruction error is the negative logarithm of the probability \
         that it gave to the right one, summed over the steps: its surprise.",
    );
    part.why(
        "The steps of a window cannot be chosen one by one, each without regard to the others: \
         half of one melody and half of another is not a melody. So the decoder writes one token \
         after the other, and at each step it sees the code and the token that was just written. \
         In training that is always the right token, whatever the decoder would have written. \
         Later, on its own, it has only what it wrote itself: one mistake can lead to the next, \
         in a place where it has never been.",
    );
    part.terms(
        "A decoder that sees what it wrote before is autoregressive. Feeding it the right tokens \
         is teacher forcing; letting it continue from its own is free running.",
    );
    part.task(
        "Why the code can be ignored",
        "A decoder that sees the last token can often guess the next one. What is left for the \
         code to say?",
    );
    part.text(
        "The KL divergence makes every bit of information in the code cost something. If the \
         decoder guesses well without the code, it can be cheapest to put nothing into it: the KL \
         divergence falls to 0, and then every code gives the same music. Three things work \
         against it. Free bits: in each latent dimension the first part of the KL divergence \
         costs nothing, so there is nothing to be gained by giving it up; and at first its weight \
         is near 0 and grows from epoch to epoch. Scheduled sampling: during training the decoder \
         is fed its own tokens more and more often, so it cannot rely on them being right. \
         Hierarchy: the decoder is told to start afresh with every bar or instrument, without \
         remembering what it wrote before; what belongs together has to come from the code. The \
         melody below is trained with free bits, the band with free bits and a hierarchy.",
    );
    part.terms("A code that nobody listens to any more is called posterior collapse.");
}

fn commands(effort: Effort, part: &mut Part) {
    part.task(
        "The same in a terminal",
        "With the models of this page, which lie in `runs` beside it. Instead of `tunes` you can \
         name a folder of your own MIDI files, and instead of .mid you can write .wav.",
    );
    part.text(format!(
        "The melody model is the recipe `melody-vae`, trained for fewer epochs, with teacher \
         forcing alone{}. The band is `multitrack-vae` with a narrower network that learns the \
         chords sooner. `config.toml` in each run folder has all settings.",
        if effort == Effort::Full { "" } else { " and with a narrower network" }
    ));
    part.commands(
        "concertina sample runs/melody-vae -n 8 --temperature 0.5 -o new.mid\n\
         concertina reconstruct runs/melody-vae tunes --limit 4 -o back.mid\n\
         concertina interpolate runs/melody-vae tunes#0 tunes#99 --steps 7 -o between.mid\n\
         concertina evaluate runs/melody-vae tunes\n\
         \n\
         # one style, four chords; one chord, eight styles; from style to style over the chords\n\
         concertina sample runs/multitrack-vae --chords \"C Am F G\" -o chords.mid\n\
         concertina sample runs/multitrack-vae -n 8 --label C -o styles.mid\n\
         concertina interpolate runs/multitrack-vae tunes#0 tunes#99 --steps 8 \
         --chords \"C Am F G\" -o song.mid\n\
         \n\
         # real music: folk tunes, longer training, scheduled sampling\n\
         concertina data inspect nottingham\n\
         concertina train nottingham --recipe melody-vae --out runs/folk",
    );
}
