//! What holds for every figure: its size, the same bytes each time, and a figure for strange input
//! too.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use concertina::{ImageShape, Result};
use image::RgbImage;

use super::*;

fn decode(png: Result<Vec<u8>>) -> RgbImage {
    image::load_from_memory_with_format(&png.unwrap(), image::ImageFormat::Png).unwrap().into_rgb8()
}

fn count_of(picture: &RgbImage, colour: [u8; 3]) -> usize {
    picture.pixels().filter(|pixel| pixel.0 == colour).count()
}

fn contains_ink(picture: &RgbImage) -> bool {
    let ground = picture.get_pixel(0, 0).0;
    picture.pixels().any(|pixel| pixel.0 != ground)
}

const DIGIT: ImageShape = ImageShape::new(1, 28, 28);

/// Images of one brightness each.
fn plain(count: usize, shape: ImageShape) -> Vec<f32> {
    (0..count).flat_map(|i| vec![i as f32 / count as f32; shape.len()]).collect()
}

fn grid(rows: Vec<Row>) -> ImageGrid {
    ImageGrid { rows, ..ImageGrid::default() }
}

#[test]
fn every_pixel_of_an_image_becomes_a_square() {
    // Ten images of 28 pixels are magnified sixfold; without text nothing else has these
    // colours.
    let pixels = [vec![0.2; DIGIT.len()], vec![0.4; DIGIT.len() * 9]].concat();
    let picture = decode(grid(vec![Row::new("", DIGIT, &pixels).unwrap()]).to_png(Theme::Light));
    assert_eq!(picture.dimensions(), (2 * 36 + 10 * 168 + 9 * 8, 2 * 36 + 168));
    assert_eq!(count_of(&picture, [51; 3]), 168 * 168);
    assert_eq!(count_of(&picture, [102; 3]), 9 * 168 * 168);
}

#[test]
fn images_stand_the_right_way_up() {
    let shape = ImageShape::new(1, 2, 2);
    let row = Row::new("", shape, &[0.0, 0.2, 0.4, 0.6]).unwrap();
    let picture = decode(grid(vec![row]).to_png(Theme::Dark));
    let corner = |x: u32, y: u32| picture.get_pixel(36 + 5 + x * 140, 36 + 5 + y * 140).0[0];
    assert_eq!([corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1)], [0, 51, 102, 153]);
}

#[test]
fn small_inputs_are_as_large_as_their_outputs() {
    let small = ImageShape::new(1, 14, 14);
    let input = Row::new("", small, &vec![0.2; small.len() * 5]).unwrap();
    let output = Row::new("", DIGIT, &vec![0.4; DIGIT.len() * 5]).unwrap();
    let picture = decode(grid(vec![input, output]).to_png(Theme::Light));
    assert_eq!(count_of(&picture, [51; 3]), 5 * 280 * 280);
    assert_eq!(count_of(&picture, [102; 3]), 5 * 280 * 280);
}

#[test]
fn large_images_are_shown_as_they_are() {
    let shape = ImageShape::new(3, 300, 400);
    let row = Row::bytes("photo", shape, &vec![77; shape.len()]).unwrap();
    let picture = decode(grid(vec![row]).to_png(Theme::Light));
    assert_eq!(count_of(&picture, [77; 3]), 300 * 400);
}

#[test]
fn images_of_a_sheet_that_would_be_huge_are_shrunk() {
    let tall = ImageShape::new(1, 4096, 12);
    let large = ImageShape::new(1, 64, 64);
    let codes = Row::values("code", tall, &plain(5, tall)).unwrap();
    let images = Row::new("images", large, &plain(5, large)).unwrap();
    let picture = decode(grid(vec![images, codes]).to_png(Theme::Light));
    let (width, height) = picture.dimensions();
    assert!(width * height <= 40_000_000, "{width}x{height}");
    assert!(height > 1000, "{width}x{height}");
    // Many small images make a large sheet too, and stay as they are.
    let small = ImageShape::new(1, 28, 28);
    let sheet = ImageGrid::sheet("", small, &plain(4000, small), 10).unwrap();
    assert!(decode(sheet.to_png(Theme::Light)).height() > 400 * 112);
}

#[test]
fn a_sheet_breaks_into_rows() {
    let sheet = ImageGrid::sheet("", DIGIT, &plain(10, DIGIT), 4).unwrap();
    assert_eq!(sheet.rows.len(), 3);
    let picture = decode(sheet.to_png(Theme::Light));
    assert_eq!(picture.height(), 2 * 36 + 3 * 280 + 2 * 8);
}

#[test]
fn grids_that_cannot_be_drawn_are_refused() {
    let empty = || Row::new("", DIGIT, &[]).unwrap();
    assert!(grid(vec![]).to_png(Theme::Light).is_err());
    assert!(grid(vec![empty()]).to_png(Theme::Light).is_err());
    let row = || Row::new("", DIGIT, &plain(1, DIGIT)).unwrap();
    assert!(grid(vec![row(), empty()]).to_png(Theme::Light).is_ok());
    let shape = ImageShape::new(1, 1, 1);
    let wide = Row::bytes("", shape, &vec![0; 3_000_000]).unwrap();
    let error = grid(vec![wide]).to_png(Theme::Light).unwrap_err();
    assert!(error.is_data() && error.hint().is_some(), "{error}");
}

#[test]
fn strange_text_is_drawn_or_shortened() {
    let row = || Row::new("a\nb\u{0}\u{1F600}漢字".repeat(50), DIGIT, &plain(1, DIGIT)).unwrap();
    let sheet = ImageGrid {
        title: "long ".repeat(100) + &"x".repeat(1000),
        columns: vec!["wide".repeat(100); 20],
        rows: vec![
            row().with_captions(vec!["caption".repeat(100); 20]).with_detail("y".repeat(500)),
        ],
        note: "\u{202e}".into(),
    };
    assert!(decode(sheet.to_png(Theme::Light)).width() < 1000);
}

#[test]
fn a_manifold_has_no_gaps_and_wants_every_image() {
    let pixels = vec![0.2; DIGIT.len() * 6];
    let manifold = Manifold {
        title: "",
        shape: DIGIT,
        pixels: &pixels,
        x_values: &[-1.0, 0.0, 1.0],
        y_values: &[1.0, -1.0],
        x_name: "z1",
        y_name: "z2",
        note: "",
    };
    let picture = decode(manifold.to_png(Theme::Light));
    let factor = 1700 / (3 * 28);
    assert_eq!(count_of(&picture, [51; 3]), 6 * 28 * 28 * factor * factor);
    assert!(Manifold { x_values: &[0.0], ..manifold }.to_png(Theme::Light).is_err());
    assert!(Manifold { x_values: &[], pixels: &[], ..manifold }.to_png(Theme::Light).is_err());
    let strange = [f32::NAN, f32::INFINITY, f32::MAX];
    assert!(Manifold { x_values: &strange, ..manifold }.to_png(Theme::Light).is_ok());
}

#[test]
fn the_same_struct_gives_the_same_bytes() {
    let points: Vec<[f32; 2]> =
        (0..500).map(|i| [(i as f32).sin(), (i as f32 * 0.7).cos()]).collect();
    let labels: Vec<u32> = (0..500).map(|i| i % 7).collect();
    let scatter = Scatter { points: &points, labels: &labels, ..Scatter::default() };
    assert_eq!(scatter.to_png(Theme::Light).unwrap(), scatter.to_png(Theme::Light).unwrap());
    assert_ne!(scatter.to_png(Theme::Light).unwrap(), scatter.to_png(Theme::Dark).unwrap());
}

#[test]
fn no_class_hides_another() {
    // Two classes at the same places, one after the other in the input.
    let points: Vec<[f32; 2]> =
        (0..4000).map(|i| [(i % 2000) as f32 % 45.0, (i % 2000) as f32 / 45.0]).collect();
    let labels: Vec<u32> = (0..4000).map(|i| i / 2000).collect();
    let scatter = Scatter { points: &points, labels: &labels, ..Scatter::default() };
    let picture = decode(scatter.to_png(Theme::Light));
    let (mut blue, mut orange) = (0usize, 0usize);
    for pixel in picture.pixels().filter(|pixel| pixel.0[0].abs_diff(pixel.0[2]) > 30) {
        if pixel.0[2] > pixel.0[0] { blue += 1 } else { orange += 1 }
    }
    assert!(
        blue > 10_000 && orange > 10_000 && blue < 4 * orange && orange < 4 * blue,
        "{blue} {orange}"
    );
}

#[test]
fn any_points_make_a_figure() {
    let strange = [f32::NAN, f32::INFINITY, f32::MAX, f32::MIN, 0.0, -0.0, 1e-40, 1.0];
    let pairs: Vec<[f32; 2]> =
        strange.iter().flat_map(|x| strange.iter().map(|y| [*x, *y])).collect();
    let line: Vec<[f32; 2]> = (0..50).map(|i| [i as f32 * 1e6, 3.0]).collect();
    let upright: Vec<[f32; 2]> = (0..50).map(|i| [3.0, i as f32 * 1e-6]).collect();
    let cases: [&[[f32; 2]]; 8] = [
        &[],
        &[[0.0, 0.0]],
        &[[f32::NAN; 2]],
        &[[1e30, 1.0]; 3],
        &pairs,
        &pairs[4..5],
        &line,
        &upright,
    ];
    for points in cases {
        let labels: Vec<u32> =
            (0..points.len() as u32).map(|i| i.wrapping_mul(1_000_000_007)).collect();
        for labels in [&labels[..], &[]] {
            let circles = [1.0, f32::NAN, -2.0, 1e30];
            let scatter = Scatter { points, labels, circles: &circles, ..Scatter::default() };
            let picture = decode(scatter.to_png(Theme::Light));
            assert!(contains_ink(&picture) && picture.width().max(picture.height()) < 2500);
        }
    }
    assert!(
        Scatter { points: &pairs, labels: &[1], ..Scatter::default() }
            .to_png(Theme::Light)
            .is_err()
    );
}

#[test]
fn an_outlier_does_not_squeeze_the_rest() {
    let mut points: Vec<[f32; 2]> = (0..1000).map(|i| [(i % 40) as f32, (i / 40) as f32]).collect();
    let blue = |points: &[[f32; 2]]| {
        let picture = decode(Scatter { points, ..Scatter::default() }.to_png(Theme::Light));
        picture.pixels().filter(|pixel| pixel.0[2] > pixel.0[0].saturating_add(60)).count()
    };
    let before = blue(&points);
    points[0] = [1e9, -1e9];
    assert!(blue(&points) * 10 > before * 9);
}

#[test]
fn any_values_make_curves() {
    let one = Series::by_epoch("one", [0.5]);
    let strange = Series::by_epoch("strange", [f64::NAN, f64::MAX, f64::MIN, 0.0, f64::INFINITY]);
    let flat = Series::by_epoch("flat", [0.1; 30]);
    let steep = Series::by_epoch("steep", (0..300).map(|i| 10f64.powi(-i)));
    let cases: [&[Series]; 7] = [
        &[],
        &[Series::default()],
        std::slice::from_ref(&one),
        &[one.clone(), flat.clone()],
        std::slice::from_ref(&strange),
        std::slice::from_ref(&steep),
        &vec![one.clone(); 40],
    ];
    for series in cases {
        let curves = Curves { title: "loss", y_name: "nats", series, ..Curves::default() };
        assert!(contains_ink(&decode(curves.to_png(Theme::Light))));
    }
}

#[test]
fn the_first_epoch_does_not_squash_the_rest() {
    let rest: Vec<f64> = (0..20).map(|i| 0.14 - 0.002 * f64::from(i)).collect();
    let gentle = [Series::by_epoch("train", rest.iter().copied())];
    let spiked = [Series::by_epoch("train", [0.9].into_iter().chain(rest.iter().copied()))];
    let height = |series: &[Series]| {
        let picture = decode(Curves { series, ..Curves::default() }.to_png(Theme::Light));
        // The rows of the curve's own colour, below the key and right of the steep beginning.
        let rows: Vec<u32> = picture
            .enumerate_pixels()
            .filter(|(x, y, pixel)| *x > 260 && *y > 140 && pixel.0 == [39, 96, 212])
            .map(|(_, y, _)| y)
            .collect();
        rows.iter().max().unwrap() - rows.iter().min().unwrap()
    };
    assert!(height(&gentle) > 400 && height(&spiked) > 400);
}

#[test]
fn bars_are_as_high_as_their_values() {
    let groups = ["a", "b", "c"].map(str::to_owned);
    let series = [("p".to_owned(), vec![0.2, 0.4, 0.0]), ("q".to_owned(), vec![0.1, 0.1, 0.1])];
    let bars = Bars { groups: &groups, series: &series, y_name: "probability", ..Bars::default() };
    let picture = decode(bars.to_png(Theme::Light));
    let blue = |left: u32, right: u32| {
        let inside = |x: u32| (left..right).contains(&x);
        let count = picture
            .enumerate_pixels()
            .filter(|(x, y, pixel)| inside(*x) && *y > 100 && pixel.0 == [39, 96, 212]);
        count.count() as f64
    };
    let third = picture.width() / 3;
    let [first, second, last] =
        [blue(0, third), blue(third, 2 * third), blue(2 * third, 3 * third)];
    assert!((second / first - 2.0).abs() < 0.02, "{first} {second}");
    assert_eq!(last, 0.0);
    for series in [vec![], vec![("p".to_owned(), vec![0.1])], vec![("p".to_owned(), vec![-1.0; 3])]]
    {
        assert!(Bars { groups: &groups, series: &series, ..bars }.to_png(Theme::Light).is_err());
    }
}

fn scale(voice: usize, first: u8) -> Vec<RollNote> {
    let note = |i: u8| {
        let start = 4 * u32::from(i);
        RollNote { voice, pitch: first + 2 * i, is_drum: false, start, end: start + 4 }
    };
    (0..8).map(note).collect()
}

fn piano_rolls(rolls: Vec<Roll>) -> PianoRolls {
    PianoRolls {
        rows: vec![RollRow { label: "original".into(), rolls }],
        voices: vec!["melody".into()],
        steps_per_beat: 4,
        beats_per_bar: 4,
        bars: 2,
        ..PianoRolls::default()
    }
}

#[test]
fn notes_are_as_long_as_they_sound_and_rise_with_their_pitch() {
    let roll = Roll { title: String::new(), notes: scale(0, 60) };
    let picture = decode(piano_rolls(vec![roll]).to_png(Theme::Light));
    let blue = picture.enumerate_pixels().filter(|(_, _, pixel)| pixel.0 == [39, 96, 212]);
    let places: Vec<[u32; 2]> = blue.map(|(x, y, _)| [x, y]).collect();
    let column = |x: u32| places.iter().filter(move |place| place[0] == x).map(|place| place[1]);
    let (left, right) = (
        places.iter().map(|place| place[0]).min().unwrap(),
        places.iter().map(|place| place[0]).max().unwrap(),
    );
    // Eight beats of four steps of 24 pixels, less half a gap at both ends.
    assert!((766..=768).contains(&(right - left + 1)), "{left} {right}");
    assert!(column(left).max().unwrap() > column(right).max().unwrap() + 100);
    // One note at a time.
    let height = column(left).count();
    assert!((left..right).all(|x| column(x).count() <= height) && height > 8, "{height}");
}

#[test]
fn any_notes_make_piano_rolls() {
    let drum = |pitch| RollNote { voice: 0, pitch, is_drum: true, start: 0, end: 1 };
    let long = RollNote { voice: 0, pitch: 127, is_drum: false, start: 31, end: u32::MAX };
    let outside = RollNote { voice: 0, pitch: 0, is_drum: false, start: u32::MAX, end: 0 };
    let cases: [Vec<RollNote>; 4] =
        [vec![], vec![drum(0), drum(127), drum(36)], vec![long, outside], scale(0, 0)];
    for notes in cases {
        let roll = Roll { title: "a\n\u{0}".repeat(200), notes };
        for n in [1, 7, 60] {
            let rolls = PianoRolls { bars: 64, ..piano_rolls(vec![roll.clone(); n]) };
            let picture = decode(rolls.to_png(Theme::Dark));
            assert!(contains_ink(&picture) && picture.width() < 4500, "{}", picture.width());
        }
    }
}

#[test]
fn piano_rolls_that_cannot_be_drawn_are_refused() {
    let roll = Roll { title: String::new(), notes: scale(1, 60) };
    assert!(piano_rolls(vec![]).to_png(Theme::Light).is_err());
    assert!(piano_rolls(vec![roll.clone()]).to_png(Theme::Light).unwrap_err().is_data());
    let endless = PianoRolls { bars: 0, ..piano_rolls(vec![Roll::default()]) };
    assert!(endless.to_png(Theme::Light).is_err());
}
