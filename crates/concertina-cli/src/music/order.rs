//! Which windows make a piece.

use concertina::data::music::Place;
use concertina_music::encoding::Encoding;

/// How windows become pieces.
pub(super) enum Order {
    /// Each is a piece of its own, of this name.
    Apart(Vec<String>),
    /// Those of one piece that follow each other are one piece, each at its bar.
    Pieces(Vec<Place>),
}

/// Windows at their bars, from 0, which ascend.
pub(super) struct Piece<'a> {
    pub(super) name: String,
    pub(super) windows: Vec<(usize, &'a [u16])>,
}

impl Order {
    /// The name of each window.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Apart(names) => names.clone(),
            Self::Pieces(places) => places.iter().map(ToString::to_string).collect(),
        }
    }

    /// The pieces that the windows make.
    pub(super) fn pieces<'a>(&self, windows: &'a [Vec<u16>]) -> Vec<Piece<'a>> {
        let windows = windows.iter().map(Vec::as_slice);
        match self {
            Self::Apart(names) => {
                let alone = |(name, window): (&String, _)| Piece {
                    name: name.replace(".mid, bar ", "-bar-"),
                    windows: vec![(0, window)],
                };
                names.iter().zip(windows).map(alone).collect()
            }
            Self::Pieces(places) => {
                let mut windows = windows;
                let follow =
                    |one: &Place, next: &Place| one.piece == next.piece && one.bar < next.bar;
                let piece = |places: &[Place]| Piece {
                    name: without_ending(&places[0].piece).to_owned(),
                    windows: places.iter().map(|place| place.bar).zip(windows.by_ref()).collect(),
                };
                places.chunk_by(follow).map(piece).collect()
            }
        }
    }
}

/// The name of a MIDI file without its ending.
fn without_ending(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if ["mid", "midi"].contains(&&*ending.to_lowercase()) => stem,
        _ => name,
    }
}

/// All windows of pieces that are played one after another, each at its bar.
pub(super) fn in_turn<'a>(pieces: &[Piece<'a>], encoding: Encoding) -> Vec<(usize, &'a [u16])> {
    let (mut all, mut begin) = (Vec::new(), 0);
    for piece in pieces {
        all.extend(piece.windows.iter().map(|&(bar, window)| (begin + bar, window)));
        begin = all.last().map_or(0, |(bar, _)| bar + encoding.bars());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_a_piece_stay_together() {
        let windows = [vec![0], vec![1], vec![2], vec![3]];
        let place = |piece: &str, bar| Place { piece: piece.to_owned(), bar };
        let places =
            vec![place("a.mid", 1), place("a.mid", 3), place("a.mid", 0), place("b.mid", 2)];
        let order = Order::Pieces(places);
        assert_eq!(order.names()[0], "a.mid, bar 2");
        let pieces = order.pieces(&windows);
        let found: Vec<_> =
            pieces.iter().map(|piece| (piece.name.as_str(), piece.windows.as_slice())).collect();
        let [first, second, third, last] = [&[0_u16][..], &[1], &[2], &[3]];
        assert_eq!(
            found,
            [
                ("a", &[(1, first), (3, second)][..]),
                ("a", &[(0, third)][..]),
                ("b", &[(2, last)][..])
            ]
        );
        let all = in_turn(&pieces, Encoding::Drums { bars: 2 });
        assert_eq!(all, [(1, first), (3, second), (5, third), (9, last)]);
        let endings = ["a.mid", "b.MID", "c.d.midi", "e.wav", "f"].map(without_ending);
        assert_eq!(endings, ["a", "b", "c.d", "e.wav", "f"]);
        let apart = Order::Apart(vec!["x.mid, bar 2".to_owned(), "y".to_owned()]);
        let names: Vec<String> =
            apart.pieces(&windows[..2]).into_iter().map(|piece| piece.name).collect();
        assert_eq!(names, ["x-bar-2", "y"]);
    }
}
