//! tar archives: any bytes do no harm, and entries lie within the archive.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use concertina_formats::tar;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entries) = tar::entries(bytes) {
        assert!(entries.iter().map(|entry| entry.data.len()).sum::<usize>() <= bytes.len());
    }
});
