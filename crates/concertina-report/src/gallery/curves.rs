//! The course of training.

use super::{Source, figure};
use crate::bottleneck::{Bottleneck, Gaussian, Mmd, Plain};
use crate::error::Result;
use crate::plot::{Curves, Series};
use crate::report::Figure;

impl Source<'_> {
    /// Training and validation loss by epoch.
    pub(crate) fn curves(&self) -> Result<Figure> {
        let series = [
            Series::by_epoch("training", self.history.iter().map(|metrics| metrics.train.loss)),
            Series::by_epoch("validation", self.history.iter().map(|metrics| metrics.valid.loss)),
        ];
        let recipe = &self.model.recipe;
        let unit = recipe.reconstruction.unit();
        let price = price(&recipe.bottleneck);
        let y_name = format!("loss ({unit}{price})");
        let curves =
            Curves { x_name: "epoch", y_name: &y_name, series: &series, ..Curves::default() };
        let mut caption =
            "The loss after each epoch. Training losses are taken while the epoch runs, so they lag behind."
                .to_owned();
        if let Bottleneck::Gaussian(gaussian) = &recipe.bottleneck
            && gaussian.warm_up_epochs > 0.0
        {
            caption +=
                " While the divergence warms up, only validation counts it with its full weight.";
        }
        figure(|theme| curves.to_png(theme), caption)
    }
}

/// What the loss has beside the reconstruction error, in words.
fn price(bottleneck: &Bottleneck) -> String {
    match bottleneck {
        Bottleneck::Plain(Plain { l1, l2, decoder_l2, .. }) => {
            let of_code = if l1.max(*l2) > 0.0 { " + price of the code" } else { "" };
            let of_decoder = if *decoder_l2 > 0.0 { " + price of the decoder" } else { "" };
            format!("{of_code}{of_decoder}")
        }
        Bottleneck::Adversarial(_) => String::new(),
        Bottleneck::Mmd(Mmd { weight, .. }) => format!(" + {weight} x discrepancy"),
        Bottleneck::VectorQuantised(_) => " + codebook distance".to_owned(),
        Bottleneck::Gaussian(Gaussian { samples, .. }) if *samples > 1 => {
            format!(", importance weighted bound of {samples} codes")
        }
        Bottleneck::Gaussian(gaussian) => {
            let Gaussian { beta, capacity_nats, mmd_weight, .. } = gaussian;
            let divergence = match beta {
                _ if *capacity_nats > 0.0 => {
                    format!(" + {beta} x distance of divergence from {capacity_nats} nats")
                }
                1.0 => " + divergence in nats".to_owned(),
                0.0 => String::new(),
                beta => format!(" + {beta} x divergence in nats"),
            };
            match mmd_weight {
                0.0 => divergence,
                weight => format!("{divergence} + {weight} x discrepancy"),
            }
        }
    }
}
