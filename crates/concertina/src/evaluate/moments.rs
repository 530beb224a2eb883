//! Whether codes lie as the prior does, as far as means and spreads tell.

use super::subject::Material;
use crate::error::Result;
use crate::latent::CodeMoments;

/// Of the test images' codes, where these are points that should lie as the prior does.
pub(super) fn measure(material: &Material<'_>) -> Result<Option<CodeMoments>> {
    if !material.model.recipe.bottleneck.has_points_like_the_prior() {
        return Ok(None);
    }
    CodeMoments::of(material.test_codes()?).map(Some)
}
