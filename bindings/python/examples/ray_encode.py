"""Encode the images of .npy files with Ray Data, on all machines of a Ray cluster.

usage: python ray_encode.py MODEL OUT IMAGES.npy...

The files are arrays of uint8 of shape [N, C, H, W], such as the shards of a pack. OUT becomes a
folder of parts, codes-000000.npy and so on, that `concertina merge OUT/codes-*.npy -o codes.npy`
joins in the order of the images. All of it lies on a disk that the machines share.

A part appears when it is complete. Ray replaces a worker that is lost and has its parts encoded
again; parts that are there are left as they are, so that the script can be started again, too.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import numpy as np
import ray

import concertina

# Images of a part: some seconds of work for a small network.
IMAGES = 100_000


class Encoder:
    """A worker with the model, which it opens once."""

    def __init__(self, model: str) -> None:
        self.model = concertina.Model.open(model)

    def __call__(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Encode parts, and return their numbers of images."""
        rows = zip(parts["file"], parts["first"], parts["last"], parts["out"], strict=True)
        for file, first, last, out in rows:
            path = Path(out)
            if path.exists():
                continue
            images = np.load(file, mmap_mode="r")[first:last]
            codes = self.model.encode(np.ascontiguousarray(images))
            # Complete, or not there: another worker may have begun the same part.
            begun = path.with_name(f".{path.stem}-{os.getpid()}.npy")
            np.save(begun, codes)
            begun.replace(path)
        return {"images": parts["last"] - parts["first"]}


def parts_of(files: list[Path], folder: Path, images: int) -> list[dict[str, Any]]:
    """Return the parts: which images of which file, and where their codes go."""
    parts: list[dict[str, Any]] = []
    for file in files:
        n = len(np.load(file, mmap_mode="r"))
        for first in range(0, n, images):
            out = str(folder / f"codes-{len(parts):06}.npy")
            last = min(first + images, n)
            parts.append({"file": str(file), "first": first, "last": last, "out": out})
    return parts


def main() -> None:
    """Encode what the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("images", type=Path, nargs="+")
    parser.add_argument("--workers", type=int, help="processes of one thread [default: one a core]")
    parser.add_argument("--part", type=int, default=IMAGES, help="images of a part")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    parts = parts_of([path.resolve() for path in args.images], args.out.resolve(), args.part)

    # A worker is one core to Ray, and must not take more.
    ray.init(runtime_env={"env_vars": {"RAYON_NUM_THREADS": "1"}})
    workers = min(len(parts), args.workers or int(ray.cluster_resources()["CPU"]))
    encoded = ray.data.from_items(parts, override_num_blocks=len(parts)).map_batches(
        Encoder,
        fn_constructor_args=[str(args.model.resolve())],
        batch_size=1,
        num_cpus=1,
        compute=ray.data.ActorPoolStrategy(size=workers),
    )
    images = encoded.sum("images")
    # What workers that were lost had begun.
    for left in args.out.glob(".codes-*.npy"):
        left.unlink()
    print(f"{images} images encoded in {len(parts)} parts")


if __name__ == "__main__":
    main()
