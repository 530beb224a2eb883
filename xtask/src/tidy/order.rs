//! A module imports only from modules that its crate's root declares above it, so that a reader
//! meets a thing before its use.

use super::Problem;
use crate::modules::{Import, Modules};
use crate::source::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let crates = Modules::of_all_crates(tree);
    crates.iter().flat_map(|modules| problems(modules)).collect()
}

fn problems(modules: &Modules) -> Vec<Problem> {
    let imports = modules.imports();
    imports.iter().filter_map(|import| problem(modules, import)).collect()
}

fn problem(modules: &Modules, import: &Import) -> Option<Problem> {
    let importer = modules.top(import.by)?;
    let place = |top: &str| modules.tops().iter().position(|name| name == top);
    let mut sources = [import.named, import.definer].into_iter().filter_map(|at| modules.top(at));
    let below = sources.find(|source| place(source) > place(importer))?;
    let root = modules.short_path(crate::modules::ROOT);
    let what = format!(
        "`{importer}` imports `{}` from `{below}`, which {root} declares below it: move what both \
         need above them, or the one that imports below",
        import.path,
    );
    Some(Problem::new(modules.file(import.by), import.line, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::crate_of;

    #[track_caller]
    fn check_crate(files: &[(&str, &str)], expected: &[&str]) {
        let problems = check(&crate_of(files));
        let found: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (problem, start) in found.iter().zip(expected) {
            assert!(problem.starts_with(start), "{problem}");
        }
    }

    const ROOT: (&str, &str) = ("lib.rs", "pub mod low;\npub mod high;\npub use high::High;\n");

    #[test]
    fn upwards_is_allowed() {
        let high = ("high.rs", "use crate::low::Low;\nuse crate::Error;\nuse std::fmt;\n");
        check_crate(&[ROOT, ("low.rs", "use self::a::b;\n"), high], &[]);
    }

    #[test]
    fn downwards_is_not_however_it_is_written() {
        let expected = |path: &str| {
            format!("crates/a/src/low.rs:2: `low` imports `{path}` from `high`, which lib.rs")
        };
        for (text, path) in [
            ("\nuse crate::high::High;\n", "crate::high::High"),
            ("\nuse crate::High;\n", "crate::High"),
            ("\npub use super::high::High;\n", "super::high::High"),
            ("\nfn f() { crate::high::f() }\n", "crate::high::f"),
            ("use crate::high;\nfn f() { high::f() }\n", "high::f"),
        ] {
            check_crate(&[ROOT, ("low.rs", text), ("high.rs", "")], &[&expected(path)]);
        }
    }

    #[test]
    fn a_path_through_a_module_below_counts_wherever_it_leads() {
        let high = ("high.rs", "pub use crate::low::a::Low;\n");
        let low = [("low/mod.rs", "mod a;\nmod b;\n"), ("low/a.rs", "")];
        let roundabout = ("low/b.rs", "use crate::high::Low;\n");
        let expected = "crates/a/src/low/b.rs:1: `low` imports `crate::high::Low` from `high`";
        check_crate(&[ROOT, low[0], low[1], roundabout, high], &[expected]);
    }

    #[test]
    fn tests_may_import_from_anywhere() {
        let low = "#[cfg(test)]\nmod tests {\n    use crate::high::High;\n}\n";
        check_crate(&[ROOT, ("low.rs", low), ("high.rs", "")], &[]);
    }
}
