//! Flags for models of music alone.

#[derive(Debug, clap::Args)]
pub(crate) struct Music {
    /// For a model of music: draw tokens by their probabilities at this temperature, above 0; below
    /// 1 the probable ones become more so [default: the most probable token at each step]
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    pub(crate) temperature: Option<f32>,
}
