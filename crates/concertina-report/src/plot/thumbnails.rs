//! Small images on a plot, each at its point.

use concertina::data::Images;
use concertina::{Error, Result};

use super::canvas::{Area, Canvas};
use super::pixels::Raster;

/// The longer side of an image, in pixels of the sheet, is at most this.
const SIDE: usize = 72;
/// Between two images.
const GAP: f32 = 4.0;

/// The images of all points.
pub(super) struct Thumbnails<'a> {
    images: &'a Images,
    /// Pixels of an image to one of the sheet, where it is larger.
    divisor: usize,
    /// Pixels of the sheet to one of an image, where it is smaller.
    factor: usize,
}

impl<'a> Thumbnails<'a> {
    /// Of `n` points.
    pub(super) fn new(images: &'a Images, n: usize) -> Result<Self> {
        if images.len() != n {
            return Err(Error::data(format!(
                "expected an image for each of {n} points, found {}",
                images.len()
            )));
        }
        let longer = images.shape().height.max(images.shape().width);
        let divisor = longer.div_ceil(SIDE);
        Ok(Self { images, divisor, factor: (SIDE / longer).max(1) })
    }

    /// Width and height on the sheet.
    fn size(&self) -> [f32; 2] {
        let shape = self.images.shape();
        [shape.width, shape.height].map(|side| (side.div_ceil(self.divisor) * self.factor) as f32)
    }

    /// The places that get an image: one after the other, those whose images lie within the area
    /// and do not touch the ones before.
    pub(super) fn choose(&self, places: &[[f32; 2]], area: Area) -> Vec<usize> {
        let [width, height] = self.size();
        let [wide, tall] = [width + GAP, height + GAP];
        // A cell holds the middle of one image at most, so that only neighbours can touch.
        let columns = (area.width / wide).ceil() as usize + 1;
        let rows = (area.height / tall).ceil() as usize + 1;
        let mut taken: Vec<Option<[f32; 2]>> = vec![None; columns * rows];
        let mut chosen = Vec::new();
        for (index, [x, y]) in places.iter().enumerate() {
            let is_within = x - width / 2.0 >= area.left
                && x + width / 2.0 <= area.right()
                && y - height / 2.0 >= area.top
                && y + height / 2.0 <= area.bottom();
            let cell = [((y - area.top) / tall) as usize, ((x - area.left) / wide) as usize];
            let near = |cell: usize, n: usize| cell.saturating_sub(1)..n.min(cell + 2);
            let touches = near(cell[0], rows).any(|row| {
                near(cell[1], columns).any(|column| {
                    taken[row * columns + column].is_some_and(|[other_x, other_y]| {
                        (x - other_x).abs() < wide && (y - other_y).abs() < tall
                    })
                })
            });
            if is_within && !touches {
                taken[cell[0] * columns + cell[1]] = Some([*x, *y]);
                chosen.push(index);
            }
        }
        chosen
    }

    /// Draws images by their index, each with its middle at a place.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        images: impl Iterator<Item = (usize, [f32; 2])>,
    ) {
        let [width, height] = self.size();
        for (index, [x, y]) in images {
            let Ok(raster) = Raster::from_bytes(self.images.shape(), self.images.image(index))
            else {
                continue;
            };
            let small = raster.shrunk(self.divisor);
            let corner = [x - width / 2.0, y - height / 2.0].map(f32::round);
            let rim = Area {
                left: corner[0] - 1.0,
                top: corner[1] - 1.0,
                width: width + 2.0,
                height: height + 2.0,
            };
            canvas.fill(rim, canvas.colours.muted);
            for image in small.iter() {
                canvas.image(image, small.width, self.factor, corner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use concertina::ImageShape;

    use super::*;

    #[test]
    fn images_do_not_touch_and_stay_within() {
        let shape = ImageShape::new(3, 20, 40);
        let images = Images::new(shape, vec![9; 500 * shape.len()]).unwrap();
        let thumbnails = Thumbnails::new(&images, 500).unwrap();
        assert_eq!(thumbnails.size(), [40.0, 20.0]);
        let area = Area { left: 10.0, top: 20.0, width: 300.0, height: 200.0 };
        let places: Vec<[f32; 2]> = (0..500_u16)
            .map(|i| [f32::from(i * 37 % 300) + 10.0, f32::from(i * 61 % 200) + 20.0])
            .collect();
        let chosen = thumbnails.choose(&places, area);
        assert!(chosen.len() > 10, "{chosen:?}");
        for (n, &i) in chosen.iter().enumerate() {
            let [x, y] = places[i];
            assert!((30.0..=290.0).contains(&x) && (30.0..=210.0).contains(&y));
            for &j in &chosen[..n] {
                let [other_x, other_y] = places[j];
                assert!((x - other_x).abs() >= 44.0 || (y - other_y).abs() >= 24.0);
            }
        }
        assert!(Thumbnails::new(&images, 499).is_err());
        let large = Images::new(ImageShape::new(1, 200, 100), vec![0; 20_000]).unwrap();
        assert_eq!(Thumbnails::new(&large, 1).unwrap().size(), [34.0, 67.0]);
    }
}
