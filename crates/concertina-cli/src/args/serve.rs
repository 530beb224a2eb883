//! Arguments of `serve`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use super::threads::Threads;
use super::values::count;

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// A model.safetensors file, a run folder, or a built-in model (photo-denoise, photo-2x,
    /// photo-4x); NAME=MODEL gives it a name in requests [default: that of its recipe]
    #[arg(required = true, value_name = "MODEL")]
    pub(crate) models: Vec<String>,
    /// Port to listen at; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 8080)]
    pub(crate) port: u16,
    /// Address to listen at: 0.0.0.0 or :: to be reached from other machines
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) host: IpAddr,
    /// File with a token that requests must have as `Authorization: Bearer TOKEN` [default: the
    /// variable `CONCERTINA_TOKEN`, or none]
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Web pages of this origin may ask, too, such as `https://example.org`
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) cors: Option<String>,
    /// Folder of good pictures, for models that inspect: others are measured by them
    #[arg(long, value_name = "FOLDER")]
    pub(crate) good: Option<PathBuf>,
    /// With `--good`: the rate of good pictures that may be rejected
    #[arg(long, value_name = "RATE", default_value_t = 0.01, requires = "good")]
    pub(crate) false_alarms: f64,
    #[command(flatten)]
    pub(crate) limits: ServeLimits,
    /// Seconds that requests are still accepted after SIGTERM, for a load balancer to notice
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) drain_delay: u32,
    /// Seconds that accepted requests are still answered after that
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) drain: u32,
    #[command(flatten)]
    pub(crate) threads: Threads,
}

/// What a request may take, and all of them together.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeLimits {
    /// MiB of a request's body, at most
    #[arg(long, value_name = "MIB", default_value_t = 32, value_parser = count)]
    pub(crate) max_body: usize,
    /// Millions of pixels of a picture, at most
    #[arg(long, value_name = "MILLIONS", default_value_t = 25, value_parser = count)]
    pub(crate) max_pixels: usize,
    /// Images of a request, at most; so many are computed together
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = count)]
    pub(crate) max_images: usize,
    /// Requests that wait for a model, at most
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = count)]
    pub(crate) queue: usize,
    /// Connections at a time, at most
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = count)]
    pub(crate) max_connections: usize,
    /// MiB that all requests together may take, besides the models
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = count)]
    pub(crate) memory: usize,
    /// Seconds that a request may wait for others
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = count)]
    pub(crate) max_wait: usize,
}
