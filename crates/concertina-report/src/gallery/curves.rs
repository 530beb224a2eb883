//! How the losses change over the epochs.

use concertina::Result;
use concertina::bottleneck::{Metric, MetricKind};
use concertina::model::Model;

use super::figures::{Figures, figure};
use super::words::Words;
use crate::plot::{Curves, Series};
use crate::report::Figure;

impl<D> Figures<'_, D> {
    /// Training and validation loss per epoch.
    ///
    /// # Errors
    /// None that an ordinary history can cause.
    pub fn curves(&self) -> Result<Figure> {
        let series = [
            Series::by_epoch("training", self.history.iter().map(|metrics| metrics.train.loss)),
            Series::by_epoch("validation", self.history.iter().map(|metrics| metrics.valid.loss)),
        ];
        let y_name = format!("loss ({})", self.model.recipe.reconstruction.unit());
        let curves =
            Curves { x_name: "epoch", y_name: &y_name, series: &series, ..Curves::default() };
        let mut caption = "The loss after each epoch. The training loss is averaged while the \
                           epoch runs, so it lags behind."
            .to_owned();
        if loss_terms(self.model).next().is_some() {
            caption += " Validation counts every term of the loss with its full weight, even \
                        while training ramps it up.";
        }
        figure(|theme| curves.to_png(theme), caption)
    }

    /// The other terms of the validation loss per epoch, before their weights; for an adversarial
    /// autoencoder, the losses of discriminator and generator.
    ///
    /// # Errors
    /// None that an ordinary history can cause.
    pub fn loss_terms(&self) -> Result<Figure> {
        let series: Vec<Series> = loss_terms(self.model)
            .map(|metric| {
                let values = self.history.iter().map(|epoch| epoch.valid.term(metric.name));
                Series::by_epoch(metric.label, values.map(|value| value.unwrap_or(f64::NAN)))
            })
            .collect();
        let curves =
            Curves { x_name: "epoch", y_name: "loss", series: &series, ..Curves::default() };
        let examples = Words::of(self.model).many;
        let caption = format!(
            "The losses that the bottleneck brings with it, on the validation {examples} and \
             before any weight of the recipe."
        );
        figure(|theme| curves.to_png(theme), caption)
    }
}

/// The losses that the bottleneck brings with it.
pub(super) fn loss_terms(model: &Model) -> impl Iterator<Item = &'static Metric> {
    model.metrics().iter().filter(|metric| metric.kind == MetricKind::Loss)
}
