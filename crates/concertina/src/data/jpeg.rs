//! Detects truncated JPEG files: decoders silently fill the missing pixels with grey.

/// True if an end-of-image marker follows the start-of-scan marker.
///
/// In the scan data the byte FF is always followed by 00 or by a marker, so an end-of-image marker
/// cannot occur there by chance. The segments before the scan are skipped by their lengths, since a
/// thumbnail in one of them has its own marker.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    let ends = |bytes: &[u8]| bytes.windows(2).any(|pair| pair == [0xFF, 0xD9]);
    // The start-of-image marker has no length.
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let [0xFF, marker, after @ ..] = rest {
        rest = match (marker, after) {
            (&START_OF_SCAN, _) => return ends(after),
            // Any number of FF bytes may precede a marker.
            (0xFF, _) => &rest[1..],
            (_, &[high, low, ..]) => {
                let length = usize::from(u16::from_be_bytes([high, low]));
                after.get(length..).unwrap_or_default()
            }
            _ => return false,
        };
    }
    // Not a segment: some writers insert padding.
    ends(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_end_after_the_pixels_counts() {
        // Beginning, a segment of 4 bytes that holds a preview's end, start of scan, pixels, end.
        let whole =
            *b"\xFF\xD8\xFF\xE1\x00\x04\xFF\xD9\xFF\xFF\xDA\x01\x02\xFF\x00\xFF\xD9 trailer";
        assert!(is_whole(&whole));
        assert!(is_whole(&whole[..17]));
        for length in 0..17 {
            assert!(!is_whole(&whole[..length]), "{length}");
        }
    }

    #[test]
    fn a_segment_of_no_length_does_not_hold_the_walk_up() {
        assert!(!is_whole(b"\xFF\xD8\xFF\xE1\x00\x00\xFF\xE1\x00\x00"));
    }
}
