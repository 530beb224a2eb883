//! Several processes that train one model: how they find each other, and how they end.

use std::sync::Arc;

use concertina::group::{Alone, Group};
use concertina::{Error, Result};

use crate::args::Command;
use crate::launcher::{Launched, launched};

/// The processes that were started with this one.
pub(crate) struct Cluster {
    #[cfg(feature = "mpi")]
    world: Option<concertina_mpi::World>,
}

impl Cluster {
    /// Joins the processes that were started with this one, if there are any.
    ///
    /// # Errors
    /// If there are, and they cannot do this command together.
    pub(crate) fn join(command: &Command) -> Result<Self> {
        let Some(launched) = launched() else { return Ok(Self::alone()) };
        if !matches!(command, Command::Train(_) | Command::Resume(_)) {
            return Err(Error::config(format!(
                "expected `train` or `resume` for {} processes ({}), found another command",
                launched.size, launched.variable
            ))
            .with_hint("run it as one process, without `mpirun` or `srun`"));
        }
        Self::of_many(launched)
    }

    #[cfg(feature = "mpi")]
    fn alone() -> Self {
        Self { world: None }
    }

    #[cfg(not(feature = "mpi"))]
    fn alone() -> Self {
        Self {}
    }

    #[cfg(feature = "mpi")]
    fn of_many(launched: Launched) -> Result<Self> {
        let world = concertina_mpi::World::begin()?;
        let found = world.group().size();
        if found == launched.size {
            return Ok(Self { world: Some(world) });
        }
        Err(Error::config(format!(
            "expected {} processes ({}), found {found} that {} connects",
            launched.size,
            launched.variable,
            concertina_mpi::library()
        ))
        .with_hint(
            "start them with the `mpirun` of the MPI that this program was built with, or build it \
             with theirs",
        ))
    }

    #[cfg(not(feature = "mpi"))]
    fn of_many(launched: Launched) -> Result<Self> {
        Err(Error::config(format!(
            "expected a program that was built with MPI, since {} processes were started ({}), \
             found one that was not",
            launched.size, launched.variable
        ))
        .with_hint(
            "build it with `cargo build --release --features mpi -p concertina-cli`, where OpenMPI \
             or MPICH and libclang are installed",
        ))
    }

    /// The processes as a group.
    #[cfg(feature = "mpi")]
    pub(crate) fn group(&self) -> Arc<dyn Group> {
        self.world.as_ref().map_or_else(|| Arc::new(Alone) as Arc<dyn Group>, |world| world.group())
    }

    /// The processes as a group.
    #[cfg(not(feature = "mpi"))]
    pub(crate) fn group(&self) -> Arc<dyn Group> {
        Arc::new(Alone)
    }

    /// Ends the other processes, which would wait for this one for ever, and this one too. Returns
    /// if there are none.
    #[cfg(feature = "mpi")]
    pub(crate) fn abort(&self, exit_code: u8) {
        if let Some(world) = &self.world {
            world.abort(exit_code);
        }
    }

    /// Ends the other processes, of which there are none.
    #[cfg(not(feature = "mpi"))]
    pub(crate) fn abort(&self, _exit_code: u8) {}
}
