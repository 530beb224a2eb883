"""Encoding with Spark. Skipped where PySpark or Java are not installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import concertina

pytest.importorskip("pyspark")
pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

# The usual one takes a native library, which is not for every system.
COMPRESSION = "spark.sql.parquet.compression.codec"
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "spark_encode.py"


@pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java")
def test_a_table_is_encoded_as_its_images(
    model: concertina.Model, digits: concertina.Dataset, tmp_path: Path
) -> None:
    images = digits.train
    names = [f"{index:04}" for index in range(len(images))]
    table = pa.table({"name": names, "pixels": [image.tobytes() for image in images]})
    source, out, saved = (tmp_path / name for name in ["in.parquet", "out", "model.safetensors"])
    parquet.write_table(table, source, compression="gzip")
    model.save(saved)
    environment = {
        **os.environ,
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": f"--master local[2] --conf {COMPRESSION}=gzip pyspark-shell",
    }
    command = [sys.executable, EXAMPLE, saved, source, out]
    told = subprocess.run(
        list(map(str, command)), env=environment, capture_output=True, text=True, timeout=300
    )
    assert told.returncode == 0, told.stderr
    found = parquet.read_table(out).sort_by("name")
    assert found["name"].to_pylist() == names
    codes = np.array(found["code"].to_pylist(), dtype=np.float32)
    np.testing.assert_array_equal(codes, model.encode(images))
