//! Where to compute.

use concertina::Result;
use concertina::device;

#[derive(Debug, clap::Args)]
pub(crate) struct Device {
    /// Device to compute on: `cpu`, or in a build with `--features gpu` also `vulkan` or `wgpu`;
    /// `vulkan:1` is the second of several
    #[arg(long, value_name = "NAME", default_value = "cpu")]
    device: String,
}

impl Device {
    /// The device that is asked for.
    pub(crate) fn find(&self) -> Result<device::Device> {
        device::Device::named(&self.device)
    }
}
