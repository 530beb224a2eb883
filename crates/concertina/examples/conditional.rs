//! A conditional model: encoder and decoder are told the class, so that samples of one can be asked
//! for.
//!
//!     cargo run --release --example conditional

#![expect(clippy::print_stdout, reason = "an example talks")]

use concertina::prelude::*;

fn main() -> concertina::Result<()> {
    let recipe = Recipe::named("conditional-vae")?
        .with("network.hidden", "[64]")?
        .with("training.epochs", 2)?;
    let options = OpenOptions { limit: Some(300), ..recipe.open_options() };
    let data = Dataset::open("digits", &options)?;
    let folder = std::env::temp_dir().join(format!("concertina-condition-{}", std::process::id()));
    let model = recipe.plan(&data)?.start(&data, &folder)?.finish()?;

    // Ten sevens in ten styles.
    let seven = model.class("7")?;
    let sevens = model.conditioned_on(&[seven; 10])?.sample(Seed(1))?;
    println!("{} images of {}", sevens.len(), sevens.shape());

    // The style of the first digit, given to every class.
    let first = data.valid.take(1);
    let labels = data.valid_labels.as_deref().unwrap_or_default();
    let style = model.conditioned_on(&labels[..1])?.encode(&first)?;
    let classes: Vec<u32> = (0..10).collect();
    let styles = Codes::new(style.size(), style.values().repeat(classes.len()));
    let digits = model.conditioned_on(&classes)?.decode(&styles)?;
    println!("{} digits in the style of one", digits.len());

    // A conditional model that is not told the class says what it needs.
    println!("{}", model.encode(&first).expect_err("the class is missing"));
    fs_err::remove_dir_all(folder)?;
    Ok(())
}

/// The test suite runs it, so that it stays true.
#[test]
fn runs() -> concertina::Result<()> {
    main()
}
