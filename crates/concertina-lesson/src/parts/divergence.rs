//! The article on the Kullback-Leibler divergence, with a table of our own.

use super::number;
use crate::error::Result;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio};
use crate::math::{binomial, divergence_bits, entropy_bits};
use crate::plot::{Bars, Curves, Series};

/// Of a hundred worms, how many have 0, 1 .. 10 teeth. The article gives no table, only figures that follow from its own: an entropy of
/// 3.12 bits and a mean of 5.7 teeth, which this table has too.
const WORMS: [f64; 11] = [1.0, 1.0, 6.0, 11.0, 14.0, 13.0, 18.0, 16.0, 3.0, 11.0, 6.0];

/// Numbers of teeth in the first of the two blocks of the article's own model.
const FIRST_BLOCK: usize = 6;

pub(super) fn section(_: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let worms = Worms::new();
    part.done(
        "The second term of a variational autoencoder’s loss says how far one distribution is from another. Here it is in small, \
         after an article’s example: a hundred worms from space are caught and their teeth counted. To send the finding home, \
         the whole table is too long; one number must do. Which distribution that can be said in one number says \
         most of it?",
    );
    part.text(
        "The article gives figures but not its table. The table here is ours, chosen to have the same mean (5.7 teeth) and entropy \
         (3.12 bits); what follows from it therefore comes near to the article’s figures, but need not be equal.",
    );
    part.look(
        "Two candidates. The even one says nothing but that there are 0 to 10 teeth. The binomial one is what ten teeth would \
         give that each grow with the same probability, here 0.57, so that the mean is right.",
    );
    worms.draw(part)?;
    worms.compare(part);
    part.why(
        "Entropy is the number of yes-or-no questions that it takes on average to learn a worm’s teeth, if the questions are as \
         clever as can be for this table. Who believes in another distribution asks other questions and needs more; how \
         many more is the divergence. The binomial distribution has the mean right and still loses more than the even one: \
         it all but rules out the many worms with few and with many teeth.",
    );
    part.task(
        "The best of its kind",
        "For each binomial distribution, from a tooth that hardly ever grows to one that nearly always does: how much is lost?",
    );
    let best = worms.draw_fit(part)?;
    part.look(format!(
        "The curve has its lowest point at a probability of {best:.2}: the one that gives the right mean. To make a divergence as \
         small as can be by turning a number is to fit a model. A neural network does it with many numbers at once.",
    ));
    part.name(
        "KL(p || q), the Kullback-Leibler divergence of q from p: the sum of p (log p - log q). It is not a distance: the way from p \
         to q is not as long as the way back, as the table shows. In bits with the logarithm to base 2, in nats (1.44 bits) \
         with the natural one, as in all losses of this page.",
    );
    Ok(())
}

/// The observed table and what it is compared with.
struct Worms {
    observed: Vec<f64>,
    even: Vec<f64>,
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
            even: vec![1.0 / 11.0; 11],
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
            ("observed".to_owned(), self.observed.clone()),
            ("even".to_owned(), self.even.clone()),
            (format!("binomial, {:.2}", self.tooth), self.binomial.clone()),
        ];
        let bars = Bars {
            x_name: "teeth",
            y_name: "share of worms",
            groups: &groups,
            series: &series,
            ..Bars::default()
        };
        part.draw(
            |theme| bars.to_png(theme),
            "A hundred worms by the number of their teeth, and two simpler distributions.",
        )
    }

    fn compare(&self, part: &mut Part) {
        let Self { observed, even, binomial, blocks, .. } = self;
        let row = |what: &str, article: &str, here: f64| {
            [what.to_owned(), article.to_owned(), format!("{here:.3}")]
        };
        part.table(
            ["in bits", "the article", "this table"],
            vec![
                row("entropy of the observed", "3.12", entropy_bits(observed)),
                row("entropy of the even", "3.46", entropy_bits(even)),
                row(
                    "lost with the even: KL(observed || even)",
                    "0.338",
                    divergence_bits(observed, even),
                ),
                row(
                    "lost with the binomial: KL(observed || binomial)",
                    "0.477",
                    divergence_bits(observed, binomial),
                ),
                row(
                    "the other way: KL(binomial || observed)",
                    "0.330",
                    divergence_bits(binomial, observed),
                ),
                row(
                    "lost with two even blocks, 0 to 5 and 6 to 10 teeth",
                    "0.338",
                    divergence_bits(observed, blocks),
                ),
            ],
        );
        part.text(format!(
            "The two blocks are the article’s own invention: up to five teeth share a probability of {} evenly ({} in the article), \
             more teeth the rest.",
            number(self.few).trim_end_matches('0'),
            "0.47"
        ));
    }

    /// The divergence by the binomial's probability; returns where it is least.
    fn draw_fit(&self, part: &mut Part) -> Result<f64> {
        let probabilities = (25..=85).map(|percent| f64::from(percent) / 100.0);
        let loss = |p: f64| divergence_bits(&self.observed, &binomial(10, p));
        let points: Vec<[f64; 2]> = probabilities.map(|p| [p, loss(p)]).collect();
        let [best, least] = points
            .iter()
            .copied()
            .reduce(|a, b| if b[1] < a[1] { b } else { a })
            .expect("there are points");
        let lost = divergence_bits(&self.observed, &self.even);
        let series = [
            Series { name: "binomial, at its end".to_owned(), points },
            Series { name: "even".to_owned(), points: vec![[0.25, lost], [0.85, lost]] },
        ];
        let note = format!("Least: {least:.3} bits at {best:.2}.");
        let curves = Curves {
            x_name: "probability of a tooth",
            y_name: "lost, in bits",
            series: &series,
            note: &note,
            ..Curves::default()
        };
        let caption = "What is lost with a binomial distribution, by its probability. The level line is the even distribution.";
        part.draw(|theme| curves.to_png(theme), caption)?;
        Ok(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_comes_near_to_the_articles_figures() {
        let worms = Worms::new();
        let Worms { observed, even, binomial, blocks, tooth, few } = &worms;
        for (found, expected, within) in [
            (WORMS.iter().sum(), 100.0, 0.0),
            (*tooth, 0.57, 1e-12),
            (entropy_bits(observed), 3.120_363_5, 1e-6),
            (divergence_bits(observed, even), 0.339_068_1, 1e-6),
            (divergence_bits(observed, binomial), 0.474_423_3, 1e-6),
            (divergence_bits(binomial, observed), 0.317_948_1, 1e-6),
            (*few, 0.47, 0.011),
            (divergence_bits(observed, blocks), 0.317_938_9, 1e-6),
        ] {
            assert!((found - expected).abs() <= within, "{expected}: {found}");
        }
    }

    #[test]
    fn the_best_binomial_has_the_mean_of_what_was_observed() {
        let mut part = Part::new("");
        let best = Worms::new().draw_fit(&mut part).expect("it is drawn");
        assert!((best - 0.57).abs() < 1e-9, "{best}");
    }
}
