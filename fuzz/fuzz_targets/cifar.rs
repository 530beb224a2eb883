//! CIFAR-10 batches: any bytes do no harm, and a batch that reads is written as it was.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use concertina_formats::cifar;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(batch) = cifar::parse(bytes) {
        assert_eq!(cifar::write(&batch).expect("what was read can be written"), bytes);
    }
});
