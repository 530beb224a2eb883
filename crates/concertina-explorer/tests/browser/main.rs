//! The page in a real browser: every way to use it, and no error on the console.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a test tells what it measured, and if it is passed over")]

mod driver;

use std::path::Path;
use std::time::Instant;

use concertina::ImageShape;
use concertina::data::{Dataset, Images, OpenOptions};
use concertina::model::Model;
use concertina::recipe::Recipe;
use concertina_explorer::{Exhibit, Options, Pictures, Shown};
use concertina_server::{Bound, File, Site};
use fs_err as fs;
use serde_json::{Value, json};

use self::driver::Browser;

const LAPTOP: [u32; 2] = [1280, 720];

/// A model of digits with two latent dimensions, trained for a moment, and other digits.
struct Trained {
    model: Model,
    images: Images,
    labels: Vec<u32>,
}

impl Trained {
    fn new(recipe: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions { limit: Some(1200), ..OpenOptions::default() };
        let digits = Dataset::open("digits", &options).unwrap();
        let mut recipe = Recipe::named(recipe).unwrap();
        recipe.training.epochs = 2;
        recipe.training.min_steps = 0;
        let run = folder.path().join("run");
        let plan = recipe.plan(&digits).unwrap();
        let model = plan.start(&digits, &run).unwrap().finish().unwrap();
        let labels = digits.valid_labels.unwrap();
        Self { model, images: digits.valid, labels }
    }

    fn shown(&self) -> Shown<'_> {
        let name = self.model.recipe.name.clone();
        Shown { name, model: &self.model, classes: None, epochs: &[] }
    }
}

/// A page of these models on the digits of the first.
fn exhibit(models: &[&Trained], class_names: &[String]) -> Exhibit {
    let shown: Vec<Shown<'_>> = models.iter().map(|model| model.shown()).collect();
    let Trained { images, labels, .. } = models[0];
    let pictures = Pictures { name: "digits", images, labels: Some(labels), class_names };
    Exhibit::new(&shown, pictures, Options::default(), &|_| {}).unwrap()
}

fn digits() -> Vec<String> {
    (0..10).map(|digit| digit.to_string()).collect()
}

/// Middle of an element, and its width and height.
fn place(browser: &Browser, selector: &str) -> [f64; 4] {
    let of = browser.run(&format!(
        "const r = document.querySelector({}).getBoundingClientRect();
         return [r.x + r.width / 2, r.y + r.height / 2, r.width, r.height];",
        json!(selector)
    ));
    [0, 1, 2, 3].map(|n| of[n].as_f64().unwrap())
}

/// Where a point lies in the window.
fn place_of_point(browser: &Browser, index: usize) -> [f64; 2] {
    let of = browser.run(&format!(
        "const model = explorer.models[0];
         const [x, y] = model.map.toPixels(model.x[{index}], model.y[{index}]);
         const r = document.querySelector('#maps canvas').getBoundingClientRect();
         return [r.x + x, r.y + y];"
    ));
    [0, 1].map(|n| of[n].as_f64().unwrap())
}

fn subject(browser: &Browser) -> Value {
    browser
        .value("explorer.subject === null ? null : explorer.subject.index ?? explorer.subject.kind")
}

fn expect_no_errors(browser: &Browser, when: &str) {
    assert_eq!(browser.errors(), Vec::<String>::new(), "{when}");
}

/// Keeps what the window looks like, for people, in the folder that `CONCERTINA_SCREENSHOTS` names.
fn keep_picture(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("CONCERTINA_SCREENSHOTS") {
        fs::write(Path::new(&folder).join(name), browser.picture()).unwrap();
    }
}

#[test]
fn one_file_can_be_walked_through_without_a_server() {
    let Some(browser) = Browser::start(LAPTOP) else { return };
    let trained = Trained::new("dense-vae");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("walk.html");
    // A class whose name would be markup, if it were not text.
    let mut names = digits();
    names[3] = "</script><img src=x onerror=alert(1)>".to_owned();
    fs::write(&file, exhibit(&[&trained], &names).to_html()).unwrap();
    browser.chromium("Network.enable", &json!({}));
    let offline =
        json!({"offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
    browser.chromium("Network.emulateNetworkConditions", &offline);
    browser.open(&format!("file://{}", file.display()));
    expect_no_errors(&browser, "open");
    assert_eq!(browser.value("document.querySelectorAll('img').length"), 0);
    keep_picture(&browser, "laptop.png");

    // Hover, click.
    let at = place_of_point(&browser, 5);
    browser.pointer(&[[at[0] - 40.0, at[1] - 40.0], at], false);
    browser.wait_for("explorer.subject.kind === 'point'");
    let hovered = subject(&browser);
    browser.pointer(&[at, at], true);
    browser.wait_for("location.hash.includes('pin=')");
    assert_eq!(browser.value("explorer.store.state.pin"), hovered);
    assert_eq!(subject(&browser), hovered);
    assert_eq!(browser.value("document.querySelectorAll('#near button').length"), 6);
    browser.wait_for("document.querySelector('#loss').textContent.length > 0");

    // The neighbours are the nearest codes.
    let found = browser.value("explorer.neighboursOf(0)[0]");
    let nearest = browser.run(
        "const { codes, n } = explorer.models[0]; const at = explorer.subject.index;
         const along = (i, axis) => codes[2 * i + axis] - codes[2 * at + axis];
         const far = (i) => Math.hypot(along(i, 0), along(i, 1));
         let best = at === 0 ? 1 : 0;
         for (let i = 0; i < n; i++) if (i !== at && far(i) < far(best)) best = i;
         return best;",
    );
    assert_eq!(found, nearest);

    // Lasso.
    browser.click("#mode [value=lasso]");
    let [x, y, width, height] = place(&browser, "#maps canvas");
    let [w, h] = [width * 0.4, height * 0.4];
    browser.pointer(
        &[[x - w, y - h], [x + w, y - h], [x + w, y + h], [x - w, y + h], [x - w, y - h]],
        true,
    );
    browser.wait_for("explorer.selectedIndices?.().length > 20");
    keep_picture(&browser, "selection.png");

    // Walk: the decoder draws while the pointer is dragged.
    browser.click("#mode [value=walk]");
    browser.pointer(&[[x - 60.0, y], [x, y + 20.0], [x + 60.0, y - 30.0]], true);
    browser.wait_for("explorer.subject.kind === 'code'");
    let there = browser.value("Array.from(explorer.subject.codes[0])");
    let [data_x, data_y] = [0, 1].map(|n| there[n].as_f64().unwrap());
    let expected = browser.run(&format!(
        "const r = document.querySelector('#maps canvas').getBoundingClientRect();
         return explorer.models[0].map.toData({} - r.x, {} - r.y);",
        x + 60.0,
        y - 30.0
    ));
    let off =
        (data_x - expected[0].as_f64().unwrap()).hypot(data_y - expected[1].as_f64().unwrap());
    assert!(off < 0.05, "{there} {expected}");

    // A language, a theme, a phone.
    let english = browser.value("document.querySelector('[data-word=random]').textContent");
    for language in ["sr", "pl", "ms", "sw", "tl"] {
        browser.run(&format!(
            "const s = document.querySelector('#language'); s.value = '{language}';
             s.dispatchEvent(new Event('change', {{bubbles: true}}));"
        ));
        browser.wait_for(&format!("location.hash.includes('lang={language}')"));
        let word = browser.value("document.querySelector('[data-word=random]').textContent");
        assert_ne!(word, english, "{language}");
    }
    let mut themes = Vec::new();
    for _ in 0..3 {
        browser.click("#theme");
        themes.push(browser.value("document.documentElement.dataset.theme"));
    }
    assert!(["light", "dark"].iter().all(|theme| themes.contains(&json!(theme))), "{themes:?}");
    let phone = json!({"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true});
    browser.chromium("Emulation.setDeviceMetricsOverride", &phone);
    browser.wait_for("document.documentElement.scrollWidth <= 390");
    keep_picture(&browser, "phone.png");
    expect_no_errors(&browser, "the end");
}

#[test]
fn pictures_of_ones_own_land_where_the_library_puts_them() {
    let Some(browser) = Browser::start(LAPTOP) else { return };
    let trained = Trained::new("dense-vae");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("walk.html");
    fs::write(&file, exhibit(&[&trained], &digits()).to_html()).unwrap();
    browser.open(&format!("file://{}#tab=yours", file.display()));
    // As they are: neither inverted nor moved to the middle.
    browser.run(
        "for (const id of ['invert', 'centre']) {
           const box = document.getElementById(id); if (box.checked) box.click(); }",
    );
    // Decoders of JPEG differ a little.
    for (index, ending, dropped, most) in
        [(0, "png", false, 1e-4), (7, "png", true, 1e-4), (9, "jpg", false, 1e-2)]
    {
        let picture = folder.path().join(format!("{index}.{ending}"));
        let pixels = trained.images.image(index).to_vec();
        image::GrayImage::from_raw(28, 28, pixels).unwrap().save(&picture).unwrap();
        let pixels = image::open(&picture).unwrap().into_luma8().into_raw();
        let read = Images::new(ImageShape::new(1, 28, 28), pixels).unwrap();
        let codes = trained.model.encode(&read).unwrap();
        browser.run("explorer.pin(1);");
        browser.wait_for("explorer.subject.kind !== 'own'");
        if dropped {
            drop_file(&browser, &picture);
        } else {
            browser.choose_file("#file", &picture);
        }
        browser.wait_for("explorer.subject.kind === 'own'");
        let found = browser.value("Array.from(explorer.subject.encoded[0].code)");
        for (n, expected) in codes.row(0).iter().enumerate() {
            let found = found[n].as_f64().unwrap();
            let difference = (found - f64::from(*expected)).abs();
            assert!(difference < most, "{index}.{ending}: {found} {expected}");
            eprintln!("{index}.{ending}: the code is {difference:.1e} from the library's");
        }
    }
    // Drawn by hand.
    browser.run("explorer.pin(1); document.querySelector('#pad-clear').click();");
    let [x, y, ..] = place(&browser, "#pad");
    browser.pointer(&[[x, y - 50.0], [x, y], [x, y + 50.0]], true);
    browser.wait_for("explorer.subject.kind === 'own'");
    browser.wait_for("document.querySelector('#yours-said').textContent.length > 0");
    keep_picture(&browser, "yours.png");
    expect_no_errors(&browser, "the end");
}

/// Drops a file on the page, as the hand does that drags it there.
fn drop_file(browser: &Browser, path: &Path) {
    let bytes = fs::read(path).unwrap();
    browser.run(&format!(
        "const given = new DataTransfer();
         const bytes = new Uint8Array({bytes:?});
         given.items.add(new File([bytes], 'dropped.png', {{type: 'image/png'}}));
         const at = document.getElementById('pad');
         const settings = {{dataTransfer: given, bubbles: true, cancelable: true}};
         for (const kind of ['dragenter', 'dragover', 'drop']) {{
           at.dispatchEvent(new DragEvent(kind, settings));
         }}"
    ));
}

#[test]
fn two_models_are_served_side_by_side() {
    let Some(browser) = Browser::start(LAPTOP) else { return };
    let [plain, variational] = ["conv-ae-2d", "dense-vae"].map(Trained::new);
    let exhibit = exhibit(&[&plain, &variational], &digits());
    let bound = Bound::new(0).unwrap();
    let mut site = Site::default();
    for (path, media_type, bytes) in exhibit.files() {
        site.insert(path, File { media_type, bytes });
    }
    let address = bound.address();
    std::thread::spawn(move || bound.serve(site));
    browser.open(&address);
    let painted = browser.value(
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now()",
    );
    eprintln!("first paint after {painted} ms");
    assert!(painted.as_f64().unwrap() < 5000.0);
    assert_eq!(browser.value("explorer.models.length"), 2);
    let at = place_of_point(&browser, 3);
    browser.pointer(&[[at[0] - 40.0, at[1] - 40.0], at], false);
    browser.wait_for("explorer.subject.kind === 'point'");
    browser.click("#tab-walk");
    browser.click("#walk-gap");
    browser.wait_for("explorer.subject.kind === 'code'");
    keep_picture(&browser, "two-models.png");
    expect_no_errors(&browser, "the end");
}

#[test]
fn many_points_can_be_panned_and_pointed_at() {
    let Some(browser) = Browser::start([1280, 900]) else { return };
    // Small pictures of 8x8, and a network to match: what counts here is how many there are.
    let shape = ImageShape::new(1, 8, 8);
    let n = 70_000;
    let pixels = (0..n * 64).map(|i| {
        let (image, row, column) = (i / 64, i / 8 % 8, i % 8);
        (row * (image % 7) * 5 + column * (image % 5) * 7 + image % 11) as u8
    });
    let images = Images::new(shape, pixels.collect()).unwrap();
    let options = OpenOptions::default();
    let data = Dataset::from_images(images.take(600), None, &options).unwrap();
    let recipe = Recipe::named("image-vae").unwrap();
    let mut recipe = recipe
        .with("bottleneck.latent-dim", 2)
        .and_then(|recipe| recipe.with("network.channels", "[8, 16]"))
        .unwrap();
    recipe.training.epochs = 2;
    recipe.training.min_steps = 0;
    let folder = tempfile::tempdir().unwrap();
    let run = recipe.plan(&data).unwrap().start(&data, folder.path().join("run")).unwrap();
    let model = run.finish().unwrap();
    let shown = [Shown { name: "small".to_owned(), model: &model, classes: None, epochs: &[] }];
    let pictures = Pictures { name: "ramps", images: &images, labels: None, class_names: &[] };
    let options = Options { points: n, ..Options::default() };
    let exhibit = Exhibit::new(&shown, pictures, options, &|_| {}).unwrap();
    let file = folder.path().join("many.html");
    let html = exhibit.to_html();
    eprintln!("{n} points take {} bytes", html.len());
    assert!(html.len() < 8_000_000);
    fs::write(&file, html).unwrap();
    browser.open(&format!("file://{}", file.display()));
    let bench = include_str!("../../web/tests/pan.js").replace("export ", "");
    let script = format!("{bench}\nreturn pan(explorer.models[0].map, 3);");
    let frames = browser.run(&script);
    eprintln!("panning {n} points, ms a frame: {frames}");
    // On a machine that does nothing else it is 33 and less; here others may work, too.
    assert!(frames["p95"].as_f64().unwrap() < 150.0, "{frames}");
    let begun = Instant::now();
    let hover = browser.run(
        "const { map, x, y } = explorer.models[0]; const times = [];
         for (let i = 0; i < 400; i++) { const [px, py] = map.toPixels(x[i * 7], y[i * 7]);
           const t = performance.now(); map.pick(px, py, 12); times.push(performance.now() - t); }
         times.sort((a, b) => a - b); return times[380];",
    );
    eprintln!("finding the point under the pointer, 95 % of times within {hover} ms");
    assert!(hover.as_f64().unwrap() < 16.0, "{hover} {:?}", begun.elapsed());
    expect_no_errors(&browser, "the end");
}
