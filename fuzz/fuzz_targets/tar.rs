//! tar archives: any bytes do no harm, and entries lie within the archive.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use concertina_formats::tar;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entries) = tar::entries(bytes) {
        let content = entries.iter().map(|entry| entry.place.end - entry.place.start);
        assert!(content.sum::<u64>() <= bytes.len() as u64);
        assert!(entries.iter().all(|entry| entry.place.end <= bytes.len() as u64));
    }
});
