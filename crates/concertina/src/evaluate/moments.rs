//! Whether codes lie as the prior does, as far as means and spreads tell.

use super::subject::Material;
use crate::error::Result;
use crate::math::CodeMoments;

/// Of the test images' codes, where these are points that should lie as the prior does.
pub(super) fn measure(material: &Material<'_>) -> Result<Option<CodeMoments>> {
    // A variational autoencoder's codes are no points, but clouds.
    if !material.model.has_prior() || material.model.is_variational() {
        return Ok(None);
    }
    CodeMoments::of(material.test_codes()?).map(Some)
}
