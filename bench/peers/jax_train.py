"""Training the lesson's convolutional autoencoder in JAX with Flax and Optax, jit, batch 128: prints `N img/s`."""

import time

import jax
import jax.numpy as jnp
import optax
from flax import linen as nn

BATCH, WARM_UP, STEPS = 128, 5, 20


class ConvAe(nn.Module):
    @nn.compact
    def __call__(self, x):
        for channels in (16, 8, 8):
            x = nn.relu(nn.Conv(channels, (3, 3))(x))
            x = nn.max_pool(x, (2, 2), (2, 2), padding="SAME")
        for channels, padding in ((8, "SAME"), (8, "SAME"), (16, "VALID")):
            x = nn.relu(nn.Conv(channels, (3, 3), padding=padding)(x))
            x = x.repeat(2, 1).repeat(2, 2)
        return nn.Conv(1, (3, 3))(x)


key = jax.random.key(0)
images = jax.random.uniform(key, (BATCH, 28, 28, 1))
model, optimiser = ConvAe(), optax.adam(1e-3)
parameters = model.init(key, images)
state = optimiser.init(parameters)


@jax.jit
def step(parameters, state, images):
    def loss_of(parameters):
        return optax.sigmoid_binary_cross_entropy(model.apply(parameters, images), images).mean()

    loss, gradient = jax.value_and_grad(loss_of)(parameters)
    updates, state = optimiser.update(gradient, state)
    return optax.apply_updates(parameters, updates), state, loss


for _ in range(WARM_UP):
    parameters, state, loss = step(parameters, state, images)
loss.block_until_ready()
begun = time.perf_counter()
for _ in range(STEPS):
    parameters, state, loss = step(parameters, state, images)
loss.block_until_ready()
print(f"conv-ae: {STEPS * BATCH / (time.perf_counter() - begun):.0f} img/s")
