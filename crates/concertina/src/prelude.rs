//! What most programs need: `use concertina::prelude::*`.
//!
//! ```
//! use concertina::prelude::*;
//!
//! let recipe = Recipe::named("conv-ae")?;
//! let data = Dataset::open("digits", &OpenOptions { limit: Some(60), ..recipe.open_options() })?;
//! let plan = recipe.plan(&data)?;
//! assert_eq!(plan.architecture().latent_dim, 128);
//! # Ok::<(), concertina::Error>(())
//! ```

pub use crate::data::{Data, Dataset, Examples, FloatImages, Images, OpenOptions, Split};
pub use crate::error::{Error, Result};
pub use crate::hint::{Hint, Warning};
pub use crate::math::{Codes, Points, nearest};
pub use crate::model::Model;
pub use crate::recipe::Recipe;
pub use crate::rng::Seed;
pub use crate::shape::ImageShape;
pub use crate::train::{Event, Plan, Run, Trained};
pub use crate::validate::{Losses, Metrics, Validation, validate};
