//! Every help page and list, as it is printed.

use concertina_formats::npy;
use insta::assert_snapshot;

use crate::place::Place;

#[test]
fn help_pages() {
    let place = Place::new();
    assert_snapshot!("help", trimmed(&place.succeed("--help").stdout));
    for command in [
        "train",
        "resume",
        "evaluate",
        "score",
        "inspect",
        "duplicates",
        "reconstruct",
        "denoise",
        "upscale",
        "encode",
        "decode",
        "sample",
        "vary",
        "interpolate",
        "manifold",
        "map",
        "explore",
        "export",
        "import",
        "recipes",
        "recipes show",
        "data",
        "data list",
        "data inspect",
        "lesson",
        "bench",
        "compare",
        "completions",
        "man",
    ] {
        let page = place.succeed(&format!("{command} --help"));
        assert_snapshot!(format!("help-{}", command.replace(' ', "-")), trimmed(&page.stdout));
        assert_eq!(page.stderr, "", "{command}");
    }
}

/// The same lines without blanks at their ends, which clap leaves.
fn trimmed(page: &str) -> String {
    page.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

#[test]
fn lists() {
    let place = Place::new();
    assert_snapshot!("recipes", place.succeed("recipes").stdout);
    assert_snapshot!("recipes-show", place.succeed("recipes show denoise").stdout);
    assert_snapshot!("recipes-show-full", place.succeed("recipes show denoise --full").stdout);
    assert_snapshot!("data-list", place.succeed("data list").stdout);
    let values = npy::Values::U8((0..40 * 64).map(|i| (i % 251) as u8).collect());
    let array = npy::Array { shape: vec![40, 8, 8], values };
    place.write("images.npy", &npy::write(&array).unwrap());
    assert_snapshot!("data-inspect", place.succeed("data inspect images.npy").stdout);
}

#[test]
fn shells_and_manuals_know_every_command() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let told = place.succeed(&format!("completions {shell}"));
        for known in ["interpolate", "export", "onnx"] {
            assert!(told.stdout.contains(known), "{shell}: {known}");
        }
        if shell == "bash" {
            place.write("completions", told.stdout.as_bytes());
            let read = std::process::Command::new("bash");
            let ended = { read }.arg("-n").arg(place.path("completions")).status();
            assert!(ended.is_err() || ended.unwrap().success());
        }
    }
    place.succeed("man -o man");
    let page = |name: &str| fs_err::read_to_string(place.path(&format!("man/{name}.1"))).unwrap();
    assert!(page("concertina").contains("concertina\\-train"), "{}", page("concertina"));
    assert!(page("concertina-export").contains("\\-\\-onnx"));
    assert!(page("concertina-recipes-show").contains("\\-\\-layers"));
    place.fail("man -o man", 3, &["expected a new folder for the manual pages"]);
    place.fail("completions csh", 2, &["invalid value 'csh'"]);
}
