//! Planes of an image in another size.

use concertina_kernels::bicubic_taps;

/// A plane of this height and width in another one, by bicubic interpolation (a = -0.5, mirrored at
/// the edges, with antialiasing where a side becomes shorter). First along columns, then along
/// rows. Not clipped.
pub fn resize_bicubic(plane: &[f32], from: [usize; 2], to: [usize; 2]) -> Vec<f32> {
    let width = from[1];
    let [rows, columns] = [0, 1].map(|axis| bicubic_taps(from[axis], to[axis]));
    let mut all = Vec::with_capacity(rows.len() * columns.len());
    let mut row = vec![0.0; width];
    for taps in &rows {
        row.fill(0.0);
        for &(y, weight) in taps {
            let from = &plane[y * width..][..width];
            row.iter_mut().zip(from).for_each(|(sum, value)| *sum += weight * value);
        }
        let across = |taps: &Vec<(usize, f32)>| taps.iter().map(|&(x, w)| w * row[x]).sum::<f32>();
        all.extend(columns.iter().map(across));
    }
    all
}
