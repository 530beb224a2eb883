#!/usr/bin/env python3
"""Ours and the frameworks that people use today, on the same work, in turn.

    python3 bench/compare.py [--rounds 5] [--only NAME] [--out docs/benchmarks.md]

Every comparison runs its programs one after the other, A B C A B C, `--rounds` times, and quotes medians: machines are
noisy, and a ratio of two runs far apart in time says little. See bench/README.md for what has to be installed.
Needs nothing but Python's standard library itself.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import random
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "bench/peers"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torch", type=pathlib.Path, default=pathlib.Path("~/peers/bin/python").expanduser(),
                        help="a Python that has torch and numpy")
    parser.add_argument("--tensorflow", type=pathlib.Path, default=pathlib.Path("~/peers-tf/bin/python").expanduser(),
                        help="a Python that has tensorflow-cpu, jax, flax and optax")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="run only the comparisons whose name contains this")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/benchmarks.md")
    args = parser.parse_args()

    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as scratch:
        comparisons = [c for c in all_comparisons(args, pathlib.Path(scratch)) if not args.only or args.only in c.name]
        for number in range(args.rounds):
            for comparison in comparisons:
                comparison.run_once(f"round {number + 1} of {args.rounds}")
    text = page(comparisons, args)
    if args.only:
        print(text)
    else:
        args.out.write_text(text)
        print(f"written to {args.out}", file=sys.stderr)


class Program:
    """A command line, and how to read its figure."""

    def __init__(self, name, command, figure, ours=False, needs=(), env=None):
        self.name, self.command, self.figure, self.ours = name, [str(word) for word in command], figure, ours
        self.env = {**os.environ, **(env or {})}
        self.missing = next((str(path) for path in needs if not pathlib.Path(path).exists()), None)
        self.figures = []

    def run(self):
        begun = time.perf_counter()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen(self.command, cwd=ROOT, stdout=out, stderr=err, env=self.env)
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - begun
            out.seek(0), err.seek(0)
            text, errors = out.read().decode(errors="replace"), err.read().decode(errors="replace")
        if status != 0:
            sys.exit(f"`{' '.join(self.command)}` failed:\n{errors[-2000:]}")
        self.figures.append(self.figure(text, seconds, usage.ru_maxrss * 1024))

    def median(self):
        return statistics.median(self.figures)


class Comparison:
    def __init__(self, name, title, unit, programs, more_is_better=True):
        self.name, self.title, self.unit = name, title, unit
        self.more_is_better = more_is_better
        self.programs = [program for program in programs if not program.missing]
        for program in programs:
            if program.missing:
                print(f"{name}: {program.name} left out, {program.missing} is not there", file=sys.stderr)

    def run_once(self, label):
        for program in self.programs:
            program.run()
            print(f"{label}: {self.name}: {program.name}: {program.figures[-1]:,.0f} {self.unit}", file=sys.stderr)

    def best_peer(self):
        peers = [program for program in self.programs if not program.ours]
        better = max if self.more_is_better else min
        return better(peers, key=Program.median, default=None)

    def ratio_to(self, program):
        """How many times better ours is."""
        ours = next(p for p in self.programs if p.ours).median()
        return ours / program.median() if self.more_is_better else program.median() / ours

    def rows(self):
        best = self.best_peer()
        for program in self.programs:
            low, high = min(program.figures), max(program.figures)
            name = f"**{program.name}**" if program.ours and best else program.name
            row = f"| {name}{' (best peer)' if program is best else ''} | {program.median():,.0f} | {low:,.0f} to {high:,.0f} |"
            ratio = "" if program.ours else f"{self.ratio_to(program):.2f} times"
            yield row + (f" {ratio} |" if best else "")

    def markdown(self):
        head = f"| | median {self.unit} | range |" + (" ours is better by |" if self.best_peer() else "")
        rule = "|---" * (head.count("|") - 1) + "|"
        return f"## {self.title}\n\n{head}\n{rule}\n" + "\n".join(self.rows()) + "\n"


def images_per_second(text, _seconds, _memory):
    found = re.findall(r"([\d.]+) (?:img|examples)/s", text)
    return float(found[-1])


def printed_milliseconds(text, _seconds, _memory):
    return float(re.findall(r"([\d.]+) ms", text)[-1])


def json_field(key):
    return lambda text, _seconds, _memory: json.loads(text)[key]


def milliseconds(_text, seconds, _memory):
    return 1e3 * seconds


def megabytes(_text, _seconds, memory):
    return memory / 1e6


def all_comparisons(args, scratch):
    ours = ROOT / "target/release/concertina"

    def bench(recipe, *more, name="Concertina"):
        command = [ours, "bench", "--recipe", recipe, "--json", *more]
        return Program(name, command, json_field("images_per_second"), ours=True)

    def torch(model, mode):
        command = [args.torch, PEERS / "torch_train.py", "--model", model, "--mode", mode]
        names = {"eager": "PyTorch", "cl": "PyTorch, channels last", "cl-fused": "PyTorch, channels last, fused Adam"}
        return Program(names[mode], command, images_per_second, needs=[args.torch])

    def other(name, script):
        env = {"TF_CPP_MIN_LOG_LEVEL": "3"}
        command = [args.tensorflow, PEERS / script]
        return Program(name, command, images_per_second, needs=[args.tensorflow], env=env)

    def forward(name, python, framework):
        env = {"TF_CPP_MIN_LOG_LEVEL": "3"}
        return Program(name, [python, PEERS / "encode.py", framework], images_per_second, needs=[python], env=env)

    yield Comparison("train conv-ae", "Training conv-ae", "images/s", [
        bench("conv-ae"), torch("conv-ae", "eager"), torch("conv-ae", "cl-fused"),
        other("Keras", "keras_train.py"), other("JAX, jit", "jax_train.py")])
    yield Comparison("train dense-vae", "Training dense-vae", "images/s", [
        bench("dense-vae"), torch("dense-vae", "eager")])
    yield Comparison("train conv-vae64", "Training conv-vae64", "images/s", [
        bench("conv-vae64"), torch("conv-vae64", "eager"), torch("conv-vae64", "cl"), torch("conv-vae64", "cl-fused")])
    yield Comparison("train melody-vae", "Training melody-vae", "melodies/s", [
        bench("melody-vae", "--set", "training.batch-size=128", "--set", "network.scheduled-sampling=0"),
        Program("PyTorch", [args.torch, PEERS / "melody_vae.py"], images_per_second, needs=[args.torch])])
    yield Comparison("train photo-denoise", "Training photo-denoise on patches of 1x48x48", "images/s", [
        bench("photo-denoise", "--shape", "1x48x48"),
        Program("PyTorch, channels last, fused Adam", [args.torch, PEERS / "photo.py", "train"], images_per_second,
                needs=[args.torch])])
    photo = scratch / "photo.png"
    photo.write_bytes(grey_png(1000))
    yield Comparison("upscale", "A grey megapixel enlarged x2 by photo-2x", "ms", [
        Program("Concertina, start of the process and files included",
                [ours, "upscale", photo, "-o", scratch / "large.png"], milliseconds, ours=True),
        Program("PyTorch, channels last, the network alone", [args.torch, PEERS / "photo.py", "upscale"],
                printed_milliseconds, needs=[args.torch])], more_is_better=False)
    yield Comparison("encode conv-ae", "Encoding with conv-ae", "images/s", [
        bench("conv-ae", "--mode", "encode"), forward("PyTorch", args.torch, "torch"),
        forward("PyTorch, channels last", args.torch, "torch-cl"), forward("Keras", args.tensorflow, "keras"),
        forward("JAX, jit", args.tensorflow, "jax")])
    yield Comparison("reconstruct conv-ae", "Encoding and decoding with conv-ae", "images/s", [
        bench("conv-ae", "--mode", "reconstruct"), forward("PyTorch", args.torch, "torch-both"),
        forward("PyTorch, channels last", args.torch, "torch-cl-both"), forward("Keras", args.tensorflow, "keras-both"),
        forward("JAX, jit", args.tensorflow, "jax-both")])

    mnist = pathlib.Path(os.environ.get("CONCERTINA_DATA", "")) / "mnist"
    memory = PEERS / "torch_mnist.py"
    train = ["train", "mnist", "--recipe", "conv-ae", "--epochs", "1", "--out"]
    # A run folder must be new: one for each round.
    in_new_folder = ["sh", "-c", 'exec "$0" "$@" "$(mktemp -d)"', ours, *train]
    yield Comparison("memory", "Peak memory, one epoch of conv-ae on MNIST", "MB", [
        Program("Concertina, figures and report included", in_new_folder, megabytes, ours=True, needs=[mnist],
                env={"TMPDIR": str(scratch)}),
        Program("PyTorch", [args.torch, memory, mnist], megabytes, needs=[args.torch, mnist])], more_is_better=False)

    model, picture, out = scratch / "model", scratch / "one.png", scratch / "out.png"
    subprocess.run([ours, "train", "digits", "--recipe", "conv-ae", "--limit", "1000", "--epochs", "1", "--out", model],
                   check=True, capture_output=True)
    subprocess.run([ours, "sample", model, "-n", "1", "-o", picture], check=True, capture_output=True)
    yield Comparison("cold", "One picture reconstructed, from start of the process to file written", "ms", [
        Program("Concertina", [ours, "reconstruct", model, picture, "-o", out], milliseconds, ours=True),
        Program("Python's `import torch` alone", [args.torch, "-c", "import torch"], milliseconds, needs=[args.torch])],
        more_is_better=False)

    yield Comparison("images", "conv-ae by the number of training images", "images/s", [
        Program(f"{n:,} images", ["sh", "-c", f'run=$(mktemp -d) && "$0" train digits --recipe conv-ae --limit {n} '
                f'--epochs {epochs} --out "$run" >&2 && cat "$run/metrics.jsonl"', ours], last_epochs, ours=True,
                env={"TMPDIR": str(scratch)})
        for n, epochs in [(10_000, 12), (60_000, 2)]])
    yield Comparison("batch", "conv-ae by the size of the batch", "images/s", [
        bench("conv-ae", "--set", f"training.batch-size={size}", name=f"batch {size}") for size in (32, 128, 512)])


def grey_png(side):
    """A square of waves and noise."""
    noise = random.Random(0)
    row = lambda y: bytes((x * y // side + noise.randrange(32)) % 256 for x in range(side))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row(y) for y in range(side)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def last_epochs(text, _seconds, _memory):
    """The median of the epochs' speeds."""
    return statistics.median(json.loads(line)["images_per_second"] for line in text.splitlines())


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        names = {line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")}
        return ", ".join(sorted(names))
    except OSError:
        return platform.processor()


def page(comparisons, args):
    bench = subprocess.run([ROOT / "target/release/concertina", "bench", "--json", "--steps", "10"],
                           check=True, capture_output=True, text=True)
    machine = json.loads(bench.stdout)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    versions = []
    for python, names in [(args.torch, ["torch"]), (args.tensorflow, ["keras", "tensorflow", "jax"])]:
        for name in names if python.exists() else []:
            code = f"import importlib.metadata as m; print('{name}', m.version('{name.replace('tensorflow', 'tensorflow_cpu')}'))"
            found = subprocess.run([python, "-c", code], capture_output=True, text=True)
            versions.append(found.stdout.strip())
    head = f"""# Benchmarks

Written by `bench/compare.py` on {datetime.date.today()}, commit {commit.stdout.strip()}. Do not edit: run it again.

- Processor: {processor()}, {os.cpu_count()} cores; {machine["threads"]} threads for all
- fp32 peak of those threads, measured: {machine["peak_gflop_per_second"]:.0f} GFLOP/s ({machine["instructions"]})
- Against: {", ".join(version for version in versions if version)}
- Medians of {args.rounds} runs in turn; fp32 for all; batch 128 where nothing else is said, 32 of photo-denoise

"""
    return head + "\n".join(comparison.markdown() for comparison in comparisons)


if __name__ == "__main__":
    main()
