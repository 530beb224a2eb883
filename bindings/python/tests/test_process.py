"""Threads and processes."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import concertina


def codes_of(model: bytes) -> np.ndarray:
    images = concertina.Dataset.open("digits", limit=60).valid
    return concertina.Model.from_bytes(model).encode(images)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_gets_an_error_instead_of_waiting_for_ever(
    model: concertina.Model, images: np.ndarray
) -> None:
    model.encode(images)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            model.encode(images)
            answer = "it computed"
        except concertina.WorkError as error:
            answer = str(error)
        os.write(writer, answer.encode())
        os._exit(0)
    os.close(writer)
    deadline = time.monotonic() + 20
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, 9)
            os.waitpid(child, 0)
            pytest.fail("the forked process hangs")
        time.sleep(0.01)
    answer = os.read(reader, 1000).decode()
    os.close(reader)
    assert answer.startswith("expected the process that concertina was first used in")
    assert 'multiprocessing.get_context("spawn")' in answer
    # The parent is as it was.
    model.encode(images)


def test_spawned_processes_compute(model: concertina.Model) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(codes_of, (model.to_bytes(),))
    np.testing.assert_array_equal(found, codes_of(model.to_bytes()))


def test_two_threads_train_and_encode_at_once(model: concertina.Model, images: np.ndarray) -> None:
    def trained(seed: int) -> bytes:
        return concertina.train("digits", "dense-vae", limit=120, epochs=2, seed=seed).to_bytes()

    expected = [trained(seed) for seed in (1, 2)]
    codes = model.encode(images)
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(trained, seed) for seed in (1, 2)]
        found = [pool.submit(model.encode, images) for _ in range(20)]
        assert [run.result() for run in runs] == expected
        for future in found:
            np.testing.assert_array_equal(future.result(), codes)


def test_other_threads_run_during_training() -> None:
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        before = ticks
        concertina.train("digits", "conv-vae", limit=600, epochs=2)
        assert ticks > before + 20
    finally:
        done.set()
        thread.join()
