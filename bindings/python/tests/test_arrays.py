"""Arrays come in however they lie in memory, and what is no image or code is an error."""

from __future__ import annotations

import numpy as np
import pytest

import concertina


def same(model: concertina.Model, given: np.ndarray, like: np.ndarray) -> None:
    np.testing.assert_array_equal(model.encode(given), model.encode(like))


def test_bytes_are_floats_divided_by_255(model: concertina.Model, images: np.ndarray) -> None:
    same(model, images.astype(np.float32) / np.float32(255), images)
    same(model, images.astype(np.float64) / 255, images)


def test_the_axis_of_one_channel_may_be_left_out(
    model: concertina.Model, images: np.ndarray
) -> None:
    same(model, images[:, 0], images)


def test_the_order_in_memory_does_not_matter(model: concertina.Model, images: np.ndarray) -> None:
    same(model, np.asfortranarray(images), images)
    same(model, images[::3], images[::3].copy())
    same(model, images[::-1], images[::-1].copy())
    same(model, images.transpose(0, 1, 3, 2), images.transpose(0, 1, 3, 2).copy())
    same(model, np.broadcast_to(images[:1], (3, 1, 28, 28)), images[[0, 0, 0]])


def test_the_order_of_bytes_and_where_they_begin_do_not_matter(
    model: concertina.Model, images: np.ndarray
) -> None:
    floats = images.astype(np.float32) / np.float32(255)
    same(model, floats.astype(">f4"), images)
    odd = np.empty(floats.nbytes + 1, np.uint8)[1:].view(np.float32).reshape(floats.shape)
    odd[:] = floats
    assert not odd.flags.aligned
    same(model, odd, images)


def test_what_is_read_only_is_taken_and_nothing_given_is_changed(
    model: concertina.Model, images: np.ndarray
) -> None:
    before = images.copy()
    images.flags.writeable = False
    model.encode(images)
    model.reconstruct(images)
    model.score(images)
    np.testing.assert_array_equal(images, before)


def test_no_images_have_no_codes(model: concertina.Model) -> None:
    none = np.zeros((0, 1, 28, 28), np.uint8)
    assert model.encode(none).shape == (0, 128)
    assert model.reconstruct(none).shape == (0, 1, 28, 28)
    assert model.score(none).shape == (0,)
    assert model.decode(np.zeros((0, 128))).shape == (0, 1, 28, 28)
    assert model.sample(0).shape == (0, 1, 28, 28)
    with pytest.raises(concertina.DataError, match="expected images of 1x28x28"):
        model.encode(none[:, :, :5])
    with pytest.raises(concertina.DataError, match="128 latent dimensions, found 3"):
        model.decode(np.zeros((0, 3)))


ONES = np.ones((2, 28, 28))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([[0.0]], TypeError, "expected images as a NumPy array, found list"),
        (None, TypeError, "expected images as a NumPy array, found NoneType"),
        (ONES.astype(int), concertina.DataError, "found int64\nhint: uint8 is 0 for black"),
        (ONES.astype(bool), concertina.DataError, "found bool"),
        (ONES.astype(np.float16), concertina.DataError, "found float16"),
        (ONES.astype(object), concertina.DataError, "found object"),
        (ONES[0], concertina.DataError, r"found \[28, 28\]\nhint: one image is `image\[None\]`"),
        (ONES[None, None], concertina.DataError, r"found \[1, 1, 2, 28, 28\]"),
        (ONES[:, :0], concertina.DataError, "at least one pixel"),
        (ONES[:, :5], concertina.DataError, "expected images of 1x28x28, .* found 1x5x28"),
        (ONES[:, None].repeat(3, 1), concertina.DataError, "found 3x28x28"),
        (ONES * 2, concertina.DataError, r"expected values in 0\.\.1, found 2 in image 0"),
        (-ONES, concertina.DataError, "found -1 in image 0"),
        (ONES * np.nan, concertina.DataError, "found NaN in image 0"),
        (np.array([0, np.inf])[:, None, None] * ONES, concertina.DataError, "found"),
        (np.ma.array(ONES, mask=ONES > 0), concertina.DataError, "found a masked array"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_what_is_no_image_is_refused(
    model: concertina.Model, given: object, error: type[Exception], message: str
) -> None:
    for call in (model.encode, model.reconstruct, model.score):
        with pytest.raises(error, match=message):
            call(given)
    if given is not None and error is TypeError:
        with pytest.raises(error, match=message):
            concertina.train(given, epochs=1)


def test_floats_beyond_the_range_are_taken_if_asked_for(
    model: concertina.Model, images: np.ndarray
) -> None:
    noisy = images / 255 + np.linspace(-0.5, 0.5, 28)
    assert np.isfinite(model.encode(noisy, check_range=False)).all()
    for bad in (np.nan, np.inf, 1e300):
        noisy[3, 0, 0, 0] = bad
        with pytest.raises(concertina.DataError, match=r"expected finite values, .* in image 3"):
            model.encode(noisy, check_range=False)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([[0.0]], TypeError, "expected codes as a NumPy array, found list"),
        (np.zeros(128), concertina.DataError, r"shape \[N, D\], found \[128\]"),
        (np.zeros((2, 0)), concertina.DataError, "at least one latent dimension"),
        (np.zeros((2, 128), int), concertina.DataError, "found int64"),
        (np.full((2, 128), np.nan), concertina.DataError, "found NaN in code 0"),
        (np.zeros((2, 127)), concertina.DataError, "128 latent dimensions, found 127"),
    ],
)
def test_what_is_no_code_is_refused(
    model: concertina.Model, given: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        model.decode(given)
