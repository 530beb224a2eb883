//! A picture at many scales: smoothed more and more, and the differences.

use crate::math::blur;

/// Scales from one octave to the next, by which the standard deviation doubles.
const SCALES: usize = 3;
/// The smoothing of an octave's first level, in its pixels.
const SIGMA: f32 = 1.6;
/// The smoothing that a picture is taken to have, in its pixels.
const SIGMA_OF_PICTURES: f32 = 0.5;
/// The shortest side of an octave.
const LEAST_SIDE: usize = 16;

/// The levels of one size: each octave has half the pixels a side of the one before.
pub(super) struct Octave {
    /// Height and width.
    pub(super) sides: [usize; 2],
    /// Pixels of the picture to one of the octave.
    pub(super) step: f32,
    /// The picture smoothed by [`Octave::sigma`] of 0, 1, 2 and so on.
    pub(super) levels: Vec<Vec<f32>>,
    /// Each level less the one before it.
    pub(super) differences: Vec<Vec<f32>>,
}

impl Octave {
    /// The smoothing of a level, in pixels of the octave; levels lie between levels, too.
    pub(super) fn sigma(level: f32) -> f32 {
        SIGMA * (level / SCALES as f32).exp2()
    }

    /// The octaves of a picture, as long as there is something to find in them.
    pub(super) fn of(picture: &[f32], sides: [usize; 2]) -> Vec<Self> {
        let first = (SIGMA * SIGMA - SIGMA_OF_PICTURES * SIGMA_OF_PICTURES).sqrt();
        let (mut plane, mut sides, mut step) = (blur(picture, sides, first), sides, 1.0);
        let mut octaves = Vec::new();
        while sides[0].min(sides[1]) >= LEAST_SIDE {
            let mut levels = vec![plane];
            for level in 1..SCALES + 3 {
                let [before, now] = [level - 1, level].map(|level| Self::sigma(level as f32));
                let last = &levels[level - 1];
                levels.push(blur(last, sides, (now * now - before * before).sqrt()));
            }
            let difference = |pair: &[Vec<f32>]| {
                pair[1].iter().zip(&pair[0]).map(|(more, less)| more - less).collect()
            };
            let differences = levels.windows(2).map(difference).collect();
            plane = every_second(&levels[SCALES], sides);
            octaves.push(Self { sides, step, levels, differences });
            sides = sides.map(|side| side / 2);
            step *= 2.0;
        }
        octaves
    }
}

/// Every second pixel of every second row, which a smoothed plane can do without.
fn every_second(plane: &[f32], [height, width]: [usize; 2]) -> Vec<f32> {
    let rows = plane.chunks_exact(width).step_by(2).take(height / 2);
    rows.flat_map(|row| row.iter().step_by(2).take(width / 2)).copied().collect()
}
