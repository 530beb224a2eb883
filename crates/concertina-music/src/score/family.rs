//! The sixteen families of General MIDI programs.

use std::fmt;

/// What kind of instrument a program is: each family has eight programs in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Family {
    Piano,
    ChromaticPercussion,
    Organ,
    Guitar,
    Bass,
    Strings,
    Ensemble,
    Brass,
    Reed,
    Pipe,
    SynthLead,
    SynthPad,
    SynthEffects,
    Ethnic,
    Percussive,
    SoundEffects,
}

const ALL: [(Family, &str); 16] = [
    (Family::Piano, "piano"),
    (Family::ChromaticPercussion, "chromatic percussion"),
    (Family::Organ, "organ"),
    (Family::Guitar, "guitar"),
    (Family::Bass, "bass"),
    (Family::Strings, "strings"),
    (Family::Ensemble, "ensemble"),
    (Family::Brass, "brass"),
    (Family::Reed, "reed"),
    (Family::Pipe, "pipe"),
    (Family::SynthLead, "synth lead"),
    (Family::SynthPad, "synth pad"),
    (Family::SynthEffects, "synth effects"),
    (Family::Ethnic, "ethnic"),
    (Family::Percussive, "percussive"),
    (Family::SoundEffects, "sound effects"),
];

impl Family {
    /// The family of a program, 0 to 127.
    pub fn of(program: u8) -> Self {
        ALL[usize::from(program.min(127) / 8)].0
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ALL[*self as usize].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_programs() {
        for (number, (family, _)) in ALL.iter().enumerate() {
            assert_eq!((*family as usize, Family::of(8 * number as u8 + 7)), (number, *family));
        }
        assert_eq!(Family::of(40).to_string(), "strings");
    }
}
