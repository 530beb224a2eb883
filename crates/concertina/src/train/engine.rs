//! What takes the steps of training: the CPU, with the library's kernels, or another device, with
//! Burn's operations.

mod cpu;
mod on_device;
mod step;

use self::on_device::OnDevice;
pub(crate) use self::step::{Diverged, Engine, Outcome, StepContext};
use super::plan::Plan;
use super::state::TrainingState;

/// The engine of the plan's device, in this state.
pub(crate) fn engine(plan: &Plan, state: TrainingState) -> Box<dyn Engine> {
    if plan.device.is_cpu() {
        Box::new(state)
    } else {
        Box::new(OnDevice::new(&plan.device, &state))
    }
}
