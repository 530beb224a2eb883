//! What can be asked of a model: one function for each address.

mod codes;
mod images;
mod inspect;
mod restore;
mod score;

use axum::extract::Request;
use axum::response::Response;

use super::given::given;
use super::problem::Problem;
use super::shared::Shared;

/// A verb, as it is called in addresses and on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Encode,
    Decode,
    Reconstruct,
    Sample,
    Interpolate,
    Score,
    Inspect,
    Denoise,
    Upscale,
}

impl Verb {
    pub(crate) const ALL: [Self; 9] = [
        Self::Encode,
        Self::Decode,
        Self::Reconstruct,
        Self::Sample,
        Self::Interpolate,
        Self::Score,
        Self::Inspect,
        Self::Denoise,
        Self::Upscale,
    ];

    /// Its address.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Encode => "/v1/encode",
            Self::Decode => "/v1/decode",
            Self::Reconstruct => "/v1/reconstruct",
            Self::Sample => "/v1/sample",
            Self::Interpolate => "/v1/interpolate",
            Self::Score => "/v1/score",
            Self::Inspect => "/v1/inspect",
            Self::Denoise => "/v1/denoise",
            Self::Upscale => "/v1/upscale",
        }
    }

    /// The fields that it takes, besides the model.
    fn takes(self) -> &'static [&'static str] {
        match self {
            Self::Encode | Self::Denoise | Self::Upscale => &["label"],
            Self::Decode | Self::Reconstruct => &["label", "format"],
            Self::Sample => &["n", "seed", "label", "format"],
            Self::Interpolate => &["steps", "label", "format"],
            Self::Score => &["quantile", "label"],
            Self::Inspect => &[],
        }
    }

    /// The answer to a request.
    pub(crate) async fn answer(
        self,
        shared: &Shared,
        request: Request,
    ) -> Result<Response, Problem> {
        let given = given(shared, request, self.takes()).await?;
        let served = shared.served(given.fields.model.as_deref())?;
        match self {
            Self::Encode => codes::encode(shared, served, given).await,
            Self::Decode => images::decode(shared, served, given).await,
            Self::Reconstruct => images::reconstruct(shared, served, given).await,
            Self::Sample => images::sample(shared, served, given).await,
            Self::Interpolate => images::interpolate(shared, served, given).await,
            Self::Score => score::score(shared, served, given).await,
            Self::Inspect => inspect::inspect(shared, served, given).await,
            Self::Denoise => restore::restore(shared, served, given, "noise").await,
            Self::Upscale => restore::restore(shared, served, given, "downscale").await,
        }
    }
}
