//! The grid of `manifold`.

use concertina::latent::gaussian_quantiles;
use concertina::{Error, Result};

use crate::args;

/// `-n`, if it is from 2 to `most`; `default` without one. `what` stands along a side.
pub(crate) fn side(
    args: &args::Manifold,
    default: usize,
    most: usize,
    what: &str,
) -> Result<usize> {
    let n = args.n.unwrap_or(default);
    if (2..=most).contains(&n) {
        return Ok(n);
    }
    Err(Error::config(format!("`-n`: expected 2 to {most} {what} per side, found {n}")))
}

/// The values of a latent dimension along a side, in ascending order.
pub(crate) fn values(args: &args::Manifold, n: usize) -> Result<Vec<f32>> {
    if args.seed.is_some() {
        return Err(Error::config(
            "`--seed`: expected a model of music with more than 2 latent dimensions, found 2, \
             where nothing is random",
        )
        .with_hint("leave `--seed` out"));
    }
    match args.range {
        None => Ok(gaussian_quantiles(n)),
        Some(range) if range.is_finite() && range > 0.0 => {
            Ok((0..n).map(|i| range * (2.0 * i as f32 / (n - 1) as f32 - 1.0)).collect())
        }
        Some(range) => {
            Err(Error::config(format!("`--range`: expected a number above 0, found {range}")))
        }
    }
}
