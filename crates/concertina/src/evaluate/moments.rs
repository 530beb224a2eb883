//! The moments of the codes, to compare them with the prior.

use super::subject::Material;
use crate::error::Result;
use crate::math::CodeMoments;

/// The moments of the test images' codes, if these are points whose distribution should match a
/// prior.
pub(super) fn measure(material: &Material<'_>) -> Result<Option<CodeMoments>> {
    // The codes of a variational autoencoder are distributions, not points.
    if !material.model.has_prior() || material.model.is_variational() {
        return Ok(None);
    }
    CodeMoments::of(material.test_codes()?).map(Some)
}
