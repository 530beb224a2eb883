//! Which chord notes make.

use std::cmp::Reverse;

use super::triad::Chord;

impl Chord {
    /// The chord that pitched notes make, given as MIDI pitch and duration in any unit.
    ///
    /// It is the triad on whose tones most of the time is spent. Of several, one whose root is the
    /// lowest note wins, then the first class: so C E G Bb is C, A C E G is Am, and a C alone is C.
    /// Without notes it is none.
    pub fn of(notes: impl IntoIterator<Item = (u8, u32)>) -> Self {
        let mut time = [0u64; 12];
        let mut bass = None;
        for (pitch, duration) in notes {
            time[usize::from(pitch % 12)] += u64::from(duration);
            bass = Some(bass.map_or(pitch, |bass: u8| bass.min(pitch)));
        }
        let Some(bass) = bass else {
            return Self::NONE;
        };
        let fit = |chord: &Self| {
            let tones = chord.tones().unwrap_or_default();
            let on_tones: u64 = tones.iter().map(|&tone| time[usize::from(tone)]).sum();
            (on_tones, tones[0] == bass % 12, Reverse(*chord))
        };
        Self::all().skip(1).max_by_key(fit).expect("there are 48 triads")
    }
}
