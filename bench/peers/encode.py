"""Forward passes of the lesson's convolutional autoencoder in other frameworks, batch 128: prints `N img/s`.

    python encode.py torch|torch-cl|keras|jax[-both]

`-both` runs encoder and decoder, else the encoder alone. As `concertina bench --mode encode` does, it starts from bytes
and ends with codes in main memory.
"""

import sys
import time

import numpy as np

FRAMEWORK = sys.argv[1].removesuffix("-both")
BOTH = sys.argv[1].endswith("-both")
BATCH, WARM_UP, SECONDS = 128, 6, 3.0
images = np.random.default_rng(0).integers(0, 256, (8, BATCH, 28, 28), dtype=np.uint8)


def torch_forward(channels_last):
    import torch
    import torch.nn as nn

    torch.set_num_threads(2)
    conv = lambda i, o, p=1: [nn.Conv2d(i, o, 3, padding=p), nn.ReLU()]
    pool = lambda ceil=False: [nn.MaxPool2d(2, ceil_mode=ceil)]
    layers = [*conv(1, 16), *pool(), *conv(16, 8), *pool(), *conv(8, 8), *pool(True)]
    if BOTH:
        up = [nn.Upsample(scale_factor=2)]
        layers += [*conv(8, 8), *up, *conv(8, 8), *up, *conv(8, 16, 0), *up, nn.Conv2d(16, 1, 3, padding=1), nn.Sigmoid()]
    model = nn.Sequential(*layers).eval()
    if channels_last:
        model = model.to(memory_format=torch.channels_last)

    def run(batch):
        with torch.inference_mode():
            x = torch.from_numpy(batch).float().div_(255).unsqueeze(1)
            if channels_last:
                x = x.contiguous(memory_format=torch.channels_last)
            return model(x).numpy()

    return run


def keras_forward():
    import keras
    import tensorflow as tf
    from keras import layers as L

    tf.config.threading.set_intra_op_parallelism_threads(2)
    conv = lambda n, padding="same": L.Conv2D(n, 3, activation="relu", padding=padding)
    layers = [keras.Input((28, 28, 1)), conv(16), L.MaxPooling2D(2), conv(8), L.MaxPooling2D(2), conv(8),
              L.MaxPooling2D(2, padding="same")]
    if BOTH:
        layers += [conv(8), L.UpSampling2D(2), conv(8), L.UpSampling2D(2), conv(16, "valid"), L.UpSampling2D(2),
                   L.Conv2D(1, 3, activation="sigmoid", padding="same")]
    model = keras.Sequential(layers)
    compiled = tf.function(lambda x: model(x, training=False))
    return lambda batch: compiled(tf.constant(batch[..., None].astype(np.float32) / 255)).numpy()


def jax_forward():
    import jax
    import jax.numpy as jnp

    keys = iter(jax.random.split(jax.random.key(0), 16))
    shapes = [(1, 16), (16, 8), (8, 8), (8, 8), (8, 8), (8, 16), (16, 1)]
    weights = [jax.random.normal(next(keys), (3, 3, i, o)) * 0.1 for i, o in shapes]

    def conv(x, w, padding="SAME"):
        return jax.lax.conv_general_dilated(x, w, (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))

    def pool(x):
        return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "SAME")

    def up(x):
        return x.repeat(2, 1).repeat(2, 2)

    @jax.jit
    def forward(x):
        for w in weights[:3]:
            x = pool(jax.nn.relu(conv(x, w)))
        if BOTH:
            x = up(jax.nn.relu(conv(x, weights[3])))
            x = up(jax.nn.relu(conv(x, weights[4])))
            x = up(jax.nn.relu(conv(x, weights[5], "VALID")))
            x = jax.nn.sigmoid(conv(x, weights[6]))
        return x

    return lambda batch: np.asarray(forward(batch[..., None].astype(np.float32) / 255))


run = {"torch": lambda: torch_forward(False), "torch-cl": lambda: torch_forward(True), "keras": keras_forward,
       "jax": jax_forward}[FRAMEWORK]()
for number in range(WARM_UP):
    run(images[number % len(images)])
steps, begun = 0, time.perf_counter()
while time.perf_counter() - begun < SECONDS:
    run(images[steps % len(images)])
    steps += 1
print(f"{sys.argv[1]}: {steps * BATCH / (time.perf_counter() - begun):.0f} img/s")
