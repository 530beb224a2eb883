//! `explore` and `export --html`: what they write and serve, and what they refuse. The page itself
//! is tried in a browser by the crate that makes it.

use std::time::{Duration, Instant};

use fs_err as fs;
use insta::assert_snapshot;
use serde_json::Value;

use crate::listening::Listening;
use crate::place::{Place, TINY};

/// An `explore` that goes on in the background.
struct Served(Listening);

impl Served {
    fn start(place: &Place, arguments: &str) -> Self {
        Self(Listening::start(place, &format!("explore {arguments} --no-open")))
    }

    /// The status and the body of a file of the site.
    fn get(&self, file: &str) -> (String, Vec<u8>) {
        self.0.ask(&format!("GET {}{file}", self.0.path()), "", b"")
    }

    /// Ends it by a signal, which takes no time.
    fn end(self) {
        let begun = Instant::now();
        assert_eq!(self.0.end().0, Some(130));
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
}

/// What a page is told.
fn page(html: &str) -> Value {
    let start = html.find(r#"id="page">"#).unwrap() + r#"id="page">"#.len();
    let end = html[start..].find("</script>").unwrap();
    serde_json::from_str(&html[start..start + end]).unwrap()
}

/// How small models are trained on a few pictures.
const SMALL: &str = "--recipe dense-vae --set network.hidden=[8] --epochs 2 \
                     --set training.batch-size=16";

/// A folder of pictures, drawn by a model that is not kept.
fn place_with_pictures() -> Place {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out first"));
    place.succeed("sample first -n 60 -o pictures");
    place
}

#[test]
fn a_page_is_written_with_all_that_it_needs() {
    let place = place_with_pictures();
    place.succeed(&format!("train pictures {SMALL} --out a"));
    place.succeed(&format!("train pictures {SMALL} --out b --set bottleneck.latent-dim=5"));
    let told = place.succeed("export a --html a.html");
    assert!(told.stderr.contains("a.html written"), "{}", told.stderr);
    let html = fs::read_to_string(place.path("a.html")).unwrap();
    let shown = page(&html);
    assert_eq!(shown["models"][0]["map"]["method"], "latent");
    assert_eq!(shown["live"], false);
    for block in shown["blocks"].as_object().unwrap().keys() {
        assert!(html.contains(&format!("id=\"block-{block}\"")), "{block}");
    }
    assert!(!html.contains("http://") || html.matches("http://").count() < 5, "no network");
    // The same bytes again, and fewer points.
    place.succeed("export a --html again.html");
    assert!(fs::read_to_string(place.path("again.html")).unwrap() == html);
    place.succeed("export a pictures --html few.html --points 20 --method pca");
    let few = page(&fs::read_to_string(place.path("few.html")).unwrap());
    assert_eq!(
        (&few["data"]["n"], &few["models"][0]["map"]["method"]),
        (&20.into(), &"pca".into())
    );
    // Two models, and smaller weights.
    let told = place.succeed("export a --beside b --html both.html --half");
    assert!(told.stderr.contains("weights of 16 bits change no pixel"), "{}", told.stderr);
    let both = page(&fs::read_to_string(place.path("both.html")).unwrap());
    assert_eq!(both["models"].as_array().unwrap().len(), 2);
    assert_eq!(both["models"][1]["precision"], "float16");
    assert_eq!(both["models"][1]["map"]["method"], "pca");
    let told = place.succeed("export a --html smallest.html --int8");
    assert!(told.stderr.contains("weights of 8 bits change no pixel"), "{}", told.stderr);
    let [small, smallest] = [&html, &fs::read_to_string(place.path("smallest.html")).unwrap()]
        .map(|html| page(html)["blocks"]["weights-0"]["bytes"].as_f64().unwrap());
    assert!(smallest < 0.3 * small, "{smallest} {small}");
}

#[test]
fn what_cannot_be_shown_is_told() {
    let place = place_with_pictures();
    place.succeed(&format!("train pictures {SMALL} --out a"));
    place.succeed(
        "train tunes --limit 40 --epochs 1 --set network.encoder=[6] --set network.decoder=[6] \
         --out music",
    );
    place.succeed(&format!("train pictures {SMALL} --out sizes --set data.size=16"));
    fs::copy(place.path("a/model.safetensors"), place.path("alone.safetensors")).unwrap();
    place.write("bad/broken.png", b"no picture");
    assert_snapshot!(place.refusals(&[
        ("export a --html page.txt", 2),
        ("export a", 2),
        ("export nothing --html page.html", 3),
        ("export a nothing --html page.html", 3),
        ("export a bad --html page.html", 3),
        ("export alone.safetensors --html page.html", 2),
        ("export music --html page.html", 2),
        ("export a --beside sizes --html page.html", 2),
        ("export a --html page.html --points 0", 2),
        ("export a --html missing/page.html", 3),
        ("explore music --no-open", 2),
        ("explore a --no-open --port 99999", 2),
    ]));
    assert!(!place.path("page.html").exists());
}

#[test]
fn a_model_is_served_and_a_run_at_work_followed() {
    let place = place_with_pictures();
    place.succeed(&format!("train pictures {SMALL} --out a --set training.keep-snapshots=true"));
    let served = Served::start(&place, "a");
    let (status, html) = served.get("");
    assert_eq!(status, "200");
    let shown = page(&String::from_utf8(html).unwrap());
    let epochs = shown["models"][0]["epochs"].as_array().unwrap();
    assert_eq!(
        epochs.iter().map(|epoch| epoch["epoch"].as_u64()).collect::<Vec<_>>(),
        [Some(0), Some(1), Some(2)]
    );
    for block in shown["blocks"].as_object().unwrap().keys() {
        assert_eq!(served.get(&format!("data/{block}")).0, "200", "{block}");
    }
    assert_eq!(served.get("live").0, "404");
    served.end();

    // A run that was stopped in the middle has not ended, as one that another process trains.
    fs::remove_file(place.path("a/model.safetensors")).unwrap();
    let served = Served::start(&place, "a");
    let shown = page(&String::from_utf8(served.get("").1).unwrap());
    assert_eq!(shown["live"], true);
    let live: Value = serde_json::from_slice(&served.get("live").1).unwrap();
    assert_eq!((&live["epochs"], &live["ended"]), (&2.into(), &false.into()));
    assert_eq!(live["history"].as_array().unwrap().len(), 2);
    // Now it ends.
    place.succeed("resume a");
    let begun = Instant::now();
    while serde_json::from_slice::<Value>(&served.get("live").1).unwrap()["ended"] != true {
        assert!(begun.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(page(&String::from_utf8(served.get("").1).unwrap())["live"], false);
    served.end();
}
