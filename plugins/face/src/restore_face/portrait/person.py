"""The parameters of a synthetic portrait: the person, and the shot.

Lengths are in head units: 1 is half the height of the head from chin to crown; x points right, y down, z towards the
viewer. Colours are sRGB in [0, 1]. The ranges were chosen by eye; proportions follow the drawing rule that the eyes lie
halfway between crown and chin and that a head is five eyes wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

Colour: TypeAlias = tuple[float, float, float]
Hair: TypeAlias = Literal["bald", "short", "crop", "fringe", "bob", "long", "curly", "afro"]

SKIN = (
    (0.95, 0.80, 0.71),
    (0.92, 0.73, 0.61),
    (0.85, 0.64, 0.50),
    (0.73, 0.52, 0.38),
    (0.58, 0.39, 0.28),
    (0.44, 0.29, 0.22),
)
DARK_HAIR = ((0.07, 0.06, 0.06), (0.16, 0.10, 0.08), (0.27, 0.17, 0.11))
FAIR_HAIR = ((0.36, 0.22, 0.13), (0.50, 0.22, 0.12), (0.70, 0.53, 0.31), (0.86, 0.73, 0.50))
GREY_HAIR = ((0.50, 0.49, 0.48), (0.80, 0.79, 0.77))
BROWN_EYES = ((0.22, 0.12, 0.07), (0.36, 0.21, 0.11))
LIGHT_EYES = ((0.45, 0.36, 0.18), (0.34, 0.45, 0.28), (0.33, 0.52, 0.68), (0.48, 0.56, 0.60))
HAIR: tuple[Hair, ...] = ("bald", "short", "crop", "fringe", "bob", "long", "curly", "afro")
HAIR_SHARE = (0.06, 0.18, 0.16, 0.12, 0.12, 0.17, 0.12, 0.07)


@dataclass(frozen=True, slots=True)
class Person:
    """The parameters shared by all images of a person."""

    skin: Colour
    lips: Colour
    iris: Colour
    hair_colour: Colour
    hair: Hair
    hairline: float
    part: float
    volume: float
    strands: tuple[float, ...]
    width: float
    jaw: float
    square: float
    eye_gap: float
    eye_size: float
    eye_tilt: float
    brow_height: float
    brow_arch: float
    brow_thickness: float
    nose_length: float
    nose_width: float
    nose_height: float
    mouth_height: float
    mouth_width: float
    lip_thickness: float
    cheeks: float
    age: float
    freckles: float
    beard: float
    moustache: float
    glasses: float
    frame: Colour


@dataclass(frozen=True, slots=True)
class Shot:
    """The parameters that vary between images of a person."""

    centre: tuple[float, float]
    scale: float
    roll: float
    yaw: float
    pitch: float
    gaze: tuple[float, float]
    lids: float
    brows: float
    smile: float
    mouth_open: float
    light: tuple[float, float, float]
    light_colour: Colour
    light_power: float
    ambient: float
    backdrop: tuple[Colour, Colour, Colour]
    clothes: Colour
    collar: float
    grain: float


def draw_person(rng: np.random.Generator) -> Person:
    """Return a random person."""
    tone = _between(rng, 0, 1) ** 1.3 * (len(SKIN) - 1)
    tan = _shift(rng, _along(SKIN, tone), 0.025)
    bearded, adult = rng.random() < 0.5, _between(rng, 0, 1) ** 1.5
    grey = adult > 0.7
    if grey and rng.random() < 0.7:
        hair_colour = _along(GREY_HAIR, _between(rng, 0, 1))
    elif tone > 2.2 or rng.random() < 0.4:
        hair_colour = _along(DARK_HAIR, _between(rng, 0, 2))
    else:
        hair_colour = _along(FAIR_HAIR, _between(rng, 0, 3))
    iris = _along(BROWN_EYES, _between(rng, 0, 1)) if tone > 2.2 or rng.random() < 0.4 else _pick(rng, LIGHT_EYES)
    hair = HAIR[int(rng.choice(len(HAIR), p=HAIR_SHARE))]
    if bearded and hair in ("bob", "long"):
        hair = "short"
    if not bearded and hair == "bald":
        hair = "bob"
    full = rng.random() < 0.5
    return Person(
        skin=tan,
        lips=_lips(rng, tan, painted=not bearded and rng.random() < 0.5),
        iris=_shift(rng, iris, 0.03),
        hair_colour=_shift(rng, hair_colour, 0.02),
        hair=hair,
        hairline=_between(rng, 0.5, 0.66) + (0.1 * adult if bearded else 0),
        part=_between(rng, -0.45, 0.45),
        volume=_between(rng, 0.06, 0.16),
        strands=tuple(rng.uniform(0, 6.28, 8).tolist()),
        width=_between(rng, 0.68, 0.76),
        jaw=_between(rng, 0.2, 0.38) - (0.08 if bearded else 0),
        square=_between(rng, 2.0, 2.5),
        eye_gap=_between(rng, 0.275, 0.32),
        eye_size=_between(rng, 0.145, 0.175),
        eye_tilt=_between(rng, -0.12, 0.16),
        brow_height=_between(rng, 0.16, 0.22),
        brow_arch=_between(rng, 0.02, 0.07),
        brow_thickness=_between(rng, 0.018, 0.03) + (0.01 if bearded else 0),
        nose_length=_between(rng, 0.33, 0.42),
        nose_width=_between(rng, 0.8, 1.3),
        nose_height=_between(rng, 0.14, 0.24),
        mouth_height=_between(rng, 0.58, 0.64),
        mouth_width=_between(rng, 0.21, 0.27),
        lip_thickness=_between(rng, 0.035, 0.07),
        cheeks=_between(rng, 0.02, 0.07),
        age=adult,
        freckles=_between(rng, 0.3, 1) if tone < 1.6 and rng.random() < 0.25 else 0.0,
        beard=_between(rng, 0.3, 1) if bearded and full else 0.0,
        moustache=_between(rng, 0.6, 1) if bearded and (full or rng.random() < 0.2) else 0.0,
        glasses=_between(rng, 0.5, 1) if rng.random() < 0.22 else 0.0,
        frame=_pick(
            rng, ((0.05, 0.05, 0.06), (0.25, 0.13, 0.07), (0.45, 0.45, 0.47), (0.45, 0.08, 0.1), (0.1, 0.15, 0.35))
        ),
    )


def draw_shot(rng: np.random.Generator) -> Shot:
    """Return a random shot."""
    azimuth, elevation = _between(rng, -1.1, 1.1), _between(rng, 0.0, 0.9)
    warmth = _between(rng, -0.08, 0.12)
    smile = _between(rng, -0.12, 1)
    hue = _colour(rng)
    return Shot(
        centre=(_between(rng, 0.47, 0.53), _between(rng, 0.45, 0.49)),
        scale=_between(rng, 0.36, 0.4),
        roll=_normal(rng, 0.05),
        yaw=_normal(rng, 0.17, limit=0.4),
        pitch=_normal(rng, 0.08, limit=0.2),
        gaze=(_normal(rng, 0.015, limit=0.035), _normal(rng, 0.008, limit=0.02)),
        lids=_between(rng, 0.75, 1.1) - 0.12 * max(smile, 0),
        brows=_normal(rng, 0.015, limit=0.035),
        smile=smile,
        mouth_open=max(0.0, _between(rng, -0.06, 0.085)) * min(max(3 * smile, 0.0), 1.0),
        light=(
            float(np.sin(azimuth) * np.cos(elevation)),
            float(-np.sin(elevation)),
            float(np.cos(azimuth) * np.cos(elevation)),
        ),
        light_colour=(1 + warmth, 1.0, 1 - warmth),
        light_power=_between(rng, 0.75, 1.15),
        ambient=_between(rng, 0.22, 0.46),
        backdrop=(hue, _shift(rng, hue, 0.2), _shift(rng, hue, 0.2)),
        clothes=_colour(rng),
        collar=_between(rng, 0, 1),
        grain=_between(rng, 0.002, 0.01),
    )


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _normal(rng: np.random.Generator, sigma: float, limit: float = 0.15) -> float:
    return float(np.clip(rng.normal(0, sigma), -limit, limit))


def _pick(rng: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    return colours[int(rng.integers(len(colours)))]


def _along(colours: tuple[Colour, ...], place: float) -> Colour:
    """Return the colour interpolated at `place` along `colours`, 0 the first, 1 the second."""
    low = min(int(place), len(colours) - 2)
    share = place - low
    a, b = colours[low], colours[low + 1]
    return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2]))


def _shift(rng: np.random.Generator, colour: Colour, spread: float) -> Colour:
    """Return a random colour near `colour`: varied mainly in lightness, slightly in hue."""
    bright = _between(rng, -spread, spread)
    r, g, b = (min(max(c + bright + _between(rng, -spread, spread) / 3, 0.02), 0.98) for c in colour)
    return (r, g, b)


def _colour(rng: np.random.Generator) -> Colour:
    """Return a random colour of any brightness, mostly muted."""
    bright, vivid = _between(rng, 0.12, 0.9), _between(rng, 0, 0.5) ** 1.5
    r, g, b = (min(max(bright + vivid * _between(rng, -0.6, 0.6), 0.03), 0.97) for _ in range(3))
    return (r, g, b)


def _lips(rng: np.random.Generator, skin: Colour, *, painted: bool) -> Colour:
    """Return the colour of the lips: a redder skin colour, or lipstick."""
    red, strength = (0.72, 0.16, 0.22), _between(rng, 0.35, 0.75) if painted else _between(rng, 0.15, 0.32)
    r, g, b = (c * (1 - strength) + t * strength for c, t in zip(skin, red, strict=True))
    return (r * 0.95, g * 0.9, b * 0.92)
