//! DATA arguments: where named sets are looked for, downloads, and the progress of reading.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use concertina::artifact::RunFolder;
use concertina::data::music::{self, MusicSet};
use concertina::data::{
    DataCard, Dataset, Images, OpenOptions, Progress, is_files_of_pictures, named, part_of,
};
use concertina::model::Model;
use concertina::text::counted;
use concertina::{Error, memory};

use crate::download::{self, bar, data_dirs};
use crate::printer::Printer;
use crate::stdin;

/// Opens DATA. A named set that is not on this machine is downloaded into the cache.
pub(crate) fn open(
    source: &str,
    options: OpenOptions,
    printer: Printer,
) -> anyhow::Result<Dataset> {
    let options = prepared(source, options, printer)?;
    with_progress(options, printer, |options| Dataset::open(source, options)).map_err(stdin::blamed)
}

/// The options with the folders of named sets. A named set that is not on this machine is
/// downloaded into the cache.
pub(crate) fn prepared(
    source: &str,
    options: OpenOptions,
    printer: Printer,
) -> anyhow::Result<OpenOptions> {
    let options = OpenOptions { data_dirs: data_dirs(), ..options };
    if let Some(set) = named::find(source)
        && !set.files.is_empty()
        && named::folder(set, &options.data_dirs).is_none()
    {
        download::images(set, printer)?;
    }
    Ok(options)
}

/// Opens DATA as windows of music.
pub(crate) fn open_music(
    source: &str,
    wanted: music::Wanted,
    options: OpenOptions,
    printer: Printer,
) -> anyhow::Result<MusicSet> {
    let options = OpenOptions { data_dirs: data_dirs(), ..options };
    if let Some(set) = music::named::find(source)
        && let Some(archive) = set.archive
        && music::named::place(set, &options.data_dirs).is_none()
    {
        download::music(set, archive, printer)?;
    }
    with_progress(options, printer, |options| MusicSet::open(source, wanted, options))
        .map_err(stdin::blamed)
}

/// Opens something, and shows how far it is.
pub(crate) fn with_progress<T>(
    options: OpenOptions,
    printer: Printer,
    open: impl FnOnce(&OpenOptions) -> T,
) -> T {
    let bar = printer.terminal.then(bar);
    let shown = bar.clone();
    let options = OpenOptions {
        progress: shown.map(|bar| -> concertina::data::OnProgress {
            Arc::new(move |Progress { done, total, what }| {
                bar.set_length(total as u64);
                bar.set_position(done as u64);
                bar.set_message(what);
            })
        }),
        ..options
    };
    let opened = open(&options);
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    opened
}

/// The DATA that a run was trained on.
///
/// # Errors
/// If its folder does not say.
pub(crate) fn trained_on(folder: &RunFolder) -> concertina::Result<String> {
    folder.recipe()?.data.source.ok_or_else(|| {
        Error::config(format!(
            "`{}`: expected the training data in `data.source`, found none",
            folder.path().join("config.toml").display()
        ))
    })
}

/// Whether it is the name of a set of images, or a path that exists.
pub(crate) fn is_there(source: &str) -> bool {
    named::find(source).is_some() || Path::new(source).exists()
}

/// Tells of files that were skipped; the card has more of them.
pub(crate) fn warn_of_skipped(card: &DataCard, printer: Printer) {
    if let Some(first) = card.skipped.shown.first() {
        let files = counted(card.skipped.count, "file");
        let rest = if card.skipped.count == 1 {
            ""
        } else {
            " (`concertina data inspect` lists the others)"
        };
        printer.warn(format_args!("skipped {files}: {}: {}{rest}", first.name, first.reason));
    }
}

/// Which images of DATA a trained model is to be given.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    /// At most this many.
    pub(crate) limit: Option<usize>,
    /// The training split, where there is a test split too.
    pub(crate) train: bool,
    /// Part I of N of them.
    pub(crate) share: Option<[usize; 2]>,
    /// Images of other sizes are resized to what the encoder sees; otherwise to what the model was
    /// trained to return, of which the encoder gets what the task makes. The two differ in models
    /// that enlarge.
    pub(crate) fit_to_input: bool,
}

/// Opens images for a trained model, resized to what the model takes: of each source that is a set
/// with a test split this, otherwise all.
pub(crate) fn open_for(
    model: &Model,
    sources: &[String],
    wanted: Wanted,
    printer: Printer,
) -> anyhow::Result<Inputs> {
    let mut told = BTreeSet::new();
    let mut open = |source: &str| -> anyhow::Result<Inputs> {
        let mut inputs =
            Inputs::of(open_fitted(model, source, wanted, printer, &mut told)?, wanted);
        if let Some([part, of]) = wanted.share
            && !is_files_of_pictures(source)?
        {
            inputs.keep(part_of(inputs.images.len(), part, of))?;
        }
        Ok(inputs)
    };
    if let [source] = sources {
        return open(source);
    }
    if wanted.share.is_some() {
        let found = sources.len();
        return Err(Error::config(format!("`--shard`: expected one DATA, found {found}")).into());
    }
    let mut alike: BTreeMap<Option<&OsStr>, usize> = BTreeMap::new();
    for source in sources {
        *alike.entry(file_name(source)).or_default() += 1;
    }
    let mut parts = Vec::new();
    for source in sources {
        let mut inputs = open(source)?;
        inputs.rename(source, alike[&file_name(source)] == 1);
        parts.push((source.as_str(), inputs));
    }
    let mut all = Inputs::joined(parts)?;
    all.truncate(wanted.limit);
    Ok(all)
}

fn file_name(source: &str) -> Option<&OsStr> {
    Path::new(source).file_name()
}

/// DATA as paths, for a check that none of it is overwritten.
pub(crate) fn paths<'a>(sources: &'a [String], model: &'a Path) -> Vec<&'a Path> {
    sources.iter().map(AsRef::as_ref).chain([model]).collect()
}

/// Opens a data set, resized to what the model takes, with nothing held out of one without a test
/// split. A limit is only a bound on what is read: more images may be returned. What is in `told`
/// is not told again.
pub(crate) fn open_fitted(
    model: &Model,
    source: &str,
    wanted: Wanted,
    printer: Printer,
    told: &mut BTreeSet<String>,
) -> anyhow::Result<Dataset> {
    let piped;
    let source = if source == stdin::DASH {
        piped = stdin::file()?.display().to_string();
        &piped
    } else {
        source
    };
    let Wanted { limit, train, fit_to_input, share } = wanted;
    let [input, target] = [model.architecture.input, model.architecture.target];
    // What is drawn is drawn from its front; of what is read a limit would take test images from
    // all over, and those in front are meant. A sixth of the limit is drawn of test images.
    let limit = limit.filter(|_| named::find(source).is_some_and(|set| set.files.is_empty()));
    let limit = limit.map(|limit| if train { limit } else { limit.saturating_mul(6) });
    let array_range = model.card.images().and_then(|images| images.array_range);
    let all =
        OpenOptions { limit, share, valid_fraction: 0.0, array_range, ..OpenOptions::default() };
    let mut data = open(source, all.clone(), printer)?;
    let fits = |data: &Dataset| [input, target].contains(&data.train.shape());
    // Where a model takes images of two sizes, those that got one of them unasked are not meant.
    let is_own = |data: &Dataset| {
        let shape = data.train.shape();
        let own = data.card.images().is_none_or(|images| {
            let sizes = images.sizes;
            sizes.smallest == [shape.width, shape.height] && sizes.smallest == sizes.largest
        });
        input == target || own
    };
    if !fits(&data) || !is_own(&data) {
        let shape = if fit_to_input { input } else { target };
        let size = (shape.height == shape.width).then_some(shape.height);
        let options = OpenOptions { size, channels: Some(shape.channels), ..all };
        data = open(source, options, printer)?;
        if !fits(&data) {
            return Err(Error::data(format!(
                "`{source}`: expected images of {shape}, as the model takes them, found {}",
                data.train.shape()
            ))
            .with_hint(
                "images are resized to squares only: resize these to the model's shape first",
            )
            .into());
        }
        let Some(images) = data.card.images() else { return Ok(data) };
        let resized = format!("resized to the model's {shape}: {}", images.fitted);
        if told.insert(resized.clone()) {
            printer.say(resized);
        }
        let [width, height] = images.sizes.largest;
        if fit_to_input && width.min(height) > target.width.max(target.height) {
            let smaller = format!(
                "the model outputs images of {target}, which is smaller than these images: they \
                 lose detail"
            );
            if told.insert(smaller.clone()) {
                printer.warn(smaller);
            }
        }
    }
    warn_of_skipped(&data.card, printer);
    for note in &data.card.notes {
        // What the model's card has was told when it was trained.
        let is_known = model.card.notes.contains(note) && !printer.is_verbose();
        if !is_known && told.insert(note.clone()) {
            printer.warn(note);
        }
    }
    Ok(data)
}

/// Labels by the numbers that a conditional model has for classes of these names; for another
/// model, as they are.
pub(crate) fn numbered_by(
    model: &Model,
    labels: Option<Vec<u32>>,
    names: &[String],
) -> anyhow::Result<Option<Vec<u32>>> {
    if model.architecture.classes == 0 {
        return Ok(labels);
    }
    let number = |label: u32| model.class(&names[label as usize]);
    Ok(labels.map(|labels| labels.into_iter().map(number).collect()).transpose()?)
}

/// Images with what is known of them.
pub(crate) struct Inputs {
    pub(crate) images: Images,
    /// A file name or a number for each.
    pub(crate) names: Vec<String>,
    /// The number of each one's class.
    pub(crate) labels: Option<Vec<u32>>,
    /// By number.
    pub(crate) class_names: Vec<String>,
}

impl Inputs {
    /// The test split of a data set that has one, or as wanted; otherwise all.
    pub(crate) fn of(data: Dataset, wanted: Wanted) -> Self {
        let use_train = wanted.train || data.valid.is_empty();
        let (images, labels, names) = if use_train {
            (data.train, data.train_labels, data.train_names)
        } else {
            (data.valid, data.valid_labels, data.valid_names)
        };
        let names = names.unwrap_or_else(|| (0..images.len()).map(|i| i.to_string()).collect());
        let mut inputs = Self { images, names, labels, class_names: data.class_names };
        inputs.truncate(wanted.limit);
        inputs
    }

    /// Gives the images names that tell them from those of other sources than `own`. `is_unique` if
    /// no other has its file name.
    fn rename(&mut self, own: &str, is_unique: bool) {
        let is_single = self.images.len() == 1 && (Path::new(own).is_file() || own == stdin::DASH);
        if is_single {
            let name = file_name(own).filter(|_| is_unique);
            self.names =
                vec![name.map_or(own.to_owned(), |name| name.to_string_lossy().into_owned())];
            return;
        }
        let source = own.trim_end_matches('/');
        for name in &mut self.names {
            *name = format!("{source}/{name}");
        }
    }

    /// The images of several sources, which must be of one shape. A class is the same in all of
    /// them if its name is.
    fn joined(parts: Vec<(&str, Self)>) -> anyhow::Result<Self> {
        let n_pixels = parts.iter().map(|(_, part)| part.images.pixels().len()).sum();
        let mut pixels = memory::room_for(n_pixels, 1, "pixels")?;
        let (mut names, mut class_names) = (Vec::new(), Vec::new());
        // Those of some images would be those of none.
        let mut labels = parts.iter().all(|(_, part)| part.labels.is_some()).then(Vec::new);
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut shape = None;
        for (source, part) in parts {
            let found = part.images.shape();
            let shape = *shape.get_or_insert(found);
            if found != shape {
                return Err(Error::data(format!(
                    "`{source}`: expected images of {shape}, as the others are, found {found}"
                ))
                .into());
            }
            pixels.extend_from_slice(part.images.pixels());
            names.extend(part.names);
            let Some((labels, own)) = labels.as_mut().zip(part.labels) else { continue };
            for label in own {
                let name = &part.class_names[label as usize];
                let number = *numbers.entry(name.clone()).or_insert_with(|| {
                    class_names.push(name.clone());
                    class_names.len() as u32 - 1
                });
                labels.push(number);
            }
        }
        let shape = shape.ok_or_else(|| Error::config("expected images, found none"))?;
        Ok(Self { images: Images::new(shape, pixels)?, names, labels, class_names })
    }

    /// Those in the range alone.
    fn keep(&mut self, range: Range<usize>) -> concertina::Result<()> {
        self.images = self.images.select(&range.clone().collect::<Vec<_>>())?;
        self.names = self.names[range.clone()].to_vec();
        self.labels = self.labels.as_ref().map(|labels| labels[range].to_vec());
        Ok(())
    }

    /// At most so many of them, from the front.
    fn truncate(&mut self, limit: Option<usize>) {
        let Some(limit) = limit.filter(|limit| *limit < self.images.len()) else { return };
        self.images.truncate(limit);
        self.names.truncate(limit);
        if let Some(labels) = &mut self.labels {
            labels.truncate(limit);
        }
    }

    /// The name of each one's class.
    pub(crate) fn label_names(&self) -> Option<Vec<String>> {
        let name = |label: &u32| {
            self.class_names.get(*label as usize).cloned().unwrap_or_else(|| label.to_string())
        };
        self.labels.as_ref().map(|labels| labels.iter().map(name).collect())
    }
}
