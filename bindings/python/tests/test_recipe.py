"""Recipes, by name and file, and with values changed."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

import concertina
from concertina import ConfigError, Recipe


def test_every_recipe_that_ships_comes_back_from_its_text() -> None:
    assert {"conv-ae", "dense-vae", "melody-vae"} <= set(Recipe.names())
    for name in Recipe.names():
        recipe = Recipe(name)
        assert recipe.name == name
        assert recipe.summary
        assert Recipe.from_toml(recipe.to_toml()) == recipe
        assert pickle.loads(pickle.dumps(recipe)) == recipe


def test_values_are_python_s(tmp_path: Path) -> None:
    recipe = Recipe("dense-ae")
    for key, value, line in [
        ("training.epochs", 3, "epochs = 3"),
        ("training.epochs", np.int64(4), "epochs = 4"),
        ("training.learning-rate", 0.25, "learning-rate = 0.25"),
        ("training.learning-rate", np.float32(0.5), "learning-rate = 0.5"),
        ("training.keep-snapshots", True, "keep-snapshots = true"),
        ("network.hidden", [64, 32], "hidden = [64, 32]"),
        ("network.hidden", (7,), "hidden = [7]"),
        ("bottleneck.activation", "linear", 'activation = "linear"'),
        ("training.optimiser", {"kind": "rmsprop", "rho": 0.5}, "rho = 0.5"),
    ]:
        changed = recipe.with_(key, value)
        assert f"\n{line}\n" in changed.to_toml()
        assert changed != recipe
    assert recipe == Recipe("dense-ae")
    path = tmp_path / "mine.toml"
    path.write_text(changed.to_toml())
    assert Recipe(path) == Recipe(str(path)) == changed


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Recipe("conv-ea"), "no recipe is called `conv-ea`"),
        (lambda: Recipe.from_toml("name = 3"), "recipe: "),
        (lambda: Recipe("conv-ae").with_("training.epoch", 3), "unknown field `epoch`"),
        (lambda: Recipe("conv-ae").with_("training.epochs", "3"), "expected"),
        (lambda: Recipe("conv-ae").with_("training.epochs", -3), "-3"),
        (lambda: Recipe("conv-ae").with_("bottleneck.size", 3), "latent-dim"),
        (lambda: concertina.train("digits", "conv-ae", epochs=0), "at least 1, found 0"),
        (lambda: concertina.train("digits", limit=0), "at least 1 image"),
    ],
)
def test_what_is_no_recipe_is_refused(call: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        call()


def test_a_value_of_another_kind_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="the value of a recipe, found object"):
        Recipe("conv-ae").with_("training.epochs", object())


def test_errors_have_a_message_a_hint_and_python_s_bases() -> None:
    with pytest.raises(concertina.ConcertinaError) as caught:
        Recipe("conv-ea")
    error = caught.value
    assert isinstance(error, ValueError)
    assert (type(error).__module__, type(error).__name__) == ("concertina", "ConfigError")
    assert error.hint == "a recipe of your own is a TOML file: give its path"
    assert str(error) == f"{error.message}\nhint: {error.hint}"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
