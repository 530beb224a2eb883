//! `.npz` archives: any bytes do no harm.

#![cfg_attr(fuzzing, no_main)]

use concertina_formats::npz;

concertina_fuzz::target!(|bytes| {
    let _ = npz::parse(bytes, 1 << 20);
});
