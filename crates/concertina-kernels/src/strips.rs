//! One picture in sixteen vertical strips, which travel as sixteen images do.
//!
//! A picture of a width W lies in strips of a width w, `16 w >= W`: lane l holds the columns from
//! `l w` on. What a convolution reads beside a strip are columns of its neighbours, and beside the
//! first and the last strip what lies beside the picture.

use crate::lanes::{LANES, Lanes};
use crate::plane::Plane;
use crate::resize::mirrored;

/// How many strips a picture is cut into.
pub const STRIPS: usize = LANES;

/// How the columns of a picture lie in strips.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strips {
    /// W, of the picture.
    pub(crate) picture: usize,
    /// w, of a strip.
    pub(crate) strip: usize,
}

/// What lies beside a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    Zeros,
    /// The picture, mirrored.
    Mirror,
}

/// Where each lane of a column comes from: a column of the strips, and a lane. Without, it is zero.
type Sources = [Option<(usize, usize)>; LANES];

impl Strips {
    /// The sources of a column of all strips, which may lie beside them.
    fn sources(self, column: isize, outside: Outside) -> Sources {
        std::array::from_fn(|lane| {
            let place = (lane * self.strip) as isize + column;
            let is_inside = (0..self.picture as isize).contains(&place);
            let place = match outside {
                _ if is_inside => Some(place as usize),
                Outside::Zeros => None,
                Outside::Mirror => Some(mirrored(place as i64, self.picture)),
            };
            place.map(|place| (place % self.strip, place / self.strip))
        })
    }

    /// Writes a picture, `[C, H, W]`, into the interior of `target`, whose image is a strip. Beyond
    /// the picture's end are zeros.
    pub(crate) fn cut(self, picture: &[f32], plane: &Plane, target: &mut [Lanes]) {
        for (row, start) in plane.interior_rows() {
            let row = &picture[row * self.picture..][..self.picture];
            for (x, target) in target[start..start + self.strip].iter_mut().enumerate() {
                for (lane, target) in target.0.iter_mut().enumerate() {
                    *target = row.get(lane * self.strip + x).copied().unwrap_or(0.0);
                }
            }
        }
    }

    /// The inverse of `cut`.
    pub(crate) fn join(self, source: &[Lanes], plane: &Plane, picture: &mut [f32]) {
        let rows = picture.chunks_exact_mut(self.picture);
        for ((_, start), row) in plane.interior_rows().zip(rows) {
            for (lane, piece) in row.chunks_mut(self.strip).enumerate() {
                for (value, source) in piece.iter_mut().zip(&source[start..]) {
                    *value = source.0[lane];
                }
            }
        }
    }

    /// Gives every strip its neighbours' columns as borders. What lies beside the picture, above
    /// and below it becomes zero, as a convolution reads it.
    pub(crate) fn fill_borders(self, plane: &Plane, values: &mut [Lanes]) {
        let seams: Vec<(usize, Sources)> = (0..plane.columns)
            .filter_map(|column| {
                let beside = column as isize - plane.left as isize;
                let sources = self.sources(beside, Outside::Zeros);
                let is_own = (0..self.strip as isize).contains(&beside)
                    && sources.iter().all(Option::is_some);
                (!is_own).then_some((column, sources))
            })
            .collect();
        for channel in values.chunks_exact_mut(plane.channel_len()) {
            let inside = plane.at(0, 0) - plane.left..plane.at(plane.height, 0) - plane.left;
            channel[..inside.start].fill(Lanes::ZERO);
            channel[inside.end..].fill(Lanes::ZERO);
            for row in channel[inside].chunks_exact_mut(plane.columns) {
                for (column, sources) in &seams {
                    row[*column] = gathered(sources, &row[plane.left..]);
                }
            }
        }
    }

    /// The first channels of a picture with `beside` columns of the neighbours at both sides of
    /// each strip, as many channels as `target` has; beside the picture, it is mirrored. The target
    /// has no borders.
    pub(crate) fn widen(
        self,
        beside: usize,
        (source, from): (&[Lanes], &Plane),
        (target, to): (&mut [Lanes], &Plane),
    ) {
        let columns: Vec<Sources> = (0..to.width as isize)
            .map(|column| self.sources(column - beside as isize, Outside::Mirror))
            .collect();
        for ((_, start), (_, from)) in to.interior_rows().zip(from.interior_rows()) {
            for (target, sources) in target[start..start + to.width].iter_mut().zip(&columns) {
                *target = gathered(sources, &source[from..from + self.strip]);
            }
        }
    }
}

fn gathered(sources: &Sources, row: &[Lanes]) -> Lanes {
    Lanes(sources.map(|source| source.map_or(0.0, |(column, lane)| row[column].0[lane])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_survives_its_strips() {
        for width in [1, 5, 16, 17, 31, 32, 100] {
            let strips = Strips { picture: width, strip: width.div_ceil(LANES) };
            let plane = Plane::tight([2, 3, strips.strip]);
            let picture: Vec<f32> = (0..6 * width).map(|value| value as f32 + 1.0).collect();
            let mut lanes = vec![Lanes::ZERO; plane.len()];
            strips.cut(&picture, &plane, &mut lanes);
            let mut back = vec![0.0; picture.len()];
            strips.join(&lanes, &plane, &mut back);
            assert_eq!(back, picture, "{width}");
        }
    }

    #[test]
    fn borders_are_the_neighbours_columns() {
        let strips = Strips { picture: 31, strip: 2 };
        assert_eq!(strips.sources(-1, Outside::Zeros)[..2], [None, Some((1, 0))]);
        assert_eq!(strips.sources(-1, Outside::Mirror)[..2], [Some((0, 0)), Some((1, 0))]);
        assert_eq!(strips.sources(2, Outside::Zeros)[14..], [Some((0, 15)), None]);
        // The last column, 31, is none of the picture's: mirrored, it is column 30.
        assert_eq!(strips.sources(1, Outside::Zeros)[15], None);
        assert_eq!(strips.sources(1, Outside::Mirror)[15], Some((0, 15)));
        assert_eq!(strips.sources(2, Outside::Mirror)[15], Some((1, 14)));
    }
}
