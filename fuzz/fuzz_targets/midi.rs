//! MIDI files: any bytes do no harm, and a score that reads comes back.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use concertina_music::score::Score;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(score) = Score::from_midi(bytes) {
        let written = score.to_midi();
        let again = Score::from_midi(&written).expect("what was written can be read");
        assert_eq!(again.to_midi(), written);
    }
});
