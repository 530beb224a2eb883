//! White noise that is the same every time.

/// A xorshift generator (Marsaglia 2003).
pub(super) struct Noise(u32);

impl Noise {
    /// Noise of its own for each drum.
    pub(super) fn new(pitch: u8) -> Self {
        Self(0x9E37_79B9 ^ (u32::from(pitch) + 1).wrapping_mul(0x85EB_CA6B))
    }

    /// The next sample, in -1..1.
    pub(super) fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0.cast_signed() as f32 / 2_147_483_648.0
    }
}
