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
fn what_was_exported_is_imported_as_it_was() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("export run --pytorch pytorch");
    let told = place.succeed(
        "import pytorch/model.safetensors digits --recipe run/config.toml --limit 40 \
         -o back.safetensors",
    );
    assert!(told.stderr.contains("back.safetensors written"), "{}", told.stderr);
    let code = |model: &str| {
        place.succeed(&format!("encode {model} digits --limit 20 -o {model}.csv"));
        fs::read(place.path(&format!("{model}.csv"))).unwrap()
    };
    fs::copy(place.path("run/model.safetensors"), place.path("model.safetensors")).unwrap();
    assert!(code("model.safetensors") == code("back.safetensors"));
    // A model for new pictures has all that other verbs need.
    place.succeed("sample back.safetensors -n 4 -o new");
    place.succeed("score back.safetensors digits --limit 20 -o scores.csv");

    place.write("pickle.safetensors", b"PK\x03\x04 and so on");
    place.write("text.safetensors", b"no tensors");
    let of = |weights: &str, rest: &str| format!("import {weights} digits --limit 40 {rest}");
    assert_snapshot!(place.refusals(&[
        (&of("nothing.safetensors", "--recipe conv-ae -o x.safetensors"), 3),
        (&of("pickle.safetensors", "--recipe conv-ae -o x.safetensors"), 3),
        (&of("text.safetensors", "--recipe conv-ae -o x.safetensors"), 3),
        (&of("pytorch/model.safetensors", "--recipe dense-vae -o x.safetensors"), 3),
        (&of("pytorch/model.safetensors", "--recipe nothing -o x.safetensors"), 2),
        (&of("pytorch/model.safetensors", "--recipe conv-ae -o x.onnx"), 2),
        (&of("pytorch/model.safetensors", "--recipe conv-ae -o pytorch/model.safetensors"), 2),
    ]));
    assert!(!place.path("x.safetensors").exists());
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
        ("export run --onnx a --seed 1", 2),
        ("export run --onnx a --method pca", 2),
        ("export run --onnx a --half", 2),
        ("export run --html a.html --half --int8", 2),
        ("export run --pytorch a --float", 2),
        ("export run --onnx a --examples 0", 2),
        ("export run --html a.html --examples 5", 2),
    ]));
    assert!(!place.path("a").exists());
}
