//! Working memory that is kept from one step to the next: fresh memory costs more than the work done in it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::lanes::Lanes;
use crate::pool::Choice;

/// Memory for one pack of images. It starts as zeros, and borders of activations that nobody writes stay zeros.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    pub(crate) lanes: Vec<Lanes>,
    pub(crate) choices: Vec<Choice>,
}

/// Workspaces of one size that nobody uses at the moment. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Workspaces {
    n_lanes: usize,
    n_choices: usize,
    idle: Arc<Mutex<Vec<Workspace>>>,
}

impl Workspaces {
    pub(super) fn new(n_lanes: usize, n_choices: usize) -> Self {
        Workspaces { n_lanes, n_choices, idle: Arc::default() }
    }

    /// Lends a workspace, which comes back when dropped.
    pub(super) fn lend(&self) -> Loan {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let workspace = idle.unwrap_or_else(|| Workspace {
            lanes: vec![Lanes::ZERO; self.n_lanes],
            choices: vec![0; self.n_choices],
        });
        Loan { workspace, idle: Arc::clone(&self.idle) }
    }
}

/// A workspace on loan.
#[derive(Debug)]
pub(crate) struct Loan {
    pub(crate) workspace: Workspace,
    idle: Arc<Mutex<Vec<Workspace>>>,
}

impl Drop for Loan {
    fn drop(&mut self) {
        let workspace = Workspace {
            lanes: std::mem::take(&mut self.workspace.lanes),
            choices: std::mem::take(&mut self.workspace.choices),
        };
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(workspace);
    }
}
