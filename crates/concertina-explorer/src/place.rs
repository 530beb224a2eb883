//! Where the codes of a model lie on a plane.

use concertina::Result;
use concertina::latent::{Pca, Tsne, Umap};
use concertina::math::{Codes, Points};
use concertina::metric::MapTrust;
use concertina::rng::Seed;
use serde::Serialize;

/// How codes are laid out on a plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The code itself, of two latent dimensions.
    Latent,
    /// Its first two principal components.
    Pca,
    /// t-SNE.
    Tsne,
    /// UMAP.
    Umap,
}

/// Places of codes, and what is to be thought of them.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) method: Method,
    /// `[N, 2]`.
    pub(crate) at: Codes,
    /// Of the share of neighbours that are neighbours of the code too; `None` for the code itself
    /// and for too few points to define it.
    pub(crate) trustworthiness: Option<f64>,
    /// The shares of the variance that the axes explain.
    pub(crate) explained: Option<Vec<f64>>,
    pub(crate) components: Option<Components>,
}

/// What leads from the plane of principal components to codes and back.
#[derive(Debug, Serialize)]
pub(crate) struct Components {
    /// The mean code, `[D]`.
    mean: Vec<f64>,
    /// The two axes, each `[D]`.
    axes: Vec<Vec<f64>>,
}

impl Places {
    /// Lays codes out by a method; by default the code itself if it has two dimensions, and by
    /// principal components otherwise. `at` hears how much is done.
    pub(crate) fn of(
        codes: &Codes,
        method: Option<Method>,
        seed: Seed,
        mut at: impl FnMut(usize, usize),
    ) -> Result<Self> {
        let usual = if codes.size() == 2 { Method::Latent } else { Method::Pca };
        let method = method.unwrap_or(usual);
        let points = Points::of_codes("codes", codes)?;
        let plain = |places| Self {
            method,
            at: places,
            trustworthiness: None,
            explained: None,
            components: None,
        };
        let mut found = match method {
            Method::Latent => return Ok(plain(codes.clone())),
            Method::Pca => {
                let pca = Pca::fit(points, 2.min(codes.size()))?;
                let mut places = pca.encode(points)?;
                if places.size() == 1 {
                    places =
                        Codes::new(2, places.values().iter().flat_map(|x| [*x, 0.0]).collect());
                }
                let mut axes: Vec<Vec<f64>> =
                    pca.axes().chunks(codes.size()).map(<[f64]>::to_vec).collect();
                axes.resize(2, vec![0.0; codes.size()]);
                let components = Components { mean: pca.mean().to_vec(), axes };
                Self {
                    explained: Some(pca.explained_variance_ratio()),
                    components: Some(components),
                    ..plain(places)
                }
            }
            Method::Tsne => {
                let tsne = Tsne::suited_to(points.n_points(), seed);
                plain(tsne.map(points, |step| at(step.done, step.total))?.places)
            }
            Method::Umap => {
                let umap = Umap::suited_to(points.n_points(), seed);
                plain(umap.map(points, |step| at(step.done, step.total))?)
            }
        };
        let places = Points::of_codes("points of the map", &found.at)?;
        found.trustworthiness = MapTrust::of(points, places)?.map(|trust| trust.value);
        Ok(found)
    }
}
