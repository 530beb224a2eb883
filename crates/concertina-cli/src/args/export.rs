//! Arguments of `export`.

use std::path::PathBuf;

use super::explore::Exhibited;
use super::values::count;

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) exhibited: Exhibited,
    #[command(flatten)]
    pub(crate) form: Form,
    /// With --html: points on the map, at most
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = count)]
    #[arg(allow_negative_numbers = true, conflicts_with_all = ["onnx", "pytorch"])]
    pub(crate) points: usize,
    /// With --html: points with their own picture in the page, at most; others show their
    /// reconstruction
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = count)]
    #[arg(allow_negative_numbers = true, conflicts_with_all = ["onnx", "pytorch"])]
    pub(crate) thumbnails: usize,
    /// With --html: keep weights in 16 bits: half the size; prints how much pixels change
    #[arg(long, conflicts_with_all = ["onnx", "pytorch"])]
    pub(crate) half: bool,
    /// With --html: keep weights in 8 bits: a quarter of the size; prints how much pixels change
    #[arg(long, conflicts_with_all = ["half", "onnx", "pytorch"])]
    pub(crate) int8: bool,
    /// With --onnx: the encoder takes pixels as float32 of 0..1 instead of bytes
    #[arg(long, conflicts_with_all = ["html", "pytorch"])]
    pub(crate) float: bool,
    /// With --onnx or --pytorch: examples from DATA to check the files with, at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = count)]
    #[arg(allow_negative_numbers = true, conflicts_with = "html")]
    pub(crate) examples: usize,
}

/// In which form a model is written.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Form {
    /// Write a page to walk through the latent space to this .html file, which needs no server
    #[arg(long, value_name = "FILE.html")]
    pub(crate) html: Option<PathBuf>,
    /// Write encoder.onnx and decoder.onnx to this new folder, for any program that runs ONNX
    #[arg(long, value_name = "FOLDER")]
    pub(crate) onnx: Option<PathBuf>,
    /// Write model.py, a PyTorch module, and its weights to this new folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) pytorch: Option<PathBuf>,
}
