"""The shapes and the noise of the canvas follow their definitions."""

import numpy as np
import pytest

from restore_face.portrait.canvas import Grain, blend, bump, darken, line, linear, step


def test_step_rises_from_0_to_1_either_way_round():
    x = np.linspace(-1, 2, 301, dtype=np.float32)
    up = step(0, 1, x)
    assert (up[x <= 0] == 0).all()
    assert (up[x >= 1] == 1).all()
    assert (np.diff(up) >= 0).all()
    assert step(1, 0, x) == pytest.approx(1 - up, abs=1e-6)


def test_bump_and_line_are_1_at_the_centre_and_fall_by_a_factor_of_e():
    x = np.array([[0.0, 2.0]], np.float32)
    assert bump(x, 0 * x, (0, 0), (2, 1))[0] == pytest.approx([1, np.exp(-1)])
    assert line(x, 2.0)[0] == pytest.approx([1, np.exp(-1)])


def test_blend_and_darken_mix_in_place():
    image = np.full((3, 1, 2), 0.5, np.float32)
    blend(image, linear((1.0, 0.5, 0.0)), np.array([[0.0, 0.5]], np.float32))
    assert image[:, 0, 0] == pytest.approx([0.5] * 3)
    assert image[:, 0, 1] == pytest.approx([0.75, 0.375, 0.25])
    darken(image, np.array([[1.0, 0.0]], np.float32))
    assert (image[:, 0, 0] == 0).all()


@pytest.mark.parametrize("shape", [(16, 16), (128, 128), (100, 37)])
@pytest.mark.parametrize("cells", [1.5, 12.0, 64.0])
def test_a_field_is_smooth_noise_of_unit_variance(shape, cells):
    fields = np.array([Grain(np.random.default_rng(i), shape).field(cells) for i in range(60)])
    assert fields.dtype == np.float32
    assert fields.shape[1:] == shape
    assert fields.mean() == pytest.approx(0, abs=0.2)
    assert fields.std() == pytest.approx(1, abs=0.2)
    if cells * 8 < min(shape):
        assert np.abs(np.diff(fields, axis=1)).mean() < 0.25
