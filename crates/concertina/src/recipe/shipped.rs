//! The recipes that ship with the library.

/// A recipe that ships with the library.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its name.
    pub name: &'static str,
    /// Its TOML text.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../recipes/", $name, ".toml")),
        }),*]
    };
}

/// All shipped recipes, those of the lesson first.
pub fn shipped() -> &'static [Shipped] {
    shipped![
        "conv-ae",
        "conv-ae-2d",
        "denoise",
        "super-resolution",
        "dense-vae",
        "conv-vae",
        "aae",
        "dense-ae",
        "sparse-ae",
        "deep-ae",
        "wide-denoise",
        "sequence-ae",
        "kvfrans-vae",
        "conditional-vae",
        "iwae",
        "iwae-paper",
        "wae",
        "vq-vae",
        "sigma-vae",
        "rae",
        "enlarge-2x",
        "enlarge-4x",
        "photo-denoise",
        "photo-self-denoise",
        "photo-jpeg",
        "photo-2x",
        "photo-4x",
        "inspect-ae",
        "image-ae",
        "image-vae",
        "conv-vae64",
        "melody-vae",
        "drums-vae",
        "trio-vae",
        "multitrack-vae",
    ]
}
