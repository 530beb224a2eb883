//! Connected regions of a mask.

/// The number of the region that each place of a mask lies in, from 1; 0 outside. Places that touch
/// by a side or a corner are of one region. Also the number of places of each region.
pub(super) fn regions(mask: &[bool], [height, width]: [usize; 2]) -> (Vec<u32>, Vec<u32>) {
    assert_eq!(mask.len(), height * width, "a mask has a value for each place");
    let mut numbers = vec![0; mask.len()];
    let mut sizes = Vec::new();
    let mut open = Vec::new();
    for first in 0..mask.len() {
        if !mask[first] || numbers[first] != 0 {
            continue;
        }
        let number = sizes.len() as u32 + 1;
        let mut size = 0;
        numbers[first] = number;
        open.push(first);
        while let Some(at) = open.pop() {
            size += 1;
            let (y, x) = (at / width, at % width);
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                for x in x.saturating_sub(1)..(x + 2).min(width) {
                    let near = y * width + x;
                    if mask[near] && numbers[near] == 0 {
                        numbers[near] = number;
                        open.push(near);
                    }
                }
            }
        }
        sizes.push(size);
    }
    (numbers, sizes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_connect_and_edges_of_the_picture_do_not() {
        let rows = ["#..#.", ".#..#", "#....", "...##"];
        let mask: Vec<bool> = rows.iter().flat_map(|row| row.chars().map(|c| c == '#')).collect();
        let (numbers, sizes) = regions(&mask, [4, 5]);
        assert_eq!(sizes, [3, 2, 2]);
        assert_eq!(numbers, [1, 0, 0, 2, 0, 0, 1, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 3, 3]);
        assert_eq!(regions(&[false; 6], [2, 3]), (vec![0; 6], vec![]));
    }
}
