//! WAV files.

/// Bytes of a sample, which has 16 bits.
const BYTES: u32 = 2;

/// Bytes of the header after the first eight.
const HEADER: u32 = 36;

/// Samples as a WAV file: 16-bit PCM, mono.
///
/// Samples beyond -1..=1 are cut off there; what is not a number is silence. A file holds at most
/// 4 GiB; samples beyond that are left out.
pub fn wav(samples: &[f32], sample_rate: u32) -> Vec<u8> {
    let most = (u32::MAX - HEADER) / BYTES;
    let samples = &samples[..samples.len().min(most as usize)];
    let length = samples.len() as u32 * BYTES;
    let mut bytes = Vec::with_capacity((8 + HEADER + length) as usize);
    bytes.extend(b"RIFF");
    bytes.extend((HEADER + length).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16u32.to_le_bytes()); // length of the format
    bytes.extend(1u16.to_le_bytes()); // PCM
    bytes.extend(1u16.to_le_bytes()); // channels
    bytes.extend(sample_rate.to_le_bytes());
    bytes.extend(sample_rate.saturating_mul(BYTES).to_le_bytes());
    bytes.extend((BYTES as u16).to_le_bytes()); // bytes of all channels' samples
    bytes.extend((8 * BYTES as u16).to_le_bytes()); // bits of a sample
    bytes.extend(b"data");
    bytes.extend(length.to_le_bytes());
    for &sample in samples {
        let scaled = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round();
        // A cast of what is not a number is 0.
        bytes.extend((scaled as i16).to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_that_of_the_format() {
        let bytes = wav(&[0.0, 1.0, -1.0, 9.0, f32::NAN], 44_100);
        let expected = [
            b"RIFF\x2e\0\0\0WAVE".as_slice(),
            b"fmt \x10\0\0\0\x01\0\x01\0\x44\xac\0\0\x88\x58\x01\0\x02\0\x10\0",
            b"data\x0a\0\0\0\0\0\xff\x7f\x01\x80\xff\x7f\0\0",
        ];
        assert_eq!(bytes, expected.concat());
    }

    #[test]
    fn no_samples_are_a_file_too() {
        let bytes = wav(&[], u32::MAX);
        assert_eq!(bytes.len(), 44);
        assert_eq!(bytes[40..], [0; 4]);
    }
}
