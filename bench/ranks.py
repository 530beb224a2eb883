#!/usr/bin/env python3
"""Two processes of one thread beside one process of two threads, in Concertina and in PyTorch (DDP over gloo), in turn.

    cargo build --release --features mpi -p concertina-cli
    python3 bench/ranks.py [--python PYTHON] [--rounds 3]

PYTHON has torch. Trains conv-vae64 on digits for twenty steps a turn; quotes medians of the rounds, and what share of
the speed of threads the processes have.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Root in a container, and more processes than the launcher would start.
ENV = dict(
    os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1"
)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--binary", default=ROOT / "target/release/concertina")
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    speeds = {f"{program}, {kind}": [] for program in ("concertina", "torch") for kind in ("threads", "processes")}
    for _ in range(args.rounds):
        for name, rates in speeds.items():
            program, kind = name.split(", ")
            rate = (concertina if program == "concertina" else torch)(kind == "processes", args)
            print(f"{name:<24}{rate:8.1f} img/s", flush=True)
            rates.append(rate)
    medians = {name: statistics.median(rates) for name, rates in speeds.items()}
    for program in ("concertina", "torch"):
        threads, processes = medians[f"{program}, threads"], medians[f"{program}, processes"]
        print(f"{program}: {threads:.1f} img/s with threads, {processes:.1f} with processes, {processes / threads:.2f}")


def concertina(processes, args):
    """Images a second of the only epoch, by the run's own record."""
    launcher = [args.mpirun, "-n", "2"] if processes else []
    with tempfile.TemporaryDirectory() as scratch:
        run = pathlib.Path(scratch, "run")
        subprocess.run(
            [*launcher, args.binary, "train", "digits", "--recipe", "conv-vae64", "--out", run, "--quiet",
             "--threads", "1" if processes else "2", "--set", "training.shards=2", "--set", "training.epochs=1",
             "--set", "data.limit=2560", "--set", "data.channels=3"],
            check=True, env=ENV, stdout=subprocess.DEVNULL,
        )
        return json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])["images_per_second"]


def torch(processes, args):
    launcher = ["-m", "torch.distributed.run", "--nproc-per-node", "2"] if processes else []
    output = subprocess.run(
        [args.python, *launcher, ROOT / "bench/peers/torch_train.py", "--model", "conv-vae64", "--mode", "eager",
         "--threads", "1" if processes else "2", "--steps", "20"],
        check=True, env=ENV, capture_output=True, text=True,
    ).stdout
    return float(re.search(r"(\d+) img/s", output)[1])


main()
