//! Blocks of numbers and pictures beside the description of a page.

use std::collections::BTreeMap;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use concertina::{Error, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

/// Blocks by their names.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    blocks: BTreeMap<String, Block>,
}

/// Bytes, and how they are packed.
#[derive(Debug)]
pub(crate) struct Block {
    /// Packed.
    pub(crate) bytes: Vec<u8>,
    pub(crate) packing: Packing,
}

/// How a block's bytes become numbers, in the words of the page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Packing {
    /// Bytes after unpacking.
    bytes: usize,
    /// "gzip", or "none" for what is compressed already.
    encoding: &'static str,
    /// Bytes of a number. Before compression, the first bytes of all numbers stand together, then
    /// the second ones, and so on: those with the exponents compress far better alone.
    planes: usize,
}

impl Blocks {
    /// Adds numbers, and gives the name back.
    pub(crate) fn floats(&mut self, name: String, values: &[f32]) -> Result<String> {
        self.numbers(name, &values.iter().map(|value| value.to_le_bytes()))
    }

    /// Adds numbers as halves.
    pub(crate) fn halves(&mut self, name: String, values: &[f32]) -> Result<String> {
        self.numbers(name, &values.iter().map(|value| half::f16::from_f32(*value).to_le_bytes()))
    }

    /// Adds labels.
    pub(crate) fn labels(&mut self, name: String, values: &[u16]) -> Result<String> {
        self.numbers(name, &values.iter().map(|value| value.to_le_bytes()))
    }

    /// Adds bytes.
    pub(crate) fn bytes(&mut self, name: String, values: &[u8]) -> Result<String> {
        self.numbers(name, &values.iter().map(|value| [*value]))
    }

    /// Adds what is compressed already.
    pub(crate) fn packed(&mut self, name: String, bytes: Vec<u8>) -> String {
        let packing = Packing { bytes: bytes.len(), encoding: "none", planes: 1 };
        self.blocks.insert(name.clone(), Block { bytes, packing });
        name
    }

    fn numbers<const N: usize>(
        &mut self,
        name: String,
        values: &(impl Iterator<Item = [u8; N]> + Clone),
    ) -> Result<String> {
        let planes: Vec<u8> =
            (0..N).flat_map(|plane| values.clone().map(move |value| value[plane])).collect();
        let packing = Packing { bytes: planes.len(), encoding: "gzip", planes: N };
        self.blocks.insert(name.clone(), Block { bytes: compressed(&planes)?, packing });
        Ok(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Block)> {
        self.blocks.iter().map(|(name, block)| (name.as_str(), block))
    }

    /// How each is packed.
    pub(crate) fn packings(&self) -> BTreeMap<String, Packing> {
        self.iter().map(|(name, block)| (name.to_owned(), block.packing.clone())).collect()
    }
}

impl Block {
    /// As text that HTML can hold.
    pub(crate) fn to_text(&self) -> String {
        STANDARD.encode(&self.bytes)
    }
}

/// Without a time or a name: the same numbers are the same bytes.
fn compressed(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|error| Error::failed("numbers could not be compressed").with_source(error))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::io::Read;

    use super::*;

    #[test]
    fn numbers_are_packed_plane_by_plane() {
        let mut blocks = Blocks::default();
        let values = [1.0_f32, -2.5, 3e-9];
        blocks.floats("a".to_owned(), &values).unwrap();
        blocks.labels("b".to_owned(), &[258, 3]).unwrap();
        let all: Vec<_> = blocks.iter().collect();
        let unpacked = |n: usize| {
            let mut planes = Vec::new();
            flate2::read::GzDecoder::new(&all[n].1.bytes[..]).read_to_end(&mut planes).unwrap();
            planes
        };
        let planes = unpacked(0);
        for (n, value) in values.into_iter().enumerate() {
            let bytes = [0, 1, 2, 3].map(|plane| planes[plane * 3 + n]);
            assert_eq!(f32::from_le_bytes(bytes), value);
        }
        assert_eq!(unpacked(1), [2, 3, 1, 0]);
        assert_eq!(all[1].1.packing.bytes, 4);
    }
}
