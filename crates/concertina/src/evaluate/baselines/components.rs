//! Principal components, the best linear code.

use std::ops::Range;

use super::compared::Others;
use super::folds::{Folds, description};
use super::quantised::Quantiser;
use crate::data::FloatImages;
use crate::error::Result;
use crate::evaluate::finding::missing;
use crate::evaluate::quality::clip;
use crate::evaluate::quality::{self, Measured};
use crate::evaluate::subject::Material;
use crate::latent::Pca;
use crate::math::Points;
use crate::text::thousands;

/// As many principal components as the model has latent dimensions, and for a discrete code as many
/// as its bits suffice for.
pub(super) fn measure(material: &Material<'_>) -> Result<Others> {
    let k = material.model.architecture.latent_dim;
    let pca = if material.n_train() > 0 {
        Folds::same((material.pca()?.clone(), None))
    } else {
        let name = format!("fitting {k} principal components to each half of the test images");
        material.working(&name);
        fitted(material, |points| Ok((Pca::fit(points, k)?, None)))?
    };
    material.working("reconstructing the test images from principal components");
    let name = format!("PCA, {k} components");
    let clipped = format!("{name}, clipped to 0..1");
    let mut compared =
        vec![(name, measured(material, &pca, false)?), (clipped, measured(material, &pca, true)?)];
    let fitted_to = description(material, usize::MAX);
    let what = format!("principal components fitted to {fitted_to}, as many as latent dimensions");
    let mut convention = format!(
        "{what}, with the same inputs as the model; the model's outputs are always in 0..1"
    );
    if let Some(discrete) = material.model.architecture.bottleneck.discrete() {
        let bits = discrete.vectors as f64 * (discrete.num_embeddings as f64).log2();
        // What no whole bit is left for is not used.
        let bits = bits.floor() as usize;
        compared.push((
            format!("PCA, {} bits, clipped to 0..1", thousands(bits)),
            measured(material, &in_bits(material, bits)?, true)?,
        ));
        convention += "; in as many bits as the model's code: each component rounded to the values \
                       of the smallest error, the bits given one by one to the component of the \
                       largest";
    }
    Ok(Others { what, compared, convention })
}

/// Components, and the values that they are rounded to.
type Fitted = (Pca, Option<Quantiser>);

/// As many components as so many bits can tell of, rounded to them.
fn in_bits(material: &Material<'_>, bits: usize) -> Result<Folds<Fitted>> {
    material.working(&format!("fitting principal components of {bits} bits"));
    fitted(material, |points| {
        let k = bits.min(points.n_points()).min(points.size());
        let pca = Pca::fit(points, k)?;
        let quantiser = Quantiser::fit(&pca, &pca.encode(points)?, bits);
        Ok((pca, Some(quantiser)))
    })
}

/// What is fitted to the training images, or to each half of the test images.
fn fitted(
    material: &Material<'_>,
    mut fit: impl FnMut(Points<'_>) -> Result<Fitted>,
) -> Result<Folds<Fitted>> {
    if material.n_train() > 0 {
        // They are there as floats for other measures too.
        let [train, _] = material.pixels()?;
        return fit(train.as_points("training images")?).map(Folds::same);
    }
    let halves = Folds::fit(material, usize::MAX, |images| {
        fit(FloatImages::of(images)?.as_points("test images")?)
    })?;
    halves.ok_or_else(|| missing("there are no other images to fit principal components to"))
}

/// The quality of reconstructions.
fn measured(material: &Material<'_>, folds: &Folds<Fitted>, clipped: bool) -> Result<Measured> {
    quality::of(material, |range: Range<usize>, clean| {
        let size = clean.shape().len();
        let indices: Vec<usize> = range.collect();
        // The model's inputs, which are binarised if its task does that.
        let inputs = material.model.corrupted(clean, &indices);
        let mut values = vec![0.0; inputs.values().len()];
        for (number, (pca, quantiser)) in folds.all().iter().enumerate() {
            let own = (0..indices.len()).filter(|&i| folds.number(indices[i]) == number);
            let own: Vec<usize> = own.collect();
            let some: Vec<f32> = own.iter().flat_map(|&i| inputs.image(i)).copied().collect();
            if some.is_empty() {
                continue;
            }
            let mut codes = pca.encode(Points::new("test images", size, &some)?)?;
            if let Some(quantiser) = quantiser {
                codes = quantiser.rounded(&codes);
            }
            let made = pca.decode(&codes)?;
            for (&i, made) in own.iter().zip(made.chunks_exact(size)) {
                values[i * size..][..size].copy_from_slice(made);
            }
        }
        if clipped {
            clip(&mut values);
        }
        Ok(FloatImages::new(clean.shape(), values))
    })
}
