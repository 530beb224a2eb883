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

TOLERANCE = 1e-4
FOLDER = Path(__file__).parent


def run(half, examples):
    """The outputs of one network, whatever the batches are."""
    start = f"{half}.input."
    inputs = {name.removeprefix(start): array for name, array in examples.items() if name.startswith(start)}
    wanted = [name.removeprefix(f"{half}.output.") for name in examples if name.startswith(f"{half}.output.")]
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
            yield name, size, np.concatenate(found), examples[f"{half}.output.{name}"][:stop]


def main():
    examples = dict(np.load(FOLDER / "examples.npz"))
    outputs, good = {}, True
    for half in ("encoder", "decoder"):
        for name, size, found, expected in run(half, examples):
            if found.shape != expected.shape:
                sys.exit(f"{half} {name}: expected {expected.shape}, found {found.shape}")
            if np.issubdtype(expected.dtype, np.integer):
                # Tokens are chosen: near ties may fall either way, and then all that follow differ.
                share = float((found == expected).mean())
                good &= share > 0.99
                told, figures = f"{share:.2%} equal", {"equal": share}
            else:
                # Of large values a share of them.
                difference = np.abs(found.astype(np.float64) - expected) / np.maximum(1, np.abs(expected))
                figures = {"largest": float(difference.max()), "mean": float(difference.mean())}
                good &= figures["largest"] <= TOLERANCE
                told = f"largest difference {figures['largest']:.1e}, mean {figures['mean']:.1e}"
            print(f"{half:8} {name:10} in batches of {size:3}: {told}")
            outputs.setdefault(f"{half}.{name}", {})[str(size)] = figures
    parity = {
        "runtime": "ONNX Runtime",
        "version": onnxruntime.__version__,
        "examples": len(next(iter(examples.values()))),
        "tolerance": TOLERANCE,
        "agrees": bool(good),
        "differences": outputs,
    }
    (FOLDER / "parity.json").write_text(json.dumps(parity, indent=1) + "\n")
    if not good:
        sys.exit(f"differs by more than {TOLERANCE}")


main()
