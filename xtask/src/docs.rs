//! Pages made from other files: the list of recipes, and parts of the pages about models.

pub(crate) mod blocks;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::source::{SourceFile, Tree};

/// Where the list of recipes stands.
pub(crate) const PAGE: &str = "docs/recipes.md";

const OPENING: &str = "# Recipes

The recipes inside the program. `concertina recipes` lists them, `concertina recipes show NAME` \
prints one, and
`concertina train DATA --recipe NAME` trains it. This page is made from the files in `recipes/` \
by `cargo xtask docs`.

| recipe | what it trains |
|---|---|
";

/// Writes the generated pages and parts.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    let tree = Tree::read(root)?;
    fs_err::write(root.join(PAGE), recipes_page(&tree))?;
    let layers = |name: &str| layers(root, name);
    for page in tree.inside(blocks::FOLDER, "md") {
        let fresh = blocks::filled(page, &tree, Some(&layers))
            .map_err(|fault| anyhow::anyhow!("{}:{}: {}", page.path, fault.line, fault.what))?;
        fs_err::write(root.join(&page.path), fresh)?;
    }
    Ok(())
}

/// What the program prints of a recipe's layers.
fn layers(root: &Path, recipe: &str) -> anyhow::Result<String> {
    let run = ["run", "--quiet", "--package", "concertina-cli", "--"];
    let output = Command::new(env!("CARGO"))
        .args(run)
        .args(["recipes", "show", recipe, "--layers"])
        .current_dir(root)
        .output()
        .context("cargo could not be started")?;
    let talk = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "`recipes show {recipe} --layers`: {talk}");
    Ok(String::from_utf8(output.stdout)?)
}

/// The list of recipes, by name.
pub(crate) fn recipes_page(tree: &Tree) -> String {
    let mut recipes: Vec<&SourceFile> = tree.inside("recipes", "toml").collect();
    recipes.sort_by_key(|recipe| name(recipe));

    let mut page = OPENING.to_owned();
    for recipe in recipes {
        let purpose = purpose(recipe).unwrap_or_default().replace('|', "\\|");
        writeln!(page, "| [`{}`](../{}) | {purpose} |", name(recipe), recipe.path)
            .expect("writing to a string does not fail");
    }
    page
}

/// The recipe's name.
pub(crate) fn name(recipe: &SourceFile) -> &str {
    recipe.name().trim_end_matches(".toml")
}

/// The first sentence of the comment that opens a recipe.
pub(crate) fn purpose(recipe: &SourceFile) -> Option<String> {
    let lines: Vec<&str> =
        recipe.text.lines().map_while(|line| line.strip_prefix("# ")).map(str::trim).collect();
    let comment = lines.join(" ");
    // Not "et al. 2017".
    let ends = |(at, _): &(usize, &str)| {
        comment[at + 2..].starts_with(|next: char| next.is_uppercase() || next == '`')
    };
    let end = comment.match_indices(". ").find(ends).map_or(comment.len(), |(at, _)| at + 1);
    (!comment.is_empty()).then(|| comment[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_is_listed_with_its_opening_comment() {
        let text =
            "# Takes noise | away, as it\n# was found (Doe et al. 2017). More of it.\nseed = 1\n";
        let tree = Tree { files: vec![SourceFile::new("recipes/denoise.toml", text)] };
        let page = recipes_page(&tree);
        let line = page.lines().last();
        let purpose = "Takes noise \\| away, as it was found (Doe et al. 2017).";
        assert_eq!(line, Some(&*format!("| [`denoise`](../recipes/denoise.toml) | {purpose} |")));
    }

    #[test]
    fn a_recipe_without_a_comment_has_no_purpose() {
        assert_eq!(purpose(&SourceFile::new("recipes/a.toml", "seed = 1\n")), None);
        assert_eq!(purpose(&SourceFile::new("recipes/a.toml", "#\n")), None);
    }
}
