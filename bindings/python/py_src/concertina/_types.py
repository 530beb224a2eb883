"""What annotations are made of."""

from __future__ import annotations

from typing import Literal, TypedDict


class StepEvent(TypedDict):
    """A batch was trained on. Losses are means of the epoch so far."""

    kind: Literal["step"]
    epoch: int
    step: int
    steps_per_epoch: int
    epochs: int
    loss: float
    reconstruction: float
    terms: dict[str, float]
    gradient_norm: float
    images_per_second: float
    seconds_left: float


class EpochEvent(TypedDict):
    """An epoch was trained and validated: what a line of `metrics.jsonl` says.

    `train` and `valid` have `loss`, `reconstruction`, and the other terms by their names.
    """

    kind: Literal["epoch"]
    epoch: int
    step: int
    train: dict[str, float]
    valid: dict[str, float]
    images_per_second: float
    seconds: float


class FileEvent(TypedDict):
    """A checkpoint, or another file of the run folder, was written."""

    kind: Literal["checkpoint", "written"]
    path: str


class WarningEvent(TypedDict):
    """A condition that the user should know of, though training goes on."""

    kind: Literal["warning"]
    message: str


Event = StepEvent | EpochEvent | FileEvent | WarningEvent
