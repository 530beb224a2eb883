//! CSV tables: any bytes do no harm, and a table that reads comes back.

#![cfg_attr(fuzzing, no_main)]

use concertina_formats::csv;

concertina_fuzz::target!(|bytes| {
    if let Ok(table) = csv::parse(bytes) {
        let written = csv::write(&table).expect("what was read can be written");
        assert_eq!(csv::parse(&written).expect("what was written can be read"), table);
    }
});
