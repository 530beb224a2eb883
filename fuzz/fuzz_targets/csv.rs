//! CSV tables: any bytes do no harm, and a table that reads comes back.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use concertina_formats::csv;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(table) = csv::parse(bytes) {
        let written = csv::write(&table).expect("what was read can be written");
        assert_eq!(csv::parse(&written).expect("what was written can be read"), table);
    }
});
