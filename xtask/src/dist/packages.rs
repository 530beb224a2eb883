//! The packages that the binary is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use fs_err as fs;
use serde_json::Value;

/// A package of the binary.
#[derive(Clone, Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// In the words of SPDX.
    pub(super) licence: Option<String>,
    pub(super) repository: Option<String>,
    /// Where its sources are on this machine.
    pub(super) folder: PathBuf,
    /// The SHA-256 of what the registry has; none for the workspace's own.
    pub(super) checksum: Option<String>,
    /// The identities of those that it needs.
    pub(super) needs: Vec<String>,
}

/// By identity, in order.
pub(super) struct Packages(pub(super) BTreeMap<String, Package>);

impl Packages {
    /// What the command needs on a target, as the lock file has it; not what only tests or builds
    /// need.
    pub(super) fn read(root: &Path, target: &str) -> anyhow::Result<Self> {
        let told = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", target])
            .current_dir(root)
            .output()?;
        ensure!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let lock: toml::Table = fs::read_to_string(root.join("Cargo.lock"))?.parse()?;
        Self::of(&serde_json::from_slice(&told.stdout)?, &checksums(&lock))
    }

    fn of(
        metadata: &Value,
        checksums: &BTreeMap<(String, String), String>,
    ) -> anyhow::Result<Self> {
        let text = |value: &Value, key: &str| value[key].as_str().map(ToOwned::to_owned);
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let mut needs: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"]) {
            // What is needed to run has no kind.
            let runs = |need: &Value| list(&need["dep_kinds"]).iter().any(|k| k["kind"].is_null());
            let own = list(&node["deps"])
                .iter()
                .filter(|need| runs(need))
                .filter_map(|need| text(need, "pkg"))
                .collect();
            needs.insert(text(&node, "id").context("nodes have an identity")?, own);
        }
        let mut all = BTreeMap::new();
        for package in list(&metadata["packages"]) {
            let field = |key| text(&package, key).with_context(|| format!("packages have {key}"));
            let (id, name, version) = (field("id")?, field("name")?, field("version")?);
            let manifest = PathBuf::from(field("manifest_path")?);
            let package = Package {
                licence: text(&package, "license"),
                repository: text(&package, "repository"),
                folder: manifest.parent().context("a manifest is in a folder")?.to_owned(),
                checksum: checksums.get(&(name.clone(), version.clone())).cloned(),
                needs: needs.remove(&id).unwrap_or_default(),
                name,
                version,
            };
            all.insert(id, package);
        }
        let command = all.iter().find(|(_, package)| package.name == "concertina-cli");
        let mut left = vec![command.context("the command is a package")?.0.clone()];
        let mut reached = BTreeSet::new();
        while let Some(id) = left.pop() {
            if let Some(package) = all.get(&id).filter(|_| reached.insert(id.clone())) {
                left.extend(package.needs.iter().cloned());
            }
        }
        all.retain(|id, _| reached.contains(id));
        Ok(Self(all))
    }

    /// The command's version.
    pub(super) fn version(&self) -> &str {
        let command = self.0.values().find(|package| package.name == "concertina-cli");
        command.map_or("", |package| &package.version)
    }
}

/// By name and version.
fn checksums(lock: &toml::Table) -> BTreeMap<(String, String), String> {
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let text = |package: &toml::Value, key: &str| package.get(key)?.as_str().map(ToOwned::to_owned);
    let of = |package: &toml::Value| {
        let key = (text(package, "name")?, text(package, "version")?);
        Some((key, text(package, "checksum")?))
    };
    packages.into_iter().flatten().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_runs_is_in_the_binary() {
        let package = |name: &str| {
            json!({
                "id": name, "name": name, "version": "1.0.0", "license": "MIT",
                "manifest_path": format!("/src/{name}/Cargo.toml"),
            })
        };
        let need =
            |name: &str, kind: Option<&str>| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        let packages = ["concertina-cli", "runs", "deeper", "tests", "builds"].map(package);
        let metadata = json!({
            "packages": packages,
            "resolve": {"nodes": [
                {"id": "concertina-cli", "deps": [
                    need("runs", None), need("tests", Some("dev")), need("builds", Some("build")),
                ]},
                {"id": "runs", "deps": [need("deeper", None)]},
                {"id": "deeper", "deps": [need("runs", None)]},
            ]},
        });
        let sums = BTreeMap::from([(("runs".to_owned(), "1.0.0".to_owned()), "abc".to_owned())]);
        let packages = Packages::of(&metadata, &sums).unwrap();
        let names: Vec<&str> = packages.0.values().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["concertina-cli", "deeper", "runs"]);
        assert_eq!(packages.0["runs"].checksum.as_deref(), Some("abc"));
        assert_eq!(packages.version(), "1.0.0");
    }
}
