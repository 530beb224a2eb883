//! Picture files of any format: any bytes do no harm.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use concertina::restore::PictureFile;
use libfuzzer_sys::fuzz_target;

/// Larger pictures may be read, but take their time.
const MOST_PIXELS: usize = 1 << 20;

fuzz_target!(|bytes: &[u8]| {
    let Ok(picture) = PictureFile::from_bytes(bytes) else { return };
    let _ = (picture.is_animated(), picture.profile().map(<[u8]>::len));
    let layout = picture.layout();
    if layout.width.saturating_mul(layout.height) <= MOST_PIXELS {
        let _ = picture.read();
    }
});
