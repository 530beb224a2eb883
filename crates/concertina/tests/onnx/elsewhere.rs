//! In ONNX Runtime, by the script that an export brings along.

use std::process::Command;

use concertina::export::Pixels;

use super::Exported;

/// Examples of each recipe: a hundred where there is time.
fn n_examples() -> usize {
    if std::env::var_os("CONCERTINA_SLOW_TESTS").is_some() { 100 } else { 2 }
}

#[test]
fn every_recipe_passes_its_own_check() {
    // A Python with the packages onnx and onnxruntime.
    let python = std::env::var("CONCERTINA_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let imported = Command::new(&python).args(["-c", "import onnx, onnxruntime"]).output();
    if !imported.is_ok_and(|ended| ended.status.success()) {
        eprintln!("passed over: `{python}` has no onnx and onnxruntime");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (pixels, n) in [(Pixels::Bytes, n_examples()), (Pixels::Floats, 1)] {
        for exported in Exported::all(n, pixels, folder.path()) {
            let place = folder.path().join(exported.name).join(format!("{pixels:?}"));
            fs_err::create_dir_all(&place).unwrap();
            for (name, bytes) in &exported.files {
                fs_err::write(place.join(name), bytes).unwrap();
            }
            fs_err::remove_dir_all(folder.path().join(format!("run-{}", exported.name))).unwrap();
            let ran = |arguments: &[&str]| {
                let ended =
                    Command::new(&python).args(arguments).current_dir(&place).output().unwrap();
                let told = String::from_utf8_lossy(&ended.stdout);
                eprintln!("{}, {pixels:?}\n{told}", exported.name);
                let failed = String::from_utf8_lossy(&ended.stderr);
                assert!(ended.status.success(), "{}: {failed}", exported.name);
            };
            ran(&["-c", CHECKER]);
            ran(&["check.py"]);
            let parity = fs_err::read_to_string(place.join("parity.json")).unwrap();
            assert!(parity.contains("\"agrees\": true"), "{parity}");
        }
    }
}

/// ONNX's own check of a file, with the shapes of everything in it.
const CHECKER: &str = "
import onnx
for name in ('encoder.onnx', 'decoder.onnx'):
    onnx.checker.check_model(onnx.load(name), full_check=True)
";
