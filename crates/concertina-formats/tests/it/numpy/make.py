"""Writes the files of this folder, as NumPy 2.4.6 writes them: python make.py"""

import numpy as np

count = np.arange(6).reshape(2, 3)
for name, array in {
    "big-endian-int16": (count - 3).astype(">i2"),
    "bool": count % 2 == 0,
    "complex": count.astype("c8"),
    "fortran-float64": np.asfortranarray(count / 4),
    "half": (count / 4).astype("f2"),
    "int64": count - 3,
    "number": np.float32(2.5),
    "structured": np.zeros(2, dtype=[("a", "<f4"), ("b", "u1")]),
    "text": np.array(["concertina"]),
    "uint8": count.astype("u1"),
}.items():
    np.save(f"{name}.npy", array)
np.save("object.npy", np.array([None]), allow_pickle=True)
np.savez("stored.npz", x_train=count.astype("u1"), y_train=np.arange(2))
np.savez_compressed("deflated.npz", x_train=count.astype("u1"), y_train=np.arange(2))
