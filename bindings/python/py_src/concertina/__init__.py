"""Autoencoders: train on unlabelled images or music, encode, decode, sample, find anomalies."""

from ._concertina import Dataset, Model, Recipe, __version__, resume, train
from ._errors import ConcertinaError, ConfigError, DataError, WorkError
from ._types import EpochEvent, Event, FileEvent, StepEvent, WarningEvent

__all__ = [
    "ConcertinaError",
    "ConfigError",
    "DataError",
    "Dataset",
    "EpochEvent",
    "Event",
    "FileEvent",
    "Model",
    "Recipe",
    "StepEvent",
    "WarningEvent",
    "WorkError",
    "__version__",
    "resume",
    "train",
]
