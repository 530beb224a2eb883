//! How much of held-out music comes back, as tables.

use concertina::Result;
use concertina::data::music::MusicSet;
use concertina::evaluate::{
    Agreement, MusicEvaluation, MusicSubject, Options, Section, evaluate_music,
};
use concertina::text::thousands;

use crate::materials::Effort;
use crate::page::Part;
use crate::studio::{Studio, Trained};
use crate::words::message;

/// How the evaluation calls what comes back from a window's own code, and from that of another.
pub(super) const OWN_CODE: &str = "free-running, code drawn";
pub(super) const OTHER_CODE: &str = "free-running, code of another window";

/// Evaluates the model on held-out windows, `most` in a full lesson, and puts the table on the
/// page.
pub(super) fn table(
    studio: &Studio<'_>,
    trained: &Trained<'_, MusicSet>,
    most: usize,
    part: &mut Part,
) -> Result<MusicEvaluation> {
    let evaluation = evaluate(studio.effort, trained, most)?;
    let found = evaluation.reconstruction.iter().flat_map(|found| &found.agreements);
    let baselines = evaluation.baselines.iter().filter_map(|found| found.measured());
    let rows = found
        .chain(baselines.flat_map(|found| &found.agreements))
        .map(|found| row(part, found))
        .collect();
    part.table(
        [
            "music.accuracy.held-out-windows",
            "music.accuracy.right-tokens",
            "music.accuracy.onset-f1",
        ]
        .map(|key| part.say(key)),
        rows,
    );
    part.text(
        message("music.accuracy.measured")
            .with("windows", thousands(evaluation.windows))
            .with("all", thousands(evaluation.available_windows)),
    );
    Ok(evaluation)
}

fn evaluate(
    effort: Effort,
    trained: &Trained<'_, MusicSet>,
    most: usize,
) -> Result<MusicEvaluation> {
    let subject = MusicSubject {
        model: &trained.model,
        name: trained.data.card.name(),
        test: trained.data.valid.clone(),
        train: Some(trained.data.train.clone()),
        own: true,
    };
    let options = Options {
        sections: vec![Section::Reconstruction, Section::Baselines],
        max_test_images: if effort == Effort::Full { most } else { most / 4 },
        ..Options::default()
    };
    evaluate_music(&subject, &options, &|_| {})
}

fn row(part: &Part, found: &Agreement) -> [String; 3] {
    [of(part, &found.of), share(found.accuracy), format!("{:.2}", found.onset_f1)]
}

/// What is compared with the windows.
fn of(part: &Part, of: &str) -> String {
    part.say(match of {
        "teacher-forced, code drawn" => "music.accuracy.teacher-forced",
        OWN_CODE => "music.accuracy.free-running",
        "free-running, code drawn, tokens drawn" => "music.accuracy.tokens-drawn",
        "free-running, mean of the code" => "music.accuracy.mean-of-code",
        OTHER_CODE => "music.accuracy.code-of-another",
        "most frequent token" => "music.accuracy.most-frequent",
        "bigram and position, teacher-forced" => "music.accuracy.bigram",
        "nearest training window" => "music.accuracy.nearest",
        _ if cfg!(test) => panic!("no text says `{of}`"),
        _ => return of.to_owned(),
    })
}

/// A fraction of 1 in percent, so that shares below one another have as many decimals.
pub(super) fn share(fraction: f64) -> String {
    format!("{:.1} %", 100.0 * fraction)
}
