"""Hair in eight styles, behind and in front of the head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from restore_face.portrait.canvas import Image, Plane, blend, darken, line, linear, step
from restore_face.portrait.head import Light, View, dome, outline, shine
from restore_face.portrait.person import Person, Shot


@dataclass(frozen=True, slots=True)
class Style:
    """The shape of a hairstyle, in head units.

    `side`, `top`: thickness, as multiples of the person's volume. `end`: height of the lower end. `forehead`: height of
    the hairline above the eyes, relative to the person's. `round`: exponent of the hairline's descent to the temples.
    `curl`: 0 for straight.
    """

    side: float
    top: float
    end: float
    forehead: float
    round: float
    curl: float


STYLES = {
    "bald": Style(0.05, 0.05, 0.1, 1.75, 2.2, 0.0),
    "short": Style(0.35, 0.9, 0.05, 1.0, 4.0, 0.1),
    "crop": Style(0.12, 0.3, 0.1, 1.05, 5.0, 0.05),
    "fringe": Style(0.7, 1.0, 0.25, 0.5, 7.0, 0.1),
    "bob": Style(1.6, 1.2, 0.75, 0.95, 3.2, 0.1),
    "long": Style(1.5, 1.1, 3.0, 0.95, 3.0, 0.15),
    "curly": Style(1.8, 1.9, 0.65, 0.85, 3.5, 1.0),
    "afro": Style(2.6, 2.8, 0.3, 0.85, 4.0, 1.2),
}


@dataclass(frozen=True, slots=True)
class Locks:
    """Rendered hair: opacities `back` and `front` (H, W) in [0, 1], and the shaded `colour` (3, H, W)."""

    back: Plane
    front: Plane
    colour: Image


def comb(person: Person, shot: Shot, view: View, coarse: Plane, fine: Plane) -> Locks:
    """Return the hair of a person. `coarse` and `fine`: random fields (H, W) of standard deviation 1."""
    style = STYLES[person.hair]
    x, y = view.x, view.y
    ragged = (0.003 + 0.014 * style.curl) * fine + 0.025 * style.curl * coarse
    hangs = style.end > 0.4
    thick = person.volume * style.side * (1 if hangs else step(style.end + 0.1, -0.55, y))
    # Long hair hangs straight down from the widest point of the head, so the outline below keeps that width.
    level = np.minimum(y, 0.0) if hangs else y
    shell = outline(person, x, level, wider=thick + ragged, taller=person.volume * style.top * 0.8)
    outer = view.soft((1 - shell) * 0.75, 2.0)
    if hangs:
        outer = outer * step(style.end + 0.12, style.end - 0.05, y + 0.05 * coarse + 0.15 * np.square(x))

    line_height = -person.hairline * style.forehead + 0.05 * person.age * line(view.side - 0.33, 0.12)
    rise = np.clip(view.side / (person.width * 0.93), 0, 1.2) ** style.round
    sweep = (
        0.1 * np.sin((view.u - person.part) * 3.0) if style.forehead > 0.8 else 0.025 * np.sin(view.u * 38 + 3 * coarse)
    )
    limit = line_height + (0.06 - line_height) * rise + sweep * step(0.6, 0.2, view.side) + 0.5 * ragged
    above = view.soft(limit - view.v, 2.5) if person.hair != "bald" else step(-0.12, 0.12, limit - view.v)
    if hangs:
        inner = person.width * (0.9 + 0.05 * np.sin(y * 4 + person.strands[1])) + 0.04 * coarse
        above = np.maximum(above, view.soft(np.abs(x) - inner, 3.0) * step(-0.6, -0.1, y))
    front = outer * above * (step(style.end, style.end - 0.12, y) if not hangs else 1)
    if person.hair == "bald":
        front *= 0.75

    # Strands fan out from the parting: a sum of waves across them, bent by the coarse field.
    fan = (x - 0.4 * person.part) / (np.maximum(y + 1.5, 0.2) ** (0.8 if not hangs else 0.35))
    bend = (0.5 + 2.5 * style.curl) * coarse
    waves = [np.sin(fan * f + p + bend) for f, p in zip((9.0, 17.0, 31.0, 53.0), person.strands[2:6], strict=True)]
    strands = 0.3 * waves[0] + 0.25 * waves[1] + 0.25 * waves[2] + 0.2 * waves[3]
    texture = (1 - min(style.curl, 0.8)) * strands + (0.06 + 0.4 * min(style.curl, 1.0)) * fine
    height = dome(shell, fall=4) + 0.008 * texture
    light = shine(shot, view, height, wrap=(0.3, 0.3, 0.3), gloss=2)
    return Locks(outer, front, _colour(person, light, texture, y, style))


def _colour(person: Person, light: Light, texture: Plane, y: Plane, style: Style) -> Image:
    base = linear(person.hair_colour)
    band = line(y + 0.72 - 0.09 * texture, 0.16) * (1 - 0.7 * min(style.curl, 1.0))
    # Strands of fair hair have less contrast, since it is translucent.
    contrast = 0.6 - 0.38 * float(base.mean())
    colour: Image = base * light.colour * np.maximum(0.95 + contrast * texture, 0.15)
    colour += (0.10 * band + 0.04 * light.gloss) * (np.sqrt(base) * 0.7 + 0.15) * np.maximum(1 + texture, 0)
    return colour


def paint_back(image: Image, person: Person, locks: Locks) -> None:
    """Paint the hair visible behind neck and ears."""
    if STYLES[person.hair].end > 0.4:
        blend(image, 0.45 * locks.colour, locks.back)


def paint_front(image: Image, view: View, locks: Locks) -> None:
    """Paint the hair in front of the head, with its shadow on the forehead."""
    shadow = np.zeros_like(locks.front)
    drop = max(round(0.05 / view.pixel), 1)
    shadow[drop:] = locks.front[:-drop]
    darken(image, 0.3 * shadow * (1 - locks.front) * view.soft(1 - view.radius))
    blend(image, locks.colour, locks.front)
