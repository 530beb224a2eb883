"""The networks of `photo-denoise` and `photo-2x` in PyTorch on the CPU, channels last.

    python photo.py train [--threads N]       training steps of photo-denoise: prints `N img/s`
    python photo.py upscale [--threads N]     photo-2x on one grey megapixel: prints `N ms`

Training: batches of 32 random patches of 1x48x48 with noise, squared error, Adam, gradients clipped; 6 steps warm up, 20
are timed. Upscaling: a picture of 1000x1000, without gradients; one run warms up, the fastest of 3 counts. Neither reads
or writes a file.
"""

import argparse
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

CHANNELS, BATCH, PATCH, WARM_UP, STEPS = 32, 32, 48, 6, 20


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        self.second = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)

    def forward(self, x):
        return x + self.second(F.relu(self.first(x)))


def trunk(inputs, blocks, outputs, unshuffle, shuffle):
    layers = [nn.PixelUnshuffle(unshuffle)] if unshuffle > 1 else []
    layers.append(nn.Conv2d(inputs * unshuffle**2, CHANNELS, 3, padding=1))
    layers += [Block() for _ in range(blocks)]
    layers.append(nn.Conv2d(CHANNELS, outputs * shuffle**2, 3, padding=1))
    if shuffle > 1:
        layers.append(nn.PixelShuffle(shuffle))
    return nn.Sequential(*layers)


class Residual(nn.Module):
    """Residual blocks around which the image is added, enlarged by `factor`."""

    def __init__(self, blocks, unshuffle, factor):
        super().__init__()
        features = CHANNELS // unshuffle**2
        self.factor = factor
        self.encoder = trunk(1, blocks, features, unshuffle, unshuffle)
        self.decoder = trunk(1 + features, blocks, 1, unshuffle, unshuffle * factor)

    def forward(self, x):
        found = self.decoder(torch.cat([x, self.encoder(x)], 1))
        if self.factor > 1:
            x = F.interpolate(x, scale_factor=self.factor, mode="bicubic", align_corners=False)
        return x + found


def train():
    model = Residual(blocks=4, unshuffle=2, factor=1).to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    clean = torch.rand(BATCH, 1, PATCH, PATCH)
    for step in range(WARM_UP + STEPS):
        if step == WARM_UP:
            start = time.perf_counter()
        noisy = clean + 0.2 * torch.rand(BATCH, 1, 1, 1) * torch.randn_like(clean)
        optimiser.zero_grad(set_to_none=True)
        loss = ((model(noisy.contiguous(memory_format=torch.channels_last)) - clean) ** 2).sum() / BATCH
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 100.0)
        optimiser.step()
    print(f"{BATCH * STEPS / (time.perf_counter() - start):.0f} img/s")


def upscale():
    model = Residual(blocks=3, unshuffle=1, factor=2).to(memory_format=torch.channels_last).eval()
    picture = torch.rand(1, 1, 1000, 1000).contiguous(memory_format=torch.channels_last)
    times = []
    with torch.inference_mode():
        for _ in range(4):
            start = time.perf_counter()
            model(picture)
            times.append(time.perf_counter() - start)
    print(f"{1e3 * min(times[1:]):.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["train", "upscale"])
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    {"train": train, "upscale": upscale}[arguments.what]()
