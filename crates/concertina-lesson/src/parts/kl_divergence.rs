//! The article on the Kullback-Leibler divergence, with a table of our own.

use concertina::Result;
use concertina::math::{binomial, entropy_bits, kl_divergence_bits};
use concertina::text::hundredths;
use concertina_report::plot::{Bars, Curves, Series};

use crate::page::Part;
use crate::studio::{Halt, Studio};

/// Of a hundred worms, how many have 0, 1 .. 10 teeth. The article gives no table, only figures
/// that follow from its own: an entropy of 3.12 bits and a mean of 5.7 teeth, which this table has
/// too.
const WORMS: [f64; 11] = [1.0, 1.0, 6.0, 11.0, 14.0, 13.0, 18.0, 16.0, 3.0, 11.0, 6.0];

/// Numbers of teeth in the first of the two blocks of the article's own model.
const FIRST_BLOCK: usize = 6;

pub(super) fn section(_: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let worms = Worms::new();
    part.method(
        "The second term of a variational autoencoder’s loss says how far one distribution is from \
         another. Here it is on a small scale, in an example from an article: space worms. A \
         hundred of them are caught and their teeth counted. The whole table is too long to send \
         home; a single number has to do. Which distribution that one number can describe comes \
         closest?",
    );
    part.text(
        "The article gives figures but not its table. The table here is ours, chosen to have the \
         same mean (5.7 teeth) and entropy (3.12 bits). What follows from it is therefore close to \
         the article’s figures, but not always equal.",
    );
    part.look(
        "Two candidates. The uniform distribution says nothing except that there are 0 to 10 \
         teeth. The binomial one describes ten teeth that each grow with the same probability, \
         here 0.57, so that the mean is right.",
    );
    worms.draw(part)?;
    worms.compare(part);
    part.why(
        "Entropy is the number of yes-or-no questions that it takes on average to find out a \
         worm’s number of teeth, if the questions are as clever as this table allows. If you \
         believe in another distribution, you ask other questions and need more of them. How many \
         more is the KL divergence. The binomial distribution has the right mean and still loses \
         more than the uniform one: it all but rules out the many worms with few teeth and with \
         many.",
    );
    part.task(
        "The best of its kind",
        "For each binomial distribution, from a tooth that hardly ever grows to one that nearly \
         always does: how much is lost?",
    );
    let best = worms.draw_fit(part)?;
    part.look(format!(
        "The curve has its minimum at a probability of {}: the one that gives the right mean. \
         Adjusting a number to make a divergence as small as possible is fitting a model. A neural \
         network does it with many numbers at once.",
        hundredths(best)
    ));
    part.terms(
        "KL(p || q), the Kullback-Leibler divergence of p from q, is the sum of p (log p - log q). \
         It is not a distance: KL(p || q) and KL(q || p) differ, as the table shows. It is \
         measured in bits with logarithms to base 2, and in nats (1.44 bits) with natural \
         logarithms, as in all losses of this page.",
    );
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
            ("observed".to_owned(), self.observed.clone()),
            ("uniform".to_owned(), self.uniform.clone()),
            (format!("binomial, {:.2}", self.tooth), self.binomial.clone()),
        ];
        let bars = Bars {
            x_name: "teeth",
            y_name: "fraction of worms",
            groups: &groups,
            series: &series,
            ..Bars::default()
        };
        part.draw(
            |theme| bars.to_png(theme),
            "A hundred worms by their number of teeth, and two simpler distributions.",
        )
    }

    fn compare(&self, part: &mut Part) {
        let Self { observed, uniform, binomial, blocks, .. } = self;
        let row = |what: &str, article: &str, here: f64| {
            [what.to_owned(), article.to_owned(), format!("{here:.3}")]
        };
        part.table(
            ["in bits", "the article", "this table"],
            vec![
                row("entropy of the table", "3.12", entropy_bits(observed)),
                row("entropy of the uniform distribution", "3.46", entropy_bits(uniform)),
                row(
                    "lost with the uniform: KL(observed || uniform)",
                    "0.338",
                    kl_divergence_bits(observed, uniform),
                ),
                row(
                    "lost with the binomial: KL(observed || binomial)",
                    "0.477",
                    kl_divergence_bits(observed, binomial),
                ),
                row(
                    "the other way round: KL(binomial || observed)",
                    "0.330",
                    kl_divergence_bits(binomial, observed),
                ),
                row(
                    "lost with two uniform blocks, 0 to 5 and 6 to 10 teeth",
                    "0.338",
                    kl_divergence_bits(observed, blocks),
                ),
            ],
        );
        part.text(format!(
            "The two blocks are the article’s own invention: 0 to 5 teeth share a total \
             probability of {} equally (0.47 in the article), and 6 to 10 teeth share the rest.",
            hundredths(self.few)
        ));
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
            Series { name: "binomial, last value".to_owned(), points },
            Series { name: "uniform".to_owned(), points: vec![[0.25, lost], [0.85, lost]] },
        ];
        let note = format!("Minimum: {minimum:.3} bits at {}.", hundredths(best));
        let curves = Curves {
            x_name: "probability of a tooth",
            y_name: "loss, bits",
            series: &series,
            note: &note,
            ..Curves::default()
        };
        let caption = "What is lost with a binomial distribution, by its probability. The \
                       horizontal line is the uniform distribution.";
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
        let mut part = Part::new("");
        let best = Worms::new().draw_fit(&mut part).expect("it is drawn");
        assert!((best - 0.57).abs() < 1e-9, "{best}");
    }
}
