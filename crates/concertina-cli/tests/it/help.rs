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
        "recipes",
        "recipes show",
        "data",
        "data list",
        "data inspect",
        "lesson",
        "bench",
        "compare",
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
