"""Encode the images of a table with Spark, into a table of codes.

usage: spark-submit spark_encode.py MODEL IN.parquet OUT.parquet

IN has a column `name`, a string, and a column `pixels`, the bytes of an image of the shape that the
model takes, channel by channel. OUT has the names, and `code`, an array of floats.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator

# Spark runs as many processes as there are cores: each has one. Before the library is used.
os.environ["RAYON_NUM_THREADS"] = "1"

import numpy as np
import pyarrow as pa
from pyspark.sql import SparkSession

import concertina


def encoder(model: bytes) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what encodes the batches of a partition, with the model in it."""

    def encode(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        opened = concertina.Model.from_bytes(model)
        for batch in batches:
            if batch.num_rows == 0:
                continue
            pixels = np.frombuffer(b"".join(batch["pixels"].to_pylist()), np.uint8)
            codes = opened.encode(pixels.reshape(batch.num_rows, *opened.input_shape))
            flat, size = pa.array(codes.ravel()), codes.shape[1]
            offsets = pa.array(np.arange(0, len(flat) + 1, size, dtype=np.int32))
            code = pa.ListArray.from_arrays(offsets, flat)
            yield pa.RecordBatch.from_arrays([batch["name"], code], ["name", "code"])

    return encode


def main() -> None:
    """Encode what the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    for name in ["model", "images", "codes"]:
        parser.add_argument(name)
    args = parser.parse_args()
    model = concertina.Model.open(args.model).to_bytes()
    spark = SparkSession.builder.appName("concertina").getOrCreate()
    images = spark.read.parquet(args.images).select("name", "pixels")
    codes = images.mapInArrow(encoder(model), "name string, code array<float>")
    codes.write.parquet(args.codes)


if __name__ == "__main__":
    main()
