//! tar archives: any bytes do no harm, and entries lie within the archive.

#![cfg_attr(fuzzing, no_main)]

use concertina_formats::tar;

concertina_fuzz::target!(|bytes| {
    if let Ok(entries) = tar::entries(bytes) {
        let content = entries.iter().map(|entry| entry.place.end - entry.place.start);
        assert!(content.sum::<u64>() <= bytes.len() as u64);
        assert!(entries.iter().all(|entry| entry.place.end <= bytes.len() as u64));
    }
});
