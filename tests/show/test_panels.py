from dataclasses import replace

import numpy as np
import pytest

from restore.show.panels import ROWS, TILE, draw_panel


@pytest.fixture
def gallery(record):
    """Give four pictures of four flat greys, so that each tile can be told from its neighbours."""
    shape = (4, 24, 32, 1)
    flat = np.broadcast_to(np.arange(10, 50, 10, dtype=np.uint8)[:, None, None, None], shape)
    return replace(record.gallery, clean=flat, damaged=flat + 50, restored=flat + 100, mask=flat[..., 0] + 150)


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


def test_pictures_are_enlarged_by_whole_numbers(gallery):
    _, _, height, width = places(draw_panel(gallery), 10)
    assert (height, width) == (24 * 6, 32 * 6)
    assert width >= TILE
    assert height % 24 == 0


def test_pixels_keep_their_values(record):
    first = draw_panel(record.gallery)
    shown = np.repeat(np.repeat(record.gallery.clean[1], 6, axis=0), 6, axis=1)[..., 0]
    found = np.round(first[..., 0] * 255).astype(np.uint8)
    windows = np.lib.stride_tricks.sliding_window_view(found, (1, 32 * 6))
    assert (windows[..., 0, :] == shown[0]).all(axis=-1).any()


def test_nine_corruptions_stand_three_by_three(gallery):
    columns = [{"id": "x" * 200, "corruption": "c" * 200, "rank": rank} for rank in ("worst", "median", "best")]
    one = replace(gallery, index=columns)
    nine = replace(
        gallery,
        **{name: np.repeat(getattr(gallery, name), 7, axis=0)[:27] for name in ROWS},
        index=[entry | {"corruption": f"c{i}"} for i in range(9) for entry in columns],
    )
    (height, width), (tall, wide) = draw_panel(one).shape[:2], draw_panel(nine).shape[:2]
    assert 2.5 * height < tall <= 3 * height
    assert 2.5 * width < wide <= 3 * width


def test_colour_is_shown_in_colour(gallery):
    red = np.zeros((4, 24, 32, 3), np.uint8)
    red[..., 0] = 255
    panel = draw_panel(replace(gallery, clean=red, damaged=red, restored=red))
    assert (panel == (1, 0, 0)).all(axis=-1).sum() >= 9 * 24 * 32 * 36
