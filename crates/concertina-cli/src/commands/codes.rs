//! `encode` and `decode`.

use std::path::Path;

use concertina::model::{Codes, Model};
use concertina::{Error, Result};
use concertina_formats::{csv, npy};
use fs_err as fs;

use crate::args;
use crate::data::{self, Wanted};
use crate::exit::Exit;
use crate::output::{CodesOut, PicturesOut};
use crate::printer::Printer;

/// `concertina encode`
pub(crate) fn encode(args: &args::Encode, printer: &Printer) -> anyhow::Result<Exit> {
    let out = CodesOut::new(&args.out)?;
    let model = Model::open(&args.model)?;
    let wanted = Wanted { limit: args.limit, train: args.train, ..Wanted::default() };
    let inputs = data::open_for(&model, &args.data, wanted, *printer)?;
    let codes = model.encode(&inputs.images)?;
    out.write(&codes, &inputs.names, inputs.labels.as_deref())?;
    printer.say(format_args!(
        "{} codes of {} numbers written to {}",
        codes.len(),
        codes.size(),
        args.out.display()
    ));
    Ok(Exit::Done)
}

/// `concertina decode`
pub(crate) fn decode(args: &args::Decode, printer: &Printer) -> anyhow::Result<Exit> {
    let out = PicturesOut::new(&args.out)?;
    let model = Model::open(&args.model)?;
    let codes = read(&args.codes).map_err(|error| error.in_file(&args.codes))?;
    let pictures = model.decode(&codes)?;
    let names: Vec<String> = (0..pictures.len()).map(|i| i.to_string()).collect();
    out.write(&pictures, &names, None)?;
    printer.say(format_args!("{} images written to {}", pictures.len(), args.out.display()));
    Ok(Exit::Done)
}

/// Codes from an .npy of shape N D (or D, for one), or a .csv.
fn read(path: &Path) -> Result<Codes> {
    let bytes = fs::read(path)?;
    let (size, values): (usize, Vec<f32>) =
        if path.extension().is_some_and(|extension| extension == "csv") {
            let table = csv::parse(&bytes)?;
            (table.columns.len(), table.values)
        } else {
            let array = npy::parse(&bytes)?;
            let size = match array.shape[..] {
                [size] | [_, size] => size,
                _ => {
                    let found = &array.shape;
                    return Err(Error::data(format!(
                        "expected codes of shape [N, D], found {found:?}"
                    )));
                }
            };
            (size, array.values.iter_f64().map(|value| value as f32).collect())
        };
    if values.is_empty() || size == 0 {
        return Err(Error::data("expected codes, found none"));
    }
    if let Some(place) = values.iter().position(|value| !value.is_finite()) {
        let row = place / size;
        return Err(Error::data(format!(
            "expected finite numbers, found {} in code {row}",
            values[place]
        )));
    }
    Ok(Codes::new(size, values))
}
