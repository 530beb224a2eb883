"""Autoencoders: train on unlabelled images or music, encode, decode, sample."""

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from ._types import Event

_Path: TypeAlias = str | PathLike[str]
_Images: TypeAlias = NDArray[np.uint8] | NDArray[np.float32] | NDArray[np.float64]
_Codes: TypeAlias = NDArray[np.float32] | NDArray[np.float64]
_Numbers: TypeAlias = NDArray[np.integer[Any]] | Sequence[int]
_Labels: TypeAlias = _Numbers | Sequence[int | str] | int | str

__all__ = ["Dataset", "Model", "Recipe", "__version__", "resume", "train"]
__version__: str

@final
class Dataset:
    """Images, or windows of music, to train on and to validate with.

    `Dataset(images, labels)` splits an array, `Dataset.open(source)` opens a set by its name or a
    path. Images are uint8, 0 for black and 255 for white, or float32 or float64 in 0..1, which are
    taken as they are; of shape [N, C, H, W], or [N, H, W] for one channel. Labels are numbers from
    0; only a conditional model is trained with them. The fraction `validation` is held out, drawn
    at random by `seed`; `limit` is the most images to train on.
    """

    def __new__(
        cls,
        images: _Images,
        labels: _Numbers | None = None,
        *,
        validation: float = 0.1,
        limit: int | None = None,
        seed: int = 42,
    ) -> Dataset: ...
    @staticmethod
    def open(
        source: _Path,
        recipe: Recipe | _Path | None = None,
        *,
        limit: int | None = None,
        size: int | None = None,
        channels: int | None = None,
        validation: float | None = None,
        seed: int | None = None,
    ) -> Dataset:
        """Open a source as a run of the recipe would.

        A source is the name of a set (`digits` and `tunes` are built in; `mnist`, `fashion-mnist`,
        `kmnist`, `cifar10` and sets of music are looked for in `$CONCERTINA_DATA` and in the cache
        of the command), or the path of a folder of images or MIDI files, an IDX, .npy, .npz or
        CIFAR file. `size` is the side of the square that images are fitted to, `channels` is 1 for
        grey or 3 for colour.
        """

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, rows and columns of an example."""

    @property
    def train(self) -> NDArray[np.uint8] | NDArray[np.float32]:
        """The examples to train on, [N, C, H, W], as a new array."""

    @property
    def valid(self) -> NDArray[np.uint8] | NDArray[np.float32]:
        """The examples held out, [N, C, H, W], as a new array."""

    @property
    def train_labels(self) -> NDArray[np.int64] | None:
        """The class of each example to train on, if there are labels."""

    @property
    def valid_labels(self) -> NDArray[np.int64] | None:
        """The class of each example held out, if there are labels."""

    @property
    def class_names(self) -> list[str]:
        """The names of the classes; empty if there are no labels."""

    @property
    def card(self) -> dict[str, Any]:
        """Where the examples came from and how they were processed."""

    def __len__(self) -> int: ...

@final
class Recipe:
    """What is trained, and how: task, network, bottleneck, reconstruction and schedule.

    `Recipe("conv-ae")` is a shipped one, `Recipe("mine.toml")` one of a file.
    """

    def __new__(cls, name: _Path) -> Recipe: ...
    @staticmethod
    def from_toml(text: str) -> Recipe:
        """Read the text of a recipe file."""

    @staticmethod
    def names() -> list[str]:
        """Name the recipes that ship."""

    def to_toml(self) -> str:
        """Write the recipe as a TOML file, with every default."""

    def with_(self, key: str, value: object) -> Recipe:
        """Return the recipe with one value replaced: `with_("bottleneck.latent-dim", 8)`.

        Setting a `kind` resets its table, so set the kind first, then its keys.
        """

    @property
    def name(self) -> str:
        """Its name in reports."""

    @property
    def summary(self) -> str:
        """What it is for, in a sentence."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Model:
    """A trained autoencoder.

    Images are uint8, 0 for black and 255 for white, or float32 or float64 in 0..1; of shape
    [N, C, H, W], or [N, H, W] for one channel. `check_range=False` takes finite floats outside of
    0..1 as well, such as those of a noisy image. What a model says of an image does not depend on
    the others, to the bit.

    `labels` are for conditional models: numbers or names of classes, one for each image or code, or
    one for all.
    """

    @staticmethod
    def open(path: _Path) -> Model:
        """Read a model file, or the one in a run folder."""

    @staticmethod
    def from_bytes(data: bytes) -> Model:
        """Read the bytes of a model file."""

    def to_bytes(self) -> bytes:
        """Return the bytes of the model file."""

    def save(self, path: _Path) -> None:
        """Write the model file."""

    def encode(
        self, images: _Images, labels: _Labels | None = None, *, check_range: bool = True
    ) -> NDArray[np.float32]:
        """Return the codes of images, [N, D]: the mean, if codes are sampled from a posterior."""

    def decode(self, codes: _Codes, labels: _Labels | None = None) -> NDArray[np.float32]:
        """Return the images of codes [N, D]: [N, C, H, W], values in 0..1."""

    def reconstruct(
        self, images: _Images, labels: _Labels | None = None, *, check_range: bool = True
    ) -> NDArray[np.float32]:
        """Encode and decode: reconstruct, denoise or upscale, as the model's task is.

        The result is [N, C, H, W], values in 0..1.
        """

    def score(
        self, images: _Images, labels: _Labels | None = None, *, check_range: bool = True
    ) -> NDArray[np.float32]:
        """Return the reconstruction error of each image, `[N]`; higher is more abnormal.

        It is in the unit of the recipe's reconstruction.
        """

    def sample(self, n: int, seed: int = 0, labels: _Labels | None = None) -> NDArray[np.float32]:
        """Return `n` new images, [n, C, H, W], the same for the same seed.

        A conditional model takes its classes in turn if no labels are given.
        """

    def sample_codes(self, n: int, seed: int = 0) -> NDArray[np.float32]:
        """Return `n` new codes, [n, D], of the prior or the mixture fitted to training codes."""

    def interpolate(
        self, images: _Images, steps: int = 10, labels: _Labels | None = None
    ) -> NDArray[np.float32]:
        """Return the images between the codes of two images, or in the square between four.

        Of two, [steps, C, H, W] along the line; of four, [steps * steps, C, H, W] row by row, with
        the four in the corners. The ends are included.
        """

    @property
    def recipe(self) -> Recipe:
        """The recipe that it was trained with."""

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Channels, rows and columns that the encoder takes."""

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """Channels, rows and columns that the decoder returns."""

    @property
    def latent_dim(self) -> int:
        """The number of latent dimensions, D."""

    @property
    def n_parameters(self) -> int:
        """The number of its parameters."""

    @property
    def classes(self) -> list[str]:
        """The classes that a conditional model takes as labels; empty for others."""

    @property
    def is_variational(self) -> bool:
        """Whether codes are sampled from a posterior with a KL divergence from the prior."""

    @property
    def has_prior(self) -> bool:
        """Whether codes are regularised towards the standard normal distribution."""

    @property
    def card(self) -> dict[str, Any]:
        """The data that it was trained on."""

def train(
    data: _Path | Dataset | _Images,
    recipe: Recipe | _Path | None = None,
    out: _Path | None = None,
    *,
    epochs: int | None = None,
    seed: int | None = None,
    limit: int | None = None,
    set: Mapping[str, object] | None = None,
    resume: bool = False,
    on_event: Callable[[Event], object] | None = None,
) -> Model:
    """Train a model on data: a source as of `Dataset.open`, a `Dataset`, or an array of images.

    The recipe is a shipped one's name, a file or a `Recipe`; by default what suits the data, as the
    command has it. `out` is the run folder, by default a temporary one, which goes when the model
    is trained. `set` has values of the recipe by their keys. With `resume`, a stopped run in `out`
    goes on.

    `on_event` is called with a dict for each event; its `kind` is `step`, `epoch`, `checkpoint`,
    `written` or `warning`. An exception in it, or Ctrl-C, ends training with a checkpoint, from
    which `resume` goes on to the same bytes; its note names the folder. Without `on_event`,
    warnings are Python's.
    """

def resume(
    folder: _Path,
    data: _Path | Dataset | _Images | None = None,
    *,
    epochs: int | None = None,
    on_event: Callable[[Event], object] | None = None,
) -> Model:
    """Go on with a stopped run, to the bytes of one that was not stopped.

    `data` is what it was started with, if that was an array or an open data set, or has moved.
    `epochs` trains to this number in all instead of the recipe's.
    """
