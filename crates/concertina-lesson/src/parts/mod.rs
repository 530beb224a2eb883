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

/// All sections with their headings.
pub(super) const ALL: [(&str, Section); 14] = [
    ("The data and the idea", data::section),
    ("A convolutional autoencoder", convolutional::section),
    ("A look at the code", code::section),
    ("Task: a two-dimensional code", two_dimensional::section),
    ("Task: noise in the code", code::noise),
    ("Denoising", denoise::section),
    ("Super-resolution", super_resolution::section),
    ("The variational autoencoder", variational::section),
    ("Closing task: make it convolutional", variational::closing_task),
    ("The adversarial autoencoder", adversarial::section),
    ("From the linked articles", articles::section),
    ("KL divergence on a small scale", kl_divergence::section),
    ("Challenge: music", music::section),
    ("Summary", summary::section),
];
