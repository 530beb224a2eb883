"""Training: events, exceptions, and runs that stop and go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import concertina
from concertina import ConfigError, DataError, Dataset

if TYPE_CHECKING:
    from concertina import Event


class StoppedError(Exception):
    """What a callback raises to stop."""


def stop_at(step: int) -> object:
    def on_event(event: Event) -> None:
        if event["kind"] == "step" and event["step"] == step:
            raise StoppedError

    return on_event


def model_of(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


def train(out: Path | None, **more: object) -> concertina.Model:
    return concertina.train("digits", "dense-vae", out, limit=600, epochs=2, **more)


@pytest.fixture(scope="module")
def never_stopped(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("runs") / "a"
    model = train(folder)
    assert model.to_bytes() == model_of(folder)
    return model_of(folder)


def test_events_tell_of_steps_epochs_and_files(tmp_path: Path) -> None:
    events: list[Event] = []
    folder = tmp_path / "run"
    concertina.train("digits", "dense-vae", folder, limit=240, epochs=2, on_event=events.append)
    assert [event["kind"] for event in events] == [
        "checkpoint", "step", "step", "epoch", "step", "step", "epoch", "checkpoint", "written",
    ]  # fmt: skip
    step = events[1]
    assert step["kind"] == "step"
    assert (step["epoch"], step["step"], step["steps_per_epoch"], step["epochs"]) == (1, 1, 2, 2)
    assert step["loss"] > step["reconstruction"] > 0
    assert set(step["terms"]) == {"kl"}
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    epochs = [event for event in events if event["kind"] == "epoch"]
    for line, epoch in zip(lines, epochs, strict=True):
        assert {"kind": "epoch", **json.loads(line)} == epoch
    assert events[-1] == {"kind": "written", "path": str(folder / "model.safetensors")}


def test_the_same_seed_gives_the_same_bytes(never_stopped: bytes) -> None:
    assert train(None).to_bytes() == never_stopped
    assert train(None, seed=42).to_bytes() == never_stopped
    assert train(None, seed=43).to_bytes() != never_stopped


def test_an_open_data_set_and_its_source_give_the_same_bytes(never_stopped: bytes) -> None:
    data = Dataset.open("digits", limit=600)
    assert concertina.train(data, "dense-vae", epochs=2).to_bytes() == never_stopped


def test_settings_are_by_key(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    model = concertina.train(
        "digits",
        concertina.Recipe("dense-ae"),
        str(folder),
        epochs=1,
        limit=60,
        set={"bottleneck.latent-dim": 3, "data.validation": 0.5},
    )
    assert model.latent_dim == 3
    assert "latent-dim = 3\n" in (folder / "config.toml").read_text()


def test_without_a_recipe_the_one_that_suits_is_taken() -> None:
    rng = np.random.default_rng(0)
    for shape, expected in [((28, 28), "conv-vae"), ((3, 8, 8), "image-vae")]:
        images = rng.integers(0, 256, (12, *shape), np.uint8)
        model = concertina.train(images, epochs=1, set={"training.batch-size": 4})
        assert model.recipe.name == expected
    assert concertina.train("digits", epochs=1, limit=12).recipe.name == "conv-vae"
    assert concertina.train(Dataset(images), epochs=1).recipe.name == "image-vae"


def test_music_is_trained_on() -> None:
    model = concertina.train("tunes", epochs=1, limit=40, set={"training.batch-size": 20})
    assert model.recipe.name == "melody-vae"
    windows = model.sample(2, seed=1)
    assert windows.shape == (2, *model.output_shape)
    assert windows.max() > 1
    assert model.encode(windows).shape == (2, model.latent_dim)
    assert model.interpolate(windows, 3).shape == (3, *model.output_shape)


def test_warnings_are_python_s_without_a_callback() -> None:
    black = np.zeros((20, 28, 28), np.uint8)
    with pytest.warns(UserWarning, match="all training pixels have the same value"):
        concertina.train(black, "conv-ae", epochs=1)
    events: list[Event] = []
    concertina.train(black, "conv-ae", epochs=1, on_event=events.append)
    assert "same value" in next(e["message"] for e in events if e["kind"] == "warning")


def test_a_temporary_folder_goes_when_the_model_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    train(None)
    assert list(tmp_path.iterdir()) == []


def test_an_exception_of_the_callback_ends_training_and_resume_goes_on(
    tmp_path: Path, never_stopped: bytes
) -> None:
    folder = tmp_path / "run"
    with pytest.raises(StoppedError) as caught:
        train(folder, on_event=stop_at(3))
    if sys.version_info >= (3, 11):
        assert caught.value.__notes__ == [
            f'training stopped at step 3; `concertina.resume("{folder}")` goes on'
        ]
    with pytest.raises(DataError, match=r"hint: if training was stopped, `concertina.resume\("):
        concertina.Model.open(folder)
    steps: list[int] = []

    def on_event(event: Event) -> None:
        if event["kind"] == "step":
            steps.append(event["step"])

    model = concertina.resume(folder, on_event=on_event)
    assert steps == [4, 5, 1, 2, 3, 4, 5]
    assert model.to_bytes() == model_of(folder) == never_stopped


def test_train_goes_on_where_it_was_stopped_if_so_asked(
    tmp_path: Path, never_stopped: bytes
) -> None:
    folder = tmp_path / "run"
    with pytest.raises(StoppedError):
        train(folder, resume=True, on_event=stop_at(2))
    with pytest.raises(DataError, match=r"exists already\nhint: .*concertina.resume"):
        train(folder)
    with pytest.raises(ConfigError, match="expected the recipe of the run"):
        train(folder, resume=True, seed=7)
    train(folder, resume=True)
    assert model_of(folder) == never_stopped
    # A finished run has nothing left to do.
    assert train(folder, resume=True).to_bytes() == never_stopped
    with pytest.raises(ConfigError, match="expected the folder of the run"):
        train(None, resume=True)


def test_a_run_of_arrays_goes_on_with_the_same_arrays(tmp_path: Path) -> None:
    images = np.random.default_rng(0).random((300, 4, 4), dtype=np.float32)
    settings = {"training.batch-size": 50}
    whole = concertina.train(images, "dense-ae", epochs=2, set=settings)
    folder = tmp_path / "run"
    with pytest.raises(StoppedError):
        concertina.train(images, "dense-ae", folder, epochs=2, set=settings, on_event=stop_at(3))
    with pytest.raises(ConfigError, match=r"found none.*\nhint: give the same again: `data=`"):
        concertina.resume(folder)
    other = images.copy()
    other[7, 0, 0] = np.nextafter(other[7, 0, 0], np.float32(0.5))
    with pytest.raises(DataError, match="does not hold the images"):
        concertina.resume(folder, other)
    assert concertina.resume(folder, images).to_bytes() == whole.to_bytes()


def test_more_epochs_can_be_added(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train(folder)
    events: list[Event] = []
    concertina.resume(folder, epochs=3, on_event=events.append)
    assert [event["epoch"] for event in events if event["kind"] == "epoch"] == [3]


def test_how_data_is_opened_is_not_told_twice() -> None:
    data = Dataset.open("digits", limit=60)
    with pytest.raises(ConfigError, match="`limit` says how data is opened"):
        concertina.train(data, limit=30)
    with pytest.raises(ConfigError, match=r"`data\.size` says how data is opened"):
        concertina.train(data, set={"data.size": 16})


def test_data_that_does_not_fit_the_recipe_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "run"
    with pytest.raises(ConfigError, match="expected images of 1x28x28, found 1x16x16"):
        concertina.train(Dataset.open("digits", limit=60, size=16), "conv-ae", folder)
    assert not folder.exists()


def test_a_loss_that_is_not_finite_is_failed_work(tmp_path: Path) -> None:
    with pytest.raises(concertina.WorkError, match=r"set=\{") as caught:
        concertina.train(
            "digits",
            "conv-ae",
            tmp_path / "run",
            limit=60,
            epochs=1,
            set={"training.learning-rate": 1e30},
        )
    assert isinstance(caught.value, RuntimeError)


CHILD = """
import sys
import concertina

def on_event(event):
    if event["kind"] == "step" and event["step"] == 1 and event["epoch"] == 1:
        print("training", flush=True)

try:
    concertina.train("digits", "dense-vae", sys.argv[1], limit=600, epochs=12, on_event=on_event)
except KeyboardInterrupt as interrupt:
    print(*getattr(interrupt, "__notes__", ["training stopped at step"]), flush=True)
    raise
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on Unix")
def test_ctrl_c_ends_training_with_a_checkpoint(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, text=True,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "training\n"
    begun = time.monotonic()
    child.send_signal(signal.SIGINT)
    out, errors = child.communicate(timeout=60)
    assert time.monotonic() - begun < 10
    assert "training stopped at step" in out
    assert "KeyboardInterrupt" in errors
    assert child.returncode == -signal.SIGINT
    assert not (folder / "model.safetensors").exists()
    stopped = [int(path.name.split("-")[1]) for path in (folder / "checkpoints").iterdir()]
    assert 0 < max(stopped) < 60
    whole = concertina.train("digits", "dense-vae", limit=600, epochs=12)
    assert concertina.resume(folder).to_bytes() == whole.to_bytes()
