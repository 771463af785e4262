"""Measures of a print, real or synthetic: size, grey values, ridges, flow, spectrum and minutiae."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from restore_fingerprint.minutiae.skeleton import extract
from restore_fingerprint.minutiae.values import ENDING, Minutiae

Print = NDArray[np.float64]

INCH = 25.4
"""Millimetres."""
RIDGE = 0.46
"""Nominal ridge period in millimetres, the unit of lengths; the period itself is measured."""


@dataclass(frozen=True)
class Seen:
    """A print, `image` (H, W) in [0, 1], black ridges on white, at `dpi`, and quantities that several measures share."""

    image: Print
    dpi: float

    @property
    def ridge(self) -> float:
        """Return a nominal ridge period in pixels."""
        return RIDGE * self.dpi / INCH

    @property
    def pixel(self) -> float:
        """Return the area of a pixel in square millimetres."""
        return (INCH / self.dpi) ** 2

    @cached_property
    def waves(self) -> Print:
        """Return the band-passed image: without shading, and without detail finer than half a ridge."""
        fine = ndimage.gaussian_filter(self.image, self.ridge / 8)
        return np.asarray(fine - ndimage.gaussian_filter(self.image, self.ridge))

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """Return the contact area: local contrast above a third of its 90 % quantile, holes filled."""
        power = np.sqrt(ndimage.gaussian_filter(self.waves**2, self.ridge))
        touched = power > np.quantile(power, 0.9) / 3
        ball = ndimage.generate_binary_structure(2, 1)
        rounds = round(self.ridge / 2)
        touched = ndimage.binary_opening(touched, ball, rounds)
        labels, count = ndimage.label(touched)
        if count == 0:
            return touched
        largest = labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:]))
        return np.asarray(ndimage.binary_fill_holes(largest))

    @cached_property
    def tensor(self) -> tuple[Print, Print]:
        """Return the complex doubled ridge angle, weighted by energy, and the energy, both smoothed over a ridge."""
        right, up = ndimage.sobel(self.waves, 1), -ndimage.sobel(self.waves, 0)
        smooth = self.ridge
        twice = ndimage.gaussian_filter(right**2 - up**2, smooth) + 1j * ndimage.gaussian_filter(2 * right * up, smooth)
        return -twice, ndimage.gaussian_filter(right**2 + up**2, smooth)

    @cached_property
    def minutiae(self) -> Minutiae:
        """Return the minutiae detected by the light extractor."""
        return extract(self.image.astype(np.float32), self.dpi)

    @cached_property
    def spectra(self) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Return cycles per pixel and radial power, by ring, of windows ten ridges wide inside the contact."""
        side = min(int(10 * self.ridge), *self.image.shape)
        padded = 3 * side
        hann = np.outer(np.hanning(side), np.hanning(side))
        ring = np.rint(padded * np.hypot(fft.fftfreq(padded)[:, None], fft.rfftfreq(padded)[None, :])).astype(int)
        area = np.bincount(ring.ravel())
        found = []
        step = max(1, side // 3)
        for top in range(0, self.image.shape[0] - side + 1, step):
            for left in range(0, self.image.shape[1] - side + 1, step):
                here = np.s_[top : top + side, left : left + side]
                if self.inside[here].mean() < 0.8:
                    continue
                window = self.image[here]
                power = np.abs(fft.rfft2((window - window.mean()) * hann, (padded, padded))) ** 2
                radial = np.bincount(ring.ravel(), power.ravel())[: padded // 2]
                found.append((np.arange(radial.size) / padded, radial / area[: padded // 2]))
        return found

    @cached_property
    def periods(self) -> NDArray[np.float64]:
        """Return the ridge period in pixels of every window: the radial peak, refined by a parabola."""
        periods = []
        for cycles, radial in self.spectra:
            band = np.flatnonzero((cycles * self.ridge > 0.55) & (cycles * self.ridge < 1.7) & (cycles < 0.48))
            peak = int(band[np.argmax(radial[band])])
            before, at, after = radial[peak - 1 : peak + 2]
            bend = before - 2 * at + after
            shift = np.clip(0.5 * (before - after) / bend, -0.5, 0.5) if bend < 0 else 0.0
            periods.append(1 / (cycles[peak] + shift * cycles[1]))
        return np.array(periods)


def share_of_power(low: float, high: float) -> Callable[[Seen], float]:
    """Return a measure: the share of power between two frequencies, in cycles per nominal ridge."""

    def measure(seen: Seen) -> float:
        if not seen.spectra:
            return np.nan
        cycles = seen.spectra[0][0]
        # Times the frequency: a ring's power, not its density. Below a third of the ridge frequency lies shading.
        power = np.mean([radial / radial.sum() for _, radial in seen.spectra], axis=0) * cycles
        scaled = cycles * seen.ridge
        return float(power[(scaled > low) & (scaled <= high)].sum() / power[scaled > 0.3].sum())

    return measure


def grey(quantile: float) -> Callable[[Seen], float]:
    """Return a measure: a quantile of the grey values inside."""
    return lambda seen: float(np.quantile(seen.image[seen.inside], quantile)) if seen.inside.any() else np.nan


def coherence(seen: Seen) -> float:
    """Return the coherence of ridge orientation, 0 to 1: of the structure tensor, mean inside."""
    twice, energy = seen.tensor
    return float((np.abs(twice) / (energy + 1e-9))[seen.inside].mean()) if seen.inside.any() else np.nan


def ridge_share(seen: Seen) -> float:
    """Return the share inside darker than the mid-grey of the darkest and brightest pixel within a ridge period."""
    side = 2 * round(0.6 * seen.ridge) + 1
    fine = ndimage.gaussian_filter(seen.image, seen.ridge / 12)
    low, high = ndimage.minimum_filter(fine, side), ndimage.maximum_filter(fine, side)
    middle = ndimage.uniform_filter((low + high) / 2, side)
    return float((fine < middle)[seen.inside].mean()) if seen.inside.any() else np.nan


def flow(x: float, y: float, middle: float) -> Callable[[Seen], float]:
    """Return a measure: the ridge angle in degrees around a point, within 90 degrees of `middle`.

    `x`, `y`: from the centre of the contact, in halves of its width and height, y upward.
    """

    def measure(seen: Seen) -> float:
        rows, columns = np.nonzero(seen.inside)
        if not rows.size:
            return np.nan
        across = 2 * (np.arange(seen.image.shape[1]) - columns.mean()) / np.ptp(columns)
        upward = -2 * (np.arange(seen.image.shape[0])[:, None] - rows.mean()) / np.ptp(rows)
        weight = np.exp(-((across - x) ** 2 + (upward - y) ** 2) / (2 * 0.2**2)) * seen.inside
        angle = np.rad2deg(np.angle((weight * seen.tensor[0]).sum())) / 2
        return float((angle - middle + 90) % 180 - 90 + middle)

    return measure


def background(seen: Seen) -> float:
    """Return the mean grey farther than three ridges from the contact."""
    outside = ~ndimage.binary_dilation(seen.inside, iterations=round(3 * seen.ridge))
    return float(seen.image[outside].mean()) if outside.sum() > 100 else np.nan


def grain(seen: Seen) -> float:
    """Return fine noise: the standard deviation of neighbour differences inside, over that of the image inside."""
    differences = np.diff(seen.image, axis=1)[seen.inside[:, 1:] & seen.inside[:, :-1]]
    return float(differences.std() / seen.image[seen.inside].std()) if seen.inside.any() else np.nan


def width(axis: int) -> Callable[[Seen], float]:
    """Return a measure: the contact's height (0) or width (1) in millimetres."""

    def measure(seen: Seen) -> float:
        where = np.nonzero(seen.inside)[axis]
        return float(np.ptp(where) * INCH / seen.dpi) if where.size else np.nan

    return measure


def minutiae_density(seen: Seen) -> float:
    """Return minutiae per square millimetre of contact."""
    area = seen.inside.sum() * seen.pixel
    return seen.minutiae.kind.size / float(area) if area > 5 else np.nan


def endings(seen: Seen) -> float:
    """Return the share of endings among the minutiae."""
    return float((seen.minutiae.kind == ENDING).mean()) if seen.minutiae.kind.size > 4 else np.nan


MEASURES: dict[str, Callable[[Seen], float]] = {
    "contact, mm2": lambda seen: float(seen.inside.sum() * seen.pixel),
    "contact width, mm": width(1),
    "contact height, mm": width(0),
    "background": background,
    "mean": lambda seen: float(seen.image.mean()),
    "contrast inside (sd)": lambda seen: float(seen.image[seen.inside].std()) if seen.inside.any() else np.nan,
    "grey inside, 5 %": grey(0.05),
    "grey inside, 50 %": grey(0.50),
    "grey inside, 95 %": grey(0.95),
    "ridge period, px": lambda seen: float(np.median(seen.periods)) if seen.periods.size else np.nan,
    "period in print (sd)": lambda seen: float(seen.periods.std()) if seen.periods.size else np.nan,
    "ridge share": ridge_share,
    "coherence": coherence,
    "flow at the tip, deg": flow(0, 0.7, 0),
    "flow left, deg": flow(-0.7, 0, 90),
    "flow right, deg": flow(0.7, 0, -90),
    "flow at the base, deg": flow(0, -0.7, 0),
    "power below ridges": share_of_power(0.3, 0.6),
    "power at ridges": share_of_power(0.6, 1.6),
    "power at 2nd harmonic": share_of_power(1.6, 2.6),
    "power above": share_of_power(2.6, 9),
    "grain": grain,
    "minutiae / mm2": minutiae_density,
    "endings (share)": endings,
}


def measure(image: Print, dpi: float) -> list[float]:
    """Return every measure of a print, in the order of `MEASURES`."""
    seen = Seen(image, dpi)
    return [function(seen) for function in MEASURES.values()]
