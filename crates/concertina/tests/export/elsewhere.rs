//! In ONNX Runtime and in PyTorch, by the scripts that exports bring along.

use std::path::Path;
use std::process::Command;

use concertina::export::Pixels;

use super::Exported;

/// Examples of each recipe: a hundred where there is time.
fn n_examples() -> usize {
    if std::env::var_os("CONCERTINA_SLOW_TESTS").is_some() { 100 } else { 2 }
}

#[test]
fn every_recipe_passes_its_own_checks() {
    let onnx = has("onnx, onnxruntime");
    let pytorch = has("torch, safetensors");
    let folder = tempfile::tempdir().unwrap();
    // ONNX Runtime gets bytes, PyTorch floats: with the networks that read floats, ONNX Runtime
    // would have nothing new to do.
    for pixels in [Pixels::Bytes, Pixels::Floats] {
        let is_onnx = pixels == Pixels::Bytes;
        if !(if is_onnx { onnx } else { pytorch }) {
            continue;
        }
        for exported in Exported::all(n_examples(), pixels, folder.path()) {
            let place = folder.path().join(exported.name);
            fs_err::create_dir(&place).unwrap();
            for (name, bytes) in if is_onnx { &exported.onnx } else { &exported.pytorch } {
                fs_err::write(place.join(name), bytes).unwrap();
            }
            if is_onnx {
                run(&exported, &place, &["-c", CHECKER]);
            }
            run(&exported, &place, &["check.py"]);
            let parity = fs_err::read_to_string(place.join("parity.json")).unwrap();
            assert!(parity.contains("\"agrees\": true"), "{parity}");
            fs_err::remove_dir_all(&place).unwrap();
            fs_err::remove_dir_all(folder.path().join(format!("run-{}", exported.name))).unwrap();
        }
    }
}

/// The Python that has the packages.
fn python() -> String {
    std::env::var("CONCERTINA_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn has(packages: &str) -> bool {
    let import = format!("import {packages}");
    let imported = Command::new(python()).args(["-c", &import]).output();
    let has = imported.is_ok_and(|ended| ended.status.success());
    if !has {
        eprintln!("passed over: `{}` has no {packages}", python());
    }
    has
}

fn run(exported: &Exported, place: &Path, arguments: &[&str]) {
    let ended = Command::new(python()).args(arguments).current_dir(place).output().unwrap();
    eprintln!("{}\n{}", exported.name, String::from_utf8_lossy(&ended.stdout));
    let failed = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{}: {failed}", exported.name);
}

/// ONNX's own check of a file, with the shapes of everything in it.
const CHECKER: &str = "
import onnx
for name in ('encoder.onnx', 'decoder.onnx'):
    onnx.checker.check_model(onnx.load(name), full_check=True)
";
