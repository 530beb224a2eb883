//! Keys and words of recipes as version 0.1 had them, and what they are called now.

use toml::{Table, Value};

/// Table, old key, new key.
const KEYS: [[&str; 3]; 7] = [
    ["bottleneck", "size", "latent-dim"],
    ["bottleneck", "samples", "importance-samples"],
    ["bottleneck", "form", "variance-parameterisation"],
    ["bottleneck", "rate", "learning-rate-scale"],
    ["bottleneck", "entries", "num-embeddings"],
    ["bottleneck", "width", "embedding-dim"],
    ["task", "share", "probability"],
];

/// Table, key, old value, new value.
const VALUES: [[&str; 4]; 3] = [
    ["bottleneck", "latent-dim", "full", "feature-map"],
    ["network", "kind", "flat", "fully-convolutional"],
    ["network", "kind", "sequence", "lstm"],
];

/// What is to be said of a recipe in old words.
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
