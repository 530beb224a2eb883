//! Equal and nearly equal pictures: crops, mirror images, turns, other sizes, other encodings.
//!
//! No model is needed. Of each picture a [`Fingerprint`] is kept: up to 128 *keypoints* (blobs of
//! any size, where the difference of two smoothings is extreme), each with a *descriptor* (the
//! gradients around it, in a frame that turns and grows with it) as in SIFT (Lowe: "Distinctive
//! Image Features from Scale-Invariant Keypoints", 2004), and a small grey copy. Two pictures are
//! similar if enough of their keypoints are alike and agree on one [`Alignment`] (a shift, a turn,
//! a change of size, perhaps a mirror), and the grey copies, laid on one another so, correlate.
//! Which pairs are worth the comparison is found by hashing descriptors, so that there is no
//! comparison of all pictures with all.
//!
//! - [`fingerprints`]: of files, read one at a time by each thread.
//! - [`equal_pairs`], [`similar_pairs`], [`near_codes`]: which pictures belong together.
//! - [`Groups`]: pictures that are connected by pairs, and which of them to keep.
//!
//! ```no_run
//! use concertina::duplicates::{Groups, equal_pairs, fingerprints, similar_pairs};
//! use concertina::restore::picture_files;
//!
//! # fn main() -> concertina::Result<()> {
//! let found = fingerprints(&picture_files("photos".as_ref())?, |_| {})?;
//! let mut pairs = equal_pairs(&found.prints);
//! pairs.extend(similar_pairs(&found.prints, |_, _| {})?);
//! for group in Groups::of(&found.prints, &pairs, None)?.groups {
//!     println!("keep {}", found.prints[group.keep].name);
//! }
//! # Ok(())
//! # }
//! ```

mod alignment;
mod codes;
mod descriptor;
mod fingerprint;
mod grey;
mod groups;
mod index;
mod keypoints;
mod matching;
mod pairs;
mod scale_space;
mod shrunk;
mod similarity;
mod thumbnail;

pub use self::alignment::Alignment;
pub use self::codes::{CodeDistances, near_codes};
pub use self::fingerprint::{Fingerprint, Fingerprints, fingerprints};
pub use self::groups::{Group, Groups, Likeness, Member};
pub use self::pairs::{equal_pairs, similar_pairs};
pub use self::shrunk::thumbnail;

#[cfg(test)]
mod tests;
