//! What the commands say on their way and in the end, on a small model.

use insta::assert_snapshot;

use crate::place::{Ended, Place, TINY};
use crate::redact::{redacted, redacted_json, rejoined};

/// Both streams of a program.
fn both(ended: &Ended) -> String {
    format!("stdout:\n{}\nstderr:\n{}", ended.stdout, ended.stderr)
}

#[test]
fn training() {
    let place = Place::new();
    let train = |arguments: &str| redacted(&both(&place.succeed(&format!("{TINY} {arguments}"))));
    assert_snapshot!("train", train("--out run"));
    let collapse = "--set bottleneck.beta=1000 --set training.learning-rate=0.01";
    let longer = TINY.replace("--epochs 2", "--epochs 4");
    let ended = place.succeed(&format!("{longer} --out collapsed {collapse}"));
    assert_snapshot!("train-collapsed", redacted(&both(&ended)));
    assert_snapshot!("resume-finished", redacted(&both(&place.succeed("resume run"))));
    let kind = "--set bottleneck.kind=";
    assert_snapshot!("train-plain", train(&format!("{kind}plain --out plain")));
    assert_snapshot!("train-adversarial", train(&format!("{kind}adversarial --out adversarial")));
    assert_snapshot!("train-mmd", train(&format!("{kind}mmd --out mmd")));
}

#[test]
fn an_evaluation() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    let evaluate = "evaluate run digits --limit 20 --importance-samples 50";
    let text = place.succeed(&format!("{evaluate} --figures figures --classifier c.safetensors"));
    assert_snapshot!("evaluate", rejoined(&both(&text)));
    assert!(place.path("figures/nearest-training-images.png").is_file());
    assert!(place.path("c.safetensors").is_file());
    let json = place.succeed(&format!("{evaluate} --json"));
    assert_snapshot!("evaluate-json", redacted_json(&json.stdout));
    let few = place.succeed("evaluate run digits --only reconstruction --limit 20 --figures more");
    assert_snapshot!("evaluate-only-reconstruction", rejoined(&both(&few)));
    assert!(!place.path("more").exists());
}

#[test]
fn an_evaluation_of_other_models() {
    let place = Place::new();
    place.succeed(
        "train digits --recipe vq-vae --limit 60 --epochs 1 --set network.hidden=[8] --out vq",
    );
    let ended = place.succeed("evaluate vq digits --limit 20 --only reconstruction");
    assert_snapshot!("evaluate-vq", rejoined(&both(&ended)));
    let plain = "--set bottleneck.kind=plain --set bottleneck.condition=label";
    place.succeed(&format!("{TINY} {plain} --out conditional"));
    let ended = place.succeed("evaluate conditional digits --limit 20 --only samples");
    assert_snapshot!("evaluate-conditional", rejoined(&both(&ended)));
}

#[test]
fn commands_on_a_model() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    let mut told = String::new();
    for command in [
        "score run digits --limit 40 -o scores.csv -o worst.png",
        "reconstruct run digits --limit 20 -o rows.png",
        "encode run digits --limit 30 -o codes.npy",
        "decode run codes.npy -o decoded",
        "sample run -n 5 --seed 3 -o samples.png",
        "vary run digits#0 -o varied.png -n 3 --amount 0.5",
        "interpolate run digits#0 digits#1 -o row.png --steps 5",
        "interpolate run digits#0 digits#1 digits#2 digits#3 -o square.png --steps 4",
        "manifold run -o manifold.png -n 5",
        "map run digits --limit 40 -o tsne.png -o tsne.csv --perplexity 5",
        "map run digits --limit 40 -o pca.csv --method pca --pixels",
        "map run digits --limit 40 -o umap.csv --method umap --neighbours 9 --min-dist 0.5",
    ] {
        told += &format!("$ concertina {command}\n{}\n", both(&place.succeed(command)));
    }
    assert_snapshot!("commands", redacted(&told));
}
