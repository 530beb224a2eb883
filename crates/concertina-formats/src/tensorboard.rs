//! TensorBoard's event files: a record for each moment, of named numbers.
//!
//! A record is its length (`u64`), the masked CRC-32C of the length, an `Event` message, and the
//! masked CRC-32C of that, all little-endian (TFRecord's framing). A file is [`first_record`] and
//! any number of [`scalars`].

use crate::protobuf::Message;

/// The record that every file begins with. `time` is in seconds since 1970.
pub fn first_record(time: f64) -> Vec<u8> {
    record(|event| {
        event.double(1, time);
        event.text(3, "brain.Event:2");
    })
}

/// The values of curves at a step.
pub fn scalars(time: f64, step: i64, values: &[(&str, f32)]) -> Vec<u8> {
    record(|event| {
        event.double(1, time);
        event.signed(2, step);
        event.message(5, |summary| {
            for (name, value) in values {
                summary.message(1, |entry| {
                    entry.text(1, name);
                    entry.float(2, *value);
                });
            }
        });
    })
}

/// An `Event` message in its frame.
fn record(fill: impl FnOnce(&mut Message)) -> Vec<u8> {
    let mut event = Message::default();
    fill(&mut event);
    let event = event.into_bytes();
    let length = (event.len() as u64).to_le_bytes();
    let mut record = length.to_vec();
    record.extend(masked(crc32c(&length)).to_le_bytes());
    record.extend(&event);
    record.extend(masked(crc32c(&event)).to_le_bytes());
    record
}

/// As `TFRecord` stores a checksum: the CRC of data that holds CRCs would be weak.
fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// CRC-32C (Castagnoli), bit by bit: the records are short.
fn crc32c(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let polynomial = if crc & 1 == 1 { 0x82f6_3b78 } else { 0 };
            crc >> 1 ^ polynomial
        })
    });
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_castagnoli() {
        // RFC 3720, appendix B.4, and the catalogue's check value.
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
    }

    /// The fixture was written by `fixtures/make_tensorboard.py` with TensorBoard's own writer.
    #[test]
    fn the_bytes_are_those_of_tensorboards_own_writer() {
        let mut found = first_record(1.5);
        found.extend(scalars(2.5, 469, &[("loss", 0.25), ("kl", 3.0)]));
        found.extend(scalars(3.5, 938, &[("loss", -0.0)]));
        assert_eq!(found, include_bytes!("../../../fixtures/curves.tfevents"));
    }
}
