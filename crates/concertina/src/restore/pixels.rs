//! Pixels as they lie in files.

/// How the pixels of a picture are stored: row by row, the channels of a pixel side by side,
/// numbers of 16 bits with the high byte first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// 1 for grey, 3 for red, green, blue.
    pub colours: usize,
    /// True if a channel of opacity follows the colours.
    pub alpha: bool,
    /// True for 16 bits a channel, false for 8.
    pub deep: bool,
}

impl Layout {
    /// Channels of a pixel, with that of opacity.
    pub fn channels(self) -> usize {
        self.colours + usize::from(self.alpha)
    }

    /// Bytes of a row.
    pub fn row(self) -> usize {
        self.width * self.channels() * self.channel()
    }

    /// Bytes of a channel of a pixel.
    fn channel(self) -> usize {
        if self.deep { 2 } else { 1 }
    }

    /// The value in 0..1 of a channel of a row's pixel.
    pub(crate) fn value(self, row: &[u8], x: usize, channel: usize) -> f32 {
        let at = (x * self.channels() + channel) * self.channel();
        if self.deep {
            f32::from(u16::from_be_bytes([row[at], row[at + 1]])) / f32::from(u16::MAX)
        } else {
            f32::from(row[at]) / f32::from(u8::MAX)
        }
    }

    /// Stores a value in 0..1, rounded.
    pub(super) fn store(self, row: &mut [u8], x: usize, channel: usize, value: f32) {
        let at = (x * self.channels() + channel) * self.channel();
        if self.deep {
            let value = (value * f32::from(u16::MAX)).round() as u16;
            row[at..at + 2].copy_from_slice(&value.to_be_bytes());
        } else {
            row[at] = (value * f32::from(u8::MAX)).round() as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again() {
        for deep in [false, true] {
            let layout = Layout { width: 3, height: 1, colours: 3, alpha: true, deep };
            let mut row = vec![0; layout.row()];
            let levels = if deep { 65_535.0 } else { 255.0 };
            for (at, level) in [0.0, 1.0, 7.0, levels].into_iter().enumerate() {
                layout.store(&mut row, 2, at, level / levels);
                assert_eq!(layout.value(&row, 2, at), level / levels);
            }
            assert_eq!(row[..2 * layout.row() / 3], vec![0; 2 * layout.row() / 3]);
        }
    }
}
