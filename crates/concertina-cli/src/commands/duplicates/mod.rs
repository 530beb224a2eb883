//! `duplicates`.

mod out;
mod told;

use std::collections::BTreeMap;

use concertina::duplicates::{
    CodeDistances, Fingerprint, Fingerprints, Groups, equal_pairs, fingerprints, near_codes,
    similar_pairs,
};
use concertina::model::Model;
use concertina::restore::picture_files;
use concertina::text::counted;
use concertina::{Error, Result};

use self::out::Out;
pub(super) use self::told::Told;
use crate::args;
use crate::data::Wanted;
use crate::examined::{Examined, Kind};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::progress::Counting;

/// `concertina duplicates`
pub(crate) fn run(args: &args::Duplicates, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    let mut inputs = vec![args.folder.as_path()];
    inputs.extend(args.model.as_deref());
    let outs = args.out.iter().map(|out| Out::new(out, &inputs)).collect::<Result<Vec<_>>>()?;
    let model = args.model.as_deref().map(Model::open).transpose()?;
    let Fingerprints { prints, mut skipped } = looked_at(args, printer)?;
    if prints.is_empty() && !skipped.is_empty() {
        return Err(skipped.swap_remove(0).into());
    }
    if let Some(first) = skipped.first() {
        let skipped = counted(skipped.len(), "file");
        printer.warn(format_args!("{skipped} skipped, the first: {first}"));
    }
    let mut pairs = equal_pairs(&prints);
    let codes = model.map(|model| codes(args, &model, &prints, printer)).transpose()?;
    if let Some(codes) = &codes {
        pairs.extend(near_codes(codes, args.distance)?);
    } else {
        let mut counting = None;
        pairs.extend(similar_pairs(&prints, |done, n| {
            counting.get_or_insert_with(|| Counting::new(printer, "pairs compared", n)).at(done);
        })?);
    }
    let groups = Groups::of(&prints, &pairs, codes.as_ref())?;
    let told = Told::new(&prints, &groups, &skipped);
    printer.found(&told, || told.print(printer))?;
    for out in &outs {
        out.write(&told, &prints, &args.folder, printer)?;
        printer.say(format_args!("{} written to {}", counted(told.groups.len(), "group"), out));
    }
    Ok(Exit::Done)
}

/// The fingerprints of all pictures in the folder.
fn looked_at(args: &args::Duplicates, printer: Printer) -> Result<Fingerprints> {
    let folder = &args.folder;
    if folder.is_file() {
        return Err(Error::data("expected a folder of pictures, found a file").in_file(folder));
    }
    let files = picture_files(folder)?;
    if files.is_empty() {
        return Err(Error::data("expected pictures to compare, found none").in_file(folder));
    }
    let mut counting = Counting::new(printer, "pictures looked at", files.len());
    fingerprints(&files, |done| counting.at(done))
}

/// The codes of the pictures that the model can be given.
fn codes(
    args: &args::Duplicates,
    model: &Model,
    prints: &[Fingerprint],
    printer: Printer,
) -> anyhow::Result<CodeDistances> {
    let folder = args.folder.to_string_lossy().into_owned();
    let inputs = Examined::open(model, &[folder], Wanted::default(), printer)?;
    let Kind::Images { images, .. } = &inputs.kind else {
        return Err(
            Error::config("`--model`: expected a model of images, found one of music").into()
        );
    };
    let by_name: BTreeMap<&str, usize> =
        prints.iter().enumerate().map(|(number, print)| (print.name.as_str(), number)).collect();
    let number = |name: &String| by_name.get(name.as_str()).copied();
    let (places, numbers): (Vec<usize>, Vec<usize>) = inputs
        .names
        .iter()
        .enumerate()
        .filter_map(|(place, name)| Some((place, number(name)?)))
        .unzip();
    let codes = model.with_labels(None)?.encode(images)?;
    Ok(CodeDistances::new(codes.select(&places), numbers))
}
