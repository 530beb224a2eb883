//! The lesson as a whole: its folder, its page, and that a stopped one ends like one that was not
//! stopped.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a skipped test should be seen")]

use std::ops::ControlFlow;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use concertina::data::{Dataset, Images, OpenOptions};
use concertina::{ImageShape, Result};
use fs_err as fs;
use tempfile::TempDir;

use crate::folder::Folder;
use crate::materials::{SHAPE, Stock};
use crate::page::{self, Part};
use crate::studio::Studio;
use crate::words::{Words, message};
use crate::{Effort, Ending, Event, Language, Lesson, Materials, jobs, parts};

/// The built-in digits: so many to train on.
fn digits(limit: usize) -> Dataset {
    let options = OpenOptions { limit: Some(limit), ..Materials::options(Effort::SmokeTest) };
    Dataset::open("digits", &options).unwrap()
}

fn materials() -> Materials {
    Materials { digits: digits(96), other: None, colour: None }
}

fn of_shape(shape: ImageShape, n: usize) -> Dataset {
    let pixels = (0..n * shape.len()).map(|i| (i % 251) as u8).collect();
    Dataset::from_images(Images::new(shape, pixels).unwrap(), None, &OpenOptions::default())
        .unwrap()
}

fn english() -> Words {
    Words::of(Language::default())
}

fn go_on(_: Event<'_>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[track_caller]
fn refused(result: Result<Lesson>, words: &[&str]) {
    let message = result.err().unwrap().to_string();
    for word in words {
        assert!(message.contains(word), "no `{word}` in: {message}");
    }
}

#[test]
fn only_a_lessons_own_folder_is_taken_up() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("lesson");
    let open = |effort| Lesson::open(&path, materials(), effort);
    open(Effort::Quick).unwrap();
    open(Effort::Quick).unwrap();
    refused(
        open(Effort::Full),
        &["expected a full lesson on digits", "found a quick one on digits"],
    );
    fs::write(path.join("lesson.toml"), "format = 1\ndata = 3\n").unwrap();
    refused(open(Effort::Quick), &["lesson.toml", "expected the settings of a lesson"]);
    fs::write(path.join("lesson.toml"), "format = 1\ndata = \"a\"\npace = \"trial\"\n").unwrap();
    refused(open(Effort::Quick), &["lesson.toml", "`pace` is now called `effort`"]);
    fs::write(path.join("lesson.toml"), "format = 9\ndata = \"a\"\neffort = \"full\"\n").unwrap();
    refused(open(Effort::Quick), &["lesson.toml", "expected a lesson of format 1, found 9"]);

    let taken = place.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("letter.txt"), "hello").unwrap();
    refused(Lesson::open(&taken, materials(), Effort::Quick), &["taken", "other files"]);
    refused(Lesson::open(&taken.join("letter.txt"), materials(), Effort::Quick), &["other files"]);
    assert_eq!(fs::read_dir(&taken).unwrap().count(), 1);
}

#[test]
fn images_that_do_not_fit_are_refused_before_a_folder_is_made() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("lesson");
    for (changed, words) in [
        (
            Materials { digits: of_shape(ImageShape::new(3, 28, 28), 200), ..materials() },
            &["expected images of 1x28x28", "found 3x28x28"][..],
        ),
        (
            Materials { other: Some(of_shape(ImageShape::new(1, 32, 32), 200)), ..materials() },
            &["expected images of 1x28x28", "found 1x32x32"],
        ),
        (
            Materials { digits: of_shape(SHAPE, 30), ..materials() },
            &["at least 60 training", "found 27 and 3"],
        ),
        (
            Materials { colour: Some(of_shape(ImageShape::new(3, 30, 30), 20)), ..materials() },
            &["multiples of 4", "30x30"],
        ),
    ] {
        refused(Lesson::open(&path, changed, Effort::Quick), words);
        assert!(!path.exists());
    }
}

#[test]
fn every_effort_plans_every_model() {
    let colour = Some(of_shape(ImageShape::new(3, 32, 32), 60));
    for materials in [materials(), Materials { colour, ..materials() }] {
        let stock = Stock::new(materials, Effort::SmokeTest).unwrap();
        for effort in [Effort::Full, Effort::Quick, Effort::SmokeTest] {
            let jobs = jobs::all(&stock, effort).unwrap();
            let names: std::collections::BTreeSet<_> = jobs.iter().map(|job| job.name).collect();
            assert_eq!(names.len(), jobs.len());
            assert!(jobs.iter().all(|job| job.work() > 0.0));
            if effort == Effort::Full {
                let epochs = jobs.iter().find(|job| job.name == "conv-ae").unwrap();
                assert_eq!(epochs.plan.recipe().training.epochs, 25);
            }
        }
    }
}

#[test]
fn what_needs_labels_is_left_out_without_them() {
    let names = |digits| {
        let stock = Stock::new(Materials { digits, ..materials() }, Effort::SmokeTest).unwrap();
        let jobs = jobs::all(&stock, Effort::Quick).unwrap();
        jobs.into_iter().map(|job| job.name).collect::<Vec<_>>()
    };
    let (labelled, unlabelled) = (names(digits(96)), names(of_shape(SHAPE, 200)));
    assert!(labelled.contains(&"conditional-vae") && !unlabelled.contains(&"conditional-vae"));
    assert_eq!(labelled.len(), unlabelled.len() + 1);
}

#[test]
fn without_another_set_there_are_negatives() {
    let stock = Stock::new(materials(), Effort::SmokeTest).unwrap();
    let (image, negative) = (stock.digits.valid.image(3), stock.other.valid.image(3));
    assert!(image.iter().zip(negative).all(|(a, b)| a + b == 255));
    assert_eq!(stock.other.card.name(), "digits in negative");
}

#[test]
fn a_page_shows_its_parts_in_order_and_no_text_becomes_markup() {
    let stock = Stock::new(materials(), Effort::SmokeTest).unwrap();
    let mut part = Part::new(english(), "data.title");
    let note = |note| message("data.note").with("note", note);
    part.method(note("a & b, with `x < y` in code"));
    part.task(message("denoise.other.heading").with("name", "<it>"), "denoise.other.task");
    let head = ["articles.dense.weights", "articles.dense.here"].map(|key| part.say(key));
    part.table(head, vec![["<b>".to_owned(), "1.5".to_owned()]]);
    part.left_out(note("no <labels>"));
    part.commands("concertina lesson > log");
    let to_come = ["The <last>".to_owned()];
    let page = page::html(english(), &stock, Effort::Quick, &[], &[part], &to_come);
    let mut rest = page.as_str();
    for piece in [
        "<html lang=\"en\">",
        "<h1>Autoencoders: the lesson</h1>",
        "<dt>trained on</dt><dd>digits</dd>",
        "the quick lesson: it trains on 96 images",
        "<code>--quick</code>",
        "<a href=\"#part-1\"><span>1</span>The data and the idea</a>",
        "<section id=\"part-1\">",
        "What we do</b> A note on the data: a &amp; b, with <code>x &lt; y</code> in code.</p>",
        "<h3>Exercise: the denoiser on &lt;it&gt;</h3>",
        "<td>&lt;b&gt;</td><td class=\"number\">1.5</td>",
        "<p class=\"left-out\">A note on the data: no &lt;labels&gt;.</p>",
        "<pre><code>concertina lesson &gt; log</code></pre>",
        "Still to come",
        "<li>The &lt;last&gt;</li>",
    ] {
        let (_, after) = rest.split_once(piece).unwrap_or_else(|| panic!("no `{piece}` in order"));
        rest = after;
    }
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("<script"));
    let whole = page::html(english(), &stock, Effort::Full, &[], &[], &[]);
    assert!(!whole.contains("Still to come") && !whole.contains("class=\"effort\""));
}

#[test]
fn music_is_drawn_and_heard_and_its_runs_are_used_again() {
    let place = TempDir::new().unwrap();
    let effort = Effort::SmokeTest;
    let stock = Stock::new(materials(), effort).unwrap();
    let jobs = jobs::all(&stock, effort).unwrap();
    let folder = Folder::open(place.path(), "digits", effort).unwrap();
    let (title, section) = parts::ALL.into_iter().find(|part| part.0 == "music.title").unwrap();
    let teach = || {
        let mut trained = 0;
        let mut listen = |event: Event<'_>| {
            trained += usize::from(matches!(event, Event::Training { .. }));
            ControlFlow::Continue(())
        };
        let mut studio = Studio::new(&folder, &stock, effort, &jobs, &mut listen);
        let mut part = Part::new(english(), title);
        assert!(section(&mut studio, &mut part).is_ok());
        (page::html(english(), &stock, effort, &jobs, &[part], &[]), trained)
    };
    let (page, trained) = teach();
    assert!(trained > 0);
    assert_eq!(page.matches("<figure>").count(), 9);
    assert!(!page.contains(">NaN") && !page.contains("src=\"http"));
    let sounds = sounds(&page);
    // The originals at least: what a model says that has learned nothing may be silence.
    assert!((3..=14).contains(&sounds.len()), "{}", sounds.len());
    for samples in &sounds {
        expect_music(samples);
    }
    for run in ["melody-vae", "multitrack-vae"] {
        assert!(place.path().join("runs").join(run).join("report.html").is_file());
    }
    assert!(teach() == (page, 0));
}

/// The samples of all players of a page.
fn sounds(page: &str) -> Vec<Vec<f32>> {
    let sound = |rest: &str| {
        let wav = STANDARD.decode(&rest[..rest.find('"').unwrap()]).unwrap();
        let (header, samples) = wav.split_at(44);
        assert!(header.starts_with(b"RIFF") && header.ends_with(&u32_of(samples.len())));
        let (samples, rest) = samples.as_chunks::<2>();
        assert!(rest.is_empty());
        samples.iter().map(|&bytes| f32::from(i16::from_le_bytes(bytes)) / 32_767.0).collect()
    };
    page.split("data:audio/wav;base64,").skip(1).map(sound).collect()
}

fn u32_of(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap().to_le_bytes()
}

/// Neither silent nor clipped, and a second of fading at the end.
#[track_caller]
fn expect_music(samples: &[f32]) {
    let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
    assert!((0.05..0.99).contains(&peak), "{peak}");
    assert!(power.sqrt() > 0.002, "{power}");
    assert!(samples.len() > 2 * 22_050, "{}", samples.len());
}

/// The files of a lesson that must not depend on when it was stopped.
fn page_of(path: &Path) -> String {
    fs::read_to_string(path.join("lesson.html")).unwrap()
}

#[test]
fn a_stopped_lesson_ends_in_the_page_of_one_that_was_not() {
    if std::env::var_os("CONCERTINA_SLOW_TESTS").is_none() {
        eprintln!("skipped: takes minutes; set CONCERTINA_SLOW_TESTS=1");
        return;
    }
    let place = TempDir::new().unwrap();
    let [whole, pieces] = ["whole", "pieces"].map(|name| place.path().join(name));
    let lesson = Lesson::open(&whole, materials(), Effort::SmokeTest).unwrap();
    assert_eq!(
        lesson.teach(Language::default(), &mut go_on).unwrap(),
        Ending::Done(whole.join("lesson.html"))
    );
    let page = page_of(&whole);
    for (number, (title, _)) in parts::ALL.iter().enumerate() {
        let (number, title) = (number + 1, english().say(*title));
        assert!(page.contains(&format!("<span>{number}</span>{title}</a>")), "{title}");
    }
    assert!(!page.contains("Still to come") && !page.contains(">NaN"));
    for samples in sounds(&page) {
        expect_music(&samples);
    }

    // Stopped after every eighty events, and reopened from the disk each time.
    let mut stops = 0;
    loop {
        let lesson = Lesson::open(&pieces, materials(), Effort::SmokeTest).unwrap();
        let mut left = 80;
        let ending = lesson.teach(Language::default(), &mut |event| {
            // Only work counts: finished models are passed over each time.
            left -= i32::from(matches!(event, Event::Training { .. }));
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if ending.unwrap() != Ending::Stopped {
            break;
        }
        stops += 1;
    }
    assert!(stops > 1, "{stops}");
    assert!(page_of(&pieces) == page, "the pages differ");
    // Once more, and nothing is trained.
    let mut trained = false;
    let lesson = Lesson::open(&pieces, materials(), Effort::SmokeTest).unwrap();
    lesson
        .teach(Language::default(), &mut |event| {
            trained |= matches!(event, Event::Training { .. });
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(!trained);
}

#[test]
fn images_without_labels_have_a_lesson_too() {
    if std::env::var_os("CONCERTINA_SLOW_TESTS").is_none() {
        eprintln!("skipped: takes minutes; set CONCERTINA_SLOW_TESTS=1");
        return;
    }
    let place = TempDir::new().unwrap();
    let materials = Materials { digits: of_shape(SHAPE, 120), ..materials() };
    let lesson = Lesson::open(place.path(), materials, Effort::SmokeTest).unwrap();
    lesson.teach(Language::default(), &mut go_on).unwrap();
    let page = page_of(place.path());
    assert!(page.contains("These images have no labels, so there is nothing"));
    assert!(page.contains("These images have no labels, and none are needed"));
    assert!(page.contains("The texts of this page speak of digits"));
}
