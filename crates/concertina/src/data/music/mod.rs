//! Music: MIDI files become windows of tokens, a [`MusicSet`].
//!
//! ```
//! use concertina::data::OpenOptions;
//! use concertina::data::music::{Augmentation, Music, MusicSet, Wanted};
//!
//! let augmentation = Augmentation { transpose: 5, ..Augmentation::default() };
//! let wanted = Wanted { augmentation, ..Wanted::new(Music::Melody) };
//! let options = OpenOptions { limit: Some(60), ..OpenOptions::default() };
//! let set = MusicSet::open("tunes", wanted, &options)?; // or "nottingham", "songs/", "song.mid"
//! assert_eq!((set.train.len(), set.train.window(0).len()), (60, 2 * 16));
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! [`is_music`] tells music from images.
//!
//! What tokens are, and how windows are taken from pieces, is the matter of the crate
//! `concertina-music`.

mod augmentation;
mod kind;
pub mod named;
mod pieces;
mod set;
mod tunes;
mod windows;

pub use self::augmentation::Augmentation;
pub use self::kind::Music;
pub use self::pieces::is_music;
pub use self::set::{MusicSet, Place, Wanted};
pub use self::windows::{Windows, tokens_of};
