//! The figures that a trained model gets, and the report that shows them.
//!
//! [`Gallery`] draws the figures of a finished run one at a time, so that whoever draws them can
//! show progress or stop in between. Which figures there are follows from the model: a
//! two-dimensional latent space has a map, a denoiser shows noisy, cleaned and original images, a
//! model of music piano rolls and what they sound like.
//! [`Figures`] draws single figures of any model.
//!
//! ```
//! use concertina::data::{Dataset, OpenOptions};
//! use concertina::recipe::Recipe;
//! use concertina_report::gallery::Gallery;
//!
//! # fn main() -> concertina::Result<()> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("run");
//! // Little data and one epoch, to be quick.
//! let recipe = Recipe::named("dense-vae")?.with("training.epochs", 1)?;
//! let options = OpenOptions { limit: Some(60), ..recipe.open_options() };
//! let data = Dataset::open("digits", &options)?;
//! let mut run = recipe.plan(&data)?.start(&data, &path)?;
//! while run.step()?.is_some() {}
//!
//! let mut gallery = Gallery::new(run.into_trained());
//! while let Some(file) = gallery.next(&data)? {
//!     println!("{}", file.display());
//! }
//! assert!(path.join("figures/reconstructions.png").is_file());
//! assert!(path.join("report.html").is_file());
//! let model = gallery.into_model();
//! # assert_eq!(model.recipe, recipe);
//! # Ok(())
//! # }
//! ```

mod codes;
mod curves;
mod examples;
mod figures;
mod generated;
mod kind;
mod music;
mod of;
mod sequence;
mod summary;
#[cfg(test)]
mod tests;
mod words;

pub use self::figures::{Figures, figure, row};
pub use self::kind::LeftOut;
pub(crate) use self::music::untitled;
pub use self::music::{Heard, Recording, TokenRow, piano_rolls};
pub use self::of::Of;
pub use self::sequence::Gallery;
