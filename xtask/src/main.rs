//! The project's own chores: `cargo xtask tidy` checks what the compiler does not,
//! `cargo xtask docs` writes the pages that are made from other files, `cargo xtask dist` packs the
//! program for others.
#![expect(clippy::print_stderr, reason = "its whole purpose is to tell what it found")]

mod dist;
mod docs;
mod modules;
mod source;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

use source::Tree;

const USAGE: &str = "usage: cargo xtask <chore>

  tidy   check the source tree: headers, sizes, imports, line lengths, words, pages, fixtures
  docs   write the generated pages in docs/
  dist   build a static binary, and pack it for others into target/dist/";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let chore = match arguments.as_slice() {
        [name] if name == "tidy" => tidy,
        [name] if name == "docs" => docs::write,
        [name] if name == "dist" => dist::write,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match chore(root()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies inside the workspace")
}

fn tidy(root: &Path) -> anyhow::Result<()> {
    let tree = Tree::read(root)?;
    let problems = tidy::problems(&tree);
    for problem in &problems {
        eprintln!("{problem}");
    }
    anyhow::ensure!(problems.is_empty(), "tidy: {} to put right", problems.len());
    eprintln!("tidy: {} files in order", tree.files.len());
    Ok(())
}
