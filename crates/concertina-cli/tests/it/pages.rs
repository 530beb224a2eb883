//! What the pages about models show of the program is what it prints.

use std::path::Path;

use fs_err as fs;

use crate::place::Place;

/// Every part `<!-- made: layers NAME -->` of a page: the name, and the lines of its fenced block.
fn layers_in(page: &str) -> Vec<(&str, String)> {
    let parts = page.split("<!-- made: layers ").skip(1);
    let part = |part| -> (&str, String) {
        let (name, rest) = str::split_once(part, " -->\n").unwrap();
        let (block, _) = rest.split_once("<!-- /made -->").unwrap();
        let lines = block.strip_prefix("```text\n").and_then(|block| block.strip_suffix("```\n"));
        (name, lines.unwrap_or_default().to_owned())
    };
    parts.map(part).collect()
}

#[test]
fn layers_on_pages_are_those_printed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/models");
    let place = Place::new();
    let mut compared = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let page = fs::read_to_string(&path).unwrap();
        for (name, shown) in layers_in(&page) {
            let printed = place.succeed(&format!("recipes show {name} --layers")).stdout;
            assert_eq!(shown, printed, "{}: run `cargo xtask docs`", path.display());
            compared += 1;
        }
    }
    assert!(compared >= 10, "{compared} tables of layers");
}

#[test]
fn layers_are_those_of_the_asked_shape() {
    let place = Place::new();
    let printed = place.succeed("recipes show image-ae --layers --shape 1x32x48").stdout;
    assert!(printed.contains("1x32x48") && printed.contains("32x16x24"), "{printed}");
    let asked = "recipes show conv-ae --layers --shape 3x32x32";
    place.fail(asked, 2, &["expected images of 1x28x28, found 3x32x32"]);
}
