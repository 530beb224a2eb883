//! What instruments sound like, by family.

use crate::score::Family;

/// The most partials of a tone.
pub(super) const PARTIALS: usize = 8;

/// A kind of sound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timbre {
    /// Amplitude of each partial; together at most about 2.
    pub(super) levels: [f32; PARTIALS],
    /// Frequency of each partial as a multiple of the tone's.
    pub(super) ratios: [f64; PARTIALS],
    /// How fast the tone fades while it is held, in nepers per second at the middle C; higher tones
    /// fade faster. 0 for tones that are sustained.
    pub(super) decay: f64,
    /// What each further partial fades faster by, in nepers per second.
    pub(super) decay_step: f64,
    /// Time of rising, in seconds.
    pub(super) attack: f64,
    /// Time of fading once the note has ended, in seconds.
    pub(super) release: f64,
    /// Depth of the vibrato, in cents.
    pub(super) vibrato: f64,
}

const HARMONIC: [f64; PARTIALS] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];

/// Strings of steel are a little sharp in their high partials.
const STIFF: [f64; PARTIALS] = [1.0, 2.001, 3.003, 4.007, 5.013, 6.021, 7.033, 8.049];

/// The partials of a bar that is free at both ends, with the octave of a tube.
const BAR: [f64; PARTIALS] = [1.0, 2.0, 2.756, 4.0, 5.404, 6.0, 8.0, 8.933];

const PIANO: Timbre = Timbre {
    levels: [0.8, 0.4, 0.22, 0.14, 0.09, 0.06, 0.03, 0.02],
    ratios: STIFF,
    decay: 0.9,
    decay_step: 0.55,
    attack: 0.004,
    release: 0.18,
    vibrato: 0.0,
};

const BELL: Timbre = Timbre {
    levels: [0.8, 0.15, 0.25, 0.12, 0.08, 0.0, 0.0, 0.03],
    ratios: BAR,
    decay: 1.8,
    decay_step: 1.6,
    attack: 0.003,
    release: 0.4,
    vibrato: 0.0,
};

const ORGAN: Timbre = Timbre {
    levels: [0.55, 0.4, 0.25, 0.2, 0.0, 0.1, 0.0, 0.06],
    ratios: HARMONIC,
    decay: 0.0,
    decay_step: 0.0,
    attack: 0.012,
    release: 0.07,
    vibrato: 2.0,
};

const GUITAR: Timbre = Timbre {
    levels: [0.75, 0.45, 0.3, 0.18, 0.12, 0.08, 0.05, 0.03],
    ratios: STIFF,
    decay: 1.4,
    decay_step: 0.9,
    attack: 0.003,
    release: 0.12,
    vibrato: 0.0,
};

const BASS: Timbre = Timbre {
    levels: [1.0, 0.55, 0.25, 0.12, 0.06, 0.03, 0.0, 0.0],
    ratios: HARMONIC,
    decay: 1.0,
    decay_step: 1.0,
    attack: 0.005,
    release: 0.09,
    vibrato: 0.0,
};

const STRINGS: Timbre = Timbre {
    levels: [0.5, 0.27, 0.18, 0.11, 0.07, 0.05, 0.03, 0.02],
    ratios: HARMONIC,
    decay: 0.0,
    decay_step: 0.0,
    attack: 0.045,
    release: 0.25,
    vibrato: 3.0,
};

const REED: Timbre = Timbre {
    levels: [0.55, 0.18, 0.3, 0.12, 0.12, 0.05, 0.04, 0.02],
    ratios: HARMONIC,
    decay: 0.0,
    decay_step: 0.0,
    attack: 0.02,
    release: 0.08,
    vibrato: 2.5,
};

const PIPE: Timbre = Timbre {
    levels: [0.8, 0.16, 0.08, 0.03, 0.0, 0.0, 0.0, 0.0],
    ratios: HARMONIC,
    decay: 0.0,
    decay_step: 0.0,
    attack: 0.03,
    release: 0.1,
    vibrato: 3.0,
};

/// The sound of a family.
pub(super) fn of(family: Family) -> &'static Timbre {
    match family {
        Family::Piano => &PIANO,
        Family::ChromaticPercussion | Family::Percussive => &BELL,
        Family::Organ => &ORGAN,
        Family::Guitar | Family::Ethnic => &GUITAR,
        Family::Bass => &BASS,
        Family::Strings | Family::Ensemble | Family::SynthPad | Family::SynthEffects => &STRINGS,
        Family::Brass | Family::Reed | Family::SynthLead => &REED,
        Family::Pipe | Family::SoundEffects => &PIPE,
    }
}
