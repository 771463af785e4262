"""Impressions: different motions and contacts of the same skin; undoing the motion recovers its minutiae."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.morphology import skeletonize

from restore.api import generator
from restore_fingerprint.synthetic import synthetic
from restore_fingerprint.synthetic.contact import Frame
from restore_fingerprint.synthetic.impression import touch
from restore_fingerprint.synthetic.sensors import SENSORS

SIZE = (300, 300)
FRAME = Frame(*SIZE, 500)


def minutiae(source, index):
    """Return endings and forks of the bare skin well inside the contact, complex, in millimetres."""
    finger, skin, impression = source.truth(index)
    felt = touch(skin, finger, impression, FRAME, generator(0), lattice=None)
    lines = skeletonize(felt.ridges > 0)
    neighbours = ndimage.convolve(lines.astype(int), np.ones((3, 3), dtype=int), mode="constant") - 1
    points = np.argwhere(lines & (neighbours != 2) & (felt.depth > 1.0))
    inside = ((points > 12) & (points < np.array(SIZE) - 12)).all(1)
    x, y = FRAME.points()
    rows, columns = points[inside].T
    return x[0, columns] + 1j * y[rows, 0], impression


def shared(first, second):
    """Return the share of `first` within 0.25 mm of one of `second`."""
    return (np.abs(first[:, None] - second[None]).min(1) < 0.25).mean()


@pytest.mark.parametrize("sensor", SENSORS)
def test_impressions_share_minutiae_once_their_motion_is_undone(sensor):
    source = synthetic(None, count=6, impressions=2, size=SIZE, sensor=sensor, dpi=500)
    undone, apart = [], []
    found = [minutiae(source, index) for index in range(6)]
    skins = [impression.motion.to_finger(points) for points, impression in found]
    for index in range(0, 6, 2):
        points, other = skins[index], found[index + 1][1]
        # Those inside the other impression as well.
        seen = other.motion.to_frame(points)
        offset = points - other.middle
        shown = np.hypot(offset.real / other.half[0], offset.imag / other.half[1]) < 0.75
        shown &= (np.abs(seen.real) < 6.5) & (np.abs(seen.imag) < 6.5)
        assert shown.sum() >= 10
        undone.append(shared(points[shown], skins[index + 1]))
        apart.append(shared(points[shown], skins[(index + 3) % 6]))
    assert min(undone) > 0.85
    assert np.mean(apart) < 0.3


def test_motions_are_invertible():
    source = synthetic(None, count=40, impressions=4, sensor="optical", size=SIZE)
    z = np.linspace(-7, 7, 15)[None, :] + 1j * np.linspace(-7, 7, 15)[:, None]
    for index in range(40):
        motion = source.truth(index)[2].motion
        np.testing.assert_allclose(motion.to_frame(motion.to_finger(z)), z, atol=1e-6)


def test_impressions_differ_in_translation_rotation_pressure_and_distortion():
    source = synthetic(None, count=80, impressions=8, sensor="optical", size=SIZE)
    drawn = [source.truth(index)[2] for index in range(80)]
    # Within each of ten fingers: degrees, millimetres, square millimetres.
    turn = np.rad2deg([one.motion.turn for one in drawn]).reshape(10, 8).std(1)
    place = np.array([one.motion.origin for one in drawn]).reshape(10, 8).std(1)
    area = np.array([np.pi * np.prod(one.half) for one in drawn]).reshape(10, 8)
    dragged = [abs(one.motion.distortion.displace(np.array([one.middle + one.half[0]]))[0]) for one in drawn]
    assert 4 < np.median(turn) < 12
    assert 0.7 < np.median(place) < 2
    assert 1.05 < np.median(area.max(1) / area.min(1)) < 2
    assert 0.02 < np.median(dragged) < 1
