//! The sections of the lesson, in its order: each trains what it needs and puts texts, figures and
//! tables on the page.

mod adversarial;
mod articles;
mod code;
mod comparison;
mod conditional;
mod convolutional;
mod data;
mod denoise;
mod explorer;
mod kl_divergence;
mod music;
mod summary;
mod super_resolution;
mod two_dimensional;
mod variational;

use crate::page::Part;
use crate::studio::{Halt, Studio};

/// What a section does.
type Section = fn(&mut Studio<'_>, &mut Part) -> Result<(), Halt>;

/// All sections with the keys of their headings.
pub(super) const ALL: [(&str, Section); 14] = [
    ("data.title", data::section),
    ("convolutional.title", convolutional::section),
    ("code.title", code::section),
    ("two-dimensional.title", two_dimensional::section),
    ("noise.title", code::noise),
    ("denoise.title", denoise::section),
    ("super-resolution.title", super_resolution::section),
    ("variational.title", variational::section),
    ("closing-task.title", variational::closing_task),
    ("adversarial.title", adversarial::section),
    ("articles.title", articles::section),
    ("kl-divergence.title", kl_divergence::section),
    ("music.title", music::section),
    ("summary.title", summary::section),
];
