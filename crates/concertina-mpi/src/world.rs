//! All processes that were started together.

use std::sync::Arc;

use concertina::group::Group;
use concertina::{Error, Result};
use mpi::Threading;
use mpi::environment::{Universe, initialize_with_threading, library_version};
use mpi::request::{WaitGuard, scope};
use mpi::topology::{Rank, SimpleCommunicator};
use mpi::traits::{Communicator, CommunicatorCollectives, Destination, Source};

/// The processes that were started together. MPI ends when this is dropped, which waits for the
/// others.
pub struct World {
    _universe: Universe,
    group: Arc<Processes>,
}

impl World {
    /// Begins MPI. To be called once, by the main thread, before the work begins.
    ///
    /// # Errors
    /// If MPI has begun already, or lets only the main thread send messages: training is done by
    /// threads of a pool, one of which sends at a time.
    pub fn begin() -> Result<Self> {
        let (universe, found) = initialize_with_threading(Threading::Serialized)
            .ok_or_else(|| Error::failed("MPI has begun already"))?;
        if found < Threading::Serialized {
            return Err(Error::failed(format!(
                "expected an MPI whose messages any thread may send (MPI_THREAD_SERIALIZED), found \
                 {found:?} in {}",
                library()
            ))
            .with_hint("use an MPI that was built with support for threads"));
        }
        let world = universe.world();
        let group = Processes { rank: world.rank() as usize, size: world.size() as usize };
        Ok(Self { _universe: universe, group: Arc::new(group) })
    }

    /// The processes as a group.
    pub fn group(&self) -> Arc<dyn Group> {
        Arc::<Processes>::clone(&self.group)
    }

    /// Ends all processes at once. The launcher ends with `exit_code`.
    pub fn abort(&self, exit_code: u8) -> ! {
        SimpleCommunicator::world().abort(exit_code.into())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // The others wait for a message that will not come; to end MPI would be to wait for them.
        if std::thread::panicking() {
            self.abort(101);
        }
    }
}

/// The name and version of the MPI that is linked.
pub fn library() -> String {
    let version = library_version().unwrap_or_default();
    version.lines().next().unwrap_or("an MPI without a name").trim_end_matches('\0').to_owned()
}

/// The processes of `MPI_COMM_WORLD`. An error of MPI ends all of them, as MPI does by default.
#[derive(Debug)]
struct Processes {
    rank: usize,
    size: usize,
}

/// The bytes of one message at most: MPI counts them in 31 bits.
const PIECE: usize = 1 << 30;

impl Group for Processes {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn exchange(&self, parts: &[&[u8]]) -> Vec<Vec<u8>> {
        let world = SimpleCommunicator::world();
        let sent: Vec<u64> = parts.iter().map(|part| part.len() as u64).collect();
        let mut announced = vec![0_u64; self.size];
        world.all_to_all_into(&sent[..], &mut announced[..]);
        let mut found: Vec<Vec<u8>> = announced.iter().map(|&n| vec![0; n as usize]).collect();
        found[self.rank].copy_from_slice(parts[self.rank]);
        let is_other = |rank: Rank| rank != world.rank();
        scope(|scope| {
            let mut guards = Vec::new();
            for (rank, bytes) in (0..).zip(&mut found).filter(|(rank, _)| is_other(*rank)) {
                let source = world.process_at_rank(rank);
                for piece in bytes.chunks_mut(PIECE) {
                    guards.push(WaitGuard::from(source.immediate_receive_into(scope, piece)));
                }
            }
            for (rank, part) in (0..).zip(parts).filter(|(rank, _)| is_other(*rank)) {
                let destination = world.process_at_rank(rank);
                for piece in part.chunks(PIECE) {
                    guards.push(WaitGuard::from(destination.immediate_send(scope, piece)));
                }
            }
        });
        found
    }
}
