//! A group of processes that were started by `mpirun` or Slurm and speak MPI.
//!
//! Only messages of bytes are taken from MPI. Sums are the library's own, in the order that the
//! recipe fixes; those of MPI depend on the number of processes.
//!
//! Without the feature `mpi` this crate is empty.

#[cfg(feature = "mpi")]
mod world;

#[cfg(feature = "mpi")]
pub use self::world::{World, library};
