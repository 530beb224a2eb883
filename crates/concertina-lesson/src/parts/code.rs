//! Looking at the code: as a picture, at random, and with noise.

use concertina::Result;
use concertina::math::Codes;
use concertina::rng::{Purpose, Seed, Stream};
use concertina_report::gallery::row;
use concertina_report::plot::ImageGrid;

use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};

/// The lesson's random codes: how many, and the largest value; the smallest is 0.
const N_RANDOM: u32 = 7;
const LARGEST: f32 = 7.0;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae")?;
    part.method(
        "We cut the same network in two and let its encoder make the codes of five held-out \
         images. Each code consists of 8 maps of 4 x 4 numbers. We draw it as a picture with 16 \
         rows, one for each position, and 8 columns, one for each map.",
    );
    part.look(
        "Different digits have different codes, though nobody could read them. No number is below \
         0, and many are exactly 0.",
    );
    part.figure(trained.figures().codes()?);
    let five = Codes::new(
        trained.codes().size(),
        trained.codes().rows().take(5).flatten().copied().collect(),
    );
    let [low, high] = range(&five);
    part.table(
        ["codes of five images", "the lesson", "here"],
        vec![
            ["smallest number".into(), "0.0".into(), format!("{low}")],
            ["largest number".into(), "6.31".into(), format!("{high:.2}")],
        ],
    );
    part.why(
        "The encoder ends in a ReLU, which turns everything below 0 into 0. Nothing determines how \
         large the other numbers become: encoder and decoder agree on a scale during training, and \
         every training run finds a different one.",
    );
    part.task(
        "Can it make new digits?",
        "Sample random codes, each number uniformly from 0 to 7, and decode them.",
    );
    part.look("Black squares with a blot here and there, but no digits.");
    draw_random_codes(part, &trained)?;
    part.why(
        "The codes of digits occupy a few small regions of a space with 128 dimensions. The \
         decoder was only ever shown codes from there. A random code lies far away from all of \
         them, and nobody has asked the decoder to do anything sensible with it. A decoder that \
         draws pictures from random codes has to be trained for that: see section 8.",
    );
    Ok(())
}

/// The lesson's seven codes, uniform in [0, 7), decoded.
fn draw_random_codes(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let size = trained.codes().size();
    let codes = (0..N_RANDOM).flat_map(|number| {
        let mut stream = Stream::new(Seed(42), Purpose::Figure, [20, number, 0]);
        (0..size).map(move |_| stream.uniform_in(0.0, LARGEST))
    });
    let images = trained.model.decode(&Codes::new(size, codes.collect()))?;
    let grid = ImageGrid { rows: vec![row("", &images)?], ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), "Seven random codes, decoded.")
}

/// The section on noise that is added to codes.
pub(super) fn noise(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae")?;
    part.method(
        "We take the code of a digit, add random numbers to it, a little more from column to \
         column, and decode each of these codes.",
    );
    part.look(
        "A little noise changes almost nothing. Then strokes break, blots appear, and the picture \
         turns into something that is not a digit. It does not turn into another digit on the way.",
    );
    part.figure(trained.figures().noise_in_code()?);
    part.why(
        "Near a code that it knows, the decoder behaves smoothly: a small change of the code is a \
         small change of the picture. Further away it is on its own, as with the random codes \
         above. Nothing in this training asks that the space between the codes of two digits be \
         filled with digits. The variational autoencoder of section 8 is asked exactly that: it is \
         trained with noise in its code.",
    );
    Ok(())
}

fn range(codes: &Codes) -> [f32; 2] {
    let values = codes.values().iter().copied();
    [values.clone().fold(f32::INFINITY, f32::min), values.fold(f32::NEG_INFINITY, f32::max)]
}
