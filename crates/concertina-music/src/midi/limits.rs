//! How much is read.

/// The most notes that are read from one file.
pub const MAX_NOTES: usize = 1_000_000;

/// The length of the longest track that is read, in ticks: the longest delta time of a MIDI file.
pub const MAX_TICKS: u32 = (1 << 28) - 1;

/// Bytes of a header, with those that say that it is one and how long.
pub(super) const HEADER_BYTES: usize = 14;
