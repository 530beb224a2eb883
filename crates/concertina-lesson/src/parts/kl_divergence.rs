//! The article on the Kullback-Leibler divergence, with a table of our own.

use concertina::Result;
use concertina::math::{binomial, entropy_bits, kl_divergence_bits};
use concertina::text::hundredths;
use concertina_report::plot::{Bars, Curves, Series};

use crate::page::Part;
use crate::studio::{Halt, Studio};
use crate::words::message;

/// Of a hundred worms, how many have 0, 1 .. 10 teeth. The article gives no table, only figures
/// that follow from its own: an entropy of 3.12 bits and a mean of 5.7 teeth, which this table has
/// too.
const WORMS: [f64; 11] = [1.0, 1.0, 6.0, 11.0, 14.0, 13.0, 18.0, 16.0, 3.0, 11.0, 6.0];

/// Numbers of teeth in the first of the two blocks of the article's own model.
const FIRST_BLOCK: usize = 6;

pub(super) fn section(_: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let worms = Worms::new();
    part.method("kl-divergence.method");
    part.text("kl-divergence.table");
    part.look("kl-divergence.look");
    worms.draw(part)?;
    worms.compare(part);
    part.why("kl-divergence.why");
    part.task("kl-divergence.best.heading", "kl-divergence.best.task");
    let best = worms.draw_fit(part)?;
    part.look(message("kl-divergence.best.look").with("best", hundredths(best)));
    part.terms("kl-divergence.best.terms");
    Ok(())
}

/// The observed table and what it is compared with.
struct Worms {
    observed: Vec<f64>,
    uniform: Vec<f64>,
    binomial: Vec<f64>,
    blocks: Vec<f64>,
    /// The probabilities that the last two were made with.
    tooth: f64,
    few: f64,
}

impl Worms {
    fn new() -> Self {
        let all: f64 = WORMS.iter().sum();
        let observed: Vec<f64> = WORMS.iter().map(|worms| worms / all).collect();
        let mean: f64 = observed.iter().enumerate().map(|(teeth, p)| teeth as f64 * p).sum();
        let (tooth, few) = (mean / 10.0, observed[..FIRST_BLOCK].iter().sum());
        let share = |i| {
            if i < FIRST_BLOCK {
                few / FIRST_BLOCK as f64
            } else {
                (1.0 - few) / (11 - FIRST_BLOCK) as f64
            }
        };
        Self {
            uniform: vec![1.0 / 11.0; 11],
            binomial: binomial(10, tooth),
            blocks: (0..11).map(share).collect(),
            observed,
            tooth,
            few,
        }
    }

    fn draw(&self, part: &mut Part) -> Result<()> {
        let groups: Vec<String> = (0..=10).map(|teeth| teeth.to_string()).collect();
        let series = [
            (part.say("kl-divergence.series-observed"), self.observed.clone()),
            (part.say("kl-divergence.series-uniform"), self.uniform.clone()),
            (
                part.say(
                    message("kl-divergence.series-binomial")
                        .with("probability", hundredths(self.tooth)),
                ),
                self.binomial.clone(),
            ),
        ];
        let bars = Bars {
            x_name: &part.say("kl-divergence.axis-teeth"),
            y_name: &part.say("kl-divergence.axis-fraction"),
            groups: &groups,
            series: &series,
            ..Bars::default()
        };
        part.draw(|theme| bars.to_png(theme), "kl-divergence.worms")
    }

    fn compare(&self, part: &mut Part) {
        let Self { observed, uniform, binomial, blocks, .. } = self;
        let row = |what: &'static str, article: &str, here: f64| {
            [part.say(what), article.to_owned(), format!("{here:.3}")]
        };
        part.table(
            ["kl-divergence.bits", "kl-divergence.article", "kl-divergence.this-table"]
                .map(|key| part.say(key)),
            vec![
                row("kl-divergence.entropy", "3.12", entropy_bits(observed)),
                row("kl-divergence.entropy-of-uniform", "3.46", entropy_bits(uniform)),
                row(
                    "kl-divergence.lost-with-uniform",
                    "0.338",
                    kl_divergence_bits(observed, uniform),
                ),
                row(
                    "kl-divergence.lost-with-binomial",
                    "0.477",
                    kl_divergence_bits(observed, binomial),
                ),
                row(
                    "kl-divergence.other-way-round",
                    "0.330",
                    kl_divergence_bits(binomial, observed),
                ),
                row(
                    "kl-divergence.lost-with-blocks",
                    "0.338",
                    kl_divergence_bits(observed, blocks),
                ),
            ],
        );
        part.text(message("kl-divergence.blocks").with("few", hundredths(self.few)));
    }

    /// The divergence by the binomial's probability; returns where it is smallest.
    fn draw_fit(&self, part: &mut Part) -> Result<f64> {
        let probabilities = (25..=85).map(|percent| f64::from(percent) / 100.0);
        let loss = |p: f64| kl_divergence_bits(&self.observed, &binomial(10, p));
        let points: Vec<[f64; 2]> = probabilities.map(|p| [p, loss(p)]).collect();
        let [best, minimum] = points
            .iter()
            .copied()
            .reduce(|a, b| if b[1] < a[1] { b } else { a })
            .expect("there are points");
        let lost = kl_divergence_bits(&self.observed, &self.uniform);
        let series = [
            Series { name: part.say("kl-divergence.best.series-binomial"), points },
            Series {
                name: part.say("kl-divergence.series-uniform"),
                points: vec![[0.25, lost], [0.85, lost]],
            },
        ];
        let note = part.say(
            message("kl-divergence.best.note-minimum")
                .with("bits", format!("{minimum:.3}"))
                .with("probability", hundredths(best)),
        );
        let curves = Curves {
            x_name: &part.say("kl-divergence.best.axis-probability"),
            y_name: &part.say("kl-divergence.best.axis-loss"),
            series: &series,
            note: &note,
            ..Curves::default()
        };
        part.draw(|theme| curves.to_png(theme), "kl-divergence.best.lost")?;
        Ok(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::words::Words;

    #[test]
    fn the_table_comes_near_to_the_articles_figures() {
        let worms = Worms::new();
        let Worms { observed, uniform, binomial, blocks, tooth, few } = &worms;
        for (found, expected, within) in [
            (WORMS.iter().sum(), 100.0, 0.0),
            (*tooth, 0.57, 1e-12),
            (entropy_bits(observed), 3.120_363_5, 1e-6),
            (kl_divergence_bits(observed, uniform), 0.339_068_1, 1e-6),
            (kl_divergence_bits(observed, binomial), 0.474_423_3, 1e-6),
            (kl_divergence_bits(binomial, observed), 0.317_948_1, 1e-6),
            (*few, 0.47, 0.011),
            (kl_divergence_bits(observed, blocks), 0.317_938_9, 1e-6),
        ] {
            assert!((found - expected).abs() <= within, "{expected}: {found}");
        }
    }

    #[test]
    fn the_best_binomial_has_the_mean_of_what_was_observed() {
        let mut part = Part::new(Words::of(Language::default()), "kl-divergence.title");
        let best = Worms::new().draw_fit(&mut part).expect("it is drawn");
        assert!((best - 0.57).abs() < 1e-9, "{best}");
    }
}
