//! Arguments of `completions` and `man`.

use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  concertina completions bash > ~/.local/share/bash-completion/completions/concertina
  concertina completions zsh > ~/.zfunc/_concertina
  concertina completions fish > ~/.config/fish/completions/concertina.fish")]
pub(crate) struct Completions {
    /// The shell to write them for
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// New folder to write the pages to, a file for each command
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}
