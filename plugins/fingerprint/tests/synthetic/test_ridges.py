"""Grown ridges follow the given orientation at their period, and have minutiae."""

import numpy as np
import pytest
from scipy import ndimage

from restore.api import generator
from restore_fingerprint.synthetic.finger import draw_finger
from restore_fingerprint.synthetic.orientation import orientation
from restore_fingerprint.synthetic.ridges import SAMPLES, grow, pores
from restore_fingerprint.synthetic.skin import grow_skin
from restore_fingerprint.synthetic.smooth import smooth_noise

ZOOM = 3


def draw(coefficients):
    """Return the pattern of spline coefficients, enlarged by `ZOOM`."""
    height, width = coefficients.shape
    grid = np.mgrid[: height * ZOOM, : width * ZOOM] / ZOOM
    return ndimage.map_coordinates(coefficients, grid, order=3, prefilter=False, mode="grid-wrap")


def measured_angle(ridges):
    """Return the ridge angle of every pixel by structure tensor, counter-clockwise with y upward."""
    down, right = ndimage.sobel(ridges, 0), ndimage.sobel(ridges, 1)
    xx, yy, xy = (ndimage.gaussian_filter(p, 2 * SAMPLES) for p in (right**2, down**2, -right * down))
    return 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2


@pytest.mark.parametrize("degrees", [0, 20, 45, 71, 90, 135])
def test_straight_ridges_have_their_angle_and_period(degrees):
    size = 96
    angle = np.full((size, size), np.deg2rad(degrees), dtype=np.float32)
    ridges = draw(grow(angle, generator(degrees)))
    off = np.rad2deg((measured_angle(ridges) - angle[0, 0] + np.pi / 2) % np.pi - np.pi / 2)
    assert abs(off.mean()) < 2.5
    assert np.abs(off).mean() < 5
    power = np.abs(np.fft.rfft2(ridges)) ** 2
    cycles = np.hypot(np.fft.fftfreq(size * ZOOM)[:, None], np.fft.rfftfreq(size * ZOOM)[None, :])
    assert (cycles * power).sum() / power.sum() * SAMPLES * ZOOM == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("number", range(6))
def test_ridges_follow_a_finger(number):
    finger = draw_finger(generator("flow", number))
    step = finger.period / SAMPLES
    x = (step * (np.arange(96, dtype=np.float32) - 48))[None, :]
    y = (step * (70 - np.arange(108, dtype=np.float32)))[:, None]
    angle = orientation(finger, x, y)
    ridges = draw(grow(angle, generator("flow", number, "ridges")))
    off = np.abs((measured_angle(ridges)[::ZOOM, ::ZOOM] - angle + np.pi / 2) % np.pi - np.pi / 2)
    # Away from singular points, where a mean angle is meaningless, and from the wrapped border.
    for point in (*finger.loops, *finger.deltas):
        off[np.hypot(x - point.real, y - point.imag) < 1.5] = np.nan
    assert np.rad2deg(np.nanmedian(off[8:-8, 8:-8])) < 4


def test_minutiae_emerge_at_a_natural_density():
    from skimage.morphology import skeletonize

    low, high = complex(-6, -5), complex(6, 9)
    skin = grow_skin(draw_finger(generator("minutiae", 1)), low, high, generator("minutiae", 1, "skin"))
    lines = skeletonize(draw(skin.ridges) > 0)
    neighbours = ndimage.convolve(lines.astype(int), np.ones((3, 3), dtype=int), mode="constant") - 1
    inside = np.s_[20:-20, 20:-20]
    endings = ndimage.label((lines & (neighbours == 1))[inside], np.ones((3, 3)))[1]
    forks = ndimage.label((lines & (neighbours >= 3))[inside], np.ones((3, 3)))[1]
    area = lines[inside].size * (skin.step / ZOOM) ** 2
    assert endings >= 5
    assert forks >= 5
    # A finger has about 0.2 minutiae per square millimetre; a patchwork would have many more.
    assert 0.08 < (endings + forks) / area < 0.45


def test_ridges_and_valleys_have_equal_area():
    ridges = draw(grow(np.zeros((80, 96), dtype=np.float32), generator(5)))
    assert np.isfinite(ridges).all()
    assert np.abs(ridges).max() < 1.5
    assert (ridges > 0).mean() == pytest.approx(0.5, abs=0.05)
    # No grey patches: almost every pixel has a crest within one period.
    crest = ndimage.maximum_filter(ridges, int(1.5 * SAMPLES * ZOOM))
    assert (crest > 0.5).mean() > 0.98


def test_pores_and_smooth_noise_have_unit_variance():
    assert pores((96, 128), generator(1)).std() == pytest.approx(1, abs=1e-3)
    fields = np.stack([smooth_noise(generator(2, i), (40, 50), 7.5) for i in range(400)])
    assert fields.std(0).mean() == pytest.approx(1, abs=0.03)
    assert np.abs(np.diff(fields, axis=2)).mean() < 0.25
