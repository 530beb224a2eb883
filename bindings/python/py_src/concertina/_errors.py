"""The exceptions of the package. The compiled part raises them."""

from __future__ import annotations


class ConcertinaError(Exception):
    """Any error of the library: a message, and perhaps a hint at what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\nhint: {self.hint}"


class ConfigError(ConcertinaError, ValueError):
    """An invalid request: a bad recipe, an argument out of range."""


class DataError(ConcertinaError, ValueError):
    """Data or a file that is missing, unreadable or invalid, or does not suffice."""


class WorkError(ConcertinaError, RuntimeError):
    """Work that failed on valid input, such as a loss that is not finite."""


for _class in (ConcertinaError, ConfigError, DataError, WorkError):
    _class.__module__ = "concertina"
