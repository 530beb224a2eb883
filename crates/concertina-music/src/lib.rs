//! Notes: MIDI files to notes, notes to the tokens of a model, and all the way back to sound.
//!
//! A MIDI file becomes a [`score`]: the notes of each instrument in ticks. An [`encoding`] cuts a
//! score into windows of a few bars, each a table of small numbers, the tokens. A model learns
//! from these and writes new ones; the encoding turns them into a score again, which is written as
//! a MIDI file or rendered as samples of sound. There is no reading of files here, no tensor and
//! no unsafe code; the same input gives the same output. No input can cause a panic: a file that
//! makes no sense is a [`MidiError`](midi::MidiError), and tokens that make none are still music.
//!
//! ```
//! use concertina_music::encoding::Encoding;
//! use concertina_music::score::Score;
//! use concertina_music::{synth, tunes, wav};
//!
//! // A piece of eight bars; a generator of random numbers would make each one different.
//! let bytes = tunes::compose(&mut || 0.3, 8).to_midi();
//!
//! let melody = Encoding::Melody { bars: 2 };
//! let extraction = melody.extract(&Score::from_midi(&bytes)?);
//! for dropped in &extraction.dropped {
//!     println!("{dropped}"); // "track 4 (Drums): drums, not a melody"
//! }
//! let window = &extraction.windows[0];
//! assert_eq!(window.tokens.len(), 2 * 16);
//!
//! // Up by a fifth, to a score, and to a sound file.
//! let tokens = melody.transpose(&window.tokens, 7);
//! let samples = synth::render(&melody.to_score(&[&tokens]), 22_050);
//! let file = wav::wav(&samples, 22_050);
//! assert!(file.starts_with(b"RIFF"));
//! # Ok::<(), concertina_music::midi::MidiError>(())
//! ```
//!
//! # Encodings
//!
//! A bar of four quarters is divided into sixteen steps. At each step a *melody* says one of 90
//! things: nothing new, the note ends, or one of 88 notes begins. So the melody C, held for a
//! quarter, and D for an eighth is the row `41 0 0 0 43 0 1 0`. A row of 32 is a window of two
//! bars, and a model that writes such rows writes melodies.
//!
//! *Drums* have no length, but several are hit at once. Each step is a set of nine drums, and the
//! set is written as a number of nine bits: kick (bit 0) and closed hi-hat (bit 2) are 1 + 4 = 5.
//!
//! A *trio* has three rows at a time: a melody, a bass, drums.
//!
//! In a *multitrack* bar, any instruments play, as many notes at once as they like, with loudness.
//! It is a text rather than a table: "program 0; loudness 5; note 60 begins; 24 steps later; note
//! 60 ends; end", for up to eight tracks. Each bar comes with the [`chord`] that its notes make, so
//! that a model can be asked for a bar on a chord.
//!
//! These are the encodings of MusicVAE (Roberts et al. 2018, *A Hierarchical Latent Vector Model
//! for Learning Long-Term Structure in Music*) and of its multitrack successor (Simon et al. 2018,
//! *Learning a Latent Space of Multitrack Measures*). [`encoding`] says where the rules differ from
//! theirs.
//!
//! # Modules
//!
//! Each knows only those above it.
//!
//! | module | what it does |
//! |---|---|
//! | [`score`] | notes, tracks, tempos, time signatures |
//! | [`midi`] | MIDI files to scores and back |
//! | [`drum_kit`] | General MIDI percussion to nine drums |
//! | [`chord`] | chords from symbols and from notes |
//! | [`encoding`] | scores to tokens and back |
//! | [`attribute`] | measures of a window: density, syncopation, range |
//! | [`tunes`] | a composer of short pieces |
//! | [`synth`] | scores to samples of sound |
//! | [`soundfont`] | the same with recorded instruments |
//! | [`wav`] | samples to WAV files |

#![forbid(unsafe_code)]

pub mod score;

pub mod midi;

mod dropped;

mod grid;

pub mod drum_kit;

pub mod chord;

pub mod encoding;

pub mod attribute;

pub mod tunes;

pub mod synth;

pub mod soundfont;

pub mod wav;
