//! A pack: a folder of shuffled shards, which are read piece by piece and need not fit in memory.
//!
//! A shard is a plain `.npy` file of images, u8 of shape N C H W, with another one of their labels,
//! u32, if there are any. `index.json` lists the shards with their counts and checksums, and says
//! what a data card says ([`Index`]). [`Shards`] reads the images of a split; [`PackedSet`] is the
//! two splits as the data of a run. The crate's `packing` writes packs.

mod index;
mod set;
mod shards;
mod supply;

pub use self::index::is_pack;
pub(crate) use self::index::{FileEntry, INDEX, Index, ShardEntry, UNFINISHED};
pub use self::set::PackedSet;
pub(super) use self::set::sample;
pub use self::shards::Shards;
pub(crate) use self::supply::{Piece, Supply};
