//! What is in the binary, for programs: a software bill of materials (`CycloneDX` 1.6).

use serde_json::{Value, json};

use super::packages::{Package, Packages};

/// The document, as JSON; the same for the same lock file.
pub(super) fn document(packages: &Packages) -> String {
    let components: Vec<Value> = packages.0.values().map(component).collect();
    let depends = |package: &Package| {
        let needs = package.needs.iter().filter_map(|id| packages.0.get(id)).map(reference);
        json!({"ref": reference(package), "dependsOn": needs.collect::<Vec<_>>()})
    };
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {
            "type": "application",
            "bom-ref": "concertina",
            "name": "concertina",
            "version": packages.version(),
        }},
        "components": components,
        "dependencies": packages.0.values().map(depends).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

/// A package URL.
fn reference(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn component(package: &Package) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(package),
        "purl": reference(package),
        "name": package.name,
        "version": package.version,
    });
    if let Some(licence) = &package.licence {
        // Older packages write a choice with a slash.
        component["licenses"] = json!([{"expression": licence.replace('/', " OR ")}]);
    }
    if let Some(checksum) = &package.checksum {
        component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    component
}
