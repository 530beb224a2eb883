//! `.npy` arrays: any bytes do no harm, and an array that reads comes back.

#![cfg_attr(fuzzing, no_main)]

use concertina_formats::npy;

concertina_fuzz::target!(|bytes| {
    if let Ok(array) = npy::parse(bytes) {
        let written = npy::write(&array).expect("what was read can be written");
        let again = npy::parse(&written).expect("what was written can be read");
        // Bytes are compared, since NaN is not equal to itself.
        assert_eq!(npy::write(&again).expect("what was read can be written"), written);
    }
});
