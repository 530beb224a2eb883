"""Training the lesson's convolutional autoencoder as Keras' `fit` runs it, batch 128: prints `N img/s`.

    python keras_train.py [jit]
"""

import sys
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

BATCH, WARM_UP, STEPS = 128, 10, 30

tf.config.threading.set_intra_op_parallelism_threads(2)
conv = lambda n, padding="same": L.Conv2D(n, 3, activation="relu", padding=padding)
pool = lambda: L.MaxPooling2D(2, padding="same")
up = lambda: L.UpSampling2D(2)
model = keras.Sequential([
    keras.Input((28, 28, 1)), conv(16), pool(), conv(8), pool(), conv(8), pool(),
    conv(8), up(), conv(8), up(), conv(16, "valid"), up(), L.Conv2D(1, 3, activation="sigmoid", padding="same"),
])
model.compile("adam", "binary_crossentropy", jit_compile="jit" in sys.argv)

images = np.random.default_rng(0).random((BATCH * STEPS, 28, 28, 1), dtype=np.float32)
warm_up = images[:BATCH * WARM_UP]
model.fit(warm_up, warm_up, batch_size=BATCH, verbose=0)
begun = time.perf_counter()
model.fit(images, images, batch_size=BATCH, verbose=0)
print(f"conv-ae: {len(images) / (time.perf_counter() - begun):.0f} img/s")
