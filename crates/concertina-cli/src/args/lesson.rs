//! Arguments of `lesson`.

use std::path::PathBuf;

use concertina_lesson::Language;

use super::threads::Threads;

#[derive(Debug, clap::Args)]
pub(crate) struct Lesson {
    /// Training data, resized to 28x28 grey [default: `mnist` if it is on this machine, otherwise
    /// the built-in `digits`]
    #[arg(long, value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// Use part of the images and few epochs; takes minutes instead of an hour
    #[arg(long)]
    pub(crate) quick: bool,
    /// Folder to write to; a stopped lesson in it is resumed [default: `runs/lesson-DATA-full`, or
    /// `-quick`]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Download fashion-mnist and cifar10, for two of the exercises, if they are not on this
    /// machine; without it other images replace them
    #[arg(long)]
    pub(crate) download: bool,
    #[arg(long, value_name = "CODE", default_value_t, help = languages())]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) threads: Threads,
}

/// The help of `--language`.
fn languages() -> String {
    let named = Language::all().map(|language| format!("{language} ({})", language.name()));
    let named: Vec<String> = named.collect();
    format!(
        "Language of the page: {}. A finished lesson is written anew in another without training",
        named.join(", ")
    )
}
