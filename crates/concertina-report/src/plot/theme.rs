//! The colours of the figures, on light and on dark background.

/// Red, green, blue.
pub(super) type Rgb = [u8; 3];

/// What a figure is drawn for: a light page (and paper), or a dark one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on white.
    #[default]
    Light,
    /// Light ink on near-black, to match [`crate::report`] on a dark screen.
    Dark,
}

/// The colours of one theme.
pub(super) struct Colours {
    pub(super) ground: Rgb,
    pub(super) ink: Rgb,
    /// For text of second rank: tick labels, captions, notes.
    pub(super) muted: Rgb,
    /// For grid lines and the outlines of images.
    pub(super) hairline: Rgb,
    /// For points without a class.
    pub(super) grey: Rgb,
    /// Ten colours for classes and curves.
    pub(super) palette: [Rgb; 10],
}

/// Ten colours that stay apart for normal sight and for all three kinds of colour blindness: found
/// by simulated annealing from the colours of Okabe and Ito, for the largest minimum distance. The
/// tests measure that distance.
const LIGHT: Colours = Colours {
    ground: [255, 255, 255],
    ink: [24, 28, 36],
    muted: [92, 99, 112],
    hairline: [225, 228, 233],
    grey: [168, 172, 178],
    palette: [
        [39, 96, 212],
        [242, 125, 14],
        [53, 183, 136],
        [191, 69, 1],
        [183, 124, 212],
        [77, 210, 255],
        [125, 32, 78],
        [204, 217, 18],
        [40, 31, 164],
        [139, 94, 115],
    ],
};

/// The same hues, found again for a dark background.
const DARK: Colours = Colours {
    ground: [23, 26, 33],
    ink: [236, 239, 244],
    muted: [161, 169, 184],
    hairline: [46, 51, 62],
    grey: [104, 110, 122],
    palette: [
        [112, 112, 254],
        [255, 145, 6],
        [66, 204, 162],
        [220, 52, 43],
        [185, 158, 255],
        [151, 242, 242],
        [164, 27, 92],
        [236, 236, 97],
        [74, 80, 181],
        [154, 121, 167],
    ],
};

impl Theme {
    pub(super) fn colours(self) -> &'static Colours {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }
}

impl Colours {
    /// The colour of class `index`, counted from the first that has a colour. The second ten are
    /// the first ten brought nearer to the ink; after twenty the colours begin again.
    pub(super) fn class(&self, index: usize) -> Rgb {
        let colour = self.palette[index % 10];
        if index % 20 < 10 { colour } else { mix(colour, self.ink, 0.45) }
    }
}

/// A blend of `a` and `b`: a fraction `t` of `b` and the rest of `a`.
pub(super) fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    let blend = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * t).round() as u8;
    [blend(a[0], b[0]), blend(a[1], b[1]), blend(a[2], b[2])]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Machado, Oliveira and Fernandes (2009), severity 1: red-, green- and blue-blind; before them
    /// normal sight.
    const SIGHTS: [[[f32; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];
    /// Ottosson's `OKLab` (2020): linear light to cones, and their cube roots to brightness and two
    /// hues.
    const CONES: [[f32; 3]; 3] = [
        [0.412_221_46, 0.536_332_55, 0.051_445_995],
        [0.211_903_5, 0.680_699_5, 0.107_396_96],
        [0.088_302_46, 0.281_718_85, 0.629_978_7],
    ];
    const OKLAB: [[f32; 3]; 3] = [
        [0.210_454_26, 0.793_617_8, -0.004_072_047],
        [1.977_998_5, -2.428_592_2, 0.450_593_7],
        [0.025_904_037, 0.782_771_77, -0.808_675_77],
    ];

    fn times(matrix: [[f32; 3]; 3], v: [f32; 3]) -> [f32; 3] {
        matrix.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
    }

    fn seen(colour: Rgb, sight: [[f32; 3]; 3]) -> [f32; 3] {
        let linear = colour.map(|byte| {
            let share = f32::from(byte) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        let light = times(sight, linear).map(|value| value.clamp(0.0, 1.0));
        times(OKLAB, times(CONES, light).map(f32::cbrt))
    }

    #[test]
    fn ten_colours_and_the_ground_stay_apart_for_every_sight() {
        for colours in [&LIGHT, &DARK] {
            for sight in SIGHTS {
                let mut all = colours.palette.to_vec();
                all.push(colours.ground);
                for (i, a) in all.iter().enumerate() {
                    for b in &all[..i] {
                        let (p, q) = (seen(*a, sight), seen(*b, sight));
                        let distance: f32 = p.iter().zip(q).map(|(p, q)| (p - q).powi(2)).sum();
                        // A tenth is about five times what can just be told apart side by side.
                        assert!(distance.sqrt() > 0.1, "{a:?} {b:?} {}", distance.sqrt());
                    }
                }
            }
        }
    }

    #[test]
    fn the_second_ten_differ_from_the_first() {
        for colours in [&LIGHT, &DARK] {
            let all: std::collections::BTreeSet<Rgb> = (0..20).map(|i| colours.class(i)).collect();
            assert_eq!(all.len(), 20);
        }
        assert_eq!(LIGHT.class(20), LIGHT.class(0));
    }
}
