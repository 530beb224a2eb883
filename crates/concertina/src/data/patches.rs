//! Patches of pictures as training examples.

use super::{Examples, Images, unit};
use crate::error::Result;
use crate::memory;
use crate::rng::Stream;
use crate::shape::ImageShape;

/// Square patches of pictures of any size.
///
/// As many as fit beside each other into the pictures are examples, so that an epoch sees about all
/// pixels once. In training, each is cut from a place in its picture that is drawn at random, and
/// mirrored and turned at random by quarters; otherwise it stays at its own place in a grid.
#[derive(Clone, Debug)]
pub struct Patches {
    side: usize,
    channels: usize,
    pictures: Vec<Picture>,
    grid: Vec<Place>,
}

/// A picture at its own size, `[C, H, W]`.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub(super) shape: ImageShape,
    pub(super) pixels: Vec<u8>,
}

/// Where a patch lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The picture's number.
    pub(super) picture: usize,
    /// The patch's first row and column.
    pub(super) corner: [usize; 2],
}

impl Patches {
    /// Of pictures whose sides are at least `side`, with as many channels.
    pub(super) fn new(side: usize, channels: usize, pictures: Vec<Picture>) -> Self {
        let grid = pictures
            .iter()
            .enumerate()
            .flat_map(|(number, Picture { shape, .. })| {
                let size = [shape.height, shape.width];
                let corner = move |patch| place(size, side, patch);
                (0..count(size, side)).map(move |k| Place { picture: number, corner: corner(k) })
            })
            .collect();
        Self { side, channels, pictures, grid }
    }

    /// The places of the patches, picture by picture.
    pub(super) fn places(&self) -> &[Place] {
        &self.grid
    }

    /// The pixels of all pictures, one after another.
    pub(super) fn pixels(&self) -> impl Iterator<Item = &[u8]> {
        self.pictures.iter().map(|picture| picture.pixels.as_slice())
    }

    /// Every patch at its place in the grid, as images.
    ///
    /// # Errors
    /// If there is not as much memory.
    pub(super) fn images(&self) -> Result<Images> {
        let shape = self.shape();
        let mut pixels = memory::room_for(self.grid.len(), shape.len(), "patches")?;
        for place in &self.grid {
            let picture = &self.pictures[place.picture];
            pixels.extend(picture.rows(place.corner, self.side).flatten());
        }
        Images::new(shape, pixels)
    }
}

impl Picture {
    /// The rows of a square, channel by channel.
    fn rows(&self, [top, left]: [usize; 2], side: usize) -> impl Iterator<Item = &[u8]> {
        let ImageShape { channels, height, width } = self.shape;
        (0..channels * side).map(move |row| {
            let (channel, y) = (row / side, top + row % side);
            &self.pixels[(channel * height + y) * width + left..][..side]
        })
    }

    /// Copies a square.
    pub(super) fn copy(&self, corner: [usize; 2], side: usize, into: &mut [u8]) {
        for (to, row) in into.chunks_exact_mut(side).zip(self.rows(corner, side)) {
            to.copy_from_slice(row);
        }
    }

    /// A corner anywhere, for a square to be laid any way up.
    pub(super) fn anywhere(&self, side: usize, stream: &mut Stream) -> ([usize; 2], Way) {
        let mut within = |length: usize| stream.below((length - side + 1) as u32) as usize;
        let corner = [within(self.shape.height), within(self.shape.width)];
        (corner, Way(stream.below(8)))
    }
}

impl Examples for Patches {
    fn len(&self) -> usize {
        self.grid.len()
    }

    fn shape(&self) -> ImageShape {
        ImageShape::new(self.channels, self.side, self.side)
    }

    fn read(&self, index: usize, into: &mut [f32]) -> Result<()> {
        let Place { picture, corner } = self.grid[index];
        write(self.pictures[picture].rows(corner, self.side), into);
        Ok(())
    }

    fn read_augmented(
        &self,
        index: usize,
        stream: &mut Stream,
        into: &mut [f32],
    ) -> Result<Option<u32>> {
        let picture = &self.pictures[self.grid[index].picture];
        let (corner, way) = picture.anywhere(self.side, stream);
        write(picture.rows(corner, self.side), into);
        way.turn(into, self.side);
        Ok(None)
    }
}

/// How many squares fit beside each other into a picture of this height and width.
pub(super) fn count(size: [usize; 2], side: usize) -> usize {
    size.map(|length| length / side).into_iter().product()
}

/// The corner of one of these squares, row by row; they are in the middle of the picture.
pub(super) fn place(size: [usize; 2], side: usize, number: usize) -> [usize; 2] {
    let across = size[1] / side;
    let [top, left] = size.map(|length| length % side / 2);
    [top + number / across * side, left + number % across * side]
}

fn write<'a>(rows: impl Iterator<Item = &'a [u8]>, into: &mut [f32]) {
    for (value, &pixel) in into.iter_mut().zip(rows.flatten()) {
        *value = unit(pixel);
    }
}

/// One of the eight ways to lay a square: mirrored from left to right, from top to bottom, along
/// the diagonal, by the bits.
#[derive(Clone, Copy)]
pub(super) struct Way(u32);

impl Way {
    /// Lays squares of side `side`, which follow each other, all the same way.
    pub(super) fn turn<T>(self, planes: &mut [T], side: usize) {
        planes.chunks_exact_mut(side * side).for_each(|plane| self.turn_one(plane, side));
    }

    fn turn_one<T>(self, plane: &mut [T], side: usize) {
        let Self(way) = self;
        if way & 1 == 1 {
            plane.chunks_exact_mut(side).for_each(<[T]>::reverse);
        }
        if way & 2 == 2 {
            for y in 0..side / 2 {
                let (above, below) = plane.split_at_mut((side - 1 - y) * side);
                above[y * side..(y + 1) * side].swap_with_slice(&mut below[..side]);
            }
        }
        if way & 4 == 4 {
            for y in 0..side {
                for x in 0..y {
                    plane.swap(y * side + x, x * side + y);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::collections::BTreeSet;

    use super::*;
    use crate::rng::{Purpose, Seed};

    /// A picture whose pixels are all different: 16 rows of 16, and its negative.
    fn picture([height, width]: [usize; 2]) -> Picture {
        let shape = ImageShape::new(2, height, width);
        let pixel = |n: usize| ((n / width % height) * 16 + n % width) as u8;
        let pixels = (0..shape.len()).map(|n| if n < shape.area() { pixel(n) } else { !pixel(n) });
        Picture { shape, pixels: pixels.collect() }
    }

    #[test]
    fn patches_are_as_many_as_fit_and_lie_in_the_middle() {
        let patches = Patches::new(4, 2, vec![picture([4, 5]), picture([9, 14])]);
        let places: Vec<_> =
            patches.places().iter().map(|place| (place.picture, place.corner)).collect();
        assert_eq!(
            places,
            [
                (0, [0, 0]),
                (1, [0, 1]),
                (1, [0, 5]),
                (1, [0, 9]),
                (1, [4, 1]),
                (1, [4, 5]),
                (1, [4, 9])
            ]
        );
        let images = patches.images().unwrap();
        assert_eq!(images.len(), patches.len());
        assert_eq!(images.image(5)[..4], [0x45, 0x46, 0x47, 0x48]);
        let [mut one, mut other] = [[0.0; 32]; 2];
        for index in 0..patches.len() {
            patches.read(index, &mut one).unwrap();
            images.read(index, &mut other).unwrap();
            assert_eq!(one, other);
        }
    }

    #[test]
    fn in_training_a_patch_is_anywhere_in_its_picture_and_any_way_up() {
        let patches = Patches::new(3, 2, vec![picture([4, 5]), picture([3, 3])]);
        let mut seen = BTreeSet::new();
        for epoch in 0..2000 {
            let mut stream = Stream::new(Seed(1), Purpose::Augmentation, [epoch, 0, 0]);
            let mut values = [0.0; 18];
            assert_eq!(patches.read_augmented(0, &mut stream, &mut values).unwrap(), None);
            let pixels = values.map(|value| (value * 255.0).round() as u8);
            // The channels are turned alike.
            assert!(pixels[..9].iter().zip(&pixels[9..]).all(|(one, other)| *other == !*one));
            seen.insert(pixels);
        }
        // Two rows and three columns to begin at, and eight ways up.
        assert_eq!(seen.len(), 2 * 3 * 8);
        for pixels in &seen {
            // All nine pixels of a square.
            let own: BTreeSet<(u8, u8)> =
                pixels[..9].iter().map(|pixel| (pixel / 16, pixel % 16)).collect();
            let (top, left) = *own.first().unwrap();
            let square = (0..9).map(|n| (top + n / 3, left + n % 3)).collect();
            assert_eq!(own, square);
        }
    }
}
