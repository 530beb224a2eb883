//! IDX arrays: any bytes do no harm, and an array that reads is written as it was.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use concertina_formats::idx;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(array) = idx::parse(bytes) {
        assert_eq!(
            idx::write(&array.shape, &array.values).expect("what was read can be written"),
            bytes
        );
    }
});
