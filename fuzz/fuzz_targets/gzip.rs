//! gzip: any bytes do no harm, and nothing grows beyond the limit.

#![cfg_attr(fuzzing, no_main)]

use concertina_formats::gzip;

concertina_fuzz::target!(|bytes| {
    const LIMIT: usize = 1 << 20;
    if let Ok(unpacked) = gzip::unpack(bytes, LIMIT) {
        assert!(unpacked.len() <= LIMIT);
    }
});
