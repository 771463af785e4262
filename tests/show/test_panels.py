from dataclasses import replace

import numpy as np
import pytest

from restore.show.panels import ROWS, TILE, draw_panel


def flat(image, number):
    """Return an image whose layers are flat greys, so that each tile can be told from its neighbours."""
    grey = np.full_like(image.clean, 10 * (number + 1))
    return replace(image, clean=grey, damaged=grey + 50, restored=grey + 100, mask=grey[..., 0] + 150)


@pytest.fixture
def gallery(record):
    """Return four images of one size in four flat greys."""
    return [flat(image, number) for number, image in enumerate(record.gallery)]


def of_size(image, height, width):
    """Return an image of another size in the same greys."""
    grown = np.ones((height, width, 1), np.uint8)
    layers = {name: grown * getattr(image, name)[0, 0, 0] for name in ("clean", "damaged", "restored")}
    return replace(image, **layers, mask=grown[..., 0] * image.mask[0, 0])


def places(panel, value):
    """Return top, left, height and width of the pixels of one grey; None where there are none."""
    ys, xs = np.nonzero((np.round(panel * 255) == value).all(axis=-1))
    counts = np.bincount(ys), np.bincount(xs)
    rows, columns = np.flatnonzero(counts[0] > 100), np.flatnonzero(counts[1] > 100)
    return None if not rows.size else (rows[0], columns[0], rows.size, columns.size)


def test_rows_and_columns_lie_in_their_order(gallery):
    panel = draw_panel(gallery)
    assert panel.dtype == np.float32
    best, worst, skipped, other = 10, 20, 30, 40
    assert places(panel, worst)[1] < places(panel, best)[1]
    tops = [places(panel, worst + offset)[0] for offset in (0, 50, 150, 100)]
    assert tops == sorted(tops)
    assert len(tops) == len(ROWS)
    assert places(panel, skipped) is None
    assert places(panel, other)[1] > places(panel, best)[1]


def test_images_are_enlarged_by_whole_numbers(gallery):
    _, _, height, width = places(draw_panel(gallery), 10)
    assert (height, width) == (24 * 6, 32 * 6)
    assert width >= TILE
    assert height % 24 == 0


def test_images_of_other_sizes_are_enlarged_to_much_the_same_and_their_rows_aligned(gallery):
    sizes = {20: (30, 20), 10: (110, 400), 40: (64, 64)}
    panel = draw_panel([of_size(image, *sizes.get(10 * (i + 1), (8, 8))) for i, image in enumerate(gallery)])
    assert places(panel, 20)[2:] == (30 * 13, 20 * 13)
    assert places(panel, 10)[2:] == (110, 400)
    assert places(panel, 40)[2:] == (64 * 6, 64 * 6)
    for offset in (0, 50, 150, 100):
        assert len({places(panel, grey + offset)[0] for grey in sizes}) == 1
    worst, best = places(panel, 20), places(panel, 10)
    assert worst[1] + worst[3] < best[1]


def test_an_image_is_never_smaller_than_a_tile(gallery):
    panel = draw_panel([of_size(gallery[0], 96, 96), of_size(gallery[1], 100, 100)])
    assert places(panel, 10)[2:] == (192, 192)
    assert places(panel, 20)[2:] == (200, 200)


def test_pixels_keep_their_values(record):
    first = draw_panel(record.gallery)
    shown = np.repeat(np.repeat(record.gallery[1].clean, 6, axis=0), 6, axis=1)[..., 0]
    found = np.round(first[..., 0] * 255).astype(np.uint8)
    windows = np.lib.stride_tricks.sliding_window_view(found, (1, 32 * 6))
    assert (windows[..., 0, :] == shown[0]).all(axis=-1).any()


def test_nine_corruptions_stand_three_by_three(gallery):
    ranked = [
        replace(gallery[0], id="x" * 200, corruption="c" * 200, rank=rank) for rank in ("worst", "median", "best")
    ]
    nine = [replace(image, corruption=f"c{i}") for i in range(9) for image in ranked]
    (height, width), (tall, wide) = draw_panel(ranked).shape[:2], draw_panel(nine).shape[:2]
    assert 2.5 * height < tall <= 3 * height
    assert 2.5 * width < wide <= 3 * width


def test_colour_is_shown_in_colour(gallery):
    red = np.zeros((24, 32, 3), np.uint8)
    red[..., 0] = 255
    panel = draw_panel([replace(image, clean=red, damaged=red, restored=red) for image in gallery])
    assert (panel == (1, 0, 0)).all(axis=-1).sum() >= 9 * 24 * 32 * 36
