//! The tiles of a picture.

use std::ops::Range;

use concertina_kernels::STRIPS;

/// Bytes that a thread's tile may take while a model runs on it, unless somebody says otherwise.
pub(super) const WORKSPACE: usize = 64 << 20;
/// Bytes of the rows that are in memory at the same time.
const ROWS: usize = 128 << 20;
/// The most tiles along an axis that are considered.
const MOST: usize = 1024;

/// What tiles take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    /// Places are multiples of it.
    pub(super) step: usize,
    /// Pixels at an inner edge that are not those of the whole picture: a multiple of the step.
    pub(super) halo: usize,
    /// Bytes that a thread's tile takes for each of its pixels, and may take.
    pub(super) pixel: usize,
    pub(super) workspace: usize,
    /// Bytes of a row of the picture, with those that become of it.
    pub(super) row: usize,
    pub(super) threads: usize,
}

/// Tiles of one size that cover a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) height: usize,
    pub(super) width: usize,
    /// Along the picture's height and its width.
    pub(super) rows: Vec<Span>,
    pub(super) columns: Vec<Span>,
}

/// A tile along one axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Where it begins.
    pub(super) start: usize,
    /// The part of the picture that is taken from it.
    pub(super) kept: Range<usize>,
}

impl Plan {
    /// For a picture of this height and width, the plan that takes the least time within the
    /// memory. Sides of tiles are as far from a multiple of the step as the picture's.
    pub(super) fn new([height, width]: [usize; 2], costs: Costs) -> Self {
        let mut best: Option<([usize; 2], [usize; 2])> = None;
        for n_columns in 1..=MOST {
            // A width that is no multiple leaves some of the strips idle.
            let units = [costs.step, costs.step * STRIPS];
            let Some(tile_width) = side(width, n_columns, costs.halo, units) else { break };
            let strip = tile_width.div_ceil(STRIPS).next_multiple_of(costs.step);
            for n_rows in 1..=MOST {
                let units = [costs.step; 2];
                let Some(tile_height) = side(height, n_rows, costs.halo, units) else { break };
                // Strips have borders of a column or two.
                let area = tile_height * (strip + 2) * STRIPS;
                let excess = (area * costs.pixel).saturating_sub(costs.workspace)
                    + (tile_height * costs.row).saturating_sub(ROWS);
                let time = n_rows * n_columns.div_ceil(costs.threads) * area;
                let judged = ([excess, time], [tile_height, tile_width]);
                if best.is_none_or(|(best, _)| judged.0 < best) {
                    best = Some(judged);
                }
                // More rows would only take more time.
                if excess == 0 {
                    break;
                }
            }
        }
        let (_, [tile_height, tile_width]) = best.expect("one tile is a plan");
        Self {
            height: tile_height,
            width: tile_width,
            rows: spans(height, tile_height, costs.halo, costs.step),
            columns: spans(width, tile_width, costs.halo, costs.step),
        }
    }
}

/// The length of each of so many tiles that cover `n`; none if they would not advance or fewer
/// suffice. The last one ends with `n` and begins at a multiple of the step, so it is a multiple of
/// the unit less what `n` lacks to a multiple of the step.
fn side(n: usize, n_tiles: usize, halo: usize, [step, unit]: [usize; 2]) -> Option<usize> {
    if n_tiles == 1 {
        return Some(n);
    }
    let lacks = n.next_multiple_of(step) - n;
    let least = (n + (n_tiles - 1) * 2 * halo).div_ceil(n_tiles);
    let side = (least + lacks).next_multiple_of(unit) - lacks;
    (side < n && side >= 2 * halo + step).then_some(side)
}

/// Tiles of length `side` that cover `n`, the last one ends with it.
fn spans(n: usize, side: usize, halo: usize, step: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let (mut start, mut from) = (0, 0);
    while start + side < n {
        let until = start + side - halo;
        spans.push(Span { start, kept: from..until });
        from = until;
        start = ((until - halo) / step * step).min(n - side);
    }
    spans.push(Span { start, kept: from..n });
    spans
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn tiles_cover_a_picture_and_keep_clear_of_their_edges(
            sides in [1..3000_usize, 1..3000],
            step in 1..5_usize,
            halo in 0..20_usize,
            workspace in 1_000..100_000_000_usize,
            threads in 1..5_usize,
        ) {
            let halo = halo * step;
            let costs = Costs { step, halo, pixel: 300, workspace, row: sides[1] * 9, threads };
            let plan = Plan::new(sides, costs);
            for (n, side, spans) in
                [(sides[0], plan.height, &plan.rows), (sides[1], plan.width, &plan.columns)]
            {
                let mut end = 0;
                for span in spans {
                    prop_assert_eq!(span.kept.start, end);
                    prop_assert!(span.start.is_multiple_of(step));
                    prop_assert!(span.start == 0 || span.start + halo <= span.kept.start);
                    let tile_end = span.start + side;
                    prop_assert!(tile_end <= n && (n - side).is_multiple_of(step));
                    prop_assert!(tile_end == n || span.kept.end + halo <= tile_end);
                    prop_assert!(!span.kept.is_empty());
                    end = span.kept.end;
                }
                prop_assert_eq!(end, n);
            }
        }
    }

    #[test]
    fn small_pictures_are_shared_by_the_threads_and_large_ones_fit_the_memory() {
        let costs = |threads| Costs {
            step: 2,
            halo: 20,
            pixel: 200,
            workspace: WORKSPACE,
            row: 4096,
            threads,
        };
        let tiles = |sides, threads| {
            let plan = Plan::new(sides, costs(threads));
            [plan.rows.len(), plan.columns.len()]
        };
        assert_eq!(tiles([20, 30], 2), [1, 1]);
        assert_eq!(tiles([400, 400], 1), [1, 1]);
        assert_eq!(tiles([400, 400], 2), [1, 2]);
        let plan = Plan::new([20_000, 20_000], costs(2));
        assert!(plan.height * plan.width * 200 <= WORKSPACE, "{} {}", plan.height, plan.width);
    }
}
