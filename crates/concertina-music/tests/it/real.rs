//! Real music: the sets that lie in `$CONCERTINA_DATA/music`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use concertina_music::encoding::{Encoding, Reason, Window};
use concertina_music::score::Score;

use crate::law::{check_law, check_legal};

/// Of so many windows one is checked, unless slow tests are asked for.
const STRIDE: usize = 20;

/// The MIDI files of a set, sorted; `None` if it is not there.
fn files(set: &str) -> Option<Vec<PathBuf>> {
    let folder = PathBuf::from(std::env::var_os("CONCERTINA_DATA")?).join("music").join(set);
    let mut files = Vec::new();
    walk(&folder, &mut files);
    files.sort();
    (!files.is_empty()).then_some(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs_err::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("mid")) {
            files.push(path);
        }
    }
}

fn check_set(set: &str) {
    let Some(files) = files(set) else {
        eprintln!("skipped: CONCERTINA_DATA does not name a folder with music/{set}");
        return;
    };
    let stride = if std::env::var_os("CONCERTINA_SLOW_TESTS").is_some() { 1 } else { STRIDE };
    let encodings = [
        Encoding::Melody { bars: 2 },
        Encoding::Melody { bars: 16 },
        Encoding::Drums { bars: 2 },
        Encoding::Trio { bars: 4 },
        Encoding::Trio { bars: 16 },
        Encoding::Multitrack,
    ];
    let mut n_windows = [0; 6];
    let mut reasons: Vec<BTreeMap<String, usize>> = vec![BTreeMap::new(); 6];
    let mut unreadable = 0;
    for file in &files {
        let Ok(score) = Score::from_midi(&fs_err::read(file).unwrap()) else {
            unreadable += 1;
            continue;
        };
        check_legal(&score);
        for (number, encoding) in encodings.into_iter().enumerate() {
            let extraction = encoding.extract(&score);
            check_covered(encoding, &score, &extraction.windows);
            assert!(!extraction.windows.is_empty() || !extraction.dropped.is_empty());
            for dropped in extraction.dropped {
                *reasons[number].entry(kind(&dropped.reason)).or_default() += 1;
            }
            for window in extraction.windows {
                n_windows[number] += 1;
                if n_windows[number] % stride == 0 {
                    check_law(encoding, &window.tokens, &file.display().to_string());
                    check_transposed(encoding, &window.tokens);
                }
            }
        }
    }
    eprintln!("{set}: {} files, {unreadable} of them unreadable", files.len());
    for ((encoding, n_windows), reasons) in encodings.iter().zip(n_windows).zip(&reasons) {
        eprintln!("  {encoding:?}: {n_windows} windows; dropped {reasons:?}");
    }
    assert!(n_windows.iter().sum::<usize>() > 0);
}

/// The windows that cover a piece have every bar that any of its windows has; and written as a
/// piece, every note that begins in a bar of one of them alone.
fn check_covered(encoding: Encoding, score: &Score, windows: &[Window]) {
    let (cover, bars) = (encoding.cover(score).windows, encoding.bars());
    let starts: Vec<usize> = cover.iter().map(|window| window.bar).collect();
    assert!(starts.is_sorted_by(|one, next| one < next));
    assert!(starts.windows(3).all(|three| three[0] + bars <= three[2]), "{starts:?}");
    let covered: BTreeSet<usize> = starts.iter().flat_map(|bar| *bar..bar + bars).collect();
    let wanted: BTreeSet<usize> =
        windows.iter().flat_map(|window| window.bar..window.bar + bars).collect();
    // Others are like earlier ones.
    assert!(wanted.is_subset(&covered), "{wanted:?} in {covered:?}");

    let piece: Vec<(usize, &[u16])> =
        cover.iter().map(|window| (window.bar, &*window.tokens)).collect();
    let piece = encoding.to_piece(&piece);
    let ticks_per_step = u32::from(piece.ticks_per_quarter) / encoding.steps_per_quarter();
    let written: BTreeSet<(u32, u8)> =
        piece.tracks.iter().flat_map(|track| &track.notes).map(|n| (n.start, n.pitch)).collect();
    let mut end = 0;
    for window in &cover {
        let tick = |bar: usize| bar as u32 * 4 * u32::from(piece.ticks_per_quarter);
        for note in encoding.notes(&window.tokens) {
            let start = tick(window.bar) + note.start * ticks_per_step;
            assert!(start < end || written.contains(&(start, note.pitch)), "{note:?}");
        }
        end = tick(window.bar + bars);
    }
}

/// What is transposed within its range obeys the law too, and comes back.
fn check_transposed(encoding: Encoding, tokens: &[u16]) {
    for semitones in [3, -5] {
        let moved = encoding.transpose(tokens, semitones);
        if encoding.notes(&moved).len() == encoding.notes(tokens).len() {
            check_law(encoding, &moved, "transposed");
            assert_eq!(encoding.transpose(&moved, -semitones), tokens);
        }
    }
}

/// A reason without its numbers.
fn kind(reason: &Reason) -> String {
    reason.to_string().chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

#[test]
fn nottingham() {
    check_set("nottingham");
}

#[test]
fn groove() {
    check_set("groove");
}

#[test]
fn freedoom() {
    check_set("freedoom");
}
