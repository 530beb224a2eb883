"""Runs model.py with the weights in model.safetensors on the examples in examples.npz, one alone and all at once,
and compares what comes out with what Concertina made of the same examples. Writes parity.json.

    pip install numpy torch safetensors
    python check.py
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from model import Model
from safetensors.torch import load_file

TOLERANCE = 1e-5
FOLDER = Path(__file__).parent


def run_of(model, name):
    """What gives an output, and by which factor it is larger than Concertina's."""
    match name.split(".")[2]:
        case "log_var":
            return lambda *inputs: model.posterior(*inputs)[1], 1
        case "log_sigma":
            # The module has the logarithm of the variance in any case.
            return lambda *inputs: model.posterior(*inputs)[1], 2
        case _:
            return model.encode if name.startswith("encoder") else model.decode, 1


def main():
    examples = {name: torch.from_numpy(array) for name, array in np.load(FOLDER / "examples.npz").items()}
    model = Model().eval()
    model.load_state_dict(load_file(FOLDER / "model.safetensors"), strict=True)
    outputs, good = {}, True
    runs = [(name, *run_of(model, name)) for name in examples if ".output." in name]
    for name, run, factor in runs:
        start = name.split(".")[0] + ".input."
        inputs = [array for name, array in examples.items() if name.startswith(start)]
        for size in sorted({1, len(inputs[0])}):
            with torch.no_grad():
                found = run(*(array[:size] for array in inputs)).numpy()
            expected = examples[name][:size].numpy()
            if factor != 1:
                expected = factor * expected
            if found.shape != expected.shape:
                sys.exit(f"{name}: expected {expected.shape}, found {found.shape}")
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
            print(f"{name:23} of {size:3}: {told}")
            outputs.setdefault(name.replace(".output.", "."), {})[str(size)] = figures
    parity = {
        "runtime": "PyTorch",
        "version": torch.__version__,
        "examples": len(next(iter(examples.values()))),
        "tolerance": TOLERANCE,
        "agrees": bool(good),
        "differences": outputs,
    }
    (FOLDER / "parity.json").write_text(json.dumps(parity, indent=1) + "\n")
    if not good:
        sys.exit(f"differs by more than {TOLERANCE}")


main()
