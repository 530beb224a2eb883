//! Elastic distortion of a digit by a smooth random displacement field.

use concertina_base::rng::Stream;

use super::common::{Point, bell};

/// Grid points along each axis.
const GRID: usize = 6;

/// Cells along each axis in which the displacement is defined; a cubic B-spline depends on four
/// grid points.
const CELLS: usize = GRID - 3;

/// Standard deviation of a grid point's displacement, in units of the digit's height.
const STRENGTH: f32 = 0.125;

/// The grid covers the digit's height and this much more on either side.
const OVERHANG: f32 = 0.1;

/// Random displacements on a coarse grid, interpolated by cubic B-splines.
#[derive(Debug)]
pub(super) struct Bend([[Point; GRID]; GRID]);

impl Bend {
    pub(super) fn random(stream: &mut Stream) -> Self {
        let mut row = || [[0.0; 2]; GRID].map(|point| point.map(|_: f32| STRENGTH * bell(stream)));
        Self([(); GRID].map(|()| row()))
    }

    /// The new position of a point at `place`, in units of the digit's height.
    pub(super) fn apply(&self, place: Point) -> Point {
        let [(column, across), (row, down)] = place.map(|x| {
            let x = (x + OVERHANG) / (1.0 + 2.0 * OVERHANG) * CELLS as f32;
            let x = x.clamp(0.0, CELLS as f32);
            let cell = (x as usize).min(CELLS - 1);
            (cell, basis(x - cell as f32))
        });
        let mut moved = place;
        for (points, weight_down) in self.0[row..].iter().zip(down) {
            for (point, weight_across) in points[column..].iter().zip(across) {
                moved[0] += weight_down * weight_across * point[0];
                moved[1] += weight_down * weight_across * point[1];
            }
        }
        moved
    }
}

/// The values of the four uniform cubic B-splines that are not zero in a cell, at `t` in 0..1. They
/// sum to 1.
fn basis(t: f32) -> [f32; 4] {
    let rest = 1.0 - t;
    [
        rest * rest * rest / 6.0,
        ((3.0 * t - 6.0) * t * t + 4.0) / 6.0,
        ((3.0 * rest - 6.0) * rest * rest + 4.0) / 6.0,
        t * t * t / 6.0,
    ]
}
