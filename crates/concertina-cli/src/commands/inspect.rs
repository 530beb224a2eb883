//! `inspect`.

use std::path::PathBuf;

use concertina::artifact::{AtomicFolder, RunFolder};
use concertina::data::held_out_pictures;
use concertina::inspect::{
    Detection, Inspection, InspectionSet, Inspector, Threshold, ToInspect, detection,
};
use concertina::metric::Auroc;
use concertina::model::Model;
use concertina::restore::{PictureFile, picture_files};
use concertina::text::{counted, number, percent, thousands};
use concertina::{Error, Result};
use concertina_report::plot::HeatMap;
use serde::Serialize;

use crate::args;
use crate::data;
use crate::exit::Exit;
use crate::output::{begin_folder, csv_bytes, expect_folder, expect_new_folder, told};
use crate::printer::Printer;
use crate::progress::Counting;
use crate::words::on_one_line;

/// How many of the pictures with the largest scores are printed.
const WORST: usize = 10;
/// Of a folder that is written.
const TABLE: &str = "scores.csv";

/// `concertina inspect`
pub(crate) fn run(args: &args::Inspect, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    if !(args.false_alarms > 0.0 && args.false_alarms < 1.0) {
        return Err(Error::config(format!(
            "`--false-alarms`: expected a rate above 0 and below 1, found {}",
            args.false_alarms
        ))
        .into());
    }
    if let Some(out) = &args.out {
        expect_folder("--out", out)?;
        expect_new_folder(out, "heat maps")?;
    }
    let model = Model::open(&args.model)?;
    Inspector::check(&model)?;
    let mut set = InspectionSet::open(&args.data)?;
    set.pictures.truncate(args.limit.unwrap_or(usize::MAX));
    let inspector = fitted(&model, args, printer)?;
    let threshold = inspector.threshold(args.false_alarms)?;
    if !threshold.is_promised() {
        printer.warn(format_args!(
            "{} false alarms cannot be promised by {}, it takes {}: the threshold is the largest \
             of their scores",
            percent(threshold.false_alarms),
            counted(threshold.held_out, "held-out good picture"),
            thousands(threshold.needed),
        ));
    }
    let mut folder = args.out.as_deref().map(begin_folder).transpose()?;
    let found = Found::of(&inspector, &set, threshold, folder.as_mut(), printer)?;
    if args.json {
        printer.data(serde_json::to_string_pretty(&found)?)?;
    } else {
        found.print(printer)?;
    }
    if let (Some(mut folder), Some(out)) = (folder, &args.out) {
        folder.write(TABLE, &found.table()?)?;
        folder.finish()?;
        printer.say(format_args!("{} written to {}", counted(found.images, "heat map"), told(out)));
    }
    Ok(Exit::Done)
}

/// The model with the good pictures that it was not trained on.
fn fitted<'m>(
    model: &'m Model,
    args::Inspect { model: path, good, .. }: &args::Inspect,
    printer: Printer,
) -> anyhow::Result<Inspector<'m>> {
    // A model file does not say where on this machine its data was; its run folder does.
    let source = RunFolder::open(path).and_then(|run| data::trained_on(&run));
    let source = PathBuf::from(source.unwrap_or_else(|_| model.card.source.clone()));
    let pictures = if let Some(folder) = good {
        picture_files(folder)?
    } else if source.is_dir() {
        held_out_pictures(&source, &model.recipe.open_options())?
    } else {
        return Err(Error::data(format!(
            "expected the good pictures that the model was trained on in `{}`, found none",
            source.display()
        ))
        .with_hint("give others, that it was not trained on: `--good FOLDER`")
        .into());
    };
    let mut counting = Counting::new(printer, "good pictures looked at", pictures.len());
    let mut pictures = pictures.iter().enumerate();
    let inspector = Inspector::fit(model, || {
        let (done, (path, _)) = pictures.next()?;
        counting.at(done + 1);
        Some(PictureFile::open(path).and_then(PictureFile::read))
    })?;
    Ok(inspector)
}

/// What `--json` writes.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    threshold: Threshold,
    promised: bool,
    /// Pictures that were inspected, and rejected.
    images: usize,
    rejected: usize,
    /// Where the defects are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    detection: Option<Detection>,
    /// The largest score first.
    pictures: Vec<Verdict>,
    /// Files that could not be inspected, and why.
    skipped: Vec<String>,
}

#[derive(Serialize)]
struct Verdict {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    score: f64,
    rejected: bool,
}

impl Found {
    fn of(
        inspector: &Inspector<'_>,
        set: &InspectionSet,
        threshold: Threshold,
        mut folder: Option<&mut AtomicFolder>,
        printer: Printer,
    ) -> anyhow::Result<Self> {
        let mut counting = Counting::new(printer, "pictures inspected", set.pictures.len());
        let (mut pictures, mut skipped, mut pixels) = (Vec::new(), Vec::new(), Auroc::default());
        for (done, picture) in set.pictures.iter().enumerate() {
            match inspected(inspector, picture, set.labelled.then_some(&mut pixels)) {
                Ok((seen, inspection)) => {
                    if let Some(folder) = &mut folder {
                        let heat = HeatMap {
                            shape: seen.shape(),
                            picture: seen.values(),
                            map: &inspection.map,
                            threshold: threshold.score as f32,
                        };
                        folder.write(&heat_name(&picture.name), &heat.to_png()?)?;
                    }
                    pictures.push(Verdict {
                        name: picture.name.clone(),
                        kind: picture.kind.clone(),
                        score: inspection.score,
                        rejected: inspection.score > threshold.score,
                    });
                }
                Err(error) if error.is_data() => skipped.push(error),
                Err(error) => return Err(error.into()),
            }
            counting.at(done + 1);
        }
        drop(counting);
        if pictures.is_empty() && !skipped.is_empty() {
            return Err(skipped.swap_remove(0).into());
        }
        if let Some(first) = skipped.first() {
            printer.warn(format_args!(
                "{} skipped, the first: {first}",
                counted(skipped.len(), "picture")
            ));
        }
        let skipped = skipped.iter().map(ToString::to_string).collect();
        Ok(Self::new(threshold, pictures, &pixels, set.labelled, skipped))
    }

    fn new(
        threshold: Threshold,
        mut pictures: Vec<Verdict>,
        pixels: &Auroc,
        labelled: bool,
        skipped: Vec<String>,
    ) -> Self {
        let of_kind: Vec<(String, f64, bool)> = pictures
            .iter()
            .filter_map(|verdict| Some((verdict.kind.clone()?, verdict.score, verdict.rejected)))
            .collect();
        pictures.sort_by(|a, b| b.score.total_cmp(&a.score));
        Self {
            threshold,
            promised: threshold.is_promised(),
            images: pictures.len(),
            rejected: pictures.iter().filter(|verdict| verdict.rejected).count(),
            detection: labelled.then(|| detection(&of_kind, pixels)),
            pictures,
            skipped,
        }
    }

    fn print(&self, printer: Printer) -> anyhow::Result<()> {
        let line = |name: &str, value: String| printer.data(format_args!("{name:<14} {value}"));
        let Threshold { score, false_alarms, held_out, .. } = self.threshold;
        line("pictures", thousands(self.images))?;
        line("score", "of what a model of good ones changed; 1 is usual in them".to_owned())?;
        let rests = counted(held_out, "held-out good picture");
        let asked = format!("for {} false alarms, by {rests}", percent(false_alarms));
        line("threshold", format!("{}: {asked}", number(score)))?;
        let share = percent(self.rejected as f64 / self.images as f64);
        line("rejected", format!("{} of {}, {share}", self.rejected, thousands(self.images)))?;
        if let Some(found) = &self.detection {
            let rate = |rate: Option<f64>| rate.map_or("-".to_owned(), percent);
            let area = |area: Option<f64>| area.map_or("-".to_owned(), |area| format!("{area:.3}"));
            line("false alarms", rate(found.false_alarms))?;
            line("found", rate(found.found))?;
            line("f1", area(found.f1))?;
            line("image auroc", area(found.image_auroc))?;
            line("pixel auroc", area(found.pixel_auroc))?;
            for kind in &found.kinds {
                let rejected = format!("{} of {} rejected", kind.rejected, kind.pictures);
                let auroc = kind
                    .image_auroc
                    .map_or(String::new(), |area| format!(", image auroc {area:.3}"));
                line(&format!("  {}", kind.kind), format!("{rejected}{auroc}"))?;
            }
        }
        for (place, verdict) in self.pictures.iter().take(WORST).enumerate() {
            let place = if place == 0 { "worst" } else { "" };
            let word = if verdict.rejected { "rejected" } else { "good" };
            let name = on_one_line(&verdict.name);
            line(place, format!("{:>10}  {word:<8}  {name}", number(verdict.score)))?;
        }
        Ok(())
    }

    /// Score, and 1 for a rejected picture or 0.
    fn table(&self) -> Result<Vec<u8>> {
        let columns = ["score", "rejected"].map(str::to_owned).to_vec();
        let row = |verdict: &Verdict| [verdict.score as f32, f32::from(u8::from(verdict.rejected))];
        let values: Vec<f32> = self.pictures.iter().flat_map(row).collect();
        let names: Vec<String> = self.pictures.iter().map(|verdict| verdict.name.clone()).collect();
        let kinds: Option<Vec<String>> =
            self.pictures.iter().map(|verdict| verdict.kind.clone()).collect();
        csv_bytes(columns, &values, &names, kinds.as_deref())
    }
}

/// A picture and what was found in it; its pixels are counted if it is known where its defect is.
fn inspected(
    inspector: &Inspector<'_>,
    picture: &ToInspect,
    pixels: Option<&mut Auroc>,
) -> Result<(concertina::data::FloatImages, Inspection)> {
    let seen = picture.read()?;
    let inspection = inspector.inspect(&seen)?;
    if let Some(pixels) = pixels
        && let Some(defect) = picture.defect(inspection.sides)?
    {
        for (value, is_defect) in inspection.map.iter().zip(defect) {
            pixels.add(*value, is_defect);
        }
    }
    Ok((seen, inspection))
}

/// `kind/name.jpg` as `kind/name.jpg.png`: no two are called alike.
fn heat_name(name: &str) -> String {
    format!("{name}.png")
}
