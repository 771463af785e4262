"""The head as a surface: coordinates of every pixel on it, relief, and illumination."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin

import numpy as np

from restore_face.portrait.canvas import Image, Plane, blend, bump, linear, step
from restore_face.portrait.person import Person, Shot

DEPTH = 0.85
"""Depth of the face in front of the plane of its outline, in head units."""


@dataclass(frozen=True, slots=True)
class View:
    """The coordinates of every pixel in head units, float32 (H, W) each.

    `x`, `y`: in the image plane, upright, 0 between the eyes of a frontal face. `u`, `v`: on the face, rotating with
    it; `side` = |u|. `radius`: 1 on the outline of the head, larger outside. `pixel`: the size of a pixel.
    """

    x: Plane
    y: Plane
    u: Plane
    v: Plane
    side: Plane
    radius: Plane
    pixel: float

    def soft(self, distance: Plane, blur: float = 1.0) -> Plane:
        """Return the coverage of each pixel by positive `distance`, with an edge `blur` pixels wide."""
        share: Plane = np.clip(distance * (1 / (blur * self.pixel)) + 0.5, 0, 1)
        return share

    def band(self, top: float, bottom: float) -> tuple[slice, View]:
        """Return the rows of the image that contain the face between heights `top` and `bottom`, and their view."""
        rows = np.flatnonzero(((self.v > top) & (self.v < bottom)).any(axis=1))
        cut = slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)
        x, y, u, v, side, radius = (plane[cut] for plane in (self.x, self.y, self.u, self.v, self.side, self.radius))
        return cut, View(x, y, u, v, side, radius, self.pixel)


def outline(person: Person, x: Plane, y: Plane, wider: Plane | float = 0.0, taller: float = 0.0) -> Plane:
    """Return the radius of each pixel: 1 on the outline of the head, enlarged by `wider` and `taller`."""
    width = person.width * (1 - person.jaw * step(0.05, 1.05, y)) + wider
    radius: Plane = np.sqrt(np.abs(x / width) ** person.square + np.square(y * (1 / (1 + taller))))
    return radius


def dome(radius: Plane, fall: float = 0.0) -> Plane:
    """Return the height of the ellipsoid of the head, which continues outside its outline with the slope `fall`.

    The slope tilts the normals of pixels on the outline, half of which lie outside, away from the viewer.
    """
    height: Plane = DEPTH * np.sqrt(np.maximum(1 - np.square(radius), 0)) - fall * np.maximum(radius - 1, 0)
    return height


def look(person: Person, shot: Shot, size: tuple[int, int]) -> View:
    """Return the coordinates of the pixels of an image of `size` (H, W) on the head."""
    height, width = size
    unit = shot.scale * min(size)
    rows = (np.arange(height, dtype=np.float32)[:, np.newaxis] + 0.5 - shot.centre[1] * height) / unit
    columns = (np.arange(width, dtype=np.float32) + 0.5 - shot.centre[0] * width) / unit
    x = columns * cos(shot.roll) + rows * sin(shot.roll)
    y = rows * cos(shot.roll) - columns * sin(shot.roll)
    radius = outline(person, x - 0.1 * shot.yaw * step(0, 1, y), y)
    depth = dome(radius)
    u = x * cos(shot.yaw) - depth * sin(shot.yaw)
    v = y * cos(shot.pitch) - depth * sin(shot.pitch)
    return View(x, y, u, v, np.abs(u), radius, 1 / unit)


def nose(person: Person, shot: Shot, view: View) -> tuple[Plane, Plane]:
    """Return the coordinates on the nose, which protrudes and so moves more than the face as it rotates."""
    rise = person.nose_height * np.clip((view.v + 0.05) * (1 / person.nose_length), 0, 1) * step(0.6, 0.4, view.v)
    return view.u - rise * sin(shot.yaw), view.v - 0.6 * rise * sin(shot.pitch)


def relief(person: Person, shot: Shot, view: View) -> Plane:
    """Return the relief of the face above the ellipsoid of the head, in head units."""
    u, v, side = view.u, view.v, view.side
    a, b = nose(person, shot, view)
    tip = person.nose_length - 0.03
    along = np.clip((b + 0.06) * (1 / (tip + 0.06)), 0, 1)
    ridge = 0.25 + 0.75 * along * along
    bridge = np.exp(-np.square(a / ((0.06 + 0.05 * along) * person.nose_width)))
    ridge = ridge * bridge * step(-0.22, 0.05, b) * step(tip + 0.13, tip - 0.02, b) * (0.9 * person.nose_height)
    wing = 0.115 * person.nose_width
    gap, smile = person.eye_gap, max(shot.smile, 0.0)
    mouth = person.mouth_height
    height: Plane = (
        ridge
        + 0.07 * bump(np.abs(a), b, (wing, tip + 0.01), (0.05, 0.055))
        - 0.075 * bump(side, v, (gap - 0.02, -0.01), (0.17, 0.10))
        + 0.030 * bump(side, v, (gap, 0.0), (0.10, 0.06))
        + 0.045 * bump(side, v, (gap - 0.03, -person.brow_height), (0.2, 0.06))
        + (person.cheeks + 0.03 * smile) * bump(side, v, (0.40, 0.24 - 0.03 * smile), (0.19, 0.15))
        - 0.025 * bump(side, v, (0.40, 0.52), (0.13, 0.16))
        + 0.05 * bump(u, v, (0.0, mouth), (0.24, 0.15))
        + 0.06 * bump(u, v, (0.0, 0.88), (0.17, 0.09))
        - 0.035 * bump(u, v, (0.0, mouth + 0.16), (0.15, 0.035))
        - 0.016 * bump(u, v, (0.0, 0.5 * (mouth + person.nose_length)), (0.022, 0.06))
    )
    return height


@dataclass(frozen=True, slots=True)
class Light:
    """The illumination of a surface, float32 (3, H, W), and its specular highlights, float32 (H, W)."""

    colour: Image
    gloss: Plane


def shine(shot: Shot, view: View, height: Plane, *, wrap: tuple[float, float, float], gloss: int) -> Light:
    """Return the illumination of the surface z = `height`.

    Lambertian shading that wraps by `wrap` (red, green, blue) around the terminator, as by subsurface scattering in
    skin, plus ambient light, stronger from above. The highlights are Blinn's, with exponent 2^`gloss`.
    """
    down, across = np.gradient(height)
    nx, ny = across * (-1 / view.pixel), down * (-1 / view.pixel)
    if shot.roll:
        nx, ny = nx * cos(shot.roll) + ny * sin(shot.roll), ny * cos(shot.roll) - nx * sin(shot.roll)
    length = 1 / np.sqrt(nx * nx + ny * ny + 1)
    lx, ly, lz = shot.light
    facing = (nx * lx + ny * ly + lz) * length
    half = np.array((lx, ly, lz + 1))
    hx, hy, hz = (half / np.linalg.norm(half)).tolist()
    mirror = np.maximum((nx * hx + ny * hy + hz) * length, 0)
    around = np.array(wrap, np.float32)[:, np.newaxis, np.newaxis]
    direct = np.maximum((facing + around) * (1 / (1 + around)), 0)
    colour = np.array(shot.light_colour, np.float32)[:, np.newaxis, np.newaxis] * (shot.light_power * direct)
    colour += shot.ambient * (0.8 - 0.3 * ny * length)
    for _ in range(gloss):
        mirror = np.square(mirror)
    return Light(colour, mirror)


def paint_skin(image: Image, person: Person, shot: Shot, view: View, mottle: Plane, fine: Plane) -> None:
    """Paint the shaded skin of the head, with blush, freckles and shaded hollows."""
    v, side = view.v, view.side
    light = shine(shot, view, dome(view.radius, fall=4) + relief(person, shot, view), wrap=(0.35, 0.2, 0.15), gloss=4)
    skin = linear(person.skin) * (1 + 0.05 * mottle + 0.02 * fine)
    blush = 0.5 * bump(side, v, (0.40, 0.27), (0.2, 0.14)) + 0.45 * bump(
        view.u, v, (0.0, person.nose_length), (0.12, 0.1)
    )
    skin[1] *= 1 - 0.22 * blush
    skin[2] *= 1 - 0.22 * blush
    if person.freckles:
        where = bump(side, v, (0.22, 0.24), (0.26, 0.13)) * step(0.9, 1.6, fine)
        skin *= 1 - person.freckles * where * np.array((0.3, 0.42, 0.5), np.float32)[:, np.newaxis, np.newaxis]
    skin *= light.colour
    skin += (0.10 * light.gloss * shot.light_power) * (1 - 0.5 * step(0.4, 0.9, v))
    gap = person.eye_gap
    hollow = (
        0.30 * bump(side, v, (gap - 0.1, -0.04), (0.10, 0.09))
        + 0.16 * bump(side, v, (gap, 0.1), (0.15, 0.05)) * (0.5 + person.age)
        + 0.35 * bump(view.u, v, (0.0, person.nose_length + 0.09), (0.14 * person.nose_width, 0.035))
        + 0.22 * step(0.88, 1.02, view.radius)
    )
    skin *= 1 - np.minimum(hollow, 0.8)
    blend(image, skin, view.soft((1 - view.radius) * 0.8))
