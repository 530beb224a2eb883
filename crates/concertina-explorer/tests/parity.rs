//! The networks in the page against the library, of every shipped recipe.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a test that is passed over says so")]

use std::path::Path;
use std::process::Command;

use concertina::export::{Graph, weights};
use concertina::recipe::shipped;
use fs_err as fs;

use self::every_recipe::{Trained, trained};

#[path = "../../../fixtures/every_recipe.rs"]
mod every_recipe;

/// Examples of each recipe: a hundred where there is time, since a bar of eight instruments takes
/// seconds.
fn n_examples() -> usize {
    if std::env::var_os("CONCERTINA_SLOW_TESTS").is_some() { 100 } else { 4 }
}

#[test]
fn every_recipe_is_computed_in_the_page_as_in_the_library() {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("passed over: there is no Node.js to run the page's networks in");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for recipe in shipped() {
        write(recipe.name, folder.path());
    }
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let ended = Command::new("node")
        .args(["--test", "--test-reporter=spec", "tests/parity.test.js"])
        .current_dir(web)
        .env("CONCERTINA_PARITY", folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    eprintln!("{told}");
    assert!(ended.status.success(), "{told}{}", String::from_utf8_lossy(&ended.stderr));
    assert!(shipped().iter().all(|recipe| told.contains(recipe.name)), "{told}");
}

/// Trains a model for a moment, and writes what it computes.
fn write(name: &str, folder: &Path) {
    let Trained { model, inputs, labels } = trained(name, n_examples(), folder);
    let conditioned = model.with_labels(labels.as_deref()).unwrap();
    let codes = conditioned.encode(&inputs).unwrap();
    let decoded = conditioned.decode(&codes).unwrap();
    let file = |what: &str, values: &[f32]| {
        let name = format!("{name}-{what}.bin");
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        fs::write(folder.join(&name), bytes).unwrap();
        name
    };
    let labels = labels.map(|labels| {
        let bytes: Vec<u8> = labels.iter().flat_map(|label| label.to_le_bytes()).collect();
        fs::write(folder.join(format!("{name}-labels.bin")), bytes).unwrap();
        format!("{name}-labels.bin")
    });
    let described = serde_json::json!({
        "graph": Graph::new(&model.recipe, &model.architecture),
        "n": inputs.len(),
        "inputs": file("inputs", inputs.values()),
        "codes": file("codes", codes.values()),
        "outputs": file("outputs", decoded.values()),
        "labels": labels,
        "weights": file("weights", &weights(&model.weights)),
    });
    fs::write(folder.join(format!("{name}.json")), described.to_string()).unwrap();
}
