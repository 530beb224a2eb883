"""What can be done with a model."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest

import concertina


def test_codes_and_images_have_the_shapes_and_kinds_that_they_should(
    model: concertina.Model, images: np.ndarray
) -> None:
    codes = model.encode(images)
    assert (codes.shape, codes.dtype) == ((40, 128), np.float32)
    back = model.decode(codes)
    assert (back.shape, back.dtype) == ((40, 1, 28, 28), np.float32)
    np.testing.assert_array_equal(back, model.reconstruct(images))
    assert 0 <= back.min() <= back.max() <= 1
    # What comes out goes in.
    assert model.encode(back).shape == (40, 128)
    assert model.decode(codes.astype(np.float64)).shape == back.shape


def test_an_image_has_the_same_code_alone_and_among_others(
    model: concertina.Model, images: np.ndarray
) -> None:
    codes = model.encode(images)
    alone = np.concatenate([model.encode(images[i : i + 1]) for i in range(len(images))])
    np.testing.assert_array_equal(alone, codes)


def test_abnormal_images_have_higher_scores(model: concertina.Model, images: np.ndarray) -> None:
    scores = model.score(images)
    assert (scores.shape, scores.dtype) == ((40,), np.float32)
    assert model.score(255 - images).mean() > scores.mean()


def test_samples_are_the_same_for_the_same_seed(model: concertina.Model) -> None:
    np.testing.assert_array_equal(model.sample(3, seed=7), model.sample(5, seed=7)[:3])
    assert not np.array_equal(model.sample(3, seed=7), model.sample(3, seed=8))
    np.testing.assert_array_equal(
        model.decode(model.sample_codes(3, seed=7)), model.sample(3, seed=7)
    )


def test_more_samples_than_there_is_memory_for_are_an_error(model: concertina.Model) -> None:
    for n in (10**14, 2**63):
        with pytest.raises(concertina.DataError, match="of memory for"):
            model.sample(n)
        with pytest.raises(concertina.DataError, match="of memory for"):
            model.sample_codes(n)
    with pytest.raises(OverflowError):
        model.sample(-1)


def test_two_images_are_the_ends_of_a_line_and_four_the_corners_of_a_square(
    vae: concertina.Model, images: np.ndarray
) -> None:
    line = vae.interpolate(images[:2], steps=5)
    np.testing.assert_array_equal(line[[0, -1]], vae.reconstruct(images[:2]))
    square = vae.interpolate(images[:4], steps=3)
    assert square.shape == (9, 1, 28, 28)
    np.testing.assert_array_equal(square[[0, 2, 6, 8]], vae.reconstruct(images[:4]))
    with pytest.raises(concertina.ConfigError, match="two or four images"):
        vae.interpolate(images[:3])
    with pytest.raises(concertina.ConfigError, match="at least 2 steps"):
        vae.interpolate(images[:2], steps=1)


def test_a_model_says_what_it_is(
    model: concertina.Model, vae: concertina.Model, conditional: concertina.Model
) -> None:
    assert (model.recipe.name, model.latent_dim, model.n_parameters) == ("conv-ae", 128, 4385)
    assert model.input_shape == model.output_shape == (1, 28, 28)
    assert [m.is_variational for m in (model, vae, conditional)] == [False, True, True]
    assert [m.has_prior for m in (model, vae, conditional)] == [False, True, True]
    assert model.classes == []
    assert conditional.classes == [str(digit) for digit in range(10)]
    assert (model.card["source"], model.card["train"], model.card["valid"]) == ("digits", 240, 40)
    assert repr(model) == (
        '<concertina.Model "conv-ae": 1x28x28, 128 latent dimensions, 4385 parameters>'
    )


def test_a_model_comes_back_from_a_file_bytes_and_pickle(
    model: concertina.Model, images: np.ndarray, tmp_path: Path
) -> None:
    codes, path = model.encode(images), tmp_path / "model.safetensors"
    model.save(path)
    assert path.read_bytes() == model.to_bytes()
    for back in (
        concertina.Model.open(path),
        concertina.Model.open(str(path)),
        concertina.Model.from_bytes(model.to_bytes()),
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
    ):
        np.testing.assert_array_equal(back.encode(images), codes)
        assert back.to_bytes() == model.to_bytes()


def test_a_file_that_is_no_model_is_refused(model: concertina.Model, tmp_path: Path) -> None:
    with pytest.raises(concertina.DataError, match="expected a model file or a run folder"):
        concertina.Model.open(tmp_path / "none.safetensors")
    with pytest.raises(concertina.DataError, match="expected a model file"):
        concertina.Model.from_bytes(b"none")
    damaged = bytearray(model.to_bytes())
    damaged[-1] ^= 1
    with pytest.raises(concertina.DataError, match="damaged"):
        concertina.Model.from_bytes(bytes(damaged))


def test_a_conditional_model_takes_numbers_and_names_for_each_or_for_all(
    conditional: concertina.Model, images: np.ndarray
) -> None:
    two = images[:2]
    codes = conditional.encode(two, labels=[3, 3])
    for same in (3, "3", np.int64(3), np.array([3, 3]), ["3", "3"], (3, "3"), np.array(3)):
        np.testing.assert_array_equal(conditional.encode(two, labels=same), codes)
    assert not np.array_equal(conditional.encode(two, labels=[4, 4]), codes)
    other = conditional.decode(codes, labels=4)
    assert not np.array_equal(conditional.decode(codes, labels=3), other)
    assert conditional.score(two, labels=3).shape == (2,)
    assert conditional.reconstruct(two, labels=3).shape == (2, 1, 28, 28)
    assert conditional.interpolate(two, 3, labels=[3, 4]).shape == (3, 1, 28, 28)


def test_samples_are_of_the_classes_asked_for_or_of_all_in_turn(
    conditional: concertina.Model,
) -> None:
    in_turn = conditional.sample(3, seed=1)
    np.testing.assert_array_equal(conditional.sample(3, 1, labels=[0, 1, 2]), in_turn)
    assert not np.array_equal(conditional.sample(3, 1, labels=0), in_turn)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "expected labels, .* found none\nhint: give `labels=`"),
        ([1], "a label for each of 2 images or codes, found 1"),
        ([1, 2, 3], "found 3"),
        (10, "expected labels below 10, .* found 10"),
        ([0, -1], "expected labels as whole numbers from 0, found -1"),
        (0.5, "found 0.5"),
        ("ten", r"\(0, 1, 2, 3, 4, 5, 6, 7, 8, 9\), found `ten`"),
    ],
)
def test_labels_that_a_model_does_not_know_are_refused(
    conditional: concertina.Model, images: np.ndarray, labels: object, message: str
) -> None:
    with pytest.raises(concertina.ConcertinaError, match=message):
        conditional.encode(images[:2], labels=labels)


def test_labels_for_a_model_without_a_condition_are_an_error(
    model: concertina.Model, images: np.ndarray
) -> None:
    with pytest.raises(concertina.ConfigError, match='recipe="conditional-vae"'):
        model.encode(images, labels=3)


def test_a_model_that_enlarges_takes_small_and_large_images(digits: concertina.Dataset) -> None:
    enlarge = concertina.train(digits, "super-resolution", epochs=1)
    assert (enlarge.input_shape, enlarge.output_shape) == ((1, 14, 14), (1, 28, 28))
    small = digits.valid[:, :, ::2, ::2]
    assert enlarge.reconstruct(small).shape == (40, 1, 28, 28)
    assert enlarge.reconstruct(digits.valid).shape == (40, 1, 28, 28)
