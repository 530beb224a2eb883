"""Training steps of melody-vae in PyTorch: the same layers, loss and optimiser as the recipe's, in batches of 128.

    pip install torch
    python bench/peers/melody_vae.py [--batch 128] [--threads 2] [--steps 12]

Prints examples per second. `concertina bench --recipe melody-vae --set training.batch-size=128
--set network.scheduled-sampling=0` measures ours. Teacher forcing throughout, so that PyTorch's fused `nn.LSTM` runs
over all steps at once, which is the fastest that it can do.
"""

import argparse
import time

import torch
import torch.nn.functional as F
from torch import nn

STEPS, CLASSES, HIDDEN, LATENT = 32, 90, 256, 128


class MelodyVae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.LSTM(CLASSES, HIDDEN, bidirectional=True)
        self.features = nn.Linear(2 * HIDDEN, 2 * LATENT)
        self.state = nn.Linear(LATENT, 4 * HIDDEN)
        self.decoder = nn.LSTM(CLASSES + LATENT, HIDDEN, num_layers=2)
        self.output = nn.Linear(HIDDEN, CLASSES)

    def forward(self, tokens):
        """The loss of tokens T B."""
        vectors = F.one_hot(tokens, CLASSES).float()
        _, (last, _) = self.encoder(vectors)
        mean, log_variance = self.features(torch.cat([last[0], last[1]], 1)).chunk(2, 1)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        states = torch.tanh(self.state(z)).view(-1, 4, HIDDEN).transpose(0, 1)
        h, c = states[:2].contiguous(), states[2:].contiguous()
        before = torch.cat([torch.zeros_like(vectors[:1]), vectors[:-1]])
        read = torch.cat([before, z.expand(STEPS, -1, -1)], 2)
        outputs, _ = self.decoder(read, (h, c))
        logits = self.output(outputs)
        nats = F.cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction="sum") / tokens.shape[1]
        kl = -0.5 * (1 + log_variance - mean**2 - log_variance.exp())
        return nats + 0.2 * kl.mean(0).clamp_min(0.25).sum()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=12)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    model = MelodyVae()
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)
    batches = torch.randint(0, CLASSES, (8, STEPS, args.batch))

    def step(number):
        optimiser.zero_grad()
        model(batches[number % len(batches)]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()

    for number in range(6):
        step(number)
    begun = time.perf_counter()
    for number in range(args.steps):
        step(number)
    seconds = time.perf_counter() - begun
    print(f"torch {torch.__version__}: {args.steps * args.batch / seconds:.1f} examples/s")


if __name__ == "__main__":
    main()
