//! Parts of hand-written pages that are made from other files, each between two comments:
//!
//! ```text
//! <!-- made: recipe conv-ae -->
//! ...
//! <!-- /made -->
//! ```
//!
//! `recipe NAME` is the recipe's file, `layers NAME` what `concertina recipes show NAME --layers`
//! prints, and `bars NAME...` the losses of docs/bars.toml that the slow tests hold recipes to.

use crate::source::{SourceFile, Tree};

/// Where pages with such parts lie.
pub(crate) const FOLDER: &str = "docs/models";
/// The page that lists the others.
pub(crate) const INDEX: &str = "docs/models/README.md";

const OPENS: &str = "<!-- made: ";
const CLOSES: &str = "<!-- /made -->";
const BARS: &str = "docs/bars.toml";

/// Something wrong in a page.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// Gives what is printed of a recipe's layers.
pub(crate) type Layers<'a> = dyn Fn(&str) -> anyhow::Result<String> + 'a;

/// The page as it should be. Without `layers`, parts made of them stay as they are.
pub(crate) fn filled(
    page: &SourceFile,
    tree: &Tree,
    layers: Option<&Layers>,
) -> Result<String, Fault> {
    let mut fresh = String::new();
    let mut lines = (1..).zip(page.text.lines());
    while let Some((number, line)) = lines.next() {
        push_line(&mut fresh, line);
        let Some(asked) = line.strip_prefix(OPENS).and_then(|rest| rest.strip_suffix(" -->"))
        else {
            continue;
        };
        let fault = |what: String| Fault { line: number, what };
        let mut present = String::new();
        loop {
            match lines.next() {
                Some((_, CLOSES)) => break,
                Some((_, line)) if !line.starts_with(OPENS) => push_line(&mut present, line),
                _ => return Err(fault(format!("a made part without its end: write `{CLOSES}`"))),
            }
        }
        let mut words = asked.split(' ');
        let kind = words.next().unwrap_or_default();
        let names: Vec<&str> = words.collect();
        let made = match (kind, &names[..], layers) {
            ("recipe", [name], _) => recipe(tree, name),
            ("layers", [name], Some(layers)) => {
                layers(name).map(|text| fenced("text", &text)).map_err(|error| format!("{error:#}"))
            }
            ("layers", [_], None) => Ok(present),
            ("bars", [_, ..], _) => bars(tree, &names),
            _ => Err(format!("nothing is made of `{asked}`: see the top of {}", file!())),
        };
        fresh.push_str(&made.map_err(fault)?);
        push_line(&mut fresh, CLOSES);
    }
    Ok(fresh)
}

fn recipe(tree: &Tree, name: &str) -> Result<String, String> {
    let path = format!("recipes/{name}.toml");
    let file = tree.file(&path).ok_or_else(|| format!("there is no {path}"))?;
    Ok(fenced("toml", &file.text))
}

/// The validation losses that recipes must reach after the first and after the last epoch.
fn bars(tree: &Tree, names: &[&str]) -> Result<String, String> {
    let text = tree.file(BARS).map_or("", |file| file.text.as_str());
    let bars: toml::Table = text.parse().map_err(|error| format!("{BARS}: {error}"))?;
    let mut table = "| recipe | after one epoch | at the end |\n|---|---|---|\n".to_owned();
    for name in names {
        let below = |metric: &str| {
            let bar = bars.get(*name)?.get(metric)?.get("below")?;
            bar.as_float().map(|bar| if bar < 1.0 { format!("{bar:.3}") } else { bar.to_string() })
        };
        let (first, last) = below("first-loss")
            .zip(below("last-loss"))
            .ok_or_else(|| format!("{BARS} has no bar for `{name}`"))?;
        push_line(&mut table, &format!("| `{name}` | {first} | {last} |"));
    }
    Ok(table)
}

fn fenced(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```\n", text.trim_end())
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: &str = "[a]\nfirst-loss = { below = 0.16 }\nlast-loss = { below = 36.1 }\n";

    fn page(text: &str) -> SourceFile {
        SourceFile::new("docs/models/a.md", text)
    }

    fn tree() -> Tree {
        let files = [("recipes/a.toml", "# Trains.\nseed = 1\n"), (BARS, TEST)];
        Tree { files: files.map(|(path, text)| SourceFile::new(path, text)).into() }
    }

    #[track_caller]
    fn check(asked: &str, expected: &str) {
        let page = page(&format!("# A\n\n<!-- made: {asked} -->\nold\n<!-- /made -->\nEnd.\n"));
        let layers = |name: &str| Ok(format!("layers of {name}\n"));
        let found = filled(&page, &tree(), Some(&layers));
        let whole = format!("# A\n\n<!-- made: {asked} -->\n{expected}<!-- /made -->\nEnd.\n");
        assert_eq!(found, Ok(whole));
    }

    #[test]
    fn parts_are_made_and_the_rest_stays() {
        check("recipe a", "```toml\n# Trains.\nseed = 1\n```\n");
        check("layers a", "```text\nlayers of a\n```\n");
        let head = "| recipe | after one epoch | at the end |\n|---|---|---|\n";
        check("bars a", &format!("{head}| `a` | 0.160 | 36.1 |\n"));
    }

    #[test]
    fn layers_stay_where_nobody_prints_them() {
        let page = page("<!-- made: layers a -->\nold\n<!-- /made -->\n");
        assert_eq!(filled(&page, &tree(), None), Ok(page.text.clone()));
    }

    #[test]
    fn faults_are_found_at_their_opening() {
        let end = "\n<!-- /made -->\n";
        for (text, line, word) in [
            (format!("\n<!-- made: recipe b -->{end}"), 2, "no recipes/b.toml"),
            (format!("<!-- made: bars a b -->{end}"), 1, "no bar for `b`"),
            (format!("<!-- made: cake a -->{end}"), 1, "`cake a`"),
            ("<!-- made: recipe a -->\n".to_owned(), 1, "without its end"),
            (
                format!("<!-- made: recipe a -->\n<!-- made: recipe a -->{end}"),
                1,
                "without its end",
            ),
        ] {
            let fault = filled(&page(&text), &tree(), None).expect_err(&text);
            assert_eq!(fault.line, line, "{text}");
            assert!(fault.what.contains(word), "{}", fault.what);
        }
    }
}
