//! A bar of a whole band, whose chord the decoder is told.

use concertina::Result;
use concertina::data::music::{MusicSet, tokens_of};
use concertina::evaluate::{ChordTones, MusicEvaluation};
use concertina::math::{Codes, spherical};
use concertina::text::{counted, thousands};
use concertina_music::encoding::Encoding;
use concertina_report::gallery::{Heard, Recording, TokenRow, figure, piano_rolls};

use super::accuracy;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};

/// Held-out bars that are evaluated in a full lesson.
const MOST_EVALUATED: usize = 400;
/// Players below the reconstructions: of one bar and of what comes back.
const PLAYED_RECONSTRUCTIONS: usize = 2;
const PROGRESSION: [&str; 4] = ["C", "Am", "F", "G"];
/// How the evaluation calls what comes back from a bar's own code, and from that of another.
const OWN_CODE: &str = "free-running, code drawn";
const OTHER_CODE: &str = "free-running, code of another window";
/// A decoder that listens to the code has an F1 that is higher by this with the right one.
const LISTENED: f64 = 0.05;
/// Codes that the experiments are made with.
const STYLES: usize = 4;
/// Times that the progression is repeated from the first style to another.
const REPEATED: usize = 2;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.music("multitrack-vae")?;
    let card = &trained.data.card;
    part.task("A bar of a whole band", "");
    part.method(format!(
        "The second model is Magenta’s Multitrack MusicVAE. A window is one bar of up to eight \
         instruments, and what each of them plays is a list of up to 64 events out of 490: which \
         instrument it is, a note begins, a note ends, time passes, how loud, and the end. The \
         decoder is hierarchical: a conductor, an LSTM, turns the code into one summary for each \
         instrument, and the writer begins anew with each and sees only its summary. Encoder and \
         decoder are also told the chord of the bar, as the conditional autoencoder of section 11 \
         is told the digit. {} weights, trained on {} for {} epochs.",
        thousands(trained.model.architecture.n_parameters()),
        counted(card.train, "bar"),
        trained.model.recipe.training.epochs
    ));
    part.look(
        "Instruments are told apart by colour, and drums lie in rows of their own at the bottom. \
         All the instruments have to share one short code, so look first at who plays and how \
         densely, then at the notes.",
    );
    part.figure(trained.figures().reconstructions()?.into_figure(PLAYED_RECONSTRUCTIONS));
    part.text(
        "Right tokens say little here when the decoder is on its own: one event too many, and all \
         that follow it in the list are in the wrong place. The onset F1 asks only whether the \
         notes are there.",
    );
    let evaluation = accuracy::table(studio, &trained, MOST_EVALUATED, part)?;
    part.text(heard(&evaluation));
    if let Some(chords) = evaluation.tracks.and_then(|tracks| tracks.chords) {
        chord_tones(part, &chords);
    }
    let styles = styles(&trained)?;
    one_style(part, &trained, &styles)?;
    one_chord(part, &trained, &styles)?;
    from_style_to_style(part, &trained, &styles)?;
    part.why(
        "The decoder is told the chord anyway, so the chord need not be in the code, where it \
         would cost something. What remains for the code is everything else: who plays, how \
         densely, in which rhythm. It is the same separation as that of digit and style in \
         section 11, as far as the decoder listens to its code at all.",
    );
    Ok(())
}

/// Whether the decoder listens to the code, by what the code of another bar would do.
fn heard(evaluation: &MusicEvaluation) -> &'static str {
    let found = evaluation.reconstruction.iter().flat_map(|found| &found.agreements);
    let f1 = |of: &str| found.clone().find(|found| found.of == of).map(|found| found.onset_f1);
    let (own, others) = (f1(OWN_CODE), f1(OTHER_CODE));
    if own.zip(others).is_some_and(|(own, others)| own - others < LISTENED) {
        "This decoder hardly listens to its code: with that of another bar it does nearly as well. \
         What it is told anyway, the chord and the events before, is enough for a bar that could \
         have been in these pieces, and longer training is needed before the code is worth \
         listening to. The melody model does listen: compare the two tables."
    } else {
        "This decoder listens to its code: with that of another bar it does worse."
    }
}

/// The codes of held-out bars from all over the split: neighbours are often of one piece.
fn styles(trained: &Trained<'_, MusicSet>) -> Result<Codes> {
    let n = trained.data.valid.len();
    let bars: Vec<usize> = (0..STYLES).map(|style| style * n / STYLES).collect();
    let bars = trained.data.valid.select(&bars);
    trained.model.with_labels(bars.chords())?.encode(&bars)
}

/// Whether the chord that is asked for is heard.
fn chord_tones(part: &mut Part, found: &ChordTones) {
    part.look(
        "Does the model play the chord that it is asked for? We decode the code of each held-out \
         bar twice: with its own chord, and with one that has no tone in common with it. If the \
         model follows the chord, the first line is far above the second; if it keeps the style, \
         the last line is high.",
    );
    part.table(
        [&format!("in {}", counted(found.bars, "held-out bar")), ""],
        vec![
            [
                "time of notes on tones of the chord asked for".to_owned(),
                accuracy::share(found.tones_asked),
            ],
            ["on tones of the other chord".to_owned(), accuracy::share(found.tones_foreign)],
            [
                "in the bars themselves, their chord".to_owned(),
                accuracy::share(found.tones_of_windows),
            ],
            [
                "bars with the same instruments with both chords".to_owned(),
                accuracy::share(found.same_programs),
            ],
        ],
    );
}

/// One code with the chords of the progression.
fn one_style(part: &mut Part, trained: &Trained<'_, MusicSet>, styles: &Codes) -> Result<()> {
    part.task(
        "One style, four chords",
        "Take the code of a held-out bar, keep it, and change the chord: a style that follows a \
         progression.",
    );
    let bars = decode(trained, styles.row(0).repeat(PROGRESSION.len()), &PROGRESSION)?;
    let recordings = vec![recording(format!("style 1 on {}", PROGRESSION.join(", ")), &bars)];
    let bars = PROGRESSION.map(str::to_owned).into_iter().zip(bars).collect();
    let caption = "The code of a held-out bar, with four chords in turn.";
    put(part, vec![(String::new(), bars)], recordings, caption)
}

/// All codes with one chord.
fn one_chord(part: &mut Part, trained: &Trained<'_, MusicSet>, styles: &Codes) -> Result<()> {
    part.task("One chord, four styles", "Keep the chord and change the code.");
    let chord = PROGRESSION[0];
    let bars = decode(trained, styles.values().to_vec(), &[chord; STYLES])?;
    let recordings =
        vec![recording(format!("styles 1 to {STYLES} in turn, each on {chord}"), &bars)];
    let titles = (1..=STYLES).map(|style| format!("style {style}"));
    let caption = format!("The codes of {STYLES} held-out bars, all with the chord {chord}.");
    put(part, vec![(String::new(), titles.zip(bars).collect())], recordings, &caption)
}

/// On the way from one code to another, each bar with the next chord.
fn from_style_to_style(
    part: &mut Part,
    trained: &Trained<'_, MusicSet>,
    styles: &Codes,
) -> Result<()> {
    part.task(
        "From style to style over the chords",
        "Change both: the progression repeats, and with every bar the code moves on a little.",
    );
    let n = PROGRESSION.len() * REPEATED;
    let (start, end) = (styles.row(0), styles.row(STYLES - 1));
    let codes = (0..n).flat_map(|bar| spherical(start, end, bar as f32 / (n - 1) as f32));
    let bars = decode(trained, codes.collect(), &PROGRESSION.repeat(REPEATED))?;
    let label = format!("{} bars, {} in turn", n, PROGRESSION.join(", "));
    let recordings = vec![recording(label, &bars)];
    let titles = (1..).zip(PROGRESSION.repeat(REPEATED));
    let titles = titles.map(|(bar, chord)| format!("bar {bar}, {chord}"));
    let bars: Vec<(String, Vec<u16>)> = titles.zip(bars).collect();
    let rows = bars.chunks(PROGRESSION.len()).map(|bars| (String::new(), bars.to_vec()));
    let caption = format!(
        "{n} bars from style 1 (bar 1) to style {STYLES} (bar {n}), along an arc between the two \
         codes."
    );
    put(part, rows.collect(), recordings, &caption)
}

/// A bar for each chord: the most probable tokens.
fn decode(
    trained: &Trained<'_, MusicSet>,
    codes: Vec<f32>,
    chords: &[&str],
) -> Result<Vec<Vec<u16>>> {
    let model = &trained.model;
    let chords: Vec<u32> = chords.iter().map(|chord| model.class(chord)).collect::<Result<_>>()?;
    let codes = Codes::new(model.architecture.latent_dim, codes);
    let bars = model.with_labels(Some(&chords))?.decode(&codes)?;
    Ok(bars.iter().map(tokens_of).collect())
}

/// Bars one after another.
fn recording(label: String, bars: &[Vec<u16>]) -> Recording {
    let bars: Vec<&[u16]> = bars.iter().map(Vec::as_slice).collect();
    Recording::new("", label, Encoding::Multitrack, &bars)
}

fn put(
    part: &mut Part,
    rows: Vec<TokenRow>,
    recordings: Vec<Recording>,
    caption: &str,
) -> Result<()> {
    let rolls = piano_rolls(Encoding::Multitrack, rows);
    let n = recordings.len();
    let figure = figure(|theme| rolls.to_png(theme), caption)?;
    part.figure(Heard { figure, recordings }.into_figure(n));
    Ok(())
}
