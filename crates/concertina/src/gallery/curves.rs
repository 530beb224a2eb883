//! The course of training.

use super::{Source, figure};
use crate::error::Result;
use crate::plot::{Curves, Series};
use crate::report::Figure;

impl Source<'_> {
    /// Training and validation loss by epoch.
    pub(super) fn curves(&self) -> Result<Figure> {
        let series = [
            Series::by_epoch("training", self.history.iter().map(|metrics| metrics.train.loss)),
            Series::by_epoch("validation", self.history.iter().map(|metrics| metrics.valid.loss)),
        ];
        let recipe = &self.model.recipe;
        let unit = recipe.reconstruction.unit();
        let price = if recipe.bottleneck.is_variational() { " + divergence in nats" } else { "" };
        let y_name = format!("loss ({unit}{price})");
        let curves =
            Curves { x_name: "epoch", y_name: &y_name, series: &series, ..Curves::default() };
        let caption = "The loss after each epoch. Training losses are taken while the epoch runs, so they lag behind."
            .to_owned();
        figure(|theme| curves.to_png(theme), caption)
    }
}
