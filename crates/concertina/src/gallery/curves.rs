//! The course of training.

use super::{Source, figure};
use crate::bottleneck::{Bottleneck, Gaussian};
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
        let price = match &recipe.bottleneck {
            Bottleneck::Plain(plain) if plain.l1 > 0.0 || plain.l2 > 0.0 => {
                " + price of the code".to_owned()
            }
            Bottleneck::Plain(_) | Bottleneck::Adversarial(_) => String::new(),
            Bottleneck::Gaussian(Gaussian { beta, capacity_nats, .. }) if *capacity_nats > 0.0 => {
                format!(" + {beta} x distance of divergence from {capacity_nats} nats")
            }
            Bottleneck::Gaussian(Gaussian { samples, .. }) if *samples > 1 => {
                format!(", importance weighted bound of {samples} codes")
            }
            Bottleneck::Gaussian(Gaussian { beta: 1.0, .. }) => " + divergence in nats".to_owned(),
            Bottleneck::Gaussian(Gaussian { beta, .. }) => {
                format!(" + {beta} x divergence in nats")
            }
        };
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
