//! Models over HTTP: what they say of examples that are sent, as JSON, pictures or arrays.
//!
//! A request passes these in turn: `admission` (who asks), `content` (the body, as it is sent),
//! `given` (what is asked for, and of what), `verbs` (one for each address), the model's `queue`
//! (together with other requests), `answer` (as the client wants it). `inference` is another
//! protocol over the same queue.

mod problem;

mod limits;

mod metrics;

mod room;

mod queue;

mod served;

mod shared;

mod admission;

mod body;

mod nested;

mod document;

mod content;

mod given;

mod answer;

mod input;

mod verbs;

mod about;

mod inference;

mod router;

mod run;

pub use self::limits::Limits;
pub use self::run::{Ended, Service, Settings, Stop};
pub use self::served::Served;
