//! What the fuzz targets share: how one is begun.

/// Runs `$body` on whatever bytes libFuzzer makes up or, built without it, on the files that are
/// named as arguments: those that did harm before, for instance.
#[macro_export]
macro_rules! target {
    (|$bytes:ident| $body:expr) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|$bytes: &[u8]| $body);

        #[cfg(not(fuzzing))]
        fn main() {
            for file in std::env::args_os().skip(1) {
                let read = fs_err::read(file).expect("the file can be read");
                (|$bytes: &[u8]| $body)(&read);
            }
        }
    };
}
