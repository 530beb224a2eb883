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

RUNTIME, VERSION = "PyTorch", torch.__version__
TOLERANCE = 1e-5
FOLDER = Path(__file__).parent


def method(model, name):
    """What gives an output, and by which factor it is larger than Concertina's."""
    match name.split(".")[2]:
        case "log_var":
            return lambda *inputs: model.posterior(*inputs)[1], 1
        case "log_sigma":
            # The module has the logarithm of the variance in any case.
            return lambda *inputs: model.posterior(*inputs)[1], 2
        case _:
            return model.encode if name.startswith("encoder") else model.decode, 1


def run(examples):
    """The name of each output, the size of the batches, what comes out, and what should."""
    model = Model().eval()
    model.load_state_dict(load_file(FOLDER / "model.safetensors"), strict=True)
    for name in [name for name in examples if ".output." in name]:
        gives, factor = method(model, name)
        start = name.split(".")[0] + ".input."
        inputs = [torch.from_numpy(array) for own, array in examples.items() if own.startswith(start)]
        for size in sorted({1, len(inputs[0])}):
            with torch.no_grad():
                found = gives(*(array[:size] for array in inputs)).numpy()
            yield name, size, found, factor * examples[name][:size]
