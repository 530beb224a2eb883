//! The models that ship with the library: small ones of photographs. `models/README.md` says what
//! they were trained on.

use crate::error::{Error, Result};
use crate::model::Model;

/// The names of the built-in models: those of the recipes that they were trained by.
pub const BUILT_IN: [&str; 3] = ["photo-denoise", "photo-2x", "photo-4x"];

/// The bytes of a built-in model's file.
fn bytes(name: &str) -> Option<&'static [u8]> {
    Some(match name {
        "photo-denoise" => include_bytes!("../../models/photo-denoise.safetensors"),
        "photo-2x" => include_bytes!("../../models/photo-2x.safetensors"),
        "photo-4x" => include_bytes!("../../models/photo-4x.safetensors"),
        _ => return None,
    })
}

/// A built-in model.
///
/// # Errors
/// If none has this name.
///
/// # Examples
/// ```
/// use concertina::restore::{Restorer, built_in};
///
/// let model = built_in("photo-2x")?;
/// assert_eq!(Restorer::new(&model)?.factor(), 2);
/// # Ok::<(), concertina::Error>(())
/// ```
pub fn built_in(name: &str) -> Result<Model> {
    let bytes = bytes(name).ok_or_else(|| {
        Error::config(format!(
            "no built-in model is called `{name}`; there are {}",
            BUILT_IN.join(", ")
        ))
    })?;
    Model::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::Restorer;
    use super::*;

    #[test]
    fn each_restores_pictures_of_any_size() {
        for (name, factor) in BUILT_IN.into_iter().zip([1, 2, 4]) {
            let model = built_in(name).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(model.recipe.name, name);
            assert_eq!(
                Restorer::of(&model).map(|restorer| restorer.factor()),
                Some(factor),
                "{name}"
            );
        }
        assert!(built_in("photo").is_err_and(|error| error.is_config()));
    }
}
