//! An evaluation of a model of music as text.

use concertina::evaluate::{
    Agreement, ChordTones, Histograms, Interpolations, MusicBaselines, MusicEvaluation,
    MusicReconstruction, MusicSamples, Tracks, VoiceAgreement,
};
use concertina::text::{counted, number, percent, thousands};

use super::block::Block;
use super::{chosen, finding, head, nats};
use crate::words::spaced;

/// The lines of a report.
pub(crate) fn lines(evaluation: &MusicEvaluation) -> Vec<String> {
    let mut block = Block::default();
    let test = chosen(evaluation.windows, evaluation.available_windows, "test windows");
    let train =
        chosen(evaluation.train_windows, evaluation.available_train_windows, "training windows");
    head(&mut block, &evaluation.about, &test, &train);
    if let Some(found) = &evaluation.reconstruction {
        reconstruction(&mut block, found);
    }
    if let Some(found) = &evaluation.tracks {
        tracks(&mut block, found);
    }
    finding(&mut block, "baselines", evaluation.baselines.as_ref(), baselines);
    finding(&mut block, "samples", evaluation.samples.as_ref(), samples);
    finding(&mut block, "interpolation", evaluation.interpolation.as_ref(), interpolation);
    block.into_lines()
}

fn reconstruction(block: &mut Block, found: &MusicReconstruction) {
    let why = &found.conventions;
    block.title("reconstruction");
    block.figure("error", &format!("{} {}", number(found.error), found.unit), why.get("error"));
    block.figure("loss", &number(found.loss), why.get("loss"));
    if let Some(elbo) = found.elbo_nats {
        block.figure("elbo", &nats(elbo), why.get("elbo_nats"));
    }
    if let Some(bits) = found.kl_bits {
        block.figure("kl", &format!("{bits:.2} bits"), why.get("kl_bits"));
    }
    // In bits above.
    let told = |name: &str| found.kl_bits.is_some() && name == "kl";
    for (name, value) in found.terms.iter().filter(|(name, _)| !told(name)) {
        block.figure(&spaced(name), &value.to_string(), why.get(name));
    }
    agreements(block, &found.agreements);
    let told = ["error", "loss", "elbo_nats", "kl_bits"];
    let mut others = why.clone();
    others.retain(|name, _| !told.contains(name));
    block.conventions(&others);
}

/// Accuracies and F1 scores, of all tokens and of each voice.
fn agreements(block: &mut Block, agreements: &[Agreement]) {
    let Some(first) = agreements.first() else { return };
    if first.voices.is_empty() {
        let row = |found: &Agreement| {
            let figures = [found.accuracy, found.onset_f1].map(|share| format!("{share:.4}"));
            (found.of.clone(), figures.to_vec())
        };
        block.table(&["accuracy", "onset F1"], agreements.iter().map(row).collect());
        return;
    }
    let voices = first.voices.iter().map(|voice| voice.voice.as_str());
    let headings: Vec<&str> = std::iter::once("all").chain(voices).collect();
    let mut table =
        |name: &str, of: fn(&Agreement) -> f64, of_voice: fn(&VoiceAgreement) -> f64| {
            block.sentence(&format!("{name}:"));
            let row = |found: &Agreement| {
                let voices = found.voices.iter().map(of_voice);
                let figures = std::iter::once(of(found)).chain(voices);
                (found.of.clone(), figures.map(|share| format!("{share:.4}")).collect())
            };
            block.table(&headings, agreements.iter().map(row).collect());
        };
    table("accuracy", |found| found.accuracy, |voice| voice.accuracy);
    table("onset F1", |found| found.onset_f1, |voice| voice.onset_f1);
}

fn tracks(block: &mut Block, found: &Tracks) {
    let why = &found.conventions;
    block.title("tracks");
    let programs = format!(
        "{} teacher-forced, {} free",
        percent(found.program_accuracy),
        percent(found.program_accuracy_free)
    );
    block.figure("instruments", &programs, why.get("program_accuracy"));
    block.figure("ended", &percent(found.ended), why.get("ended"));
    let legal = "bars that can be read back from the MIDI file that they make".to_owned();
    block.figure("legal", &percent(found.legal), Some(&legal));
    let Some(chords) = &found.chords else { return };
    let ChordTones { bars, tones_asked, tones_foreign, tones_of_windows, same_programs } = chords;
    let asked = format!("{} asked, {} not", percent(*tones_asked), percent(*tones_foreign));
    let of_windows = format!(
        " ({}; {} in the bars themselves)",
        counted(*bars, "bar"),
        percent(*tones_of_windows)
    );
    let how = why.get("chords").map(|text| text.clone() + &of_windows);
    block.figure("chord tones", &asked, how.as_ref());
    let how = "bars with the same instruments under both chords".to_owned();
    block.figure("same instruments", &percent(*same_programs), Some(&how));
}

fn baselines(block: &mut Block, found: &MusicBaselines) {
    agreements(block, &found.agreements);
    block.conventions(&found.conventions);
}

fn samples(block: &mut Block, found: &MusicSamples) {
    let row = |name: &str, found: &Histograms| {
        let interval = found.interval_nats.map_or(String::new(), |nats| format!("{nats:.4}"));
        let figures =
            [format!("{:.4}", found.pitch_nats), interval, format!("{:.4}", found.density_nats)];
        (name.to_owned(), figures.to_vec())
    };
    let mut rows = vec![row("samples", &found.samples)];
    rows.extend(found.training.as_ref().map(|found| row("training windows", found)));
    block.sentence(&format!(
        "histograms of {} windows, and of the test windows",
        thousands(found.windows)
    ));
    block.table(&["pitch", "interval", "density"], rows);
    block.conventions(&found.conventions);
    if let (Some(copied), Some(of_test)) = (found.copied, found.test_copied) {
        let how = format!(
            "samples that are training windows except for the key; {} of test windows",
            percent(of_test)
        );
        block.figure("copied", &percent(copied), Some(&how));
    }
    block.figure("silent", &percent(found.silent), Some(&"samples without a note".to_owned()));
}

fn interpolation(block: &mut Block, found: &Interpolations) {
    let why = &found.conventions;
    let monotony = format!("{:.3}", found.monotony);
    block.figure("monotony", &monotony, why.get("monotony"));
    let how = format!("ends of {} that are the reconstructions", counted(found.pairs, "way"));
    block.figure("ends", &percent(found.ends_reconstructed), Some(&how));
    let how = format!(
        "{}, {} from end to end; the ends in {}",
        why.get("step_difference").map_or("", String::as_str),
        counted(found.steps, "window"),
        percent(found.end_difference)
    );
    block.figure("steps", &percent(found.step_difference), Some(&how));
}
