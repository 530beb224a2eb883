//! `lesson`.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use concertina::data::{Dataset, OpenOptions, absolute_source, named};
use concertina::text::{counted, duration, number};
use concertina::train;
use concertina::validate::Metrics;
use concertina::{Error, Warning};
use concertina_lesson::{Effort, Ending, Event, Lesson, Materials};
use schemars::JsonSchema;
use serde::Serialize;

use crate::args;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::expect_folder;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::{data, download};

/// A lesson that is complete.
#[derive(JsonSchema, Serialize)]
pub(super) struct Taught {
    /// The path of its page.
    page: String,
}

/// `concertina lesson`
pub(crate) fn run(args: &args::Lesson, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    let effort = if args.quick { Effort::Quick } else { Effort::Full };
    let source = absolute_source(&args.data.clone().unwrap_or_else(usual_data));
    let out = args.out.clone().unwrap_or_else(|| usual_folder(&source, effort));
    expect_folder("--out", &out)?;
    Lesson::check(&out, &source, effort)?;
    let materials = materials(&source, effort, args.download, printer)?;
    printer.say(format_args!(
        "the {effort} lesson on {}: {}; writing to {}",
        materials.digits.card.name(),
        counted(materials.digits.train.len(), "training image"),
        out.display()
    ));
    let lesson = Lesson::open(&out, materials, effort)?;
    let interrupt = Interrupt::listen();
    let begun = Instant::now();
    let mut teller = Teller::new(printer);
    let ending = lesson.teach(args.language, &mut |event| {
        teller.tell(&event);
        if interrupt.came() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    teller.end_model();
    match ending {
        Ok(Ending::Done(page)) => {
            let time = duration(begun.elapsed().as_secs_f64());
            printer.say(format_args!("done in {time}; open the page in a browser"));
            let page = page.display().to_string();
            printer.found(&Taught { page: page.clone() }, || printer.data(page))?;
            Ok(Exit::Done)
        }
        Ok(Ending::Stopped) => {
            printer.say("stopped; run the same command to continue");
            Ok(Exit::Interrupted)
        }
        Err(error) if error.hint().is_none() => {
            Err(error.with_hint("once this is fixed, run the same command to continue").into())
        }
        Err(error) => Err(error.into()),
    }
}

/// `mnist` if it is on this machine; else the built-in digits, which need no download.
fn usual_data() -> String {
    let is_here = |name| named::find(name).is_some_and(is_local);
    if is_here("mnist") { "mnist" } else { "digits" }.to_owned()
}

fn is_local(set: &named::NamedSet) -> bool {
    named::folder(set, &download::data_dirs()).is_some()
}

/// `runs/lesson-DATA-full` or `-quick`: the same for the same lesson, which is resumed there.
fn usual_folder(source: &str, effort: Effort) -> PathBuf {
    let data = Path::new(source).file_stem().map_or("data".into(), |stem| stem.to_string_lossy());
    Path::new("runs").join(format!("lesson-{data}-{effort}"))
}

/// Opens the data sets of the lesson. Of those besides the main one, the ones that are on this
/// machine, or all if they may be downloaded.
fn materials(
    source: &str,
    effort: Effort,
    download: bool,
    printer: Printer,
) -> anyhow::Result<Materials> {
    let digits = data::open(source, Materials::options(effort), printer)?;
    data::warn_of_skipped(&digits.card, printer);
    let extra = |names: &[&str], options: OpenOptions, what: &str, instead: &str| {
        let set = names
            .iter()
            .filter(|name| **name != source)
            .filter_map(|name| named::find(name))
            .find(|set| download || is_local(set));
        let Some(set) = set else {
            printer.say(format_args!(
                "{what}: {} is not on this machine, so {instead} (`--download` downloads it)",
                names[0]
            ));
            return Ok(None);
        };
        open_extra(set.name, options, printer).map(Some)
    };
    let other = extra(
        &["fashion-mnist", "kmnist", "cifar10"],
        Materials::options(effort),
        "images of another kind",
        "inverted digits replace it",
    )?;
    let colour = extra(
        &["cifar10"],
        Materials::colour_options(effort),
        "images to enlarge",
        "the digits replace it",
    )?;
    Ok(Materials { digits, other, colour })
}

fn open_extra(name: &str, options: OpenOptions, printer: Printer) -> anyhow::Result<Dataset> {
    data::open(name, options, printer).map_err(|error| match error.downcast::<Error>() {
        Ok(error) => {
            error.with_hint("without `--download` the lesson uses what is on this machine").into()
        }
        Err(error) => error,
    })
}

/// Tells of a lesson: a line for a section, a line for a model, and the bar of its training.
struct Teller {
    printer: Printer,
    training: Option<Progress>,
    last: Option<Box<Metrics>>,
    /// Models that were told of: a section may need one that an earlier section has trained.
    named: Vec<String>,
    /// Each warning is told once: what is said of the data holds for every model.
    warned: Vec<Warning>,
    begun: Instant,
    /// The fraction of the lesson that was done when this process first trained.
    first_done: Option<f64>,
}

impl Teller {
    fn new(printer: Printer) -> Self {
        Self {
            printer,
            training: None,
            last: None,
            named: Vec::new(),
            warned: Vec::new(),
            begun: Instant::now(),
            first_done: None,
        }
    }

    fn tell(&mut self, event: &Event<'_>) {
        match *event {
            Event::Part { number, of, title } => {
                self.end_model();
                self.printer.say(format_args!("{number}/{of}  {title}"));
            }
            Event::Model { name, number, of, n_steps, done } => {
                self.end_model();
                if self.named.iter().any(|known| known == name) {
                    return;
                }
                self.named.push(name.to_owned());
                let state = match done {
                    done if done == n_steps => ": already trained".to_owned(),
                    0 => String::new(),
                    done => format!(": resuming at step {done} of {n_steps}"),
                };
                self.printer.say(format_args!("      model {number}/{of}, {name}{state}"));
                if done < n_steps {
                    self.training = Some(Progress::new(self.printer, n_steps, done));
                }
            }
            Event::Training { event, done } => self.training(event, done),
            Event::Written(_) => self.end_model(),
        }
    }

    /// The bar's time is that of the whole lesson, and a model has one line, not one per epoch.
    fn training(&mut self, event: &train::Event, done: f64) {
        let Some(progress) = &mut self.training else { return };
        match event {
            train::Event::Step(report) => {
                let first = *self.first_done.get_or_insert(done);
                let rate = (done - first) / self.begun.elapsed().as_secs_f64();
                let seconds_left = (1.0 - done) / rate;
                let mut report = report.clone();
                report.seconds_left = seconds_left;
                progress.event(&train::Event::Step(report));
            }
            train::Event::Epoch(metrics) => self.last = Some(metrics.clone()),
            train::Event::Warning(warning) if self.warned.contains(warning) => {}
            train::Event::Warning(warning) => {
                self.warned.push(warning.clone());
                progress.event(event);
            }
            other => progress.event(other),
        }
    }

    /// Takes the bar away, and says how the training went.
    fn end_model(&mut self) {
        if let Some(progress) = self.training.take() {
            progress.end();
        }
        if let Some(last) = self.last.take() {
            self.printer.say(format_args!(
                "      validation loss {} after epoch {}",
                number(last.valid.loss),
                last.epoch
            ));
        }
    }
}
