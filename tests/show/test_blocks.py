"""Images as half blocks: two pixels in a cell, upper in front of lower."""

import numpy as np

from restore.show.blocks import GAP, draw_rows


def test_pixels_are_colours_of_the_cells():
    image = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [9, 9, 9]]], np.uint8).repeat(2, 0).repeat(2, 1)
    text = draw_rows([[image]], 4)
    first = [(str(span.style), text.plain[span.start : span.end]) for span in text.spans[:4]]
    assert first[0] == ("rgb(255,0,0) on rgb(255,0,0)", "▀")
    assert first[2] == ("rgb(0,255,0) on rgb(0,255,0)", "▀")
    assert str(text.spans[4].style) == "rgb(0,0,255) on rgb(0,0,255)"


def test_rows_fit_the_width_and_keep_their_shape():
    images = [np.full((96, 96, 1), 100, np.uint8)] * 3
    text = draw_rows([images, images], 80)
    lines = text.plain.splitlines()
    columns = (80 - 2 * GAP) // 3
    assert max(map(len, lines)) == 3 * columns + 2 * GAP <= 80
    drawn = [line for line in lines if "▀" in line]
    assert len(drawn) == 2 * round(columns / 2)


def test_a_tall_image_beside_a_flat_one():
    text = draw_rows([[np.zeros((64, 16, 1), np.uint8), np.zeros((16, 64, 3), np.uint8)]], 30)
    widths = {len(line) for line in text.plain.splitlines() if line}
    assert len(widths) <= 2
