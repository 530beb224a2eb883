//! Pages over HTTP, for a browser on this machine.
//!
//! The only crate with sockets. What is served is a [`Site`]: files in memory. [`Bound::serve`]
//! answers until the program ends. Nobody else gets at it: it listens on the loopback interface
//! alone, the address has a random token in it, and requests in another machine's or page's name
//! are refused.

mod site;

mod guard;

mod listen;

pub use self::listen::Bound;
pub use self::site::{File, Site};

#[cfg(test)]
mod tests;
