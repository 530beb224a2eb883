//! Arguments of `compare`.

use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Compare {
    /// Run folders
    #[arg(required = true, value_name = "RUN")]
    pub(crate) runs: Vec<PathBuf>,
    /// File to write: a .png of the validation losses over the epochs, or a .csv of the table; can
    /// be repeated
    #[arg(short, long, value_name = "OUT.png|OUT.csv")]
    pub(crate) out: Vec<PathBuf>,
    /// Evaluate each on its data too, as `concertina evaluate --quick` does
    #[arg(long)]
    pub(crate) evaluate: bool,
}
