//! The service asked over sockets: right questions, wrong ones, and many at the same time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod client;
mod crowd;
mod inference;
mod refusals;
mod server;
