//! The order of an epoch over examples on a disk: random, a function of seed and epoch alone, and
//! such that a step's examples are found by reading a window of each of sixteen streams.
//!
//! 1. The split is cut into blocks of examples that lie in one piece on the disk, about 1 MiB of
//!    shards, or a few pictures.
//! 2. The blocks are put in an order that is drawn anew in each epoch ([`Bijection`]).
//! 3. What follows from that, example by example, is cut into sixteen streams of one length.
//! 4. Each stream is taken in windows of sixteen blocks; within a window the order is random.
//! 5. A batch takes its examples from the streams in turn.
//!
//! So only the windows in use are in memory, and no order of all examples. A window is read by
//! threads of its own while the one before it is trained on. Processes that share the work can each
//! read some of the streams.

use std::ops::Range;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::data::{ReadingCost, Stored};
use crate::error::{Error, Result};
use crate::memory;
use crate::rng::{Bijection, Purpose, Seed, Stream};

/// Streams, of which each batch takes its share.
const STREAMS: usize = 16;
/// Blocks of a window.
const WINDOW_BLOCKS: usize = 16;
/// Blocks of a set, at least, if it has as many examples: a window of each stream.
const LEAST_BLOCKS: usize = STREAMS * WINDOW_BLOCKS;

/// Where each example of a set stands in an epoch.
#[derive(Clone, Copy, Debug)]
struct Layout {
    /// Examples of the set.
    n: usize,
    /// Examples of a block; of the last one, perhaps fewer.
    block: usize,
    blocks: Bijection,
    /// Blocks that are whole. What remains stays at the end.
    whole: usize,
}

impl Layout {
    /// Of the epoch, of a set of `n` examples, of which runs of `run` are best read together.
    fn new(n: usize, run: usize, seed: Seed, epoch: u32) -> Self {
        let block = run.min(n.div_ceil(LEAST_BLOCKS)).max(1);
        let whole = n / block;
        let blocks = Bijection::new(seed, Purpose::Blocks, epoch, whole as u32);
        Self { n, block, blocks, whole }
    }

    /// Places of a window: examples that are taken from each stream before the next window.
    fn window(&self) -> usize {
        self.block * WINDOW_BLOCKS
    }

    /// The examples of a stream, by their places in the order of the blocks.
    fn stream(&self, stream: usize) -> Range<usize> {
        let start = |stream| (stream as u128 * self.n as u128 / STREAMS as u128) as usize;
        start(stream)..start(stream + 1)
    }

    /// The stream and the place within it of the example that comes at `position` in the epoch.
    fn place(&self, position: usize) -> (usize, usize) {
        let least = self.n / STREAMS;
        if position < least * STREAMS {
            return (position % STREAMS, position / STREAMS);
        }
        // Some streams have one example more than others.
        let mut longer = (0..STREAMS).filter(|&stream| self.stream(stream).len() > least);
        let stream = longer.nth(position - least * STREAMS).expect("the position is below n");
        (stream, least)
    }

    /// The places in the order of the blocks that a window of a stream has.
    fn places(&self, stream: usize, window: usize) -> Range<usize> {
        let all = self.stream(stream);
        let start = all.end.min(all.start + window * self.window());
        start..all.end.min(start + self.window())
    }

    /// Runs of examples that lie beside each other on the disk, for places in the order of the
    /// blocks.
    fn runs(&self, places: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let Self { block, whole, blocks, .. } = *self;
        let mut at = places.start;
        std::iter::from_fn(move || {
            let (number, within) = (at / block, at % block);
            let n = (block - within).min(places.end - at);
            at += n;
            let own = if number < whole { blocks.at(number as u32) as usize } else { number };
            let first = own * block + within;
            (n > 0).then_some(first..first + n)
        })
    }
}

/// One window of each stream, in memory.
struct Frame {
    number: usize,
    windows: Vec<Window>,
}

/// A window of a stream.
struct Window {
    /// `[N, C, H, W]`, as they lie on the disk.
    pixels: Vec<u8>,
    /// The index in the set of each.
    indices: Vec<u32>,
    /// The class of each, if classes are asked for.
    labels: Option<Vec<u32>>,
    /// The order in which they are taken.
    order: Vec<u32>,
}

impl Frame {
    /// Reads a window of each stream, with as many threads as suit the examples.
    fn read(source: &Source, number: usize) -> Result<Self> {
        let readers = match source.stored.cost() {
            ReadingCost::Waiting => STREAMS,
            ReadingCost::Computing => rayon::current_num_threads().min(STREAMS),
        };
        let of_reader = STREAMS.div_ceil(readers);
        let windows: Vec<Vec<Window>> = thread::scope(|scope| {
            let read = |first| {
                let streams = first..STREAMS.min(first + of_reader);
                scope.spawn(move || {
                    streams.map(|stream| Window::read(source, stream, number)).collect()
                })
            };
            let threads: Vec<_> = (0..STREAMS).step_by(of_reader).map(read).collect();
            threads.into_iter().map(|thread| joined(thread.join())).collect::<Result<_>>()
        })?;
        Ok(Self { number, windows: windows.into_iter().flatten().collect() })
    }
}

impl Window {
    fn read(source: &Source, stream: usize, number: usize) -> Result<Self> {
        let Source { stored, layout, seed, epoch, with_labels } = source;
        let places = layout.places(stream, number);
        let (n, size) = (places.len(), stored.shape().len());
        let mut pixels = memory::room_for(n, size, "images of a window")?;
        pixels.resize(n * size, 0);
        let mut indices = Vec::with_capacity(n);
        let mut labels = with_labels.then(|| Vec::with_capacity(n));
        let mut rest = pixels.as_mut_slice();
        for run in layout.runs(places) {
            let (now, later) = rest.split_at_mut(run.len() * size);
            stored.read_augmented_pixels(run.clone(), *seed, *epoch, now)?;
            if let Some(labels) = &mut labels {
                labels.extend(stored.labels(run.clone())?);
            }
            indices.extend(run.map(|index| index as u32));
            rest = later;
        }
        let position = [*epoch, stream as u32, number as u32];
        let order = Stream::new(*seed, Purpose::Window, position).permutation(n);
        Ok(Self { pixels, indices, labels, order })
    }
}

/// What windows are read of.
#[derive(Clone)]
struct Source {
    stored: Arc<dyn Stored>,
    layout: Layout,
    seed: Seed,
    epoch: u32,
    with_labels: bool,
}

/// The examples of an epoch, in its order.
pub(super) struct Streams {
    source: Source,
    current: Option<Frame>,
    /// The frame that is being read, and its number.
    next: Option<(usize, JoinHandle<Result<Frame>>)>,
}

/// Examples in memory.
pub(super) struct Taken {
    /// `[N, C, H, W]`.
    pub(super) pixels: Vec<u8>,
    /// Their indices in the set.
    pub(super) indices: Vec<u32>,
    /// Their classes, if classes are asked for.
    pub(super) labels: Option<Vec<u32>>,
}

impl Streams {
    /// Of the epoch. Nothing is read yet.
    pub(super) fn new(stored: &dyn Stored, seed: Seed, epoch: u32, with_labels: bool) -> Self {
        let layout = Layout::new(stored.len(), stored.run(), seed, epoch);
        let source = Source { stored: stored.handle(), layout, seed, epoch, with_labels };
        Self { source, current: None, next: None }
    }

    /// The examples at these positions of the epoch. Reading goes on from window to window; earlier
    /// positions than the last ones are found again, at the cost of reading a window.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub(super) fn take(&mut self, positions: Range<usize>) -> Result<Taken> {
        let layout = self.source.layout;
        let size = self.source.stored.shape().len();
        let n = positions.len();
        let mut pixels = memory::room_for(n, size, "images of a batch")?;
        let mut indices = Vec::with_capacity(n);
        let mut labels = self.source.with_labels.then(|| Vec::with_capacity(n));
        for position in positions {
            let (stream, place) = layout.place(position);
            let frame = self.frame(place / layout.window())?;
            let window = &frame.windows[stream];
            let own = window.order[place % layout.window()] as usize;
            pixels.extend_from_slice(&window.pixels[own * size..][..size]);
            indices.push(window.indices[own]);
            if let (Some(labels), Some(found)) = (&mut labels, &window.labels) {
                labels.push(found[own]);
            }
        }
        Ok(Taken { pixels, indices, labels })
    }

    /// The frame of this number. That after it is read from now on.
    fn frame(&mut self, number: usize) -> Result<&Frame> {
        if self.current.as_ref().is_none_or(|frame| frame.number != number) {
            // Dropped before another one is begun, so that no more than two are in memory.
            self.current = None;
            let begun = self.next.take().filter(|(begun, _)| *begun == number);
            let frame = match begun {
                Some((_, thread)) => joined(thread.join())?,
                None => Frame::read(&self.source, number)?,
            };
            self.begin(number + 1)?;
            self.current = Some(frame);
        }
        Ok(self.current.as_ref().expect("it was read just now"))
    }

    /// Begins to read a frame, if there is such a frame.
    fn begin(&mut self, number: usize) -> Result<()> {
        let layout = self.source.layout;
        if (0..STREAMS).all(|stream| layout.places(stream, number).is_empty()) {
            return Ok(());
        }
        let source = self.source.clone();
        let thread = thread::Builder::new()
            .name("window".to_owned())
            .spawn(move || Frame::read(&source, number))?;
        self.next = Some((number, thread));
        Ok(())
    }
}

/// Bytes of the windows that are in memory at a time while such examples are trained on.
pub(super) fn bytes(stored: &dyn Stored) -> u64 {
    let layout = Layout::new(stored.len(), stored.run(), Seed(0), 0);
    let frame = layout.window().saturating_mul(STREAMS).min(stored.len()) as u64;
    let frames = if frame < stored.len() as u64 { 2 } else { 1 };
    // Beside the pixels an index, a label and a place in the order.
    frames * frame * (stored.shape().len() as u64 + 12)
}

/// What a thread returned; its panic goes on in this thread.
fn joined<T>(result: thread::Result<Result<T, Error>>) -> Result<T> {
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The indices in the order of an epoch, without reading anything.
    fn order(n: usize, run: usize, seed: u64, epoch: u32) -> Vec<usize> {
        let layout = Layout::new(n, run, Seed(seed), epoch);
        let index = |position| {
            let (stream, place) = layout.place(position);
            let (window, within) = (place / layout.window(), place % layout.window());
            let places = layout.places(stream, window);
            let own =
                Stream::new(Seed(seed), Purpose::Window, [epoch, stream as u32, window as u32])
                    .permutation(places.len())[within];
            let at = places.start + own as usize;
            layout.runs(at..at + 1).flatten().collect::<Vec<_>>()[0]
        };
        (0..n).map(index).collect()
    }

    #[test]
    fn every_example_comes_once_in_an_epoch() {
        for n in [1, 2, 15, 16, 17, 31, 255, 256, 257, 1000, 4100] {
            // Blocks of one example, of a few, and as large as the set allows.
            for run in [1, 4, 1 << 20] {
                let mut found = order(n, run, 1, 1);
                if n > 30 {
                    assert!(found.iter().enumerate().any(|(place, index)| place != *index));
                    assert_ne!(found, order(n, run, 2, 1));
                    assert_ne!(found, order(n, run, 1, 2));
                }
                found.sort_unstable();
                assert_eq!(found, (0..n).collect::<Vec<_>>(), "{n} in runs of {run}");
            }
        }
    }

    #[test]
    fn a_batch_is_of_all_streams_and_a_window_of_what_is_read_at_a_time() {
        let n = 81_000_000;
        let layout = Layout::new(n, (1 << 20) / (3 * 64 * 64), Seed(3), 5);
        assert_eq!((layout.block, layout.window()), (85, 1360));
        for first in [0, 128 * 1000, 128 * 600_000] {
            let mut share = [0; STREAMS];
            for position in first..first + 128 {
                share[layout.place(position).0] += 1;
            }
            assert_eq!(share, [8; STREAMS]);
        }
        // Runs of whole blocks, from all over the set.
        let runs: Vec<_> = layout.runs(layout.places(7, 2000)).collect();
        assert_eq!(runs.iter().map(Range::len).sum::<usize>(), 1360);
        assert!(runs.len() <= WINDOW_BLOCKS + 1);
        let far = runs.windows(2).filter(|pair| pair[0].start.abs_diff(pair[1].start) > n / 100);
        assert!(far.count() >= WINDOW_BLOCKS / 2);
        let frames = 2 * 1360 * 16 * (12_288 + 12);
        assert!(frames < 540_000_000, "windows of {frames} bytes");
    }
}
