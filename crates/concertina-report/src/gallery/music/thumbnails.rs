//! Windows as small pictures, for a map.

use concertina::data::Images;
use concertina::data::music::Windows;
use concertina::{ImageShape, Result};
use concertina_music::encoding::Sounding;

/// Width and height in pixels.
const SIDES: [usize; 2] = [64, 36];
/// Rows of a picture that are for drums, at its bottom, if there are other notes above.
const DRUM_ROWS: usize = 9;
/// Paper, and the ink of notes and drums.
const PAPER: u8 = 244;
const NOTE: u8 = 40;
const HIT: u8 = 130;

/// A grey picture of each window, 1x36x64: time from left to right, pitch from low to high. All
/// have the same range of pitches, that of all windows, so that high ones look high.
///
/// # Errors
/// None that windows can cause.
pub fn roll_thumbnails(windows: &Windows) -> Result<Images> {
    let encoding = windows.encoding();
    let [width, height] = SIDES;
    let steps = 4 * encoding.steps_per_quarter() as usize * encoding.bars();
    let notes: Vec<Vec<Sounding>> = windows.iter().map(|tokens| encoding.notes(tokens)).collect();
    let all = || notes.iter().flatten();
    let pitches = || all().filter(|note| !note.is_drums).map(|note| usize::from(note.pitch));
    let (lowest, highest) = (pitches().min().unwrap_or(0), pitches().max().unwrap_or(0));
    let drums = || all().filter(|note| note.is_drums).map(|note| usize::from(note.pitch));
    let (lowest_drum, highest_drum) = (drums().min().unwrap_or(0), drums().max().unwrap_or(0));
    let has_notes = pitches().next().is_some();
    let drum_rows = match (drums().next().is_some(), has_notes) {
        (false, _) => 0,
        (true, true) => DRUM_ROWS,
        (true, false) => height,
    };
    let mut pixels = vec![PAPER; windows.len() * width * height];
    for (picture, notes) in pixels.chunks_exact_mut(width * height).zip(&notes) {
        for note in notes {
            let pitch = usize::from(note.pitch);
            let (row, ink) = if note.is_drums {
                let row = placed(pitch, [lowest_drum, highest_drum], drum_rows);
                (height - 1 - row, HIT)
            } else {
                let row = placed(pitch, [lowest, highest], height - drum_rows);
                (height - 1 - drum_rows - row, NOTE)
            };
            let column = |step: u32| step as usize * width / steps;
            let first = column(note.start).min(width - 1);
            // A gap to the next note, if there is room for one.
            let end = (column(note.end).saturating_sub(1)).clamp(first + 1, width);
            picture[row * width..][first..end].fill(ink);
            if row > 0 {
                picture[(row - 1) * width..][first..end].fill(ink);
            }
        }
    }
    Images::new(ImageShape::new(1, height, width), pixels)
}

/// The row of a pitch among `rows`, from the lowest.
fn placed(pitch: usize, [lowest, highest]: [usize; 2], rows: usize) -> usize {
    (pitch - lowest) * rows.saturating_sub(1) / (highest - lowest).max(1)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use concertina_music::encoding::Encoding;

    use super::*;

    #[test]
    fn notes_stand_at_their_time_and_pitch() {
        let encoding = Encoding::Melody { bars: 1 };
        let bar = |tokens: &[(usize, u16)]| {
            let mut bar = vec![0; 16];
            for &(step, token) in tokens {
                bar[step] = token;
            }
            bar
        };
        // A low note in the first half, a high one in the second; and silence.
        let tokens = [bar(&[(0, 20), (8, 60)]), bar(&[])].concat();
        let images = roll_thumbnails(&Windows::new(encoding, tokens)).unwrap();
        assert_eq!(images.len(), 2);
        let [width, height] = SIDES;
        let inked = |row: usize| -> Vec<usize> {
            let row = &images.image(0)[row * width..][..width];
            (0..width).filter(|&column| row[column] == NOTE).collect()
        };
        assert_eq!(inked(height - 1), (0..31).collect::<Vec<_>>());
        assert_eq!(inked(0), (32..63).collect::<Vec<_>>());
        assert!((2..height - 2).all(|row| inked(row).is_empty()));
        assert!(images.image(1).iter().all(|pixel| *pixel == PAPER));
    }

    #[test]
    fn drums_stand_below() {
        let windows = Windows::new(Encoding::Trio { bars: 1 }, [41, 20, 3].repeat(16));
        let images = roll_thumbnails(&windows).unwrap();
        let [width, height] = SIDES;
        let has = |rows: std::ops::Range<usize>, ink: u8| {
            images.image(0)[rows.start * width..rows.end * width].contains(&ink)
        };
        assert!(has(height - DRUM_ROWS..height, HIT) && !has(0..height - DRUM_ROWS - 1, HIT));
        assert!(has(0..height - DRUM_ROWS, NOTE));
        let hits = Windows::new(Encoding::Drums { bars: 1 }, vec![257; 16]);
        let images = roll_thumbnails(&hits).unwrap();
        assert!(images.image(0)[..width].contains(&HIT), "drums alone have all the room");
    }
}
