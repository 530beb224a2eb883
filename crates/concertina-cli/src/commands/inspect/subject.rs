//! What is inspected, and by which kind of model.

use std::collections::BTreeMap;
use std::ops::Range;

use concertina::Result;
use concertina::data::{FloatImages, is_for_inspection};
use concertina::inspect::{
    BaselineFound, Baselines, GOOD, Inspection, InspectionSet, Inspector, OneClass, Threshold,
    ToInspect, baseline_image, baseline_indices,
};
use concertina::model::Model;

use super::good;
use crate::args;
use crate::data::{self, Inputs, Wanted};
use crate::printer::Printer;

/// Images of one size that are inspected at a time.
const AT_ONCE: usize = 64;

/// Pictures with their model and what it is compared with.
pub(super) struct Subject<'m> {
    kind: Kind<'m>,
    baselines: Option<Baselines>,
    /// Whether it is known which pictures have which defects.
    pub(super) is_labelled: bool,
}

enum Kind<'m> {
    /// Pictures of any size, by what a model changes in them.
    Pictures { inspector: Inspector<'m>, set: InspectionSet, channels: usize },
    /// Images of one size, by their codes and errors.
    Examples {
        inspector: OneClass<'m>,
        inputs: Inputs,
        /// What each is, if that is known.
        kinds: Option<Vec<String>>,
        /// By name, for those whose masks may be there.
        masks: BTreeMap<String, ToInspect>,
    },
}

/// A picture and what was found in it.
pub(super) struct Seen {
    pub(super) picture: FloatImages,
    pub(super) inspection: Inspection,
    /// Where its defect is, if that is known.
    pub(super) defect: Option<Vec<bool>>,
}

impl<'m> Subject<'m> {
    /// Of a model that was trained to take away defects.
    pub(super) fn of_pictures(
        model: &'m Model,
        args: &args::Inspect,
        printer: Printer,
    ) -> anyhow::Result<Self> {
        let mut set = InspectionSet::open(&args.data)?;
        set.pictures.truncate(args.limit.unwrap_or(usize::MAX));
        let good = good::pictures(model, args)?;
        let trained = if args.good.is_some() { &[][..] } else { &good.train };
        let inspector = good::inspector(model, &good.held_out, trained, printer)?;
        let is_labelled = set.labelled;
        let baselines = is_labelled.then(|| good::picture_baselines(&good.train, printer));
        let (baselines, channels) = match baselines {
            Some(Ok((baselines, channels))) => (Some(baselines), channels),
            Some(Err(error)) if !error.is_insufficient() => return Err(error.into()),
            _ => (None, 1),
        };
        let kind = Kind::Pictures { inspector, set, channels };
        Ok(Self { kind, baselines, is_labelled })
    }

    /// Of a model with a latent vector.
    pub(super) fn of_examples(
        model: &'m Model,
        args: &args::Inspect,
        printer: Printer,
    ) -> anyhow::Result<Self> {
        OneClass::check(model)?;
        let set =
            is_for_inspection(&args.data).then(|| InspectionSet::open(&args.data)).transpose()?;
        let source = if set.is_some() { args.data.join("test") } else { args.data.clone() };
        let wanted = Wanted { limit: args.limit, ..Wanted::default() };
        let inputs = data::open_for(model, &[source.display().to_string()], wanted, printer)?;
        let own = &model.recipe.data.classes;
        let kind = |class: String| if own.contains(&class) { GOOD.to_owned() } else { class };
        let is_labelled = set.is_some() || !own.is_empty();
        let kinds = inputs.label_names().filter(|_| is_labelled);
        let kinds = kinds.map(|classes| classes.into_iter().map(kind).collect::<Vec<_>>());
        let masks = set.into_iter().flat_map(|set| set.pictures);
        let masks = masks.map(|picture| (picture.name.clone(), picture)).collect();
        let [training, held_out] = good::examples(model, args, printer)?;
        let inspector = OneClass::fit(model, &training, &held_out)?;
        let is_labelled = kinds.is_some();
        let baselines = if is_labelled {
            let chosen = training.select(&baseline_indices(training.len()))?;
            match Baselines::fit(&FloatImages::of(&chosen)?) {
                Err(error) if error.is_insufficient() => None,
                baselines => Some(baselines?),
            }
        } else {
            None
        };
        let kind = Kind::Examples { inspector, inputs, kinds, masks };
        Ok(Self { kind, baselines, is_labelled })
    }

    /// The threshold of scores, and that of maps.
    pub(super) fn thresholds(&self, false_alarms: f64) -> Result<(Threshold, f64)> {
        match &self.kind {
            Kind::Pictures { inspector, .. } => {
                let threshold = inspector.threshold(false_alarms)?;
                Ok((threshold, threshold.score))
            }
            Kind::Examples { inspector, .. } => {
                Ok((inspector.threshold(false_alarms)?, inspector.map_threshold(false_alarms)?))
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        match &self.kind {
            Kind::Pictures { set, .. } => set.pictures.len(),
            Kind::Examples { inputs, .. } => inputs.names.len(),
        }
    }

    /// How many are inspected at a time.
    pub(super) fn at_once(&self) -> usize {
        match &self.kind {
            Kind::Pictures { .. } => 1,
            Kind::Examples { .. } => AT_ONCE,
        }
    }

    pub(super) fn name(&self, index: usize) -> &str {
        match &self.kind {
            Kind::Pictures { set, .. } => &set.pictures[index].name,
            Kind::Examples { inputs, .. } => &inputs.names[index],
        }
    }

    /// The kind of defect, or [`GOOD`], if that is known.
    pub(super) fn kind(&self, index: usize) -> Option<&str> {
        match &self.kind {
            Kind::Pictures { set, .. } => set.pictures[index].kind.as_deref(),
            Kind::Examples { kinds, .. } => kinds.as_ref().map(|kinds| kinds[index].as_str()),
        }
    }

    /// What a score is, in words.
    pub(super) fn score_words(&self) -> &'static str {
        match &self.kind {
            Kind::Pictures { .. } => {
                "nearly the largest change by a model of good ones; 1 is their mean change"
            }
            Kind::Examples { .. } => {
                "the distance of code and error from those of good ones; 1 is their mean"
            }
        }
    }

    /// Inspects pictures, with an error for each that cannot be.
    pub(super) fn inspect(&mut self, range: Range<usize>) -> Result<Vec<Result<Seen>>> {
        let seen: Vec<Result<Seen>> = match &self.kind {
            Kind::Pictures { inspector, set, .. } => range
                .clone()
                .map(|index| picture(inspector, &set.pictures[index], self.is_labelled))
                .collect(),
            Kind::Examples { inspector, inputs, .. } => {
                let inspections = inspector.inspect(&inputs.images, range.clone())?;
                let seen = inspections.into_iter().zip(range.clone());
                seen.map(|(inspection, index)| self.example(inputs, inspection, index)).collect()
            }
        };
        self.count(&seen, range)?;
        Ok(seen)
    }

    fn example(&self, inputs: &Inputs, inspection: Inspection, index: usize) -> Result<Seen> {
        let picture = FloatImages::gather(&inputs.images, &[index])?;
        let defect = match &self.kind {
            Kind::Examples { masks, .. } => masks.get(self.name(index)),
            Kind::Pictures { .. } => None,
        };
        let defect = defect.map(|mask| mask.fitted_defect(picture.shape())).transpose()?.flatten();
        Ok(Seen { picture, inspection, defect })
    }

    /// Gives baselines what the model has inspected.
    fn count(&mut self, seen: &[Result<Seen>], range: Range<usize>) -> Result<()> {
        let of_kind = |index| self.kind(index).map(|kind| kind != GOOD);
        let known: Vec<(&Seen, bool)> = seen
            .iter()
            .zip(range)
            .filter_map(|(seen, index)| Some((seen.as_ref().ok()?, of_kind(index)?)))
            .collect();
        let Some(baselines) = self.baselines.as_mut().filter(|_| !known.is_empty()) else {
            return Ok(());
        };
        let is_defect: Vec<bool> = known.iter().map(|(_, is_defect)| *is_defect).collect();
        let image = |seen: &Seen| match &self.kind {
            Kind::Pictures { channels, .. } => baseline_image(&seen.picture, *channels),
            Kind::Examples { .. } => seen.picture.clone(),
        };
        let images: Vec<FloatImages> = known.iter().map(|(seen, _)| image(seen)).collect();
        let values = images.iter().flat_map(FloatImages::values).copied().collect();
        baselines.add(&FloatImages::new(images[0].shape(), values), &is_defect)
    }

    /// How well the baselines did.
    pub(super) fn baselines(&self) -> Vec<BaselineFound> {
        self.baselines.as_ref().map(Baselines::found).unwrap_or_default()
    }
}

fn picture(inspector: &Inspector<'_>, picture: &ToInspect, is_labelled: bool) -> Result<Seen> {
    let seen = picture.read()?;
    let inspection = inspector.inspect(&seen)?;
    let defect = if is_labelled { picture.defect(inspection.sides)? } else { None };
    Ok(Seen { picture: seen, inspection, defect })
}
