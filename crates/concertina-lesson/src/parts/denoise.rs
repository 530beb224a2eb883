//! The denoiser, and what it makes of images of another kind.

use concertina::Result;
use concertina::data::{Examples, Split};
use concertina::text::number;
use concertina::validate::validate;
use concertina_report::gallery::row;
use concertina_report::plot::ImageGrid;

use super::comparison::{COLUMNS, Comparison, differences};
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("denoise")?;
    part.method(
        "The same network again, with one change: it sees images full of noise and is asked for \
         the clean ones. To every pixel we add a random number with a mean of 0.5 and a standard \
         deviation of 0.5, and clip the result to the range of a pixel. Every time an image is \
         shown, its noise is new.",
    );
    part.look(
        "On top what the network sees, in the middle what it makes of it, at the bottom what it \
         was asked for.",
    );
    part.figure(trained.figures().reconstructions()?);
    part.why(
        "Noise has no pattern. Every pixel has its own, and 784 independent numbers do not fit \
         into a code of 128. A digit does. What comes out is a digit that agrees with what could \
         be seen; where noise hid a stroke, the network guesses.",
    );
    let lesson = "0.1398";
    Comparison::of_loss(&trained, "loss on held-out images, compared with the clean ones", lesson)
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.text(
        "Two things differ from the lesson. The lesson continues to train the network of section \
         2, so that one has had more than 25 epochs; ours starts afresh. And the lesson samples \
         its noise once, while ours is new for every image and epoch.",
    );
    part.terms(
        "A network that is trained to undo damage done on purpose is a denoising autoencoder.",
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
        "Give the denoiser noisy images of another kind. The lesson suggests clothes, \
         Fashion-MNIST.",
    );
    if studio.stock.negative {
        part.left_out(
            "There are no other images of this size on this machine, so the same images in \
             negative take their place. `concertina lesson --download` fetches Fashion-MNIST (30 \
             MB).",
        );
    } else if name != "fashion-mnist" {
        part.left_out(format!(
            "Fashion-MNIST is not on this machine, so {name}, in grey and 28 x 28 pixels, takes \
             its place. `concertina lesson --download` fetches it (30 MB)."
        ));
    }
    let own = studio.model("denoise-other")?;
    part.method(
        "We give the other images to the denoiser of digits. For comparison we train the same \
         network on these images from scratch.",
    );
    part.look(
        "Third row: the denoiser of digits draws strokes where there are none. Fourth row: the \
         same network, trained on such images, does as well as it can with a code of this size.",
    );
    draw(part, denoiser, &own, &name)?;
    let (digits, other) = (&studio.stock.digits, &studio.stock.other);
    let loss = |model: &Trained<'_>, examples: &dyn Examples| {
        let validation = validate(&model.model, Split { examples, labels: None });
        number(validation.losses.reconstruction)
    };
    let digits_name = digits.card.name();
    part.table(
        ["loss of the denoiser", &format!("on {digits_name}"), &format!("on {name}")],
        vec![
            [
                format!("trained on {digits_name}"),
                loss(denoiser, &digits.valid),
                loss(denoiser, &other.valid),
            ],
            [format!("trained on {name}"), loss(&own, &digits.valid), loss(&own, &other.valid)],
        ],
    );
    part.why(
        "A denoiser does not know what noise is. It knows what its images look like, and makes \
         everything look like one of them. Compare the losses within a column only: some images \
         are harder than others, so the two columns cannot be compared with each other.",
    );
    part.terms(
        "Autoencoders are data-specific: they work for images from the distribution that they were \
         trained on, and for no others.",
    );
    Ok(())
}

fn draw(part: &mut Part, digits: &Trained<'_>, own: &Trained<'_>, name: &str) -> Result<()> {
    let n = COLUMNS.min(own.data.valid.len());
    let indices: Vec<usize> = (0..n).collect();
    let [clean, noisy, cleaned] = own.figures().examples(&indices)?;
    let by_digits = digits.model.reconstruct(&noisy)?;
    let rows = vec![
        row("clean", &clean)?,
        row("noisy", &noisy)?,
        row("by the denoiser of digits", &by_digits)?,
        row("by their own denoiser", &cleaned)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(
        |theme| grid.to_png(theme),
        format!("Held-out images of {name}, cleaned by two denoisers."),
    )
}
