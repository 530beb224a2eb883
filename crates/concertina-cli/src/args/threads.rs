//! How many threads to compute with.

use concertina::Error;

use super::values::count;
use crate::launcher;

#[derive(Debug, clap::Args)]
pub(crate) struct Threads {
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) threads: Option<usize>,
}

impl Threads {
    /// Makes the pool that everything is computed on; before the first use of it.
    pub(crate) fn begin(&self) -> anyhow::Result<()> {
        let Some(threads) = self.threads.or_else(launcher::threads) else { return Ok(()) };
        if !(1..=1024).contains(&threads) {
            let found = format!("`--threads`: expected 1 to 1024, found {threads}");
            return Err(Error::config(found).into());
        }
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
        Ok(())
    }
}
