//! Every crate is under the workspace's lints, `unsafe_code` among them; cargo does not mind if one
//! is not.

use super::Problem;
use crate::source::{SourceFile, Tree};

/// The one crate that may be unsafe has lints of its own: cargo cannot take the workspace's and
/// leave one out.
const UNSAFE: &str = "crates/concertina-kernels/Cargo.toml";

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let manifests = tree.files.iter().filter(|file| file.name() == "Cargo.toml");
    manifests.filter(|file| !is_under_lints(file)).map(problem).collect()
}

fn is_under_lints(manifest: &SourceFile) -> bool {
    let is_crate = manifest.text.contains("[package]\n");
    !is_crate || manifest.path == UNSAFE || manifest.text.contains("\n[lints]\nworkspace = true\n")
}

fn problem(manifest: &SourceFile) -> Problem {
    let what = "not under the workspace's lints: add `[lints]` with `workspace = true`";
    Problem::new(manifest, 1, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_without_the_lints_is_found() {
        let with = "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n";
        let without = "[package]\nname = \"b\"\n";
        let files = [
            ("Cargo.toml", "[workspace]\n"),
            ("crates/a/Cargo.toml", with),
            ("crates/b/Cargo.toml", without),
            (UNSAFE, without),
        ];
        let tree = Tree { files: files.map(|(path, text)| SourceFile::new(path, text)).into() };
        let found: Vec<String> = check(&tree).into_iter().map(|problem| problem.path).collect();
        assert_eq!(found, ["crates/b/Cargo.toml"]);
    }
}
