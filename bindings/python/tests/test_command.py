"""The same bits as the command's."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

import concertina


def run(*arguments: object) -> None:
    subprocess.run([str(argument) for argument in arguments], check=True, capture_output=True)


@pytest.mark.parametrize("recipe", ["conv-ae", "dense-vae"])
def test_codes_are_equal_to_the_bit(
    command: str, tmp_path: Path, images: np.ndarray, recipe: str
) -> None:
    concertina.train("digits", recipe, tmp_path / "run", limit=240, epochs=1)
    np.save(tmp_path / "images.npy", images)
    run(command, "encode", tmp_path / "run", tmp_path / "images.npy", "-o", tmp_path / "codes.npy")
    expected = np.load(tmp_path / "codes.npy")
    codes = concertina.Model.open(tmp_path / "run").encode(images)
    assert (codes.dtype, codes.shape) == (expected.dtype, expected.shape)
    assert codes.tobytes() == expected.tobytes()


def test_training_gives_the_same_files(command: str, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    run(
        command, "train", "digits", "--recipe", "dense-vae", "--limit", 240, "--epochs", 2,
        "--seed", 7, "--set", "bottleneck.latent-dim=3", "--out", theirs,
    )  # fmt: skip
    settings = {"bottleneck.latent-dim": 3}
    concertina.train("digits", "dense-vae", ours, limit=240, epochs=2, seed=7, set=settings)
    for name in ("model.safetensors", "config.toml"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()


def test_the_command_goes_on_with_a_run_of_python_s(command: str, tmp_path: Path) -> None:
    def stop(event: concertina.Event) -> None:
        if event["kind"] == "epoch":
            raise InterruptedError

    more = {"recipe": "dense-vae", "limit": 240, "epochs": 2}
    with pytest.raises(InterruptedError):
        concertina.train("digits", out=tmp_path / "run", on_event=stop, **more)
    run(command, "resume", tmp_path / "run")
    whole = concertina.train("digits", **more)
    assert concertina.Model.open(tmp_path / "run").to_bytes() == whole.to_bytes()
