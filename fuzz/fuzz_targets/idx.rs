//! IDX arrays: any bytes do no harm, and an array that reads is written as it was.

#![cfg_attr(fuzzing, no_main)]

use concertina_formats::idx;

concertina_fuzz::target!(|bytes| {
    if let Ok(array) = idx::parse(bytes) {
        assert_eq!(
            idx::write(&array.shape, &array.values).expect("what was read can be written"),
            bytes
        );
    }
});
