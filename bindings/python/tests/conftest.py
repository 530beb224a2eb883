"""Models that several tests use, trained once."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import concertina


@pytest.fixture(scope="session")
def digits() -> concertina.Dataset:
    return concertina.Dataset.open("digits", limit=240)


@pytest.fixture(scope="session")
def model(digits: concertina.Dataset) -> concertina.Model:
    return concertina.train(digits, "conv-ae", epochs=1)


@pytest.fixture(scope="session")
def vae(digits: concertina.Dataset) -> concertina.Model:
    return concertina.train(digits, "dense-vae", epochs=1)


@pytest.fixture(scope="session")
def conditional(digits: concertina.Dataset) -> concertina.Model:
    return concertina.train(digits, "conditional-vae", epochs=1)


@pytest.fixture
def images(digits: concertina.Dataset) -> np.ndarray:
    return digits.valid


@pytest.fixture(scope="session")
def command() -> str:
    """Return the binary `concertina`, which is built beside the wheel."""
    found = os.environ.get("CONCERTINA_BIN")
    if not found or not Path(found).is_file():
        pytest.skip("CONCERTINA_BIN names no binary to compare with")
    return found
