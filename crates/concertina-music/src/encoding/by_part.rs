//! Windows of a score, part by part.

use super::window::{Collector, Extraction};
use crate::dropped::Reason;
use crate::grid::{Part, SIXTEENTHS, parts};
use crate::score::Score;

/// What `take` takes of each part of a score that is as long as a window, in sixteenths.
pub(super) fn extract(
    score: &Score,
    bars: usize,
    mut take: impl FnMut(&Part, &mut Collector),
) -> Extraction {
    let (parts, dropped) = parts(score, SIXTEENTHS);
    let mut collector = Collector::new(dropped);
    for part in &parts {
        if (part.bars as usize) < bars {
            collector.drop(&part.label, Reason::Short { bars });
        } else {
            take(part, &mut collector);
        }
    }
    collector.finish()
}
