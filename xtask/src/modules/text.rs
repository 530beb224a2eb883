//! What the text of a Rust file says of other modules: `mod`, `use`, and paths inside of code.

use super::shipped::shipped_lines;

/// What a file says of other modules, outside of tests.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Mentions {
    /// The modules that lie in other files, in the order of their `mod x;` lines.
    pub(crate) modules: Vec<String>,
    pub(crate) uses: Vec<Use>,
    /// Paths of two segments or more in the code: the line, and the segments.
    pub(crate) paths: Vec<(usize, Vec<String>)>,
}

/// One name that a `use` brings in.
#[derive(Debug, PartialEq)]
pub(crate) struct Use {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
    /// What it is called here.
    pub(crate) name: String,
    /// Whether others may take it from here.
    pub(crate) is_public: bool,
}

impl Mentions {
    pub(crate) fn read(text: &str) -> Self {
        let mut mentions = Self::default();
        let mut lines = shipped_lines(text).into_iter().map(|(at, line)| (at, code_of(line)));
        while let Some((number, line)) = lines.next() {
            let (is_public, item) = without_visibility(line.trim());
            if let Some(name) = item.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
                mentions.modules.push(name.to_owned());
            } else if let Some(start) = item.strip_prefix("use ") {
                let mut tree = start.to_owned();
                while !tree.contains(';') {
                    let Some((_, line)) = lines.next() else { break };
                    tree.push_str(line.trim());
                }
                for (path, name) in names(tree.trim_end_matches(';')) {
                    mentions.uses.push(Use { line: number, path, name, is_public });
                }
            } else {
                mentions.paths.extend(paths(item).into_iter().map(|path| (number, path)));
            }
        }
        mentions
    }
}

/// The line without comments and without what stands in its string literals.
fn code_of(line: &str) -> String {
    let mut code = String::new();
    let (mut in_string, mut previous) = (false, ' ');
    for (at, character) in line.char_indices() {
        let is_escaped = previous == '\\' || (previous == '\'' && line[at..].starts_with("\"'"));
        if character == '"' && !is_escaped {
            in_string = !in_string;
        } else if !in_string {
            if line[at..].starts_with("//") {
                break;
            }
            code.push(character);
        }
        // Of two backslashes the second escapes nothing.
        previous = if (previous, character) == ('\\', '\\') { ' ' } else { character };
    }
    code
}

/// Whether the item begins with `pub` of any kind, and the item without it.
fn without_visibility(item: &str) -> (bool, &str) {
    let Some(rest) = item.strip_prefix("pub") else { return (false, item) };
    match rest.strip_prefix('(').and_then(|scope| scope.split_once(") ")) {
        Some((_, item)) => (true, item),
        None => rest.strip_prefix(' ').map_or((false, item), |item| (true, item)),
    }
}

/// The paths of a `use` tree, each with the name that it brings in.
fn names(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    if let Some((head, branches)) = tree.split_once('{') {
        let branches = branches.strip_suffix('}').unwrap_or(branches);
        return at_top_level_commas(branches)
            .flat_map(|branch| names(&format!("{head}{}", branch.trim())))
            .collect();
    }
    let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
    let mut path: Vec<String> = path.split("::").map(str::to_owned).collect();
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name =
        if alias.is_empty() { path.last().cloned().unwrap_or_default() } else { alias.into() };
    vec![(path, name)]
}

/// The pieces between the commas that are in no braces.
fn at_top_level_commas(branches: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    branches
        .split(move |character| {
            depth += i32::from(character == '{') - i32::from(character == '}');
            character == ',' && depth == 0
        })
        .filter(|branch| !branch.trim().is_empty())
}

/// Every `a::b` of a line of code, with as many segments as follow.
fn paths(code: &str) -> Vec<Vec<String>> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    code.split(|character| !is_part(character) && character != ':')
        .map(|run| run.trim_end_matches(':'))
        .filter(|run| run.contains("::") && !run.starts_with(':'))
        .map(|run| run.split("::").map(str::to_owned).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names that are brought in, as `path=name`.
    #[track_caller]
    fn check_uses(text: &str, expected: &[&str]) {
        let uses = Mentions::read(text).uses;
        let found: Vec<String> =
            uses.iter().map(|item| format!("{}={}", item.path.join("::"), item.name)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_use_brings_in_every_name_of_its_tree() {
        check_uses("use a::B;", &["a::B=B"]);
        check_uses("use a::B as C;", &["a::B=C"]);
        check_uses(
            "use a::{self, B, c::{D, E}, f};",
            &["a=a", "a::B=B", "a::c::D=D", "a::c::E=E", "a::f=f"],
        );
        check_uses("use a::{\n    B,\n    c::D,\n};\nuse e;", &["a::B=B", "a::c::D=D", "e=e"]);
    }

    #[test]
    fn any_kind_of_pub_is_public() {
        let text = "pub use a::A;\npub(crate) use b::B;\n\nuse c::C;\n";
        let uses = Mentions::read(text).uses;
        let found: Vec<(usize, bool)> =
            uses.iter().map(|item| (item.line, item.is_public)).collect();
        assert_eq!(found, [(1, true), (2, true), (4, false)]);
    }

    #[test]
    fn modules_keep_their_order_and_tests_are_none() {
        let text =
            "mod b;\npub mod a;\npub(crate) mod c;\n#[cfg(test)]\nmod tests;\nmod inline {}\n";
        assert_eq!(Mentions::read(text).modules, ["b", "a", "c"]);
    }

    #[track_caller]
    fn check_paths(line: &str, expected: &[&str]) {
        let paths = Mentions::read(line).paths;
        let found: Vec<String> = paths.iter().map(|(_, path)| path.join("::")).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn paths_in_code_are_found() {
        check_paths(
            "let x = crate::math::mean(&a::B::new());",
            &["crate::math::mean", "a::B::new"],
        );
        check_paths("fn f(x: super::A) -> Vec::<b::B> {", &["super::A", "b::B"]);
        check_paths("pub(in crate::run) fn f(x: u8) {}", &[]);
        check_paths("let x: u8 = y;", &[]);
    }

    #[test]
    fn comments_and_strings_hold_no_paths() {
        check_paths("/// See crate::math.", &[]);
        check_paths("f(\"a::b\", c::d); // e::f", &["c::d"]);
        check_paths(r#"f("\"a::b", '"', c::d, "\\", e::f);"#, &["c::d", "e::f"]);
    }
}
