//! `export --onnx` and `--pytorch`: what lies in the folders, and what is refused. What the files
//! compute is tried by the library, in other runtimes.

use fs_err as fs;
use insta::assert_snapshot;

use crate::place::{Place, TINY};

/// The names of the files in a folder.
fn files(place: &Place, folder: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(place.path(folder))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn folders_hold_networks_examples_and_a_check() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    let told = place.succeed("export run --onnx onnx --examples 5");
    assert!(told.stderr.contains("onnx written: encoder.onnx, decoder.onnx"), "{}", told.stderr);
    assert_eq!(
        files(&place, "onnx"),
        ["README.md", "check.py", "decoder.onnx", "encoder.onnx", "examples.npz"]
    );
    assert_snapshot!(fs::read_to_string(place.path("onnx/README.md")).unwrap());
    // The same bytes again; with floats other ones.
    place.succeed("export run --onnx again --examples 5");
    place.succeed("export run --onnx floats --examples 5 --float");
    let read = |file: &str| fs::read(place.path(file)).unwrap();
    for name in files(&place, "onnx") {
        assert!(read(&format!("onnx/{name}")) == read(&format!("again/{name}")), "{name}");
    }
    assert!(read("floats/encoder.onnx").len() < read("onnx/encoder.onnx").len());
    assert!(read("floats/decoder.onnx") == read("onnx/decoder.onnx"));

    place.succeed("export run --pytorch pytorch");
    assert_eq!(
        files(&place, "pytorch"),
        ["check.py", "examples.npz", "model.py", "model.safetensors"]
    );
    assert_snapshot!(fs::read_to_string(place.path("pytorch/model.py")).unwrap());
}

#[test]
fn a_model_alone_is_exported_without_examples() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("sample run -n 30 -o pictures");
    place.succeed(
        "train pictures --recipe dense-vae --set network.hidden=[8] --epochs 2 \
         --set training.batch-size=16 --out other",
    );
    fs::copy(place.path("other/model.safetensors"), place.path("alone.safetensors")).unwrap();
    fs::remove_dir_all(place.path("pictures")).unwrap();
    let told = place.succeed("export alone.safetensors --onnx onnx");
    assert!(told.stderr.contains("no examples to check the files with"), "{}", told.stderr);
    assert_eq!(files(&place, "onnx"), ["README.md", "decoder.onnx", "encoder.onnx"]);
}

#[test]
fn what_cannot_be_exported_is_told() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.write("full/there.txt", b"something");
    place.write("broken.safetensors", b"no model");
    assert_snapshot!(place.refusals(&[
        ("export run", 2),
        ("export run --onnx a --pytorch b", 2),
        ("export run --onnx full", 3),
        ("export run --onnx full/there.txt", 3),
        ("export nothing --onnx a", 3),
        ("export broken.safetensors --pytorch a", 3),
        ("export run nothing --onnx a", 3),
        ("export run --onnx a --beside run", 2),
        ("export run --onnx a --method pca", 2),
        ("export run --onnx a --half", 2),
        ("export run --pytorch a --float", 2),
        ("export run --onnx a --examples 0", 2),
        ("export run --html a.html --examples 5", 2),
    ]));
    assert!(!place.path("a").exists());
}
