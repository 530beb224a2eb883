//! Picture files of any format: any bytes do no harm.

#![cfg_attr(fuzzing, no_main)]

use concertina::restore::PictureFile;

/// Larger pictures may be read, but take their time.
const MOST_PIXELS: usize = 1 << 20;

concertina_fuzz::target!(|bytes| {
    let Ok(picture) = PictureFile::from_bytes(bytes) else { return };
    let _ = (picture.is_animated(), picture.profile().map(<[u8]>::len));
    let layout = picture.layout();
    if layout.width.saturating_mul(layout.height) <= MOST_PIXELS {
        let _ = picture.read();
    }
});
