"""Autoencoders as estimators of scikit-learn."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from ._concertina import Dataset, Model, Recipe, train

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from numpy.typing import ArrayLike, NDArray

    from ._types import EpochEvent, Event

__all__ = ["Autoencoder"]

# The seed where none is asked for: that of the recipes.
_SEED = 42
# The most latent dimensions that are chosen without being asked for.
_MOST_COMPONENTS = 32
# For a table: columns are compared by squared errors, and a code has any sign. Changes of a `kind`
# reset its table, so these come in their order.
_FOR_TABLES = {
    "network.hidden": [64],
    "bottleneck.activation": "linear",
    "reconstruction.kind": "gaussian",
    "reconstruction.reduction": "sum",
    "reconstruction.output": "linear",
    "training.learning-rate": 3e-3,
    "training.epochs": 20,
    "training.min-steps": 1000,
    "training.batch-size": 32,
    "training.schedule": {"kind": "cosine"},
}


class Autoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """An autoencoder of the rows of a table, or of flattened images.

    Without `image_shape`, each column is scaled to 0..1 by its smallest and largest value in `fit`,
    and a row is the input of a dense network. With it, rows are images, and all values are scaled
    alike. Values are not rounded. New rows may lie beyond the range of those in `fit`; decoded rows
    do not.

    Parameters
    ----------
    n_components : int, default=None
        The number of latent dimensions. By default half the number of columns of a table, from 1 to
        32; for images what the recipe says.
    recipe : str, path or concertina.Recipe, default=None
        What is trained. By default a dense network with squared errors for tables, and for images
        `conv-vae` or `image-vae`, whichever suits their shape.
    image_shape : tuple of int, default=None
        (height, width) or (channels, height, width) of the images that rows are.
    epochs : int, default=None
        Passes over the rows. By default what the recipe says.
    settings : dict, default=None
        Further values of the recipe by their keys, such as `{"training.learning-rate": 1e-4}`.
    validation_fraction : float, default=0.1
        The fraction of rows that is held out of training; `history_` has the losses on it.
    random_state : int, RandomState instance or None, default=None
        What decides all that is random. None is the same seed in each `fit`.

    Attributes
    ----------
    model_ : concertina.Model
        The trained model.
    history_ : list of dict
        The metrics of each epoch.
    n_iter_ : int
        The number of epochs.
    data_min_, data_range_ : ndarray
        The smallest value, and the largest minus the smallest, of each column of a table, or of all
        images.
    n_features_in_ : int
        The number of columns.
    feature_names_in_ : ndarray of str
        The names of the columns, if they have names.

    """

    model_: Model
    history_: list[EpochEvent]
    n_iter_: int
    data_min_: NDArray[np.float64]
    data_range_: NDArray[np.float64]
    n_features_in_: int

    def __init__(
        self,
        n_components: int | None = None,
        *,
        recipe: str | PathLike[str] | Recipe | None = None,
        image_shape: tuple[int, ...] | None = None,
        epochs: int | None = None,
        settings: Mapping[str, object] | None = None,
        validation_fraction: float = 0.1,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_components = n_components
        self.recipe = recipe
        self.image_shape = image_shape
        self.epochs = epochs
        self.settings = settings
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None) -> Autoencoder:
        """Train on the rows of X, [n_samples, n_features]; y is not used."""
        rows = validate_data(self, X, dtype=(np.float64, np.float32))
        axis = 0 if self.image_shape is None else None
        self.data_min_, self.data_range_ = _range(rows, axis)
        # Rounding must not lead out of the range that training takes.
        images = np.clip(self._images(rows), 0, 1)
        seed = _seed(self.random_state)
        data = Dataset(images, validation=self.validation_fraction, seed=seed)
        history: list[EpochEvent] = []

        def keep(event: Event) -> None:
            if event["kind"] == "epoch":
                history.append(event)
            elif event["kind"] == "warning":
                warnings.warn(event["message"], stacklevel=2)

        self.model_ = train(
            data, self._recipe(images.shape[1:]), epochs=self.epochs, seed=seed, on_event=keep
        )
        self.history_ = history
        self.n_iter_ = len(history)
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return the codes of rows, [n_samples, n_components]."""
        return self.model_.encode(self._checked(X), check_range=False)

    def inverse_transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the rows of codes, [n_samples, n_features]."""
        check_is_fitted(self)
        codes = check_array(X, dtype=(np.float32, np.float64))
        return self._rows(self.model_.decode(codes))

    def score_samples(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return minus the reconstruction error of each row; higher is more normal.

        It is in the unit of the recipe's reconstruction, of rows scaled to 0..1.
        """
        return -self.model_.score(self._checked(X), check_range=False).astype(np.float64)

    def score(self, X: ArrayLike, y: object = None) -> float:
        """Return the mean of `score_samples`; y is not used."""
        return float(np.mean(self.score_samples(X)))

    def sample(
        self,
        n_samples: int = 1,
        random_state: int | np.random.RandomState | None = None,
    ) -> NDArray[np.float64]:
        """Return new rows, [n_samples, n_features]; the same for the same random state."""
        check_is_fitted(self)
        return self._rows(self.model_.sample(n_samples, seed=_seed(random_state)))

    @property
    def _n_features_out(self) -> int:
        return self.model_.latent_dim

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # Codes have 32 bits, whatever the rows have.
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags

    def _recipe(self, shape: tuple[int, ...]) -> Recipe:
        """Return what is trained on examples of this shape."""
        if self.recipe is not None:
            recipe = self.recipe if isinstance(self.recipe, Recipe) else Recipe(self.recipe)
        elif self.image_shape is None:
            recipe = _with_all(Recipe("dense-ae"), _FOR_TABLES)
        else:
            recipe = Recipe("conv-vae" if shape == (1, 28, 28) else "image-vae")
        n_components = self.n_components
        if n_components is None and self.image_shape is None and self.recipe is None:
            n_components = min(max(shape[-1] // 2, 1), _MOST_COMPONENTS)
        if n_components is not None:
            recipe = recipe.with_("bottleneck.latent-dim", n_components)
        return _with_all(recipe, self.settings or {})

    def _checked(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return rows as images, after `fit`."""
        check_is_fitted(self)
        return self._images(validate_data(self, X, dtype=(np.float64, np.float32), reset=False))

    def _images(self, rows: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Return rows, scaled, as images."""
        scaled = ((rows - self.data_min_) / self.data_range_).astype(np.float32)
        return scaled.reshape(len(rows), *self._shape())

    def _rows(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return images as rows, scaled back."""
        flat = images.reshape(len(images), -1).astype(np.float64)
        return flat * self.data_range_ + self.data_min_

    def _shape(self) -> tuple[int, ...]:
        """Return channels, height and width of an example."""
        shape = self.image_shape
        if shape is None:
            return (1, 1, self.n_features_in_)
        shape = (1, *shape) if len(shape) == len("hw") else tuple(shape)
        if len(shape) != len("chw") or np.prod(shape) != self.n_features_in_:
            message = (
                f"image_shape={self.image_shape}: expected (height, width) or (channels, height, "
                f"width) of {self.n_features_in_} values, as many as X has columns"
            )
            raise ValueError(message)
        return shape


def _range(
    rows: NDArray[np.floating[Any]], axis: int | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the smallest value and the extent; an extent of 1 where all values are the same."""
    low = np.asarray(rows.min(axis=axis), dtype=np.float64)
    high = np.asarray(rows.max(axis=axis), dtype=np.float64)
    with np.errstate(over="ignore"):
        extent = high - low
    if not np.isfinite(extent).all():
        message = "expected columns whose largest value minus the smallest is finite, found others"
        raise ValueError(message)
    return low, np.where(extent > 0, extent, 1.0)


def _seed(random_state: int | np.random.RandomState | None) -> int:
    if random_state is None:
        return _SEED
    if isinstance(random_state, (int, np.integer)):
        return int(random_state)
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


def _with_all(recipe: Recipe, values: Mapping[str, object]) -> Recipe:
    for key, value in values.items():
        recipe = recipe.with_(key, value)
    return recipe
