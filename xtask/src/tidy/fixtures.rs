//! Every fixture is described, so that nobody has to guess what it proves.

use super::Problem;
use crate::source::Tree;

const PAGE: &str = "fixtures/README.md";

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let page = tree.file(PAGE).map_or("", |file| file.text.as_str());
    tree.inside("fixtures", "json")
        .filter(|file| !page.contains(&format!("`{}`", file.name())))
        .map(|file| {
            Problem::new(
                file,
                1,
                format!("not described: say in {PAGE} what `{}` holds", file.name()),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn an_undescribed_fixture_is_found() {
        let files = vec![
            SourceFile::new("fixtures/README.md", "`a.json` holds a.\n"),
            SourceFile::new("fixtures/a.json", "[]\n"),
            SourceFile::new("fixtures/b.json", "[]\n"),
        ];
        let problems = check(&Tree { files });
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].path, "fixtures/b.json");
    }
}
