"""Data from sources and from arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import concertina
from concertina import DataError, Dataset


def test_a_named_set_is_opened(digits: Dataset) -> None:
    assert (len(digits), digits.shape) == (280, (1, 28, 28))
    assert (digits.train.shape, digits.train.dtype) == ((240, 1, 28, 28), np.uint8)
    assert (digits.valid.shape, digits.valid.dtype) == ((40, 1, 28, 28), np.uint8)
    assert digits.train_labels is not None
    assert (digits.train_labels.shape, digits.train_labels.dtype) == ((240,), np.int64)
    assert digits.class_names == [str(digit) for digit in range(10)]
    assert digits.card["shape"] == {"channels": 1, "height": 28, "width": 28}
    assert repr(digits) == '<concertina.Dataset "digits": 240 to train on, 40 held out, 1x28x28>'


def test_bytes_are_split_and_kept() -> None:
    images = np.arange(30 * 12, dtype=np.uint32).astype(np.uint8).reshape(30, 3, 2, 2)
    labels = np.arange(30) % 3
    data = Dataset(images, labels, validation=0.2, seed=3)
    assert (data.train.shape, data.valid.shape) == ((24, 3, 2, 2), (6, 3, 2, 2))
    found = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    assert data.train_labels is not None
    for image, label in zip(data.train, data.train_labels, strict=True):
        assert found[image.tobytes()] == label
    assert data.class_names == ["0", "1", "2"]
    assert not np.array_equal(data.valid, Dataset(images, validation=0.2, seed=4).valid)


def test_floats_are_not_rounded() -> None:
    images = np.random.default_rng(0).random((20, 1, 3), dtype=np.float32)
    data = Dataset(images, limit=10)
    assert (data.train.dtype, data.train.shape) == (np.float32, (10, 1, 1, 3))
    rows = {row.tobytes() for row in images}
    assert all(row.tobytes() in rows for row in [*data.train, *data.valid])
    assert data.train_labels is None
    assert data.card["kind"] == "floats in memory"


def test_images_are_fitted_to_what_is_asked_for() -> None:
    data = Dataset.open("digits", limit=12, size=16, channels=3)
    assert data.shape == (3, 16, 16)
    assert Dataset.open("digits", "image-vae", limit=12).shape == (1, 28, 28)


def test_music_is_windows_of_tokens() -> None:
    data = Dataset.open("tunes", limit=20)
    assert data.train.dtype == np.float32
    assert data.train.shape[:2] == (20, 1)
    assert data.card["music"] == "melody"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Dataset(np.zeros((0, 2, 2), np.uint8)), DataError, "at least one image"),
        (lambda: Dataset(np.zeros((0, 2, 2))), DataError, "at least one image"),
        (lambda: Dataset(np.zeros((3, 2, 2)), [0, 1]), DataError, "one label for each of 3"),
        (lambda: Dataset(np.zeros((2, 2, 2)), [0, -1]), DataError, "numbers from 0, found -1"),
        (lambda: Dataset(np.zeros((2, 2, 2)), [0, 0.5]), DataError, "found 0.5"),
        (lambda: Dataset(np.zeros((2, 2, 2)), [0, 10_000]), DataError, "below 10000"),
        (lambda: Dataset(np.zeros((2, 2, 2)), validation=1.5), ValueError, "below 1, found 1.5"),
        (lambda: Dataset(np.zeros((2, 2, 2)), limit=0), ValueError, "at least 1 image"),
        (lambda: Dataset(np.zeros((2, 2, 2)), seed=-1), OverflowError, "negative"),
        (lambda: Dataset.open("mnits"), DataError, "did you mean `mnist`"),
        (lambda: Dataset.open("digits", size=0), ValueError, "a side from 1"),
        (lambda: Dataset.open("tunes", "conv-ae"), DataError, "neither a known data set"),
    ],
)
def test_what_is_no_data_is_refused(call: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_set_that_is_not_there_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCERTINA_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(DataError) as caught:
        Dataset.open("mnist")
    error = caught.value
    assert "`mnist` is not complete on this machine" in error.message
    assert error.hint is not None
    for remedy in (str(tmp_path / "mnist"), "`concertina data inspect mnist`", "CONCERTINA_DATA"):
        assert remedy in error.hint
    with pytest.raises(DataError) as caught:
        concertina.train("nottingham", epochs=1)
    assert "`concertina data inspect nottingham`" in str(caught.value)
