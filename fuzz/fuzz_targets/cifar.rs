//! CIFAR-10 batches: any bytes do no harm, and a batch that reads is written as it was.

#![cfg_attr(fuzzing, no_main)]

use concertina_formats::cifar;

concertina_fuzz::target!(|bytes| {
    if let Ok(batch) = cifar::parse(bytes) {
        assert_eq!(cifar::write(&batch).expect("what was read can be written"), bytes);
    }
});
