//! A bar of a whole band, whose chord the decoder is told.

use concertina::Result;
use concertina::data::music::{MusicSet, tokens_of};
use concertina::evaluate::{ChordTones, MusicEvaluation};
use concertina::math::{Codes, spherical};
use concertina::text::thousands;
use concertina_music::encoding::Encoding;
use concertina_report::gallery::{Heard, Recording, TokenRow, figure, piano_rolls};

use super::accuracy::{self, OTHER_CODE, OWN_CODE};
use super::heard::reconstructions;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};
use crate::words::{Message, message};

/// Held-out bars that are evaluated in a full lesson.
const MOST_EVALUATED: usize = 400;
/// Players below the reconstructions: of one bar and of what comes back.
const PLAYED_RECONSTRUCTIONS: usize = 2;
const PROGRESSION: [&str; 4] = ["C", "Am", "F", "G"];
/// A decoder that listens to the code has an F1 that is higher by this with the right one.
const LISTENED: f64 = 0.05;
/// Codes that the experiments are made with.
const STYLES: usize = 4;
/// Times that the progression is repeated from the first style to another.
const REPEATED: usize = 2;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.music("multitrack-vae")?;
    let card = &trained.data.card;
    part.heading("music.band.heading");
    part.method(
        message("music.band.method")
            .with("weights", thousands(trained.model.architecture.n_parameters()))
            .with("bars", thousands(card.train))
            .with("epochs", trained.model.recipe.training.epochs),
    );
    part.look("music.band.look");
    reconstructions(part, trained.figures(), PLAYED_RECONSTRUCTIONS)?;
    part.text("music.band.right-tokens");
    let evaluation = accuracy::table(studio, &trained, MOST_EVALUATED, part)?;
    part.text(heard(&evaluation));
    if let Some(chords) = evaluation.tracks.and_then(|tracks| tracks.chords) {
        chord_tones(part, &chords);
    }
    let styles = styles(&trained)?;
    one_style(part, &trained, &styles)?;
    one_chord(part, &trained, &styles)?;
    from_style_to_style(part, &trained, &styles)?;
    part.why("music.style-to-style.why");
    Ok(())
}

/// Whether the decoder listens to the code, by what the code of another bar would do.
fn heard(evaluation: &MusicEvaluation) -> &'static str {
    let found = evaluation.reconstruction.iter().flat_map(|found| &found.agreements);
    let f1 = |of: &str| found.clone().find(|found| found.of == of).map(|found| found.onset_f1);
    let (own, others) = (f1(OWN_CODE), f1(OTHER_CODE));
    if own.zip(others).is_some_and(|(own, others)| own - others < LISTENED) {
        "music.band.hardly-listens"
    } else {
        "music.band.listens"
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
    part.look("music.band.look-at-chords");
    part.table(
        [part.say(message("music.band.bars").with("bars", thousands(found.bars))), String::new()],
        vec![
            [part.say("music.band.tones-asked"), accuracy::share(found.tones_asked)],
            [part.say("music.band.tones-foreign"), accuracy::share(found.tones_foreign)],
            [part.say("music.band.tones-of-bars"), accuracy::share(found.tones_of_windows)],
            [part.say("music.band.same-instruments"), accuracy::share(found.same_programs)],
        ],
    );
}

/// One code with the chords of the progression.
fn one_style(part: &mut Part, trained: &Trained<'_, MusicSet>, styles: &Codes) -> Result<()> {
    part.task("music.one-style.heading", "music.one-style.task");
    let bars = decode(trained, styles.row(0).repeat(PROGRESSION.len()), &PROGRESSION)?;
    let recordings = vec![recording(
        part.say(message("music.one-style.sound").with("chords", PROGRESSION.join(", "))),
        &bars,
    )];
    let bars = PROGRESSION.map(str::to_owned).into_iter().zip(bars).collect();
    put(part, vec![(String::new(), bars)], recordings, "music.one-style.bars")
}

/// All codes with one chord.
fn one_chord(part: &mut Part, trained: &Trained<'_, MusicSet>, styles: &Codes) -> Result<()> {
    part.task("music.one-chord.heading", "music.one-chord.task");
    let chord = PROGRESSION[0];
    let bars = decode(trained, styles.values().to_vec(), &[chord; STYLES])?;
    let recordings = vec![recording(
        part.say(message("music.one-chord.sound").with("styles", STYLES).with("chord", chord)),
        &bars,
    )];
    let titles = (1..=STYLES)
        .map(|style| part.say(message("music.one-chord.row-style").with("style", style)));
    let caption = message("music.one-chord.bars").with("styles", STYLES).with("chord", chord);
    put(part, vec![(String::new(), titles.zip(bars).collect())], recordings, caption)
}

/// On the way from one code to another, each bar with the next chord.
fn from_style_to_style(
    part: &mut Part,
    trained: &Trained<'_, MusicSet>,
    styles: &Codes,
) -> Result<()> {
    part.task("music.style-to-style.heading", "music.style-to-style.task");
    let n = PROGRESSION.len() * REPEATED;
    let (start, end) = (styles.row(0), styles.row(STYLES - 1));
    let codes = (0..n).flat_map(|bar| spherical(start, end, bar as f32 / (n - 1) as f32));
    let bars = decode(trained, codes.collect(), &PROGRESSION.repeat(REPEATED))?;
    let label = part.say(
        message("music.style-to-style.sound")
            .with("bars", n)
            .with("chords", PROGRESSION.join(", ")),
    );
    let recordings = vec![recording(label, &bars)];
    let titles = (1..).zip(PROGRESSION.repeat(REPEATED));
    let titles = titles.map(|(bar, chord)| {
        part.say(message("music.style-to-style.row-bar").with("bar", bar).with("chord", chord))
    });
    let bars: Vec<(String, Vec<u16>)> = titles.zip(bars).collect();
    let rows = bars.chunks(PROGRESSION.len()).map(|bars| (String::new(), bars.to_vec()));
    let caption = message("music.style-to-style.bars").with("bars", n).with("styles", STYLES);
    put(part, rows.collect(), recordings, caption)
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
    caption: impl Into<Message>,
) -> Result<()> {
    let rolls = piano_rolls(Encoding::Multitrack, rows);
    let n = recordings.len();
    let figure = figure(|theme| rolls.to_png(theme), part.say(caption))?;
    part.captioned(Heard { figure, recordings }.into_figure(n));
    Ok(())
}
