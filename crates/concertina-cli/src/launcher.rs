//! What `mpirun` or Slurm tells a process that it starts, in variables of its environment.

use std::env::var;
use std::num::NonZero;

/// A process that was started together with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Launched {
    /// How many were started, at least 2.
    pub(crate) size: usize,
    /// The number of this one, from 0.
    pub(crate) rank: usize,
    /// The variable that says how many.
    pub(crate) variable: &'static str,
}

/// The variables of a launcher: the number of processes, that of this one, and how many of them are
/// on this machine.
struct Launcher {
    size: &'static str,
    rank: &'static str,
    on_this_machine: &'static str,
}

/// A job script of Slurm's has its first variable, too; only what `srun` starts has the second.
const LAUNCHERS: [Launcher; 3] = [
    Launcher {
        size: "OMPI_COMM_WORLD_SIZE",
        rank: "OMPI_COMM_WORLD_RANK",
        on_this_machine: "OMPI_COMM_WORLD_LOCAL_SIZE",
    },
    Launcher { size: "PMI_SIZE", rank: "PMI_RANK", on_this_machine: "MPI_LOCALNRANKS" },
    Launcher { size: "SLURM_NTASKS", rank: "PMIX_RANK", on_this_machine: "SLURM_NTASKS_PER_NODE" },
];

/// How this process was started; `None` if it is the only one.
pub(crate) fn launched() -> Option<Launched> {
    find(&|name| var(name).ok()).map(|(launched, _)| launched)
}

/// The number of threads for each of the processes that were started on this machine: as many as it
/// may use, or its share if nobody has given them cores of their own. `None` if it is the only
/// process.
pub(crate) fn threads() -> Option<usize> {
    let (_, neighbours) = find(&|name| var(name).ok())?;
    let usable = std::thread::available_parallelism().map_or(1, NonZero::get);
    let online = fs_err::read_to_string("/sys/devices/system/cpu/online").ok();
    Some(share(usable, online.as_deref().and_then(count), neighbours))
}

fn find(variable: &dyn Fn(&str) -> Option<String>) -> Option<(Launched, usize)> {
    let number = |name: &str| variable(name)?.parse::<usize>().ok();
    LAUNCHERS.iter().find_map(|launcher| {
        let (size, rank) = (number(launcher.size)?, number(launcher.rank)?);
        let neighbours = number(launcher.on_this_machine).unwrap_or(1).max(1);
        let launched = Launched { size, rank, variable: launcher.size };
        (size > 1).then_some((launched, neighbours))
    })
}

/// The threads of one of `neighbours` processes that may use so many of the cores that are online.
fn share(usable: usize, online: Option<usize>, neighbours: usize) -> usize {
    // Bound to cores of its own, a process may not use all.
    let is_bound = online.is_some_and(|online| usable * neighbours <= online);
    if is_bound { usable } else { (usable / neighbours).max(1) }
}

/// The number of cores in a list such as `0-3,8`.
fn count(list: &str) -> Option<usize> {
    let ranges = list.trim().split(',').map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(last.parse::<usize>().ok()? + 1 - first.parse::<usize>().ok()?)
    });
    ranges.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn launchers_are_known_by_their_variables() {
        for (variables, expected) in [
            (&[][..], None),
            (&[("OMPI_COMM_WORLD_SIZE", "1"), ("OMPI_COMM_WORLD_RANK", "0")], None),
            (&[("OMPI_COMM_WORLD_SIZE", "4"), ("OMPI_COMM_WORLD_RANK", "3")], Some((4, 3, 1))),
            (
                &[
                    ("OMPI_COMM_WORLD_SIZE", "4"),
                    ("OMPI_COMM_WORLD_RANK", "0"),
                    ("OMPI_COMM_WORLD_LOCAL_SIZE", "2"),
                ],
                Some((4, 0, 2)),
            ),
            (&[("PMI_SIZE", "2"), ("PMI_RANK", "1"), ("MPI_LOCALNRANKS", "2")], Some((2, 1, 2))),
            // A job script, which is one process.
            (&[("SLURM_NTASKS", "8")], None),
            (&[("SLURM_NTASKS", "8"), ("PMIX_RANK", "5")], Some((8, 5, 1))),
            (&[("PMI_SIZE", "many"), ("PMI_RANK", "1")], None),
        ] {
            let value = |name: &str| {
                let found = variables.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let found = find(&value);
            let found = found.map(|(Launched { size, rank, .. }, near)| (size, rank, near));
            assert_eq!(found, expected, "{variables:?}");
        }
    }

    #[test]
    fn processes_share_the_cores_that_none_has_for_itself() {
        for (usable, online, neighbours, expected) in [
            (8, Some(8), 1, 8),
            (8, Some(8), 2, 4),
            // Bound to four of eight.
            (4, Some(8), 2, 4),
            // A container of two of eight cores, which both may use.
            (2, Some(2), 4, 1),
            (6, None, 3, 2),
        ] {
            assert_eq!(share(usable, online, neighbours), expected, "{usable} {online:?}");
        }
    }

    #[test]
    fn lists_of_cores_are_counted() {
        for (list, expected) in
            [("0-3,8\n", Some(5)), ("0", Some(1)), ("0-127", Some(128)), ("", None), ("a", None)]
        {
            assert_eq!(count(list), expected, "{list:?}");
        }
    }
}
