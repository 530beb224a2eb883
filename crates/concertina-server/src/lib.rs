//! HTTP: models for everybody who may ask ([`Service`]), and pages for a browser on this machine
//! ([`Site`]).
//!
//! The only crate with sockets.
//!
//! A [`Service`] answers what [`Served`] models say of examples that are sent to it. Requests that
//! wait are answered together, and an answer does not depend on what else is asked: it is that of
//! the library, to the bit. It bounds what a request, and all of them together, may take
//! ([`Limits`]), and when it is told to end ([`Stop`]) it first answers what was asked.
//!
//! What is in a [`Site`] are files in memory. [`Bound::serve`] answers until the program ends.
//! Nobody else gets at it: it listens on the loopback interface alone, the address has a random
//! token in it, and requests in another machine's or page's name are refused.

mod stalling;

mod connections;

mod hosts;

mod site;

mod guard;

mod pages;

mod service;

pub use self::pages::Bound;
pub use self::service::{Ended, Limits, Served, Service, Settings, Stop};
pub use self::site::{File, Site};
