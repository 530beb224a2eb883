"""Trains conv-vae64 in PyTorch for one epoch on the pictures of WebDataset archives: prints `N img/s`.

    python webdataset_train.py TAR .. [--workers N]

Pictures are decoded by Pillow, cut to their centre square and resized to 64 x 64, in `--workers` processes beside the one
that trains; each shuffles in a buffer of 1,000, which is WebDataset's own habit. The clock begins with the first batch.
"""

import argparse
import time

import numpy
import torch
import webdataset
from torch_train import ConvVae64

BATCH = 128


def fitted(picture):
    """`[3, 64, 64]`, 0 to 1."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.crop((left, top, left + side, top + side)).resize((64, 64), resample=2)
    return torch.from_numpy(numpy.array(square)).permute(2, 0, 1).float() / 255


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tars", nargs="+")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(args.threads)
    data = webdataset.WebDataset(args.tars, shardshuffle=len(args.tars), seed=1)
    data = data.shuffle(1000).decode("pilrgb").to_tuple("jpg").map_tuple(fitted).batched(BATCH)
    loader = torch.utils.data.DataLoader(data, batch_size=None, num_workers=args.workers)
    model = ConvVae64()
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)
    started = time.perf_counter()
    begun, n = None, 0
    for (images,) in loader:
        if begun is None:
            begun = time.perf_counter()
            print(f"first batch after {begun - started:.2f} s")
        optimiser.zero_grad()
        loss = model.loss(images)
        loss.backward()
        optimiser.step()
        loss.item()
        n += len(images)
    print(f"conv-vae64 from {len(args.tars)} archives: {n} images, {n / (time.perf_counter() - begun):.0f} img/s")


main()
