//! What processes tell each other: lists of numbers, one after the other.

use super::sum::floats;

/// A message that is being written.
#[derive(Debug, Default)]
pub(crate) struct Message(Vec<u8>);

impl Message {
    /// Appends a list of numbers.
    pub(crate) fn floats(&mut self, values: &[f32]) {
        self.bytes(bytemuck::cast_slice(values));
    }

    /// Appends a list of numbers in double precision.
    pub(crate) fn doubles(&mut self, values: &[f64]) {
        self.bytes(bytemuck::cast_slice(values));
    }

    /// Appends a list of bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend((bytes.len() as u64).to_le_bytes());
        self.0.extend(bytes);
    }

    /// The message.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Reads the lists of a message in the order in which they were written.
///
/// # Panics
/// Its functions do if the message is not one of this program's.
#[derive(Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// Whether everything was read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// The next list of numbers.
    pub(crate) fn floats(&mut self) -> Vec<f32> {
        floats(self.bytes())
    }

    /// The next list of numbers in double precision.
    pub(crate) fn doubles(&mut self) -> Vec<f64> {
        bytemuck::pod_collect_to_vec(self.bytes())
    }

    /// The next list of bytes.
    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        let (len, rest) = self.0.split_first_chunk().expect("a list begins with its length");
        let (list, rest) = rest.split_at(u64::from_le_bytes(*len) as usize);
        self.0 = rest;
        list
    }
}
