//! `--json` and `schema`: what commands answer is what the published schemas say.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use fs_err as fs;
use serde_json::{Map, Value, json};

use crate::place::{Place, TINY, terminate};

/// Where the schemas are published.
const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas");
/// With this variable they are written instead of compared.
const WRITE: &str = "CONCERTINA_WRITE_SCHEMAS";

#[test]
fn every_schema_is_published() {
    let place = Place::new();
    let commands = place.succeed("schema").stdout;
    let mut expected = BTreeSet::new();
    for command in commands.lines() {
        let name = format!("{}.json", command.replace(' ', "-"));
        let schema = place.succeed(&format!("schema {command}")).stdout;
        let published = Path::new(PUBLISHED).join(&name);
        if std::env::var_os(WRITE).is_some() {
            fs::write(&published, &schema).unwrap();
        }
        let found = fs::read_to_string(&published).unwrap_or_default();
        assert!(found == schema, "{name} is not what `schema {command}` prints: set {WRITE}=1");
        expected.insert(name);
    }
    let names = fs::read_dir(PUBLISHED).unwrap().map(|entry| entry.unwrap().file_name());
    let found: BTreeSet<String> = names.map(|name| name.into_string().unwrap()).collect();
    assert_eq!(found, expected);
}

#[test]
fn answers_are_what_their_schemas_say() {
    let place = Place::new();
    let of_images = [
        (format!("{TINY} --out run"), "train"),
        ("resume run --epochs 3".to_owned(), "resume"),
        ("compare run run".to_owned(), "compare"),
        ("evaluate run digits --quick --limit 100".to_owned(), "evaluate"),
        ("score run digits --limit 20 -o scores.csv".to_owned(), "score"),
        ("inspect run digits --limit 100 --false-alarms 0.1".to_owned(), "inspect"),
        ("sample run -n 3 -o photos".to_owned(), "sample"),
        ("duplicates photos".to_owned(), "duplicates"),
        ("reconstruct run digits --limit 4 -o again.png".to_owned(), "reconstruct"),
        ("denoise photos/sample-000000.png -o clean.png".to_owned(), "denoise"),
        ("upscale photos -o large".to_owned(), "upscale"),
        ("encode run digits --limit 4 -o codes.npy".to_owned(), "encode"),
        ("decode run codes.npy -o decoded.npy".to_owned(), "decode"),
        ("vary run digits#1 -n 2 -o others.png".to_owned(), "vary"),
        ("interpolate run digits#1 digits#2 -o between.png".to_owned(), "interpolate"),
        ("manifold run -n 3 -o manifold.png".to_owned(), "manifold"),
        ("map run digits --limit 40 --method pca -o map.png -o map.csv".to_owned(), "map"),
        ("map run digits --limit 40 -o map.png".to_owned(), "map"),
        ("map run digits --limit 3 --method umap -o map.png".to_owned(), "map"),
        ("export run --html page.html --points 10 --half".to_owned(), "export"),
        ("export run --pytorch torch --examples 3".to_owned(), "export"),
        (
            "import torch/model.safetensors digits --recipe dense-vae --set network.hidden=[8] \
             --limit 60 -o imported.safetensors"
                .to_owned(),
            "import",
        ),
        ("recipes".to_owned(), "recipes"),
        ("recipes list".to_owned(), "recipes list"),
        ("recipes show conv-ae".to_owned(), "recipes show"),
        ("recipes show conv-ae --layers".to_owned(), "recipes show"),
        ("data list".to_owned(), "data list"),
        ("data inspect photos".to_owned(), "data inspect"),
        ("data inspect tunes".to_owned(), "data inspect"),
        ("data pack digits -o pack --limit 200".to_owned(), "data pack"),
        ("data inspect pack --verify".to_owned(), "data inspect"),
        ("score run pack -o pack.csv".to_owned(), "score"),
        ("encode run pack --shard 0/2 -o part-0.npy".to_owned(), "encode"),
        ("encode run pack --shard 1/2 -o part-1.npy".to_owned(), "encode"),
        ("encode run pack --shard 1/2 -o part-1.npy".to_owned(), "encode"),
        ("merge part-0.npy part-1.npy -o merged.npy".to_owned(), "merge"),
        ("bench --recipe dense-ae --steps 1 --warm-up 0".to_owned(), "bench"),
        ("schema".to_owned(), "schema"),
        ("completions bash".to_owned(), "completions"),
        ("man -o manual".to_owned(), "man"),
    ];
    for (arguments, command) in of_images {
        let ended = place.succeed(&format!("--json {arguments}"));
        conforms(&place, command, &ended.stdout);
    }
    let of_music = [
        (
            "train tunes --limit 60 --epochs 1 --set network.encoder=[8] --set network.decoder=[8] \
             --set bottleneck.latent-dim=4 --set training.batch-size=16 --seeds 1,2 --out tunes",
            "train",
        ),
        ("evaluate tunes-seed-1 tunes --quick --limit 30", "evaluate"),
        ("sample tunes-seed-1 -n 2 -o new.mid", "sample"),
        ("interpolate tunes-seed-1 tunes#0 tunes#7 --steps 4 -o path.mid", "interpolate"),
        ("manifold tunes-seed-1 -n 2 -o palette.html", "manifold"),
    ];
    for (arguments, command) in of_music {
        let ended = place.succeed(&format!("--json {arguments}"));
        conforms(&place, command, &ended.stdout);
    }
    for (arguments, command) in
        [("serve run --port 0", "serve"), ("explore run --no-open --points 10", "explore")]
    {
        let mut program = place.command(&format!("{arguments} --json"));
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        terminate(&child);
        child.wait().unwrap();
        conforms(&place, command, &line);
    }
}

#[test]
fn a_document_needs_stdout_for_itself() {
    let place = Place::new();
    place.fail("--json sample nothing -o -", 2, &["`--json`", "`-`"]);
    place.fail("encode nothing digits -o - --json", 2, &["`--json`", "`-`"]);
    place.fail("mcp --json", 2, &["`--json`", "`mcp`"]);
    place.fail("schema fly", 2, &["`fly`"]);
    // What goes wrong is said in words, and there is no document.
    let ended = place.run("encode nothing digits -o codes.npy --json");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(3), ""));
    ended.complaint();
}

/// Fails unless what a command printed is one document of its schema, without anything that the
/// schema does not know.
#[track_caller]
pub(crate) fn conforms(place: &Place, command: &str, printed: &str) {
    let document: Value = serde_json::from_str(printed)
        .unwrap_or_else(|error| panic!("`{command}`: {error} in `{printed}`"));
    let schema = place.succeed(&format!("schema {command}")).stdout;
    let root: Value = serde_json::from_str(&schema).unwrap();
    if let Err(wrong) = (Checker { root: &root }).expect(&root, &document) {
        panic!("`{command}`: {wrong}");
    }
}

/// Checks values against the part of JSON Schema that the schemas use.
struct Checker<'a> {
    root: &'a Value,
}

impl Checker<'_> {
    /// As [`Checker::check`], and the schema knows every property.
    fn expect(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let known = self.check(schema, value)?;
        match value.as_object().and_then(|own| own.keys().find(|&key| !known.contains(key))) {
            Some(unknown) => Err(format!("{unknown}: no such property")),
            None => Ok(()),
        }
    }

    /// The properties of the value that the schema knows, or what is wrong with it.
    fn check(&self, schema: &Value, value: &Value) -> Result<BTreeSet<String>, String> {
        let empty = Map::new();
        let schema = schema.as_object().unwrap_or(&empty);
        let mut known = BTreeSet::new();
        for (word, said) in schema {
            match word.as_str() {
                "$ref" => {
                    let pointer = said.as_str().unwrap().trim_start_matches('#');
                    known.append(&mut self.check(self.root.pointer(pointer).unwrap(), value)?);
                }
                "type" => {
                    let names: Vec<&Value> =
                        said.as_array().map_or_else(|| vec![said], |names| names.iter().collect());
                    if !names.into_iter().any(|name| is_of(value, name.as_str().unwrap())) {
                        return Err(format!("expected {said}, found {value}"));
                    }
                }
                "const" if said != value => return Err(format!("expected {said}, found {value}")),
                "enum" if !said.as_array().unwrap().contains(value) => {
                    return Err(format!("expected one of {said}, found {value}"));
                }
                "anyOf" | "oneOf" => {
                    let ways = said.as_array().unwrap().iter();
                    let (fits, wrong): (Vec<_>, Vec<_>) =
                        ways.map(|way| self.check(way, value)).partition(Result::is_ok);
                    if fits.is_empty() {
                        return Err(format!("none of {word}: {wrong:?}"));
                    }
                    known.extend(fits.into_iter().flatten().flatten());
                }
                "required" => {
                    for name in said.as_array().unwrap() {
                        if value.get(name.as_str().unwrap()).is_none() {
                            return Err(format!("no {name} in {value}"));
                        }
                    }
                }
                "properties" => {
                    for (name, schema) in said.as_object().unwrap() {
                        known.insert(name.clone());
                        let Some(own) = value.get(name) else { continue };
                        self.expect(schema, own).map_err(|wrong| format!("{name}: {wrong}"))?;
                    }
                }
                "additionalProperties" => {
                    for (name, own) in value.as_object().unwrap() {
                        known.insert(name.clone());
                        self.expect(said, own).map_err(|wrong| format!("{name}: {wrong}"))?;
                    }
                }
                "items" => {
                    for own in value.as_array().into_iter().flatten() {
                        self.expect(said, own)?;
                    }
                }
                "$schema" | "$defs" | "title" | "description" | "format" | "minimum"
                | "maximum" | "minItems" | "maxItems" | "prefixItems" | "const" | "enum"
                | "default" | "writeOnly" | "readOnly" => {}
                other => panic!("the checker does not know the word {other}"),
            }
        }
        Ok(known)
    }
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        other => panic!("no type {other}"),
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let root = json!({
        "type": "object",
        "properties": {"n": {"type": "integer"}, "who": {"$ref": "#/$defs/Who"}},
        "required": ["n"],
        "$defs": {"Who": {"type": "string", "enum": ["a", "b"]}},
    });
    let checker = Checker { root: &root };
    assert_eq!(checker.expect(&root, &json!({"n": 1, "who": "a"})), Ok(()));
    for wrong in [
        json!([]),
        json!({"who": "a"}),
        json!({"n": 1.5}),
        json!({"n": 1, "who": "c"}),
        json!({"n": 1, "more": 2}),
    ] {
        assert!(checker.expect(&root, &wrong).is_err(), "{wrong}");
    }
}
