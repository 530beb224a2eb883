"""Encoding with Ray Data, also when a worker is killed. Skipped where Ray is not installed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import concertina

pytest.importorskip("ray")

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "ray_encode.py"
IMAGES = 60_000
PART = 1000


def workers() -> list[int]:
    """Return the processes of Ray that encode."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and b"MapWorker" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc here")
def test_a_killed_worker_changes_no_code(model: concertina.Model, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    files = []
    for number, n in enumerate([IMAGES // 3, IMAGES - IMAGES // 3]):
        files.append(tmp_path / f"images-{number}.npy")
        np.save(files[-1], rng.integers(0, 256, (n, 1, 28, 28), dtype=np.uint8))
    saved, out = tmp_path / "model.safetensors", tmp_path / "codes"
    model.save(saved)
    command = [sys.executable, EXAMPLE, saved, out, *files, "--workers", "2", "--part", str(PART)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log)
    killed = None
    deadline = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        if killed is None and len(list(out.glob("codes-*.npy"))) >= 3 and (found := workers()):
            killed = found[0]
            os.kill(killed, signal.SIGKILL)
        time.sleep(0.01)
    told = (tmp_path / "log").read_text()
    assert process.poll() == 0, told
    assert killed is not None, told
    assert f"{IMAGES} images encoded" in told
    found = np.concatenate([np.load(path) for path in sorted(out.glob("codes-*.npy"))])
    expected = np.concatenate([model.encode(np.load(path)) for path in files])
    np.testing.assert_array_equal(found, expected)
    assert not list(out.glob(".codes-*"))
