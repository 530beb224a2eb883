"""The estimator, by scikit-learn's own checks and by what it is for."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import concertina
from concertina.sklearn import Autoencoder

# Checks of scikit-learn that are known to fail, each with the reason.
EXPECTED: dict[str, str] = {}


@parametrize_with_checks(
    [Autoencoder(epochs=1, settings={"network.hidden": [8]})],
    expected_failed_checks=lambda _: EXPECTED,
)
def test_scikit_learn_s_checks(estimator: Autoencoder, check: Any) -> None:
    check(estimator)


@pytest.fixture(scope="module")
def iris() -> np.ndarray:
    X, _ = load_iris(return_X_y=True)
    return X


@pytest.fixture(scope="module")
def fitted(iris: np.ndarray) -> Autoencoder:
    return Autoencoder(2, random_state=0).fit(iris)


def test_a_table_is_learnt(fitted: Autoencoder, iris: np.ndarray) -> None:
    codes = fitted.transform(iris)
    assert (codes.shape, codes.dtype) == ((150, 2), np.float32)
    back = fitted.inverse_transform(codes)
    assert back.shape == iris.shape
    scale = np.ptp(iris, axis=0)
    pca = PCA(2).fit(iris / scale)
    linear = pca.inverse_transform(pca.transform(iris / scale))
    assert ((back - iris) / scale).std() < (linear - iris / scale).std()
    assert fitted.n_iter_ == len(fitted.history_) > 100
    assert fitted.history_[-1]["valid"]["loss"] < fitted.history_[0]["valid"]["loss"]
    assert list(fitted.get_feature_names_out()) == ["autoencoder0", "autoencoder1"]


def test_values_are_not_rounded_to_bytes() -> None:
    rows = np.random.default_rng(0).random((64, 1)) * 1e-3
    auto = Autoencoder(1, settings={"training.min-steps": 2000}).fit(rows)
    wrong = np.abs(auto.inverse_transform(auto.transform(rows)) - rows).max()
    assert wrong < 1e-3 / 255


def test_rows_beyond_the_range_are_abnormal_and_not_cut(
    fitted: Autoencoder, iris: np.ndarray
) -> None:
    scores = fitted.score_samples(iris)
    assert scores.max() <= 0
    assert fitted.score(iris) == pytest.approx(scores.mean())
    far = iris.max(0) + 3 * (iris.max(0) - iris.min(0))
    further = iris.max(0) + 6 * (iris.max(0) - iris.min(0))
    assert fitted.score([further]) < fitted.score([far]) < scores.min()
    with pytest.raises(ValueError, match="NaN"):
        fitted.score(iris * np.nan)


def test_samples_are_rows_in_the_range_of_the_data(fitted: Autoencoder, iris: np.ndarray) -> None:
    rows = fitted.sample(50, random_state=3)
    assert rows.shape == (50, 4)
    assert (rows >= iris.min(0) - 1e-9).all()
    assert (rows <= iris.max(0) + 1e-9).all()
    np.testing.assert_array_equal(rows, fitted.sample(50, random_state=3))
    assert fitted.sample().shape == (1, 4)


def test_the_random_state_decides_all(iris: np.ndarray) -> None:
    def codes(state: Any) -> np.ndarray:
        return Autoencoder(2, epochs=1, random_state=state).fit_transform(iris)

    np.testing.assert_array_equal(codes(3), codes(3))
    np.testing.assert_array_equal(codes(None), codes(None))
    assert not np.array_equal(codes(3), codes(4))
    states = [np.random.RandomState(5) for _ in "ab"]
    np.testing.assert_array_equal(codes(states[0]), codes(states[1]))
    assert not np.array_equal(codes(states[0]), codes(5))


def test_images_are_rows_with_a_shape() -> None:
    X, _ = load_digits(return_X_y=True)
    auto = Autoencoder(8, image_shape=(8, 8), epochs=2, settings={"network.channels": [8, 16]})
    auto.fit(X[:200])
    assert auto.model_.input_shape == (1, 8, 8)
    assert auto.model_.recipe.name == "image-vae"
    assert auto.transform(X[:5]).shape == (5, 8)
    assert auto.data_range_.shape == ()
    assert auto.inverse_transform(auto.transform(X[:5])).shape == (5, 64)
    for shape in [(8, 9), (64,), (1, 1, 8, 8), (3, 8, 8)]:
        with pytest.raises(ValueError, match=r"expected \(height, width\) or"):
            Autoencoder(image_shape=shape).fit(X[:20])


def test_parameters_reach_the_recipe(iris: np.ndarray) -> None:
    auto = Autoencoder(recipe="dense-vae", epochs=2, settings={"training.learning-rate": 0.25})
    auto.fit(iris)
    assert auto.model_.is_variational
    assert auto.n_iter_ == 2
    assert "learning-rate = 0.25" in auto.model_.recipe.to_toml()
    own = Autoencoder(3, recipe=concertina.Recipe("dense-ae"), epochs=1).fit(iris)
    assert own.model_.latent_dim == 3
    assert clone(own).get_params()["recipe"] == own.recipe
    for wrong in (Autoencoder(0), Autoencoder(recipe="none"), Autoencoder(settings={"a.b": 1})):
        with pytest.raises(concertina.ConfigError):
            wrong.fit(iris)


def test_clones_and_pickles_are_the_same(fitted: Autoencoder, iris: np.ndarray) -> None:
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.transform(iris), fitted.transform(iris))
    fresh = clone(fitted)
    assert not hasattr(fresh, "model_")
    np.testing.assert_array_equal(fresh.fit_transform(iris), fitted.transform(iris))


def test_a_pipeline_classifies() -> None:
    X, y = load_iris(return_X_y=True)
    pipeline = make_pipeline(
        StandardScaler(), Autoencoder(2, epochs=60), LogisticRegression(max_iter=1000)
    )
    assert cross_val_score(pipeline, X, y, cv=3).mean() > 0.85
    pipeline.fit(X, y)
    assert pipeline[:-1].get_feature_names_out().tolist() == ["autoencoder0", "autoencoder1"]


def test_constant_columns_and_single_rows_are_taken() -> None:
    rows = np.column_stack([np.arange(10.0), np.full(10, 7.0)])
    auto = Autoencoder(1, epochs=1).fit(rows)
    back = auto.inverse_transform(auto.transform(rows))
    np.testing.assert_allclose(back[:, 1], 7, atol=1)
    with pytest.raises(ValueError, match="whose largest value minus the smallest is finite"):
        Autoencoder(1).fit(np.array([[1e308], [-1e308]]))
