//! The built-in pieces: composed by the program, like the digits that it draws.

use concertina_music::tunes;

use super::pieces::{Piece, Pieces};
use crate::parallel;
use crate::rng::{Purpose, Seed, Stream};

/// The seed of the pieces. They are the same for every seed of a run, so that results of different
/// seeds can be compared.
const SEED: Seed = Seed(0);
/// Bars of a piece.
const BARS: usize = 16;
/// Pieces to train on, and pieces held out.
pub(super) const PIECES: [usize; 2] = [400, 50];

/// The first `n` pieces of a split: 0 for training, 1 for validation.
pub(super) fn compose(split: u32, n: usize) -> Pieces {
    let n = u32::try_from(n).expect("there are few pieces");
    let piece = |number| {
        let mut stream = Stream::new(SEED, Purpose::Tunes, [split, number, 0]);
        let score = tunes::compose(&mut || stream.uniform(), BARS);
        let kind = if split == 0 { "tune" } else { "held-out tune" };
        Piece { name: format!("{kind} {}", number + 1), score }
    };
    Pieces { all: parallel::map(0..n, piece), ..Pieces::default() }
}
