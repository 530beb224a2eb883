//! Arguments of `schema`.

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  concertina schema                     the commands that have one
  concertina schema evaluate > evaluate.schema.json")]
pub(crate) struct Schema {
    /// The command, as `evaluate` or `data inspect`; without one, the names of those that there are
    pub(crate) command: Vec<String>,
}
