//! `manifold`.

use concertina::Error;
use concertina::artifact::write_whole;
use concertina::latent::{gaussian_quantiles, grid};
use concertina::model::Model;
use concertina_report::plot::{Manifold, Theme};

use crate::args;
use crate::condition::classes;
use crate::exit::Exit;
use crate::output::{check_amount, png_path};
use crate::printer::Printer;

/// `concertina manifold`
pub(crate) fn run(args: &args::Manifold, printer: Printer) -> anyhow::Result<Exit> {
    let out = png_path(&args.out, &[&args.model])?;
    if !(2..=100).contains(&args.n) {
        let found = args.n;
        return Err(Error::config(format!(
            "`-n`: expected 2 to 100 images per side, found {found}"
        ))
        .into());
    }
    if let Some(range) = args.range.filter(|range| !(range.is_finite() && *range > 0.0)) {
        return Err(
            Error::config(format!("`--range`: expected a number above 0, found {range}")).into()
        );
    }
    let model = Model::open(&args.model)?;
    if model.architecture.latent_dim != 2 {
        return Err(Error::config(format!(
            "expected a model with 2 latent dimensions, found {}",
            model.architecture.latent_dim
        ))
        .with_hint(
            "train one: `concertina train DATA --recipe conv-vae`, or any recipe with \
             `--set bottleneck.latent-dim=2`",
        )
        .into());
    }
    check_amount(args.n * args.n, model.architecture.target)?;
    let across = match args.range {
        Some(range) => {
            (0..args.n).map(|i| range * (2.0 * i as f32 / (args.n - 1) as f32 - 1.0)).collect()
        }
        None => gaussian_quantiles(args.n),
    };
    let up: Vec<f32> = across.iter().rev().copied().collect();
    let codes = grid(&across, &across);
    let images = match classes(&model, codes.len(), None, args.label.as_deref())? {
        Some(classes) => model.conditioned_on(&classes)?.decode(&codes)?,
        None => model.decode(&codes)?,
    };
    let manifold = Manifold {
        title: "",
        shape: images.shape(),
        pixels: images.values(),
        x_values: &across,
        y_values: &up,
        x_name: "z1",
        y_name: "z2",
        note: "",
    };
    write_whole(out, &manifold.to_png(Theme::Light)?)?;
    printer.say(format_args!("{0} x {0} images written to {1}", args.n, out.display()));
    Ok(Exit::Done)
}
