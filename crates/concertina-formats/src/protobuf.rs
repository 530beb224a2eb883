//! Writing protobuf messages: fields of a number and a value, one after the other.

/// The bytes of a message so far.
#[derive(Default)]
pub(crate) struct Message(Vec<u8>);

/// How a value is encoded.
enum Wire {
    Varint = 0,
    Eight = 1,
    Bytes = 2,
    Four = 5,
}

impl Message {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// A whole number. Zero is written too: within a `oneof` it differs from nothing.
    pub(crate) fn int(&mut self, field: u64, value: u64) {
        self.tag(field, Wire::Varint);
        self.varint(value);
    }

    /// A whole number with a sign: of negative ones the two's complement.
    pub(crate) fn signed(&mut self, field: u64, value: i64) {
        self.int(field, value.cast_unsigned());
    }

    pub(crate) fn float(&mut self, field: u64, value: f32) {
        self.tag(field, Wire::Four);
        self.0.extend(value.to_le_bytes());
    }

    pub(crate) fn double(&mut self, field: u64, value: f64) {
        self.tag(field, Wire::Eight);
        self.0.extend(value.to_le_bytes());
    }

    pub(crate) fn bytes(&mut self, field: u64, value: &[u8]) {
        self.tag(field, Wire::Bytes);
        self.varint(value.len() as u64);
        self.0.extend(value);
    }

    pub(crate) fn text(&mut self, field: u64, value: &str) {
        self.bytes(field, value.as_bytes());
    }

    /// A message within this one.
    pub(crate) fn message(&mut self, field: u64, fill: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        fill(&mut inner);
        self.bytes(field, &inner.0);
    }

    fn tag(&mut self, field: u64, wire: Wire) {
        self.varint(field << 3 | wire as u64);
    }

    /// Seven bits a byte, the lowest first; all but the last byte have the highest bit set.
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}
