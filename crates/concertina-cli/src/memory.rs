//! Whether what is begun fits into memory.

use concertina::evaluate::{Options, Subject};
use concertina::recipe::Recipe;
use concertina::text::bytes;
use concertina::train::{MemoryEstimate, Plan};
use concertina::{Error, Hint, ImageShape, Result, memory};

use crate::printer::Printer;

/// What may be taken, where less or more is meant than is free.
const VARIABLE: &str = "CONCERTINA_MEMORY";

/// What else to do where something does not fit.
const OR_SAY: &str = "; to say what may be taken, set CONCERTINA_MEMORY=16G or the like";

/// An error if a run would take more memory than there is.
pub(crate) fn expect(estimate: &MemoryEstimate, printer: Printer) -> Result<()> {
    printer.detail(format_args!("memory: {estimate}"));
    let Some(available) = available()? else { return Ok(()) };
    estimate.expect_within(available).map_err(|error| {
        let hint = error.hint().cloned().unwrap_or_default();
        error.with_hint(hint.then(OR_SAY))
    })
}

/// An error if an evaluation would take more memory than there is.
pub(crate) fn expect_to_evaluate(subject: &Subject<'_>, options: &Options) -> Result<()> {
    let Some(available) = available()? else { return Ok(()) };
    let wanted = options.memory(subject);
    if wanted <= available {
        return Ok(());
    }
    Err(Error::config(format!(
        "expected an evaluation that takes at most {}, which are available, found about {}",
        bytes(available),
        bytes(wanted)
    ))
    .with_hint(
        Hint::text(
            "fewer images take less (`--limit 1000` or `--quick`), and so do fewer parts \
             (`--only reconstruction`)",
        )
        .then(OR_SAY),
    ))
}

/// The same before the data is read, if the recipe knows the size of the images.
pub(crate) fn expect_by_size(recipe: &Recipe, printer: Printer) -> Result<()> {
    let options = recipe.open_options();
    let Some(size) = options.size.or(options.patch) else { return Ok(()) };
    let shape = ImageShape::new(options.channels.unwrap_or(1), size, size);
    // What does not fit otherwise is told when the data is known.
    let Ok(plan) = Plan::of_shape(recipe, shape) else { return Ok(()) };
    expect(&plan.memory_without_data(), printer)
}

fn available() -> Result<Option<u64>> {
    let Some(value) = std::env::var_os(VARIABLE) else { return Ok(memory::available()) };
    let value = value.to_string_lossy();
    parse(&value).map(Some).ok_or_else(|| {
        Error::config(format!(
            "`{VARIABLE}`: expected a number of bytes such as 800M or 16G, found `{value}`"
        ))
    })
}

/// A number of bytes, or of thousands, millions or billions of them.
fn parse(text: &str) -> Option<u64> {
    let (digits, factor) = match text.chars().last()? {
        'k' | 'K' => (&text[..text.len() - 1], 1_000),
        'M' => (&text[..text.len() - 1], 1_000_000),
        'G' => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read() {
        for (text, bytes) in [
            ("12", Some(12)),
            ("800M", Some(800_000_000)),
            ("16G", Some(16_000_000_000)),
            ("1k", Some(1000)),
            ("", None),
            ("G", None),
            ("-1", None),
            ("99999999999G", None),
        ] {
            assert_eq!(parse(text), bytes, "{text}");
        }
    }
}
