//! No file of a crate needs itself by way of others: each can be understood after those that it
//! imports from.

use std::collections::VecDeque;

use super::Problem;
use crate::modules::{Import, Index, Modules};
use crate::source::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let crates = Modules::of_all_crates(tree);
    crates.iter().flat_map(|modules| problems(modules)).collect()
}

/// A problem for each circle, the shortest first, until cutting one import of each leaves none.
fn problems(modules: &Modules) -> Vec<Problem> {
    let mut imports = modules.imports();
    let mut problems = Vec::new();
    while let Some(circle) = shortest_circle(modules.len(), &imports) {
        let first = circle[0];
        let what = format!(
            "imports `{}` from a file that needs this one: {}; move what both need into a file of \
             its own",
            first.path,
            spelled_out(modules, &circle),
        );
        problems.push(Problem::new(modules.file(first.by), first.line, what));
        let (by, definer) = (first.by, first.definer);
        imports.retain(|import| (import.by, import.definer) != (by, definer));
    }
    problems
}

/// `a.rs:3 -> b.rs:5 -> a.rs`: each file with the line of the import that leads on.
fn spelled_out(modules: &Modules, circle: &[&Import]) -> String {
    let steps = circle.iter().map(|import| {
        let (file, line) = (modules.short_path(import.by), import.line);
        format!("{file}:{line} -> ")
    });
    steps.chain([modules.short_path(circle[0].by).to_owned()]).collect()
}

/// The imports of a shortest circle, beginning with that of its first file in reading order.
fn shortest_circle(n_modules: usize, imports: &[Import]) -> Option<Vec<&Import>> {
    let mut by_importer = vec![Vec::new(); n_modules];
    for import in imports {
        by_importer[import.by].push(import);
    }
    let circles = (0..n_modules).filter_map(|start| shortest_way_back(start, &by_importer));
    circles.min_by_key(Vec::len)
}

/// The imports on a shortest way from `start` to itself.
fn shortest_way_back<'a>(start: Index, by_importer: &[Vec<&'a Import>]) -> Option<Vec<&'a Import>> {
    let mut reached_by: Vec<Option<&Import>> = vec![None; by_importer.len()];
    let mut waiting = VecDeque::from([start]);
    while let Some(module) = waiting.pop_front() {
        for &import in &by_importer[module] {
            if reached_by[import.definer].is_none() {
                reached_by[import.definer] = Some(import);
                waiting.push_back(import.definer);
            }
        }
    }
    let mut way = vec![reached_by[start]?];
    while way[way.len() - 1].by != start {
        way.push(reached_by[way[way.len() - 1].by].expect("its importer was reached before"));
    }
    way.reverse();
    Some(way)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::crate_of;

    #[track_caller]
    fn check_crate(files: &[(&str, &str)], circles: &[&str]) {
        let problems = check(&crate_of(files));
        let found: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert_eq!(found.len(), circles.len(), "{found:#?}");
        for (problem, circle) in found.iter().zip(circles) {
            assert!(problem.contains(&format!("needs this one: {circle};")), "{problem}");
        }
    }

    const ROOT: (&str, &str) = ("lib.rs", "mod a;\nmod b;\nmod c;\npub use a::A;\n");

    #[test]
    fn a_chain_is_no_circle() {
        let c = ("c.rs", "use crate::A;\nuse crate::b::B;\n");
        check_crate(&[ROOT, ("a.rs", ""), ("b.rs", "use crate::A;\n"), c], &[]);
    }

    #[test]
    fn a_circle_of_two_is_spelled_out() {
        let files = [ROOT, ("a.rs", "\nuse crate::b::B;\n"), ("b.rs", "use crate::A;\n")];
        check_crate(&files, &["a.rs:2 -> b.rs:1 -> a.rs"]);
        let problem = check(&crate_of(&files)).remove(0).to_string();
        assert!(problem.starts_with("crates/a/src/a.rs:2: imports `crate::b::B` "), "{problem}");
    }

    #[test]
    fn a_circle_of_three_is_spelled_out() {
        let (a, b) = (("a.rs", "use crate::b::B;\n"), ("b.rs", "\n\nuse super::c::C;\n"));
        let c = ("c.rs", "fn f() { crate::a::f() }\n");
        check_crate(&[ROOT, a, b, c], &["a.rs:1 -> b.rs:3 -> c.rs:1 -> a.rs"]);
    }

    #[test]
    fn every_circle_is_told_the_shortest_first() {
        let root = ("lib.rs", "mod a;\nmod b;\nmod c;\nmod d;\n");
        let (a, b) = (("a.rs", "use crate::b::B;\n"), ("b.rs", "use crate::c::C;\n"));
        let c = ("c.rs", "use crate::a::A;\nuse crate::d::D;\n");
        let d = ("d.rs", "use crate::c::C;\n");
        check_crate(
            &[root, a, b, c, d],
            &["c.rs:2 -> d.rs:1 -> c.rs", "a.rs:1 -> b.rs:1 -> c.rs:1 -> a.rs"],
        );
    }

    #[test]
    fn a_parent_and_its_child_need_each_other_only_if_both_import() {
        let root = ("lib.rs", "mod a;\n");
        let child = ("a/x.rs", "use super::Shape;\n");
        check_crate(&[root, ("a/mod.rs", "mod x;\npub use x::X;\n"), child], &[]);
        let circle = "a/mod.rs:2 -> a/x.rs:1 -> a/mod.rs";
        check_crate(&[root, ("a/mod.rs", "mod x;\nuse x::X;\n"), child], &[circle]);
        let sibling = ("a/x.rs", "use super::Y;\n");
        let parent = ("a/mod.rs", "mod x;\nmod y;\npub use x::X;\npub use y::Y;\n");
        check_crate(&[root, parent, sibling, ("a/y.rs", "")], &[]);
        let circle = "a/x.rs:1 -> a/y.rs:1 -> a/x.rs";
        check_crate(&[root, parent, sibling, ("a/y.rs", "use super::X;\n")], &[circle]);
    }

    #[test]
    fn tests_may_go_in_circles() {
        let a = "#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}\n";
        check_crate(&[ROOT, ("a.rs", a), ("b.rs", "use crate::A;\n")], &[]);
    }
}
