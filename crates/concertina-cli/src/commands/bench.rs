//! `bench`.

use concertina::bench::{Measurement, Mode, Options, measure, usual_shape};
use concertina::text::{counted, thousands};

use crate::args::{Bench, BenchMode};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::recipe;

/// `concertina bench`
pub(crate) fn run(args: &Bench, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    let recipe = recipe::set(recipe::read(&args.recipe)?, &args.set)?;
    let shape = args.shape.unwrap_or_else(|| usual_shape(&recipe));
    let mode = match args.mode {
        BenchMode::Train => Mode::Train,
        BenchMode::Encode => Mode::Encode,
        BenchMode::Reconstruct => Mode::Reconstruct,
    };
    let (steps, warm_up, device) = (args.steps, args.warm_up, args.device.find()?);
    let measured = measure(&recipe, shape, &Options { mode, steps, warm_up, device })?;
    printer.found(&measured, || print(&measured, printer))?;
    Ok(Exit::Done)
}

fn print(measured: &Measurement, printer: Printer) -> anyhow::Result<()> {
    let line = |name: &str, value: String| printer.data(format_args!("{name:<16} {value}"));
    let (what, step) = match measured.mode {
        Mode::Train => ("training", "batch, forward, loss, backward, optimiser"),
        Mode::Encode => ("encoding", "images to codes"),
        Mode::Reconstruct => ("reconstructing", "images to codes and back"),
    };
    let Measurement { recipe, shape, batch_size, .. } = measured;
    line("recipe", format!("{recipe}, {what}"))?;
    line("images", format!("synthetic, {shape}, {batch_size} per step"))?;
    line("device", measured.device.clone())?;
    line("threads", measured.threads.to_string())?;
    line("speed", format!("{} images/s", thousands(measured.images_per_second.round() as usize)))?;
    let steps = counted(measured.steps, "step");
    line("step", format!("{:.3} ms ({step}; mean of {steps})", measured.ms_per_step))?;
    line("operations", format!("{:.4} GFLOP per image", measured.gflop_per_image))?;
    line("achieved", format!("{:.1} GFLOP/s", measured.gflop_per_second))?;
    if let (Some(peak), Some(fraction)) =
        (measured.peak_gflop_per_second, measured.fraction_of_peak)
    {
        let instructions = measured.instructions;
        line("peak", format!("{peak:.1} GFLOP/s (fp32 multiply-adds, {instructions})"))?;
        line("fraction of peak", format!("{:.0} %", 100.0 * fraction))?;
    }
    let memory = measured.peak_memory_bytes;
    let memory = memory.map(|bytes| format!("{} MB", thousands((bytes / 1_000_000) as usize)));
    line("peak memory", memory.unwrap_or_else(|| "unknown on this system".to_owned()))
}
