//! Generated pages say what they would say if they were generated now.

use super::Problem;
use crate::docs;
use crate::source::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for recipe in tree.inside("recipes", "toml") {
        if docs::purpose(recipe).is_none() {
            let what = "no purpose given: open the recipe with a `# ` line saying what it trains";
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
            what: "out of date: run `cargo xtask docs`".to_owned(),
        });
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

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
}
