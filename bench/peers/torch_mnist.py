"""One epoch of the lesson's convolutional autoencoder on MNIST in PyTorch, for the memory it takes.

    python torch_mnist.py FOLDER-OF-IDX-FILES
"""

import gzip
import pathlib
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(2)


def images(name):
    path = next(pathlib.Path(sys.argv[1]).glob(f"{name}-images*idx3-ubyte*"))
    data = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 1, 28, 28)


train, test = torch.from_numpy(images("train").copy()), torch.from_numpy(images("t10k").copy())
conv = lambda i, o, p=1: [nn.Conv2d(i, o, 3, padding=p), nn.ReLU()]
up = [nn.Upsample(scale_factor=2)]
model = nn.Sequential(
    *conv(1, 16), nn.MaxPool2d(2), *conv(16, 8), nn.MaxPool2d(2), *conv(8, 8), nn.MaxPool2d(2, ceil_mode=True),
    *conv(8, 8), *up, *conv(8, 8), *up, *conv(8, 16, 0), *up, nn.Conv2d(16, 1, 3, padding=1),
).to(memory_format=torch.channels_last)
optimiser = torch.optim.Adam(model.parameters(), 1e-3, fused=True)


def loss_of(bytes_):
    x = bytes_.float().div_(255).contiguous(memory_format=torch.channels_last)
    return F.binary_cross_entropy_with_logits(model(x), x)


for indices in torch.randperm(len(train)).split(128):
    optimiser.zero_grad()
    loss_of(train[indices]).backward()
    optimiser.step()
with torch.inference_mode():
    print("validation loss", torch.stack([loss_of(batch) for batch in test.split(128)]).mean().item())
