"""Runs encoder.onnx and decoder.onnx on the examples in examples.npz, one alone, in sevens and all at once, and
compares what comes out with what Concertina made of the same examples. Writes parity.json.

    pip install numpy onnxruntime
    python check.py
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

RUNTIME, VERSION = "ONNX Runtime", onnxruntime.__version__
TOLERANCE = 1e-4
FOLDER = Path(__file__).parent


def run(examples):
    """The name of each output, the size of the batches, what comes out, and what should."""
    for half in ("encoder", "decoder"):
        start, end = f"{half}.input.", f"{half}.output."
        inputs = {name.removeprefix(start): array for name, array in examples.items() if name.startswith(start)}
        wanted = [name.removeprefix(end) for name in examples if name.startswith(end)]
        session = onnxruntime.InferenceSession(FOLDER / f"{half}.onnx", providers=["CPUExecutionProvider"])
        n = len(next(iter(inputs.values())))
        for size in sorted({1, min(7, n), n}):
            # A single one stands for all: they take as long as all batches together.
            stop = 1 if size == 1 else n
            batches = [
                session.run(wanted, {name: array[i : i + size] for name, array in inputs.items()})
                for i in range(0, stop, size)
            ]
            for name, found in zip(wanted, zip(*batches)):
                yield end + name, size, np.concatenate(found), examples[end + name][:stop]
