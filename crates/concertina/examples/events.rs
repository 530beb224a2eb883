//! Read a run's events: what a progress bar, a log or a dashboard is made of.
//!
//!     cargo run --release --example events

#![expect(clippy::print_stdout, reason = "an example talks")]

use concertina::prelude::*;

fn main() -> concertina::Result<()> {
    let recipe =
        Recipe::named("dense-vae")?.with("network.hidden", "[32]")?.with("training.epochs", 4)?;
    let options = OpenOptions { limit: Some(400), ..recipe.open_options() };
    let data = Dataset::open("digits", &options)?;
    let folder = std::env::temp_dir().join(format!("concertina-events-{}", std::process::id()));

    let mut run = recipe.plan(&data)?.start(&data, &folder)?;
    let mut best = f64::INFINITY;
    while let Some(event) = run.step()? {
        match event {
            Event::Step(step) if step.step == step.steps_per_epoch => {
                println!("epoch {}: {:.0} images/s", step.epoch, step.images_per_second);
            }
            Event::Epoch(metrics) => {
                best = best.min(metrics.valid.loss);
                println!("validation loss {:.3}", metrics.valid.loss);
                // What else a bottleneck tells of, by name.
                for (name, value) in metrics.valid.terms.iter() {
                    println!("  {name} {:.3}", value.as_f64());
                }
            }
            Event::Warning(warning) => println!("warning: {warning}"),
            Event::Checkpoint(path) => println!("can be resumed from {}", path.display()),
            Event::Written(path) => println!("wrote {}", path.display()),
            _ => {}
        }
    }
    println!("best validation loss {best:.3}");
    fs_err::remove_dir_all(folder)?;
    Ok(())
}

/// The test suite runs it, so that it stays true.
#[test]
fn runs() -> concertina::Result<()> {
    main()
}
