"""Training the lesson's models in PyTorch on the CPU: prints `N img/s`.

    python torch_train.py --model conv-ae|dense-vae|conv-vae64 --mode eager|cl|cl-fused|cl-compile|bf16-cl

`cl` is for channels last, `fused` for the fused Adam, `compile` for torch.compile, `bf16` for autocast to bfloat16.
Started by `torchrun --nproc-per-node N`, N processes share each batch (DistributedDataParallel over gloo).
"""

import argparse
import os
import time

import torch
import torch.distributed as dist
import torch.nn as nn
import torch.nn.functional as F

WARM_UP = 6


class ConvAe(nn.Module):
    """The convolutional autoencoder, with binary cross-entropy."""

    shape = (1, 28, 28)

    def __init__(self):
        super().__init__()
        conv = lambda i, o, padding=1: nn.Conv2d(i, o, 3, padding=padding)
        self.encoder = nn.ModuleList([conv(1, 16), conv(16, 8), conv(8, 8)])
        self.decoder = nn.ModuleList([conv(8, 8), conv(8, 8), conv(8, 16, 0)])
        self.last = conv(16, 1)

    def loss(self, images):
        x = images
        for number, conv in enumerate(self.encoder):
            x = F.max_pool2d(F.relu(conv(x)), 2, ceil_mode=number == 2)
        for conv in self.decoder:
            x = F.interpolate(F.relu(conv(x)), scale_factor=2)
        return F.binary_cross_entropy_with_logits(self.last(x).float(), images)


def sample(mean, log_var):
    return mean + torch.randn_like(mean) * torch.exp(0.5 * log_var)


def kl(mean, log_var):
    return -0.5 * (1 + log_var - mean * mean - log_var.exp()).sum(1)


class DenseVae(nn.Module):
    """The variational autoencoder of dense layers, with two latent dimensions and squared error."""

    shape = (784,)

    def __init__(self):
        super().__init__()
        self.hidden, self.mean, self.log_var = nn.Linear(784, 512), nn.Linear(512, 2), nn.Linear(512, 2)
        self.decoder = nn.Sequential(nn.Linear(2, 512), nn.ReLU(), nn.Linear(512, 784), nn.Sigmoid())

    def loss(self, images):
        hidden = F.relu(self.hidden(images))
        mean, log_var = self.mean(hidden).float(), self.log_var(hidden).float()
        x_hat = self.decoder(sample(mean, log_var)).float()
        return (784 * ((x_hat - images) ** 2).mean(1) + kl(mean, log_var)).mean()


class ConvVae64(nn.Module):
    """The convolutional variational autoencoder of 64 x 64 colour images, with 32 latent dimensions."""

    shape = (3, 64, 64)

    def __init__(self):
        super().__init__()
        channels, latent, features = [3, 32, 64, 128, 256], 32, 256 * 4 * 4
        down, up = [], []
        for i, o in zip(channels, channels[1:]):
            down += [nn.Conv2d(i, o, 4, 2, 1), nn.ReLU()]
            up = [nn.ConvTranspose2d(o, i, 4, 2, 1), nn.ReLU(), *up]
        self.encoder, self.decoder = nn.Sequential(*down), nn.Sequential(*up[:-1])
        self.mean, self.log_var = nn.Linear(features, latent), nn.Linear(features, latent)
        self.features = nn.Linear(latent, features)

    def loss(self, images):
        hidden = self.encoder(images).flatten(1)
        mean, log_var = self.mean(hidden).float(), self.log_var(hidden).float()
        features = F.relu(self.features(sample(mean, log_var)))
        logits = self.decoder(features.view(-1, 256, 4, 4)).float()
        error = F.binary_cross_entropy_with_logits(logits, images, reduction="sum") / len(images)
        return error + kl(mean, log_var).mean()


class Loss(nn.Module):
    """A model whose output is its loss: what is shared out to processes has to be called."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        return self.model.loss(images)


def main():
    models = {"conv-ae": ConvAe, "dense-vae": DenseVae, "conv-vae64": ConvVae64}
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", choices=models, default="conv-ae")
    parser.add_argument("--mode", default="eager")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--batch", type=int, default=128)
    args = parser.parse_args()

    processes = int(os.environ.get("WORLD_SIZE", 1))
    torch.manual_seed(1)
    torch.set_num_threads(args.threads)
    mode = args.mode.split("-")
    model = models[args.model]()
    images = torch.rand(args.batch // processes, *model.shape)
    if "cl" in mode:
        model = model.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(model.parameters(), 1e-3, fused="fused" in mode or None)
    loss_of = torch.compile(model.loss) if "compile" in mode else model.loss
    if processes > 1:
        dist.init_process_group("gloo")
        loss_of = nn.parallel.DistributedDataParallel(Loss(model))

    def step():
        optimiser.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled="bf16" in mode):
            loss = loss_of(images)
        loss.backward()
        optimiser.step()
        return loss.item()

    for _ in range(WARM_UP):
        step()
    begun = time.perf_counter()
    for _ in range(args.steps):
        step()
    seconds = time.perf_counter() - begun
    if int(os.environ.get("RANK", 0)) == 0:
        print(f"{args.model} {args.mode}: {args.steps * args.batch / seconds:.0f} img/s")
    if processes > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
