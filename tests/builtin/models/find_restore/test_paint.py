"""Paint ends where its colour ends; other damage stays as it was found."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from restore.builtin.models.find_restore.paint import AROUND, to_its_edge

RIDGES = 0.5 + 0.5 * np.sin(np.arange(96) / 1.1)[:, None] + np.zeros((96, 96))


def edge(
    image: NDArray[np.float32],
    found: NDArray[np.bool_],
    doubted: bool = False,
    possible: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Return where damage is after all of it was found for sure, or with doubts."""
    places, count = ndimage.label(found, AROUND)
    sure = np.arange(count + 1) > 0
    possible = np.ones_like(found) if possible is None else possible
    return to_its_edge(image, places, possible, sure & (not doubted), sure & doubted)


def _print(channels: int = 1) -> NDArray[np.float32]:
    """Return ridges whose black is that of a black box, 1 to 2 pixels broad."""
    return np.clip(np.repeat(RIDGES[..., None], channels, axis=-1), 0, 1).astype(np.float32)


def _box(top: int, left: int, side: int = 28) -> NDArray[np.bool_]:
    mask = np.zeros((96, 96), np.bool_)
    mask[max(0, top) : top + side, max(0, left) : left + side] = True
    return mask


@pytest.mark.parametrize("place", [(30, 40), (0, 0), (68, 68), (-4, 70)])
@pytest.mark.parametrize("colour", [(0.0,), (1.0,), (0.2, 0.5, 0.9)])
@pytest.mark.parametrize("grown", [-1, 0, 2])
def test_a_box_found_badly_is_found_to_its_edge(place: tuple[int, int], colour: tuple[float, ...], grown: int) -> None:
    image, box = _print(len(colour)), _box(*place)
    image[box] = colour
    change = ndimage.binary_erosion if grown < 0 else ndimage.binary_dilation
    found = change(box, AROUND, abs(grown), border_value=1 if grown < 0 else 0) if grown else box.copy()
    damaged = edge(image, found)
    assert (damaged | ~box).all(), "the whole box"
    rim = ndimage.binary_dilation(box, AROUND)
    assert not (damaged & ~rim).any(), "and not more than a pixel beyond it"
    if grown <= 0:  # black ridges that begin at the box are thinner than a brush
        np.testing.assert_array_equal(damaged, box)


def test_a_rim_where_colours_mix_stays_found() -> None:
    image, box = _print(), _box(30, 40)
    rim = ndimage.binary_dilation(box, AROUND) & ~box
    image[box] = 0
    image[rim] = 0.5 * image[rim] + 0.1
    np.testing.assert_array_equal(edge(image, box | rim), box | rim)


def test_damage_of_many_colours_stays_as_found() -> None:
    image, found = _print(), _box(30, 40)
    image[found] = np.random.default_rng(0).random((found.sum(), 1), np.float32)
    np.testing.assert_array_equal(edge(image, found), found)


def test_strokes_thinner_than_a_brush_stay_as_found() -> None:
    image, found = _print(), np.zeros((96, 96), np.bool_)
    found[10:14, 5:90] = True
    image[10:16, 5:90] = 1
    np.testing.assert_array_equal(edge(image, found), found)


def test_each_place_has_its_own_colour() -> None:
    image, black, white = _print(), _box(4, 4), _box(60, 60)
    image[black], image[white] = 0, 1
    found = ndimage.binary_erosion(black, AROUND) | ndimage.binary_erosion(white, AROUND)
    np.testing.assert_array_equal(edge(image, found), black | white)


def test_of_what_is_doubted_only_paint_is_damage() -> None:
    image, black, other = _print(), _box(4, 4), _box(60, 60)
    image[black] = 0
    image[other] = np.random.default_rng(0).random((other.sum(), 1), np.float32)
    found = ndimage.binary_erosion(black, AROUND) | other
    np.testing.assert_array_equal(edge(image, found, doubted=True), black)


def test_paint_is_not_continued_to_where_damage_is_impossible() -> None:
    image, box = _print(), _box(30, 40)
    image[box] = 0
    image[20:30, 40:68] = 0  # a dark part of the print beside it
    np.testing.assert_array_equal(edge(image, box, possible=box), box)
    assert edge(image, box)[28:30, 40:68].all()
