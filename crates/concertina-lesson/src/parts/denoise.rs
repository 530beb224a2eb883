//! The denoiser, and what it makes of images of another kind.

use super::{COLUMNS, Comparison, differences, number, through};
use crate::error::Result;
use crate::gallery::row;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio, Trained};
use crate::model::Model;
use crate::plot::ImageGrid;
use crate::train::{Examples, judge};

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("denoise")?;
    part.done(
        "The same network again, with one change: it is shown images full of noise and asked for the clean ones. To every \
         pixel a random number is added, 0.5 on average and spread by 0.5, and the result is cut to what a pixel can be. \
         Each time an image is shown it has other noise.",
    );
    part.look("Above what the network sees, in the middle what it makes of it, below what it was asked for.");
    part.figure(trained.source().reconstructions()?);
    part.why(
        "Noise has no pattern: every pixel’s is its own, and 784 such numbers do not fit into a code of 128. A digit does. What comes \
         out is a digit that goes with what could be seen; where noise hid a stroke the network guesses it.",
    );
    let lesson = "0.1398";
    Comparison::of_loss(&trained, "loss on held-out images, against the clean ones", lesson)
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.text(
        "Two things are done otherwise. The lesson goes on training the network of section 2, so it has had more than 25 epochs; this \
         one begins anew. And the lesson draws its noise once; here it is drawn for every image and epoch.",
    );
    part.name(
        "A network trained to undo damage that was done on purpose: a denoising autoencoder.",
    );
    other_images(studio, part, &trained)?;
    Ok(())
}

/// The exercise: images of another kind.
fn other_images(
    studio: &mut Studio<'_>,
    part: &mut Part,
    denoiser: &Trained<'_>,
) -> Result<(), Halt> {
    let name = studio.stock.other.card.name();
    part.task(
        format!("Exercise: the denoiser on {name}"),
        "Give the denoiser noisy images of another kind. The lesson proposes clothes, Fashion-MNIST.",
    );
    if studio.stock.negative {
        part.left_out(
            "No other images of this size are on this machine, so the same images in negative take their place. \
             `concertina lesson --download` fetches Fashion-MNIST (30 MB).",
        );
    } else if name != "fashion-mnist" {
        part.left_out(format!(
            "Fashion-MNIST is not on this machine; {name}, in grey and 28 x 28 pixels, takes its place. `concertina lesson \
             --download` fetches it (30 MB)."
        ));
    }
    let own = studio.model("denoise-other")?;
    part.done("The denoiser of digits is given the other images. Beside it, the same network is trained on them from the beginning.");
    part.look(
        "Third row: the denoiser of digits draws strokes where there are none to draw. Fourth row: the same network, trained \
         on such images, does what can be done with a code of this size.",
    );
    draw(part, denoiser, &own, &name)?;
    let (digits, other) = (&studio.stock.digits, &studio.stock.other);
    let loss = |model: &Trained<'_>, images| -> Result<String> {
        let Model { recipe, architecture, weights, .. } = &model.model;
        let examples = Examples { images, labels: None };
        Ok(number(judge(recipe, architecture, weights, examples).losses.reconstruction))
    };
    let digits_name = digits.card.name();
    part.table(
        ["loss of a denoiser", &format!("on {digits_name}"), &format!("on {name}")],
        vec![
            [
                format!("trained on {digits_name}"),
                loss(denoiser, &digits.valid)?,
                loss(denoiser, &other.valid)?,
            ],
            [format!("trained on {name}"), loss(&own, &digits.valid)?, loss(&own, &other.valid)?],
        ],
    );
    part.why(
        "A denoiser does not know what noise is. It knows what its images look like, and makes everything look like one. Compare \
         the losses of a column: images differ in how hard they are, so the two columns cannot be compared with each other.",
    );
    part.name(
        "An autoencoder is data-specific: it works for images of the distribution that it was trained on, and for no others.",
    );
    Ok(())
}

fn draw(part: &mut Part, digits: &Trained<'_>, own: &Trained<'_>, name: &str) -> Result<()> {
    let n = COLUMNS.min(own.data.valid.len());
    let indices: Vec<usize> = (0..n).collect();
    let [clean, noisy, cleaned] = own.source().examples(&indices)?;
    let strange = through(&digits.model, &noisy)?;
    let rows = vec![
        row("clean", &clean)?,
        row("noisy", &noisy)?,
        row("by digits’ denoiser", &strange)?,
        row("by their own", &cleaned)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(
        |theme| grid.to_png(theme),
        format!("Held-out images of {name}, cleaned by two denoisers."),
    )
}
