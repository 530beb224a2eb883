//! Sixteen images side by side: the unit that every convolution kernel computes with.

/// How many images travel together.
pub(crate) const LANES: usize = 16;

/// One value of each of sixteen images.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub(crate) struct Lanes(pub(crate) [f32; LANES]);

impl Lanes {
    pub(crate) const ZERO: Lanes = Lanes([0.0; LANES]);
}
