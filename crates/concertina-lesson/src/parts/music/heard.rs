//! Music of the gallery, with labels in the language of the page.

use concertina::Result;
use concertina::data::music::MusicSet;
use concertina_report::gallery::{Figures, Heard};

use crate::page::Part;
use crate::words::message;

/// A figure of held-out windows and what comes back, with this many players.
pub(super) fn reconstructions(
    part: &mut Part,
    figures: Figures<'_, MusicSet>,
    played: usize,
) -> Result<()> {
    let sounds = (1..).flat_map(|number| {
        ["music.sound-original", "music.sound-reconstruction"]
            .map(|key| part.say(message(key).with("number", number)))
    });
    let figure = relabelled(figures.reconstructions()?, sounds).into_figure(played);
    part.figure(figure, "music.reconstructions");
    Ok(())
}

/// The same music under other labels.
pub(super) fn relabelled(mut heard: Heard, labels: impl IntoIterator<Item = String>) -> Heard {
    for (recording, label) in heard.recordings.iter_mut().zip(labels) {
        recording.label = label;
    }
    heard
}
