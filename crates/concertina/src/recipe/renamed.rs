//! Keys and values of recipes that have been renamed since version 0.1.

use toml::{Table, Value};

/// Table, old key, new key.
pub(super) const KEYS: [[&str; 3]; 7] = [
    ["bottleneck", "size", "latent-dim"],
    ["bottleneck", "samples", "importance-samples"],
    ["bottleneck", "form", "variance-parameterisation"],
    ["bottleneck", "rate", "learning-rate-scale"],
    ["bottleneck", "entries", "num-embeddings"],
    ["bottleneck", "width", "embedding-dim"],
    ["task", "share", "probability"],
];

/// Table, key, old value, new value.
pub(super) const VALUES: [[&str; 4]; 3] = [
    ["bottleneck", "latent-dim", "full", "feature-map"],
    ["network", "kind", "flat", "fully-convolutional"],
    ["network", "kind", "sequence", "lstm"],
];

/// The error message for a recipe with an old key or value.
pub(super) fn complaint(recipe: &Table) -> Option<String> {
    let table = |name: &str| recipe.get(name).and_then(Value::as_table);
    let key = KEYS.iter().find_map(|[name, old, new]| {
        table(name)?.get(*old)?;
        Some(format!("`{name}`: the key `{old}` is now called `{new}`"))
    });
    let value = || {
        VALUES.iter().find_map(|[name, key, old, new]| {
            let found = table(name)?.get(*key)?.as_str()?;
            (found == *old).then(|| format!("`{name}.{key}`: \"{old}\" is now called \"{new}\""))
        })
    };
    key.or_else(value)
}
