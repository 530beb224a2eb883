//! `.npz` archives: any bytes do no harm.

#![no_main]

use concertina_formats::npz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = npz::parse(bytes, 1 << 20);
});
