//! Looking at the code: as a picture, at random, and with noise.

use crate::error::Result;
use crate::gallery::row;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio, Trained};
use crate::math::Codes;
use crate::plot::ImageGrid;
use crate::rng::{Purpose, Seed, Stream};

/// The lesson's random codes: so many, from 0 up to this.
const N_RANDOM: u32 = 7;
const GREATEST: f32 = 7.0;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae")?;
    part.done(
        "The same network is cut in two. Its encoder makes codes of five held-out images. Each code, 8 maps of 4 x 4 numbers, \
         is drawn as a picture of 16 rows, one for each place, and 8 columns, one for each map.",
    );
    part.look(
        "Different digits have different codes, though none that could be read. No number is below 0, and many are exactly 0.",
    );
    part.figure(trained.source().codes()?);
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
        "The encoder ends in a ReLU, which makes 0 of whatever is below 0. How large the other numbers get nothing decides: \
         encoder and decoder agree on a scale during training, and each training finds another.",
    );
    part.task(
        "Can it make new digits?",
        "Draw codes at random, every number evenly from 0 to 7, and decode them.",
    );
    part.look("Black squares, a blot here and there, but no digits.");
    draw_random_codes(part, &trained)?;
    part.why(
        "The codes of digits are a few spots in a space of 128 dimensions. The decoder was only ever shown codes from there; \
         a code thrown in at random lies far from all of them, and what the decoder makes of it nobody has asked it to \
         get right. A decoder that makes pictures of random codes has to be trained for it: section 8.",
    );
    Ok(())
}

/// The lesson's seven codes, uniform in [0, 7), decoded.
fn draw_random_codes(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let size = trained.codes().size();
    let codes = (0..N_RANDOM).flat_map(|number| {
        let mut stream = Stream::new(Seed(42), Purpose::Figure, [20, number, 0]);
        (0..size).map(move |_| stream.uniform_in(0.0, GREATEST))
    });
    let pictures = trained.model.decode(&Codes::new(size, codes.collect()))?;
    let grid = ImageGrid { rows: vec![row("", &pictures)?], ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), "Seven random codes, decoded.")
}

/// The section on noise that is added to codes.
pub(super) fn noise(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae")?;
    part.done(
        "The code of a digit is taken, random numbers are added to it, a little more from column to column, and every one of \
         these codes is decoded.",
    );
    part.look(
        "A little noise changes next to nothing. Then strokes break and blots appear, and the picture passes into something \
         that is no digit. It does not turn into another digit on the way.",
    );
    part.figure(trained.source().noise_in_code()?);
    part.why(
        "Near a code that it knows, the decoder answers smoothly: small changes of the code are small changes of the picture. \
         Further away it is on its own, as with the random codes above. Nothing in this training asks that the space between \
         the codes of two digits be filled with digits. The variational autoencoder of section 8 is asked exactly that: it is \
         trained with noise in its code.",
    );
    Ok(())
}

fn range(codes: &Codes) -> [f32; 2] {
    let values = codes.values().iter().copied();
    [values.clone().fold(f32::INFINITY, f32::min), values.fold(f32::NEG_INFINITY, f32::max)]
}
