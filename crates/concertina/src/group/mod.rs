//! The processes that train one model together.
//!
//! A run is usually of one process, [`Alone`]. Several share the work of a batch and of validation
//! ([`Group`]); since sums are taken in an order that the recipe fixes (`training.shards`), the
//! result has the same bytes for any number of them.
//!
//! ```
//! use concertina::group::{Alone, Group};
//!
//! assert_eq!((Alone.rank(), Alone.size()), (0, 1));
//! assert_eq!(Alone.gather(b"losses"), [b"losses"]);
//! assert!(!Alone.any(false));
//! ```

mod message;
mod sum;
#[cfg(test)]
pub(crate) mod threads;

use std::fmt::Debug;

pub(crate) use self::message::{Message, Reader};
pub(crate) use self::sum::{added, sum, tree};

/// Processes that train one model together. All call the same functions in the same order.
///
/// There is no error to return: without one of them the others cannot go on, so whoever finds that
/// a process is lost ends its own.
pub trait Group: Debug + Send + Sync {
    /// The number of this process, from 0. The first one writes the run folder.
    fn rank(&self) -> usize;

    /// The number of processes, at least 1.
    fn size(&self) -> usize;

    /// Sends part `i` of `parts` to process `i`, for each of them, and returns what each process
    /// sent to this one, in their order. Parts may be empty, and of any lengths.
    fn exchange(&self, parts: &[&[u8]]) -> Vec<Vec<u8>>;

    /// Whether this is the process that writes the run folder.
    fn is_first(&self) -> bool {
        self.rank() == 0
    }

    /// What each process gives, in their order.
    fn gather(&self, own: &[u8]) -> Vec<Vec<u8>> {
        self.exchange(&vec![own; self.size()])
    }

    /// What the first process gives; what others give is ignored.
    fn broadcast(&self, of_first: &[u8]) -> Vec<u8> {
        let own = if self.is_first() { of_first } else { &[] };
        self.gather(own).swap_remove(0)
    }

    /// Whether any process says so: they agree, at the same moment of their work.
    fn any(&self, own: bool) -> bool {
        self.gather(&[u8::from(own)]).concat().contains(&1)
    }
}

/// A group of one process.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Group for Alone {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn exchange(&self, parts: &[&[u8]]) -> Vec<Vec<u8>> {
        parts.iter().map(|part| part.to_vec()).collect()
    }
}

#[cfg(test)]
mod tests;
