//! gzip: any bytes do no harm, and nothing grows beyond the limit.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use concertina_formats::gzip;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    const LIMIT: usize = 1 << 20;
    if let Ok(unpacked) = gzip::unpack(bytes, LIMIT) {
        assert!(unpacked.len() <= LIMIT);
    }
});
