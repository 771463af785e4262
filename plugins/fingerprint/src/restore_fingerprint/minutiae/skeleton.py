"""The light extractor: minutiae by skeleton and crossing number, without an extra."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from restore_fingerprint.minutiae.enhance import enhance, normalise
from restore_fingerprint.minutiae.lines import crossings, false_forks, prune
from restore_fingerprint.minutiae.scaling import DPI, enlarge
from restore_fingerprint.minutiae.values import BIFURCATION, ENDING, Minutiae, no_minutiae, scaled, turned
from restore_fingerprint.ridges import foreground, orientation, period

RIDGE = 9.0
"""Ridge period in pixels at 500 dpi where none can be measured: 0.46 mm."""
# The following lengths are in ridge periods, tuned on 24 real prints for agreement with LEADER (F1 0.81).
SMOOTH = 1.1
BORDER = 1.2
SPUR = 1.2
BRIDGE = 0.8
NEAR = 0.6
FACING = 1.0
"""Two opposed ends closer than this belong to one broken ridge."""
THINNED = {ENDING: -0.28, BIFURCATION: 0.12}
"""Offset of a minutia, along its direction, from the end or fork of its skeleton: thinning shortens lines and moves
forks into their stem. Measured on real prints against LEADER, and on drawn minutiae."""
AHEAD = (0.4, 0.6, 0.8, 1.0)
"""Distances at which the side of a minutia with more ridges is determined."""
LEAST_QUALITY = 0.3
"""Coherence below which a direction is unreliable."""


def extract(image: NDArray[np.float32], dpi: float = DPI) -> Minutiae:
    """Return the minutiae of a print; `image`: float32 (H, W) in [0, 1], dark ridges on a bright background.

    The print is resampled to 500 dpi, normalised, filtered along the ridges, binarised and thinned. Endings and
    bifurcations are skeleton pixels of crossing number 1 and 3 or more, except those of spurs, bridges and broken
    ridges and those near the foreground's rim. Source: Maltoni, Maio, Jain and Feng, Handbook of Fingerprint
    Recognition, 3rd edition, 2022, section 3.7.
    """
    from skimage.morphology import skeletonize

    shape = (image.shape[0], image.shape[1])
    enlarged, factor = enlarge(np.asarray(image, np.float32), dpi)
    finger = foreground(enlarged, sigma=RIDGE)
    if not finger.any():
        return no_minutiae(shape, dpi)
    known = period(np.where(finger, enlarged, 1))
    ridge = float(np.clip(known, RIDGE / 1.6, RIDGE * 1.6)) if np.isfinite(known) else RIDGE
    even = normalise(enlarged, ridge) * finger
    field = orientation(even, sigma=SMOOTH * ridge)
    waves = enhance(even, field, ridge)
    thin = skeletonize((waves < 0) & finger)  # type: ignore[no-untyped-call]
    lines = prune(thin, SPUR * ridge)
    number = crossings(lines)
    depth = ndimage.distance_transform_edt(np.pad(finger, 1))[1:-1, 1:-1]
    inner = depth > BORDER * ridge
    ends = (number == 1) & inner
    forks = (number >= 3) & inner & ~false_forks(lines, BRIDGE * ridge)
    y, x, kind = _places(ends, forks)
    row, column = np.rint(y).astype(int), np.rint(x).astype(int)
    direction = _direction(waves, x, y, field.angle[row, column].astype(np.float64), kind == BIFURCATION, ridge)
    shift = ridge * np.where(kind == ENDING, THINNED[ENDING], THINNED[BIFURCATION])
    x, y = x + shift * np.cos(direction), y - shift * np.sin(direction)
    quality = field.coherence[row, column].astype(np.float64)
    found = Minutiae(x, y, direction, kind, quality, (enlarged.shape[0], enlarged.shape[1]), dpi * factor)
    found = found[quality > LEAST_QUALITY]
    return scaled(found[_alone(found, ridge)], 1 / factor, shape, dpi)


def _places(
    ends: NDArray[np.bool_], forks: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint8]]:
    """Return row, column and kind of each end and fork, (M,) each; touching pixels are one."""
    places, kinds = [], []
    for found, kind in ((ends, ENDING), (forks, BIFURCATION)):
        labels, count = ndimage.label(found, np.ones((3, 3)))
        places.append(np.reshape(ndimage.center_of_mass(found, labels, range(1, count + 1)), (-1, 2)))
        kinds.append(np.full(count, kind, np.uint8))
    rows, columns = np.concatenate(places).T
    return rows, columns, np.concatenate(kinds)


def _direction(
    waves: NDArray[np.float32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    angle: NDArray[np.float64],
    fork: NDArray[np.bool_],
    ridge: float,
) -> NDArray[np.float64]:
    """Return the direction of each minutia along its ridge, float64 (M,) in [0, 2 pi).

    An ending ridge is dark ahead and bright behind; a fork has its bright valley ahead and its dark stem behind.
    """
    reach = ridge * np.array(AHEAD)[:, None]
    ahead, behind = (
        ndimage.map_coordinates(
            waves, [y - way * reach * np.sin(angle), x + way * reach * np.cos(angle)], order=1, mode="nearest"
        ).mean(axis=0)
        for way in (1, -1)
    )
    turn = (ahead > behind) != fork
    return turned(angle + np.pi * turn)


def _alone(found: Minutiae, ridge: float) -> NDArray[np.bool_]:
    """Return which minutiae, bool (M,), neither coincide with another nor face one across a gap."""
    alone = np.ones(len(found), bool)
    if len(found) < 2:
        return alone
    places = np.stack([found.x, found.y], axis=1)
    first, second = cKDTree(places).query_pairs(FACING * ridge, output_type="ndarray").T
    apart = np.linalg.norm(places[first] - places[second], axis=1)
    opposed = np.cos(found.direction[first] - found.direction[second]) < -0.7
    same = found.kind[first] == found.kind[second]
    bad = (apart < NEAR * ridge) | (opposed & same)
    alone[first[bad]] = False
    alone[second[bad]] = False
    return alone
