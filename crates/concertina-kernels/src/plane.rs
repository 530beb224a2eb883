//! How one activation lies in memory: channel planes whose borders hold the zeros that a
//! convolution reads.

use crate::layer::Shape;

/// Zeros before and after the image, along one axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Margin {
    pub(crate) before: usize,
    pub(crate) after: usize,
}

/// The layout of one activation, in units of [`Lanes`](crate::lanes::Lanes): `[C, rows, columns]`,
/// the image inside.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    pub(crate) channels: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) top: usize,
    pub(crate) left: usize,
    rows: usize,
    /// Distance from one row to the next.
    pub(crate) columns: usize,
}

/// Values that lie together, in an image and in a plane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// The first one's place among the image's values.
    pub(crate) first: usize,
    /// Its place in the plane.
    pub(crate) place: usize,
    pub(crate) len: usize,
}

impl Plane {
    /// A layout without borders.
    pub(crate) fn tight(shape: Shape) -> Plane {
        Plane::padded(shape, [Margin::default(); 2])
    }

    /// A layout with borders above/below and left/right.
    pub(crate) fn padded([channels, height, width]: Shape, [y, x]: [Margin; 2]) -> Plane {
        Plane {
            channels,
            height,
            width,
            top: y.before,
            left: x.before,
            rows: y.before + height + y.after,
            columns: x.before + width + x.after,
        }
    }

    /// Of the image inside.
    pub(crate) fn shape(&self) -> Shape {
        [self.channels, self.height, self.width]
    }

    /// Distance from one channel to the next.
    pub(crate) fn channel_len(&self) -> usize {
        self.rows * self.columns
    }

    /// Of all channels, borders included.
    pub(crate) fn len(&self) -> usize {
        self.channels * self.channel_len()
    }

    /// Where the image's pixel `(y, x)` lies within a channel.
    pub(crate) fn at(&self, y: usize, x: usize) -> usize {
        (self.top + y) * self.columns + self.left + x
    }

    /// The rows of all channels in order, numbered, each with the place of its first pixel.
    pub(crate) fn interior_rows(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.channels * self.height).map(|row| {
            let (channel, y) = (row / self.height, row % self.height);
            (row, channel * self.channel_len() + self.at(y, 0))
        })
    }

    /// Values of one image.
    pub(crate) fn interior_len(&self) -> usize {
        self.channels * self.height * self.width
    }

    fn is_tight(&self) -> bool {
        self.len() == self.interior_len()
    }

    /// The length of each of the `runs`.
    pub(crate) fn run_len(&self) -> usize {
        if self.is_tight() { self.len() } else { self.width }
    }

    /// The image in as few pieces as there are without borders in them, all of one length.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Run> + '_ {
        let len = self.run_len();
        (0..self.interior_len() / len).map(move |n| {
            let (first, row) = (n * len, n * len / self.width);
            let (channel, y) = (row / self.height, row % self.height);
            Run { first, place: channel * self.channel_len() + self.at(y, 0), len }
        })
    }
}
