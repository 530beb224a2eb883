//! The files of the page, in the binary.

/// A module of the page by the name that others import it by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Module {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
}

macro_rules! modules {
    ($($name:literal)*) => {
        &[$(Module {
            name: concat!("#", $name),
            source: include_str!(concat!("../web/", $name, ".js")),
        },)*]
    };
}

impl Module {
    /// Its source without comments and spaces, which are for readers of the project: two fifths of
    /// it.
    pub(crate) fn for_machines(&self) -> String {
        match minifier::js::minify(self.source) {
            Ok(short) => short.to_string(),
            Err(_) => self.source.to_owned(),
        }
    }
}

/// All modules, in alphabetical order.
pub(crate) const MODULES: &[Module] = modules![
    "atlas" "blocks" "bring" "cluster" "colour" "compare" "controls" "convolutions" "csv" "data"
    "density" "detail" "dom" "epochs" "gestures" "grid" "help" "lasso" "layers" "live" "loss" "main"
    "map" "model" "near" "network" "numbers" "overlay" "painter" "picture" "roll" "select"
    "sequences" "sliders" "splat" "state" "tabs" "theme" "thumbnails" "tour" "transform" "walk"
    "words" "worker"
];

/// The page, with places for everything else.
pub(crate) const PAGE: &str = include_str!("../web/page.html");

/// How it looks.
pub(crate) const STYLE: &str = include_str!("../web/style.css");

/// What it says, in all languages.
pub(crate) const WORDS: &str = include_str!("../web/words.json");

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    #![expect(clippy::print_stderr, reason = "a test that is passed over says so")]

    use std::process::Command;

    use super::*;

    #[test]
    fn every_module_of_the_folder_is_in_the_page_and_imports_others_that_are() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/web");
        let mut found: Vec<String> = fs_err::read_dir(folder)
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(".js").map(|name| format!("#{name}")))
            .collect();
        found.sort_unstable();
        let names: Vec<&str> = MODULES.iter().map(|module| module.name).collect();
        assert_eq!(names, found);
        for module in MODULES {
            assert!(module.source.starts_with("//"), "{}: begins with what it is", module.name);
            for line in module.source.lines().filter(|line| line.contains(" from \"")) {
                let from = line.split('"').nth(1).unwrap();
                assert!(names.contains(&from), "{}: {line}", module.name);
            }
        }
    }

    #[test]
    fn scripts_are_small() {
        let bytes: usize = MODULES.iter().map(|module| module.for_machines().len()).sum();
        assert!(bytes < 120_000, "{bytes} bytes of scripts");
    }

    #[test]
    fn what_is_shortened_is_still_javascript() {
        let folder = tempfile::tempdir().unwrap();
        for module in MODULES {
            let short = module.for_machines();
            assert!(short.len() < module.source.len() * 9 / 10, "{}: not shortened", module.name);
            let file = folder.path().join("module.mjs");
            fs_err::write(&file, short).unwrap();
            let Ok(ended) = Command::new("node").arg("--check").arg(&file).output() else {
                eprintln!("passed over: there is no Node.js to read the modules with");
                return;
            };
            let told = String::from_utf8_lossy(&ended.stderr);
            assert!(ended.status.success(), "{}: {told}", module.name);
        }
    }
}
