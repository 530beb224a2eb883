//! Generated pages say what they would say if they were generated now.

use super::Problem;
use crate::docs::{self, blocks};
use crate::source::{SourceFile, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for recipe in tree.inside("recipes", "toml") {
        if docs::purpose(recipe).is_none() {
            let what = "no purpose given: open the recipe with a `# ` line saying what it trains";
            problems.push(Problem::new(recipe, 1, what));
        }
        let index = tree.file(blocks::INDEX);
        if index.is_some_and(|index| !index.text.contains(&format!("`{}`", docs::name(recipe)))) {
            let what = format!("not in the index: name it in {}", blocks::INDEX);
            problems.push(Problem::new(recipe, 1, what));
        }
    }
    let written = tree.file(docs::PAGE).map_or("", |page| page.text.as_str());
    let fresh = docs::recipes_page(tree);
    if written != fresh {
        let same = written.lines().zip(fresh.lines()).take_while(|(a, b)| a == b).count();
        problems.push(Problem {
            path: docs::PAGE.to_owned(),
            line: same + 1,
            what: STALE.to_owned(),
        });
    }
    problems.extend(tree.inside(blocks::FOLDER, "md").flat_map(|page| parts(page, tree)));
    problems
}

const STALE: &str = "out of date: run `cargo xtask docs`";

/// What is wrong with the made parts of a page, and whether the index has the page. That layers are
/// as printed is a test of the program's.
fn parts(page: &SourceFile, tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    match blocks::filled(page, tree, None) {
        Err(fault) => problems.push(Problem::new(page, fault.line, fault.what)),
        Ok(fresh) if fresh != page.text => {
            let same = page.text.lines().zip(fresh.lines()).take_while(|(a, b)| a == b).count();
            problems.push(Problem::new(page, same + 1, STALE));
        }
        Ok(_) => {}
    }
    let index = tree.file(blocks::INDEX).map_or("", |index| index.text.as_str());
    if page.path != blocks::INDEX && !index.contains(&format!("({})", page.name())) {
        problems.push(Problem::new(
            page,
            1,
            format!("not in the index: link it in {}", blocks::INDEX),
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(page: &str) -> Tree {
        let recipe = SourceFile::new("recipes/denoise.toml", "# Takes noise away.\nseed = 1\n");
        Tree { files: vec![recipe, SourceFile::new(docs::PAGE, page)] }
    }

    #[test]
    fn a_stale_page_is_found_at_the_first_line_that_differs() {
        let fresh = docs::recipes_page(&tree(""));
        assert_eq!(check(&tree(&fresh)), []);
        let stale = fresh.replace("Takes noise away.", "Adds noise.");
        let problems = check(&tree(&stale));
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].line, fresh.lines().count());
    }

    #[test]
    fn a_recipe_says_what_it_trains() {
        let files = vec![SourceFile::new("recipes/denoise.toml", "seed = 1\n")];
        let tree = Tree { files };
        assert_eq!(check(&tree)[0].path, "recipes/denoise.toml");
    }

    #[test]
    fn a_stale_part_and_a_page_that_nobody_finds_are_told() {
        let recipe = SourceFile::new("recipes/denoise.toml", "# Takes noise away.\nseed = 1\n");
        let part = "<!-- made: recipe denoise -->\n```toml\n# Takes noise away.\nseed = 2\n```\n";
        let page = SourceFile::new("docs/models/denoising.md", &format!("{part}<!-- /made -->\n"));
        let list = docs::recipes_page(&tree(""));
        let mut files = vec![SourceFile::new(docs::PAGE, &list), recipe, page];
        let lines = |files: Vec<SourceFile>| -> Vec<(String, usize)> {
            let problems = check(&Tree { files });
            problems.into_iter().map(|problem| (problem.path, problem.line)).collect()
        };
        let path = "docs/models/denoising.md".to_owned();
        files.push(SourceFile::new(blocks::INDEX, "- [noise](denoising.md)\n"));
        let recipe = ("recipes/denoise.toml".to_owned(), 1);
        assert_eq!(lines(files), [recipe, (path.clone(), 4)]);

        let page = SourceFile::new(&path, "Nothing is made here.\n");
        let recipe = SourceFile::new("recipes/denoise.toml", "# Takes noise away.\nseed = 1\n");
        assert_eq!(lines(vec![SourceFile::new(docs::PAGE, &list), recipe, page]), [(path, 1)]);
    }
}
