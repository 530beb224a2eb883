//! Processes that a launcher started: what cannot be done by many is refused, once.

use crate::place::{Ended, Place, TINY};

const OPEN_MPI: [&str; 2] = ["OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"];

/// The program as process `rank` of four.
fn launched(arguments: &str, [size, of_rank]: [&str; 2], rank: usize) -> (Ended, Place) {
    let place = Place::new();
    let mut command = place.command(arguments);
    let output = command.env(size, "4").env(of_rank, rank.to_string()).output().unwrap();
    (Ended::of(&output), place)
}

#[test]
#[cfg(not(feature = "mpi"))]
fn a_program_without_mpi_is_not_trained_four_times() {
    for variables in [OPEN_MPI, ["PMI_SIZE", "PMI_RANK"], ["SLURM_NTASKS", "PMIX_RANK"]] {
        for command in [TINY, "resume run"] {
            let (ended, place) = launched(command, variables, 0);
            assert_eq!(ended.code, Some(2));
            let expected = format!(
                "error: expected a program that was built with MPI, since 4 processes were started \
                 ({}), found one that was not",
                variables[0]
            );
            assert_eq!(ended.complaint(), expected);
            assert!(ended.stderr.contains("hint: build it with `cargo build --release --features"));
            assert!(place.files().is_empty());
            let (other, _) = launched(command, variables, 3);
            assert_eq!((other.code, other.stderr.as_str()), (Some(2), ""));
        }
    }
}

#[test]
fn only_training_is_shared() {
    for command in ["evaluate run digits", "recipes", "bench --recipe conv-ae"] {
        let (ended, _) = launched(command, OPEN_MPI, 0);
        assert_eq!(ended.code, Some(2));
        let expected = "error: expected `train` or `resume` for 4 processes \
                        (OMPI_COMM_WORLD_SIZE), found another command";
        assert_eq!(ended.complaint(), expected);
        assert!(ended.stderr.contains("hint: run it as one process"), "{}", ended.stderr);
        assert_eq!(launched(command, OPEN_MPI, 1).0.stderr, "");
    }
}

/// `mpirun -n 1`, and the script of a job of Slurm's, are ordinary runs.
#[test]
fn one_process_is_one_process() {
    for variables in [
        &[("OMPI_COMM_WORLD_SIZE", "1"), ("OMPI_COMM_WORLD_RANK", "0")][..],
        &[("SLURM_NTASKS", "4")],
    ] {
        let place = Place::new();
        let mut command = place.command(&format!("{TINY} --out run --set training.shards=4"));
        let ended = Ended::of(&command.envs(variables.iter().copied()).output().unwrap());
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "run\n"), "{}", ended.stderr);
    }
}
