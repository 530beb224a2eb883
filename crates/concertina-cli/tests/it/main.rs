//! The command as a whole: the real binary, in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod bad_music;
mod cluster;
mod columnar;
mod duplicates;
mod explore;
mod export;
mod help;
mod inspect;
mod kill;
mod lesson;
mod listening;
mod mcp;
mod music;
mod packs;
mod pages;
mod pictures;
mod pipes;
mod place;
mod redact;
mod schemas;
mod serve;
mod teach;
mod tensorboard;
mod told;
mod use_it;
