#!/usr/bin/env python3
"""Training conv-vae64 on pictures in tar archives, in Concertina and in PyTorch with WebDataset, in turn.

    cargo build --release
    python3 bench/streams.py --pictures FOLDER [--python PYTHON] [--samples 10000] [--rounds 3]

PYTHON has torch, webdataset and Pillow. Cuts squares of 128 x 128 out of FOLDER's pictures, writes them as JPEG into archives
of a thousand, and trains on them for an epoch; Concertina once more on the same pictures in memory. Quotes medians of the
images a second, and the most memory that a program and its workers took.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Run by PYTHON, which has Pillow.
WRITE = """
import io, pathlib, random, sys, tarfile
from PIL import Image
folder, out, samples = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
pictures = [Image.open(path).convert("RGB") for path in sorted(folder.rglob("*.*"))]
pictures = [picture for picture in pictures if min(picture.size) >= 128]
random.seed(1)
for first in range(0, samples, 1000):
    with tarfile.open(out / f"part-{first // 1000:04}.tar", "w") as tar:
        for index in range(first, min(samples, first + 1000)):
            picture = pictures[index % len(pictures)]
            left, top = (random.randrange(length - 127) for length in picture.size)
            file = io.BytesIO()
            picture.crop((left, top, left + 128, top + 128)).save(file, "JPEG", quality=90)
            info = tarfile.TarInfo(f"{index:08}.jpg")
            info.size = file.tell()
            file.seek(0)
            tar.addfile(info, file)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--binary", default=ROOT / "target/release/concertina")
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        tars = pathlib.Path(scratch, "tars")
        tars.mkdir()
        subprocess.run([args.python, "-c", WRITE, args.pictures, tars, str(args.samples)], check=True)
        programs = {
            "concertina, archives": lambda: concertina(args, tars, scratch, stream=True),
            "concertina, in memory": lambda: concertina(args, tars, scratch, stream=False),
            "torch, webdataset": lambda: torch(args, tars, workers=2),
            "torch, webdataset, 1 worker": lambda: torch(args, tars, workers=1),
        }
        for _ in range(args.rounds):
            for name, measure in programs.items():
                speed, memory = measure()
                print(f"{name:<28}{speed:8.1f} img/s {memory / 1e6:8.0f} MB", flush=True)
                found.setdefault(name, []).append((speed, memory))
    print("medians")
    for name, values in found.items():
        speed, memory = (statistics.median(value) for value in zip(*values))
        print(f"{name:<28}{speed:8.1f} img/s {memory / 1e6:8.0f} MB")


def concertina(args, tars, scratch, stream):
    """Images a second of the only epoch, by the run's own record, and memory."""
    run = pathlib.Path(tempfile.mkdtemp(dir=scratch), "run")
    command = [args.binary, "train", tars, "--recipe", "conv-vae64", "--out", run, "--quiet", "--epochs", "1"]
    for key, value in {"data.size": 64, "data.stream": str(stream).lower(), "data.validation": 0.01}.items():
        command += ["--set", f"{key}={value}"]
    _, memory = watched(command)
    return json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])["images_per_second"], memory


def torch(args, tars, workers):
    script = ROOT / "bench/peers/webdataset_train.py"
    output, memory = watched([args.python, script, *sorted(tars.iterdir()), "--workers", str(workers)])
    return float(re.search(r"(\d+) img/s", output)[1]), memory


def watched(command):
    """What a command prints, and the most memory that it and its children had at a time."""
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    most = 0

    def watch():
        nonlocal most
        while process.poll() is None:
            most = max(most, sum(map(private_bytes, family(process.pid))))
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    output = process.communicate()[0]
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{command[0]} failed")
    return output, most


def family(pid):
    """A process and all below it."""
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(member for child in children for member in family(int(child)))]


def private_bytes(pid):
    """Memory of a process, of which what it shares with others counts in part."""
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


main()
