//! Music from outside: good files, bad ones, and the real sets where they are at hand.

use concertina_music::tunes;
use tempfile::TempDir;

use super::{put, real_data, skip};
use crate::data::music::{Augmentation, Music, MusicSet, Wanted, is_music};
use crate::data::{Data, OpenOptions};
use crate::error::Result;
use crate::rng::{Purpose, Seed, Stream};

fn melody() -> Wanted {
    Wanted::new(Music::Melody)
}

fn tune(number: u32) -> Vec<u8> {
    let mut stream = Stream::new(Seed(9), Purpose::Tunes, [2, number, 0]);
    tunes::compose(&mut || stream.uniform(), 8).to_midi()
}

fn open(dir: &TempDir, name: &str, wanted: Wanted) -> Result<MusicSet> {
    let path = dir.path().join(name);
    MusicSet::open(path.to_str().unwrap(), wanted, &OpenOptions::default())
}

#[test]
fn a_folder_of_tunes_is_split_by_piece() {
    let dir = TempDir::new().unwrap();
    for number in 0..20 {
        put(&dir, &format!("all/some/{number}.mid"), &tune(number));
    }
    // A piece twice, and files that are no music.
    put(&dir, "all/again.MID", &tune(3));
    put(&dir, "all/broken.mid", b"not at all");
    put(&dir, "all/notes.txt", b"hello");
    let set = open(&dir, "all", melody()).unwrap();
    let pieces = |places: &[crate::data::music::Place]| -> std::collections::BTreeSet<String> {
        places.iter().map(|place| place.piece.clone()).collect()
    };
    let [train, valid] = [pieces(&set.train_places), pieces(&set.valid_places)];
    assert!(train.is_disjoint(&valid) && !train.is_empty() && !valid.is_empty());
    for index in 0..set.valid.len() {
        let window = set.valid.window(index);
        assert!((0..set.train.len()).all(|other| set.train.window(other) != window));
    }
    let card = set.card();
    assert_eq!((card.skipped.count, card.skipped.shown[0].name.as_str()), (1, "broken.mid"));
    let music = card.music().unwrap();
    assert!(music.duplicates[0] + music.duplicates[1] >= 7, "{:?}", music.duplicates);
    let reasons: Vec<&str> = music.dropped.iter().map(|unused| unused.reason.as_str()).collect();
    assert!(reasons.contains(&"drums, not a melody"), "{reasons:?}");
    let text = card.to_string();
    for words in ["windows", "2 bars of melody", "pieces", "not used"] {
        assert!(text.contains(words), "{text}");
    }
    assert!(set.train_places[0].to_string().ends_with(", bar 1"), "{}", set.train_places[0]);
}

#[test]
fn limits_take_windows_from_everywhere() {
    let options = OpenOptions { limit: Some(30), ..OpenOptions::default() };
    let set = MusicSet::open("tunes", melody(), &options).unwrap();
    assert_eq!((set.train.len(), set.valid.len()), (30, 5));
    let pieces: std::collections::BTreeSet<&str> =
        set.train_places.iter().map(|place| place.piece.as_str()).collect();
    assert!(pieces.len() > 20);
}

#[test]
fn multitrack_bars_have_the_names_of_their_chords() {
    let options = OpenOptions { limit: Some(60), ..OpenOptions::default() };
    let augmentation = Augmentation { transpose: 3, ..Augmentation::default() };
    let wanted = Wanted { augmentation, ..Wanted::new(Music::Multitrack) };
    let set = MusicSet::open("tunes", wanted, &options).unwrap();
    assert_eq!((set.class_names().len(), set.class_names()[1].as_str()), (49, "C"));
    let labels = set.training().labels.unwrap();
    assert_eq!(labels.len(), 60);
    assert!(labels.iter().any(|label| *label > 0));
    let counted: usize = set.card().classes.iter().map(|class| class.train).sum();
    assert_eq!(counted, 60);
    assert!(MusicSet::open("tunes", melody(), &options).unwrap().training().labels.is_none());
}

#[test]
fn what_is_no_music_is_told() {
    let dir = TempDir::new().unwrap();
    put(&dir, "empty/.keep", b"");
    put(&dir, "empty.mid", b"");
    put(&dir, "text.mid", b"just some words, no music");
    let whole = tune(1);
    put(&dir, "cut.mid", &whole[..20]);
    put(&dir, "pictures/a.png", b"");
    put(&dir, "tune.mid", &whole);
    let wanted = |music, bars| Wanted { bars, ..Wanted::new(music) };
    for (name, wanted, words) in [
        ("nowhere", melody(), "neither a known set of music (tunes, nottingham, groove)"),
        ("empty", melody(), "expected MIDI files (mid, midi), found no file"),
        ("pictures", melody(), "found only 1 other file"),
        ("empty.mid", melody(), "empty"),
        ("text.mid", melody(), "MIDI"),
        ("cut.mid", melody(), "cut"),
        ("tune.mid", wanted(Music::Melody, Some(64)), "shorter than 64 bars"),
        ("tune.mid", wanted(Music::Melody, Some(0)), "`data.bars`: expected 1 to 64, found 0"),
        ("tune.mid", wanted(Music::Multitrack, Some(2)), "expected 1 for `music = \"multitrack\"`"),
    ] {
        let error = open(&dir, name, wanted).unwrap_err().to_string();
        assert!(error.contains(words), "{name}: {error}");
    }
    assert!(open(&dir, "tune.mid", melody()).is_ok());
}

#[test]
fn music_is_told_from_images() {
    let dir = TempDir::new().unwrap();
    put(&dir, "music/a/b.mid", &tune(1));
    put(&dir, "both/b.mid", &tune(1));
    put(&dir, "both/c.png", b"");
    put(&dir, "tune.midi", &tune(1));
    for (name, expected) in
        [("music", true), ("both", false), ("tune.midi", true), ("nowhere", false)]
    {
        let path = dir.path().join(name);
        assert_eq!(is_music(path.to_str().unwrap()), expected, "{name}");
    }
    assert!(is_music("tunes") && is_music("groove") && !is_music("digits"));
}

#[test]
fn the_real_sets_have_their_windows() {
    let Some(folder) = real_data() else { return };
    let options = OpenOptions { data_dirs: vec![folder], ..OpenOptions::default() };
    for (name, music, expected) in
        [("nottingham", Music::Melody, 8_000..9_500), ("groove", Music::Drums, 16_000..19_000)]
    {
        let wanted = Wanted { bars: Some(2), ..Wanted::new(music) };
        match MusicSet::open(name, wanted, &options) {
            Ok(set) => assert!(expected.contains(&set.train.len()), "{name}: {}", set.train.len()),
            Err(error) => skip(&format!("{name} is not here: {error}")),
        }
    }
}
