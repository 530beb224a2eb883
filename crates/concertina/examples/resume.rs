//! Stop a run anywhere and go on later: it ends in the bytes of a run that was never stopped.
//!
//!     cargo run --release --example resume

#![expect(clippy::print_stdout, reason = "an example talks")]

use std::path::Path;

use concertina::prelude::*;

fn main() -> concertina::Result<()> {
    let recipe =
        Recipe::named("dense-vae")?.with("network.hidden", "[32]")?.with("training.epochs", 3)?;
    let options = OpenOptions { limit: Some(400), ..recipe.open_options() };
    let data = Dataset::open("digits", &options)?;
    let folder = std::env::temp_dir().join(format!("concertina-resume-{}", std::process::id()));
    let [whole, stopped] = ["whole", "stopped"].map(|name| folder.join(name));

    recipe.plan(&data)?.start(&data, &whole)?.finish()?;

    // After five steps a checkpoint is written, and the run is dropped, as if the power had failed.
    let mut run = recipe.plan(&data)?.start(&data, &stopped)?;
    while run.steps_done() < 5 {
        run.step()?;
    }
    run.checkpoint()?;
    drop(run);

    let run = Run::resume(&data, &stopped)?;
    println!("goes on at step {} of {}", run.steps_done(), run.plan().n_steps());
    run.finish()?;

    let bytes = |run: &Path| fs_err::read(run.join("model.safetensors"));
    assert_eq!(bytes(&whole)?, bytes(&stopped)?);
    println!("the same bytes as without the stop");
    fs_err::remove_dir_all(folder)?;
    Ok(())
}

/// The test suite runs it, so that it stays true.
#[test]
fn runs() -> concertina::Result<()> {
    main()
}
