//! A set of music: windows of pieces, split by piece.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;

use concertina_music::chord::Chord;
use concertina_music::encoding::{Encoding, Extraction};
use concertina_music::score::Score;

use super::named;
use super::pieces::{self, Piece, Pieces};
use super::tunes;
use super::{Augmentation, Music, Windows};
use crate::data::split;
use crate::data::{
    ClassCount, Content, Data, DataCard, Examples as _, MusicCard, OpenOptions, Skipped, Split,
    Unused,
};
use crate::error::{Error, Result};
use crate::memory;
use crate::parallel;
use crate::rng::{Purpose, Stream};
use crate::text::counted;

/// Training and validation windows, of different pieces.
#[derive(Clone, Debug)]
pub struct MusicSet {
    /// Training windows; never empty.
    pub train: Windows,
    /// Validation windows.
    pub valid: Windows,
    /// Where each training window was taken from.
    pub train_places: Vec<Place>,
    /// Where each validation window was taken from.
    pub valid_places: Vec<Place>,
    /// The names of the chords, if windows have one.
    pub class_names: Vec<String>,
    /// Where the windows came from.
    pub card: DataCard,
}

/// Where a window was taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The piece's file, relative to the source's folder, with `/` between folders.
    pub piece: String,
    /// The window's first bar in the piece, from 0.
    pub bar: usize,
}

/// The piece and the bar, which people count from 1.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, bar {}", self.piece, self.bar + 1)
    }
}

/// Which windows are wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// What is taken from a piece.
    pub music: Music,
    /// Bars of a window, if not the usual number.
    pub bars: Option<usize>,
    /// How training windows are changed.
    pub augmentation: Augmentation,
    /// Whether pieces are wanted whole: covered by few windows, also by those that recur, rather
    /// than by all windows that are not alike.
    pub whole: bool,
}

impl Wanted {
    /// All windows of the usual number of bars, as they are.
    pub fn new(music: Music) -> Self {
        Self { music, bars: None, augmentation: Augmentation::default(), whole: false }
    }
}

/// Pieces, split.
struct Source {
    kind: &'static str,
    train: Vec<Piece>,
    valid: Vec<Piece>,
    /// How they were split.
    split: String,
    skipped: Skipped,
    notes: Vec<String>,
}

/// The windows of a split.
#[derive(Default)]
struct Taken {
    tokens: Vec<Vec<u16>>,
    places: Vec<Place>,
    chords: Vec<Option<Chord>>,
    /// Pieces that gave a window.
    pieces: usize,
    duplicates: usize,
}

impl MusicSet {
    /// Opens a source of music: the name of a known set ([`named::ALL`]), a MIDI file, or a folder
    /// of them. A name takes precedence over a path of the same spelling.
    ///
    /// Pieces are split at random unless the set has a split of its own; a window that is among the
    /// training windows already is left out, in both splits, unless pieces are wanted whole.
    ///
    /// # Errors
    /// If options are out of range, the source does not exist, or no window can be taken from it:
    /// the error says why not.
    pub fn open(source: &str, wanted: Wanted, options: &OpenOptions) -> Result<Self> {
        options.check()?;
        let encoding = wanted.music.encoding(wanted.bars)?;
        let found = load(source, options)?;
        let all: Vec<&Piece> = found.train.iter().chain(&found.valid).collect();
        let extracted =
            parallel::map(&all, |piece| windows_of(&piece.score, encoding, wanted.whole));
        let dropped = reasons(&all, &extracted);
        let mut seen = (!wanted.whole).then(HashSet::new);
        let mut extracted = all.into_iter().zip(extracted);
        let train = take(extracted.by_ref().take(found.train.len()), &mut seen, true);
        let valid = take(extracted, &mut seen, false);
        let (train, valid) = limited(train, valid, options);
        if train.tokens.is_empty() {
            return Err(no_windows(source, encoding, &dropped));
        }
        let content = Content::Music(MusicCard {
            music: wanted.music,
            bars: encoding.bars(),
            pieces: [train.pieces, valid.pieces],
            duplicates: [train.duplicates, valid.duplicates],
            dropped,
        });
        let class_names: Vec<String> = match wanted.music {
            Music::Multitrack => Chord::all().map(|chord| chord.to_string()).collect(),
            _ => Vec::new(),
        };
        let [train_counts, valid_counts] =
            [&train, &valid].map(|taken| taken.count_chords(class_names.len()));
        let classes = class_names.iter().zip(train_counts.into_iter().zip(valid_counts));
        let card = DataCard {
            source: source.to_owned(),
            kind: found.kind.to_owned(),
            train: train.tokens.len(),
            valid: valid.tokens.len(),
            shape: Windows::new(encoding, Vec::new()).shape(),
            split: found.split,
            classes: classes
                .map(|(name, (train, valid))| ClassCount { name: name.clone(), train, valid })
                .collect(),
            skipped: found.skipped,
            notes: found.notes,
            content,
        };
        Ok(Self {
            train: train.windows(encoding)?.augmented(wanted.augmentation),
            valid: valid.windows(encoding)?,
            train_places: train.places,
            valid_places: valid.places,
            class_names,
            card,
        })
    }
}

impl Data for MusicSet {
    fn training(&self) -> Split<'_> {
        Split { examples: &self.train, labels: self.train.chords() }
    }

    fn validation(&self) -> Split<'_> {
        Split { examples: &self.valid, labels: self.valid.chords() }
    }

    fn class_names(&self) -> &[String] {
        &self.class_names
    }

    fn card(&self) -> &DataCard {
        &self.card
    }

    fn content(&self) -> [Vec<Cow<'_, [u8]>>; 2] {
        [&self.train, &self.valid].map(|windows| {
            vec![windows.tokens().iter().flat_map(|token| token.to_le_bytes()).collect()]
        })
    }
}

impl Taken {
    fn windows(&self, encoding: Encoding) -> Result<Windows> {
        let size = self.tokens.first().map_or(0, Vec::len);
        let mut tokens = memory::room_for(self.tokens.len(), size, "windows")?;
        self.tokens.iter().for_each(|window| tokens.extend_from_slice(window));
        let windows = Windows::new(encoding, tokens);
        let chords: Option<Vec<u32>> =
            self.chords.iter().map(|chord| Some(chord.as_ref()?.class() as u32)).collect();
        Ok(match chords {
            Some(chords) if encoding == Encoding::Multitrack => windows.with_chords(chords),
            _ => windows,
        })
    }

    fn count_chords(&self, classes: usize) -> Vec<usize> {
        let mut counts = vec![0; classes];
        for chord in self.chords.iter().flatten() {
            if let Some(count) = counts.get_mut(chord.class()) {
                *count += 1;
            }
        }
        counts
    }

    /// Some of the windows.
    fn select(self, indices: &[usize]) -> Self {
        Self {
            tokens: indices.iter().map(|&index| self.tokens[index].clone()).collect(),
            places: indices.iter().map(|&index| self.places[index].clone()).collect(),
            chords: indices.iter().map(|&index| self.chords[index]).collect(),
            ..self
        }
    }
}

/// Reads the pieces of a source and splits them.
fn load(source: &str, options: &OpenOptions) -> Result<Source> {
    let Some(set) = named::find(source) else {
        let path = Path::new(source);
        if !path.exists() {
            let names: Vec<&str> = named::ALL.iter().map(|set| set.name).collect();
            return Err(Error::data(format!(
                "`{source}` is neither a known set of music ({}) nor a path that exists",
                names.join(", ")
            )));
        }
        let kind = if path.is_dir() { "folder of MIDI files" } else { "MIDI file" };
        return Ok(split_at_random(kind, pieces::read(path, options)?, options));
    };
    if set.home.is_none() {
        let [train, valid] = tunes::PIECES;
        return Ok(Source {
            kind: "built-in set",
            train: tunes::compose(0, train).all,
            valid: tunes::compose(1, valid).all,
            split: "held out: tunes of their own".to_owned(),
            skipped: Skipped::default(),
            notes: Vec::new(),
        });
    }
    let folder = named::folder(set, &options.data_dirs)?;
    let found = pieces::read(&folder, options)?;
    let Some(held_out) = named::held_out(&folder)? else {
        return Ok(split_at_random("named set", found, options));
    };
    let Pieces { all: pieces, skipped, notes } = found;
    let (valid, train) =
        pieces.into_iter().partition(|piece| held_out.get(&piece.name).copied().unwrap_or(false));
    let split = "held out: the set's own test pieces".to_owned();
    Ok(Source { kind: "named set", train, valid, split, skipped, notes })
}

fn split_at_random(kind: &'static str, found: Pieces, options: &OpenOptions) -> Source {
    let Pieces { all: pieces, skipped, notes } = found;
    // The limit is one of windows.
    let whole = OpenOptions { limit: None, valid_limit: None, ..options.clone() };
    let split::Split { train, valid, .. } = split::random(pieces.len(), &whole);
    let description = match (pieces.len(), valid.len()) {
        (1, _) => "the only piece is both trained on and validated with".to_owned(),
        (_, 0) => "no piece is held out".to_owned(),
        (n, held_out) => {
            let seed = options.seed.0;
            format!("held out: {held_out} of {n} pieces, drawn at random (seed {seed})")
        }
    };
    let mut pieces: Vec<Option<Piece>> = pieces.into_iter().map(Some).collect();
    let is_only = pieces.len() == 1 && !valid.is_empty();
    let mut some = |indices: &[usize]| -> Vec<Piece> {
        indices.iter().filter_map(|&index| pieces[index].take()).collect()
    };
    let (valid, train) = if is_only {
        let train = some(&train);
        let copy = |piece: &Piece| Piece { name: piece.name.clone(), score: piece.score.clone() };
        (train.iter().map(copy).collect(), train)
    } else {
        (some(&valid), some(&train))
    };
    Source { kind, train, valid, split: description, skipped, notes }
}

fn windows_of(score: &Score, encoding: Encoding, whole: bool) -> Extraction {
    if whole { encoding.cover(score) } else { encoding.extract(score) }
}

/// The windows of pieces that were not seen before; all, if that is not minded. If pieces are
/// trained on, others must not have the same windows.
fn take<'p>(
    pieces: impl Iterator<Item = (&'p Piece, Extraction)>,
    seen: &mut Option<HashSet<Vec<u16>>>,
    is_training: bool,
) -> Taken {
    let mut taken = Taken::default();
    for (piece, extraction) in pieces {
        let before = taken.tokens.len();
        for window in extraction.windows {
            let is_known = match seen {
                None => false,
                Some(seen) if is_training => !seen.insert(window.tokens.clone()),
                Some(seen) => seen.contains(&window.tokens),
            };
            if is_known {
                taken.duplicates += 1;
                continue;
            }
            taken.places.push(Place { piece: piece.name.clone(), bar: window.bar });
            taken.chords.push(window.chord);
            taken.tokens.push(window.tokens);
        }
        taken.pieces += usize::from(taken.tokens.len() > before);
    }
    taken
}

/// As many windows as the options allow, drawn at random.
fn limited(train: Taken, valid: Taken, options: &OpenOptions) -> (Taken, Taken) {
    let most = split::limited(train.tokens.len(), valid.tokens.len(), options);
    let [train, valid] = [(0, train, most[0]), (1, valid, most[1])].map(|(split, taken, most)| {
        let n = taken.tokens.len();
        if most >= n {
            return taken;
        }
        let order = Stream::new(options.seed, Purpose::Split, [1, split, 0]).permutation(n);
        let mut chosen: Vec<usize> = order.into_iter().take(most).map(|i| i as usize).collect();
        chosen.sort_unstable();
        taken.select(&chosen)
    });
    (train, valid)
}

/// Why parts of pieces gave no window, the most frequent reason first.
fn reasons(pieces: &[&Piece], extracted: &[Extraction]) -> Vec<Unused> {
    let mut found: Vec<Unused> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (piece, extraction) in pieces.iter().zip(extracted) {
        for dropped in &extraction.dropped {
            let reason = dropped.reason.to_string();
            let place = *places.entry(reason.clone()).or_insert_with(|| {
                let example = format!("{}, {}", piece.name, dropped.what);
                found.push(Unused { reason, count: 0, example });
                found.len() - 1
            });
            found[place].count += 1;
        }
    }
    // Reasons of one count stay in their order.
    found.sort_by_key(|unused| std::cmp::Reverse(unused.count));
    found
}

fn no_windows(source: &str, encoding: Encoding, dropped: &[Unused]) -> Error {
    let why: Vec<String> = dropped
        .iter()
        .take(3)
        .map(|unused| format!("{} ({} times)", unused.reason, unused.count))
        .collect();
    let why = if why.is_empty() { "no notes".to_owned() } else { why.join("; ") };
    Error::data(format!(
        "`{source}`: expected music from which windows of {} can be taken, found none: {why}",
        counted(encoding.bars(), "bar")
    ))
}
