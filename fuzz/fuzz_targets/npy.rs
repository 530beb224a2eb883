//! `.npy` arrays: any bytes do no harm, and an array that reads comes back.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use concertina_formats::npy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(array) = npy::parse(bytes) {
        let written = npy::write(&array).expect("what was read can be written");
        let again = npy::parse(&written).expect("what was written can be read");
        // Bytes are compared, since NaN is not equal to itself.
        assert_eq!(npy::write(&again).expect("what was read can be written"), written);
    }
});
