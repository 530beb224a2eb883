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
    let rows = found.chain(baselines.flat_map(|found| &found.agreements)).map(row);
    part.table(["of held-out windows", "right tokens", "onset F1"], rows.collect());
    part.text(format!(
        "Measured on {} of {} held-out windows. The three rows at the end need no model: always \
         the most frequent token; at each step the one that most often followed the token before; \
         and the training window that is most like the original, which can be found only by \
         looking at all of it.",
        thousands(evaluation.windows),
        thousands(evaluation.available_windows)
    ));
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

fn row(found: &Agreement) -> [String; 3] {
    [found.of.clone(), share(found.accuracy), format!("{:.2}", found.onset_f1)]
}

/// A fraction of 1 in percent, so that shares below one another have as many decimals.
pub(super) fn share(fraction: f64) -> String {
    format!("{:.1} %", 100.0 * fraction)
}
