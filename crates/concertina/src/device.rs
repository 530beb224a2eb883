//! Where models are computed: on the CPU, by this library's own kernels, or on another device, by
//! Burn's operations.
//!
//! A device is always asked for by name; nothing falls back to another.
//!
//! ```
//! use concertina::device::Device;
//!
//! assert!(Device::named("cpu")?.is_cpu());
//! assert!(Device::named("abacus").is_err());
//! # Ok::<(), concertina::Error>(())
//! ```

use std::fmt::{self, Display, Formatter};

use burn::tensor::Device as Tensors;

use crate::error::{Error, Result};

/// A device that a model is computed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// As asked for: "cpu", "vulkan:1".
    name: String,
    /// What the device calls itself.
    hardware: String,
    tensors: Tensors,
}

impl Default for Device {
    /// The CPU.
    fn default() -> Self {
        Self::cpu()
    }
}

impl Device {
    /// The names of devices, for a help text. A number behind a colon chooses one of several.
    pub const NAMES: &'static [&'static str] =
        if cfg!(feature = "gpu") { &["cpu", "vulkan", "wgpu"] } else { &["cpu"] };

    /// The CPU. The same bytes for any number of threads are promised here alone.
    pub fn cpu() -> Self {
        Self { name: "cpu".to_owned(), hardware: "CPU".to_owned(), tensors: Tensors::flex() }
    }

    /// The device of this name: "cpu"; "vulkan" for the first that has a driver of that graphics
    /// API, or "wgpu" of any; "vulkan:1" for the second.
    ///
    /// # Errors
    /// If the name is not one of a device, this build has no GPUs, or no such device is found.
    pub fn named(name: &str) -> Result<Self> {
        let (kind, number) = match name.split_once(':') {
            Some((kind, number)) => (kind, number.parse().map_err(|_| unknown(name))?),
            None => (name, 0),
        };
        match kind {
            "cpu" if kind == name => Ok(Self::cpu()),
            "vulkan" | "wgpu" => found(kind, number, name),
            _ => Err(unknown(name)),
        }
    }

    /// Whether this is the CPU.
    pub fn is_cpu(&self) -> bool {
        self.tensors == Tensors::flex()
    }

    /// What [`Device::named`] was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The device of its tensors.
    pub(crate) fn tensors(&self) -> Tensors {
        self.tensors.clone()
    }
}

impl Display for Device {
    /// For people: its name and that of the hardware.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_cpu() {
            return f.write_str(&self.name);
        }
        write!(f, "{} ({})", self.name, self.hardware)
    }
}

fn unknown(name: &str) -> Error {
    Error::config(format!("expected a device ({}), found `{name}`", Device::NAMES.join(", ")))
}

#[cfg(feature = "gpu")]
fn found(api: &str, number: usize, name: &str) -> Result<Device> {
    let mut all = all(api);
    if number >= all.len() {
        let hardware: Vec<String> = all.iter().map(hardware).collect();
        let told = if all.is_empty() { "none".to_owned() } else { hardware.join(", ") };
        return Err(Error::failed(format!("expected the device `{name}`, found {told}"))
            .with_hint("it needs the driver of the graphics card"));
    }
    let tensors = all.swap_remove(number);
    Ok(Device { name: name.to_owned(), hardware: hardware(&tensors), tensors })
}

/// All devices of a graphics API, cards before programs.
#[cfg(feature = "gpu")]
fn all(api: &str) -> Vec<Tensors> {
    use burn::backend::{CubeDevice, WgpuBackend, WgpuDevice, WgpuDeviceKind};

    let api = if api == "vulkan" { WgpuBackend::Vulkan } else { WgpuBackend::Auto };
    let kinds = [
        WgpuDeviceKind::DiscreteGpu(0),
        WgpuDeviceKind::IntegratedGpu(0),
        WgpuDeviceKind::VirtualGpu(0),
        WgpuDeviceKind::Cpu,
        WgpuDeviceKind::Other(0),
    ];
    let of_kind =
        |kind| CubeDevice::enumerate(CubeDevice::Wgpu(WgpuDevice::new(kind).on(api)).to_id());
    kinds.into_iter().flat_map(of_kind).map(|id| Tensors::new(CubeDevice::from_id(id))).collect()
}

#[cfg(feature = "gpu")]
fn hardware(device: &Tensors) -> String {
    device.identity().map_or_else(|| "unnamed".to_owned(), |identity| identity.name)
}

#[cfg(not(feature = "gpu"))]
fn found(_api: &str, _number: usize, name: &str) -> Result<Device> {
    Err(Error::config(format!(
        "expected a build with GPUs for the device `{name}`, found one without"
    ))
    .with_hint("build the program with the feature `gpu`"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_what_its_name_says() {
        assert!(Device::named("cpu").unwrap().is_cpu());
        assert_eq!(Device::cpu().to_string(), "cpu");
        for wrong in ["", "gpu", "cpu:0", "cpu:", "vulkan:", "vulkan:-1", "wgpu:x", "Vulkan"] {
            let error = Device::named(wrong).unwrap_err();
            assert!(error.is_config(), "{wrong}: {error}");
            assert!(error.to_string().ends_with(&format!("found `{wrong}`")), "{error}");
        }
    }

    #[test]
    fn nothing_stands_in_for_a_device_that_is_not_there() {
        for name in ["vulkan:999", "wgpu:999"] {
            let error = Device::named(name).unwrap_err();
            assert_eq!(error.is_config(), !cfg!(feature = "gpu"), "{error}");
            assert!(error.to_string().contains(name) && error.hint().is_some(), "{error}");
        }
    }
}
