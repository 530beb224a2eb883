//! One file per command.

pub(crate) mod bench;
pub(crate) mod codes;
pub(crate) mod compare;
pub(crate) mod data;
pub(crate) mod duplicates;
pub(crate) mod evaluate;
pub(crate) mod explore;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod inspect;
pub(crate) mod interpolate;
pub(crate) mod lesson;
pub(crate) mod manifold;
pub(crate) mod map;
pub(crate) mod mcp;
pub(crate) mod merge;
pub(crate) mod recipes;
pub(crate) mod reconstruct;
pub(crate) mod restore;
pub(crate) mod sample;
pub(crate) mod schema;
pub(crate) mod score;
pub(crate) mod serve;
pub(crate) mod shell;
pub(crate) mod train;
pub(crate) mod vary;
