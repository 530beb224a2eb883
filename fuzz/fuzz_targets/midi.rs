//! MIDI files: any bytes do no harm, and a score that reads comes back.

#![cfg_attr(fuzzing, no_main)]

use concertina_music::score::Score;

concertina_fuzz::target!(|bytes| {
    if let Ok(score) = Score::from_midi(bytes) {
        let written = score.to_midi();
        let again = Score::from_midi(&written).expect("what was written can be read");
        assert_eq!(again.to_midi(), written);
    }
});
