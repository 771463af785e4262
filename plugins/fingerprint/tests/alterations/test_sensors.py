"""Alterations scale with the ridges of any sensor, and lie in the foreground on any background."""

import numpy as np
import pytest
from scipy import ndimage

from restore.api import generator
from restore_fingerprint.alterations.dry import dry
from restore_fingerprint.alterations.grey import OFFICIAL_PERIOD, foreground, grain_of, paper_of
from restore_fingerprint.alterations.obliteration import obliteration
from restore_fingerprint.alterations.partial import partial
from restore_fingerprint.alterations.rotation import rotation
from restore_fingerprint.alterations.scar import scar
from restore_fingerprint.alterations.wet import wet
from restore_fingerprint.alterations.zcut import zcut
from restore_fingerprint.ridges import foreground as finger_of
from restore_fingerprint.ridges import period
from restore_fingerprint.synthetic import synthetic

CAPACITIVE = [one.clean for one in synthetic(None, count=4, size=(300, 300), sensor="capacitive")]
OPTICAL = [one.clean for one in synthetic(None, count=4, size=(374, 388), sensor="optical")]
PADDED = [np.pad(one, ((100, 100), (100, 100), (0, 0)), constant_values=one.max()) for one in OPTICAL]


@pytest.mark.parametrize("print_", [*CAPACITIVE, *OPTICAL, *PADDED])
def test_the_outline_of_a_finger_is_not_measured_as_a_ridge(print_):
    """At 500 dpi the ridge period is 6 to 13 pixels; a finger is hundreds of pixels wide."""
    assert 6 < grain_of(print_) * OFFICIAL_PERIOD < 13


@pytest.mark.parametrize("print_", CAPACITIVE)
def test_the_foreground_is_found_on_a_grey_background(print_):
    assert paper_of(print_) < 0.7
    ours, true = foreground(print_, 9 * grain_of(print_)), finger_of(print_, sigma=period(print_))
    assert (ours & true).sum() > 0.75 * (ours | true).sum()


@pytest.mark.parametrize("change", [scar, dry, wet])
@pytest.mark.parametrize("print_", [*CAPACITIVE, *OPTICAL])
def test_the_background_is_unchanged(change, print_):
    ridge = period(print_)
    near = ndimage.binary_dilation(finger_of(print_, sigma=ridge), iterations=round(2 * ridge))
    made = change(print_, generator("ground", 1))
    assert made.mask.any()
    assert (made.mask & ~near).sum() < 0.02 * made.mask.sum()


@pytest.mark.parametrize("change", [scar, dry, rotation, zcut, partial, obliteration])
@pytest.mark.parametrize("print_", CAPACITIVE)
def test_lost_contact_has_the_grey_of_the_background(change, print_):
    made = change(print_, generator("ground", 1))
    lighter = made.mask & (made.image > np.maximum(print_, paper_of(print_)) + 0.15)[..., 0]
    assert lighter.sum() <= 0.01 * made.mask.sum()


def test_a_patch_of_a_small_image_has_texture():
    image = np.zeros((32, 32, 1), np.float32)
    image[:, ::3] = 1
    made = obliteration(image, generator("small", 1), texture="fine", radius=1)
    core = made.image[12:20, 12:20, 0][made.mask[12:20, 12:20]]
    assert core.std() > 0.1
