"""Eyes, brows, nostrils, mouth and beard, painted on the head."""

from __future__ import annotations

import numpy as np

from restore_face.portrait.canvas import Image, Plane, blend, bump, darken, line, linear, step
from restore_face.portrait.head import View, nose
from restore_face.portrait.person import Person, Shot


def paint_eyes(image: Image, person: Person, shot: Shot, view: View, light: Plane) -> None:
    """Paint both eyes: sclera, iris, pupil, highlight, lids, lashes. `light`: illumination (H, W)."""
    sign = np.sign(view.u)
    out = view.side - person.eye_gap
    down = view.v + person.eye_tilt * out
    width = person.eye_size
    t = np.clip(out * (1 / width), -1.15, 1.15)
    arc = np.maximum(1 - t * t, 0)
    # The apex of the upper lid lies towards the nose, that of the lower one away from it.
    upper = -0.56 * width * shot.lids * arc**0.75 * (1 - 0.15 * t)
    lower = 0.3 * width * (1 - 0.15 * max(shot.smile, 0.0)) * arc**0.8 * (1 + 0.2 * t)
    within = width - np.abs(out)
    opening = view.soft(np.minimum(np.minimum(down - upper, lower - down), within), 1.2)

    white = linear((0.93, 0.91, 0.89)) * (light * (1 - 0.35 * np.abs(t) ** 3))
    blend(image, white, opening)
    radius = 0.47 * width
    across, along = out - sign * shot.gaze[0], view.v - shot.gaze[1] + 0.12 * width
    r = np.sqrt(across * across + along * along) * (1 / radius)
    rays = 1 + 0.18 * np.sin(np.arctan2(along, across) * 9 + person.strands[0])
    iris = linear(person.iris) * (light * (0.75 + 0.6 * r * rays) * step(1.08, 0.75, r))
    blend(image, iris, opening * view.soft((1 - r) * radius, 1.3))
    blend(image, linear((0.06, 0.06, 0.06)), opening * view.soft((0.43 - r) * radius, 1.3))
    # The shadow of the upper lid on the eyeball.
    darken(image, 0.55 * opening * step(0.3 * width, 0.0, down - upper))
    glint = np.hypot(sign * across - 0.3 * radius * shot.light[0], along - 0.35 * radius * shot.light[1])
    blend(image, linear((1.0, 1.0, 1.0)), 0.9 * opening * view.soft(0.17 * radius - glint, 1.5))

    lid = step(1.12, 0.95, np.abs(t))
    darken(image, 0.85 * lid * line(down - upper + 0.006, 0.018))
    darken(image, 0.35 * lid * line(down - lower, 0.012))
    darken(image, 0.35 * lid * line(down - upper + 0.05, 0.014))
    darken(image, (0.12 + 0.12 * person.age) * lid * line(down - lower - 0.055, 0.02))
    corner = bump(out, down, (-width * 0.98, 0.005), (0.018, 0.015))
    blend(image, linear((0.75, 0.42, 0.4)) * light, 0.6 * corner)


def paint_brows(image: Image, person: Person, shot: Shot, view: View, fine: Plane) -> None:
    """Paint both eyebrows as arcs of short hair."""
    t = (view.side - person.eye_gap - 0.02) * (1 / 0.2)
    arc = -person.brow_height - shot.brows - person.brow_arch * (1 - np.square(t - 0.25)) + 0.015 * t
    thick = person.brow_thickness * np.sqrt(np.maximum(1 - np.square((t + 0.1) / 1.15), 0)) * (1.1 - 0.35 * t)
    hair = np.clip(1 - np.square((view.v - arc) / (thick + 0.01)), 0, 1) * step(1.1, 0.85, np.abs(t))
    comb = 0.9 + 0.1 * np.sin(view.side * 75 + view.v * 50 + 2 * fine)
    colour = linear(person.hair_colour) * 0.6 + 0.25 * linear(person.skin) * linear(person.hair_colour)
    blend(image, colour, 0.85 * hair * comb)


def paint_nostrils(image: Image, person: Person, shot: Shot, view: View) -> None:
    """Paint the nostrils and the creases around the wings of the nose."""
    a, b = nose(person, shot, view)
    low, wide = person.nose_length + 0.025, person.nose_width
    darken(image, 0.75 * bump(np.abs(a), b, (0.062 * wide, low), (0.036 * wide, 0.017)))
    ring = np.hypot((np.abs(a) - 0.105 * wide) / 0.06, (b - low + 0.035) / 0.065)
    darken(image, 0.22 * line(ring - 1, 0.25) * step(0.1 * wide, 0.14 * wide, np.abs(a)))


def paint_mouth(image: Image, person: Person, shot: Shot, view: View, light: Plane) -> None:
    """Paint lips, the line between them, teeth of an open mouth, and smile lines."""
    u, v = view.u, view.v
    smile = shot.smile
    width = person.mouth_width * (1 + 0.18 * max(smile, 0.0))
    t = np.clip(u * (1 / width), -1.1, 1.1)
    arc = np.maximum(1 - t * t, 0)
    mid = person.mouth_height + 0.02 - 0.1 * smile * t * t - 0.012 * line(t, 0.25)
    gap = shot.mouth_open * arc**0.7
    top, bottom = mid - 0.35 * gap, mid + 0.65 * gap
    thin = 1 - 0.25 * max(smile, 0.0)
    crest = top - thin * person.lip_thickness * arc**0.8 * (
        0.85 + 0.25 * line(np.abs(t) - 0.22, 0.2) - 0.3 * line(t, 0.1)
    )
    trough = bottom + 1.25 * thin * person.lip_thickness * arc**0.65
    inside = width - np.abs(u)

    lips = view.soft(np.minimum(np.minimum(v - crest, trough - v), inside), 2.0)
    upper = step(0.5 * person.lip_thickness, 0.0, v - top)
    sheen = line(v - bottom - 0.5 * person.lip_thickness, 0.35 * person.lip_thickness) * line(t, 0.5)
    blend(image, linear(person.lips) * (light * (1.0 - 0.25 * upper) + 0.18 * sheen * light), 0.9 * lips)
    if shot.mouth_open > 0.0:
        cavity = view.soft(np.minimum(np.minimum(v - top, bottom - v), inside), 1.3)
        blend(image, linear((0.2, 0.05, 0.05)) * light, cavity)
        row = 0.72 + 0.06 * np.square(np.sin(u * (3.1416 / 0.062)))
        teeth = view.soft(np.minimum(v - top, top + row * 0.075 - v), 1.5) * step(0.95, 0.6, np.abs(t))
        blend(image, linear((0.93, 0.9, 0.84)) * (light * (1 - 0.5 * np.square(t))), cavity * teeth)
    shut = 1.0 if shot.mouth_open == 0 else 0.45
    darken(image, 0.7 * shut * line(v - mid, 0.013) * step(1.02, 0.9, np.abs(t)))
    darken(image, 0.3 * bump(view.side, v, (width * 1.02, person.mouth_height + 0.02 - 0.1 * smile), (0.03, 0.03)))
    fold = view.side - 0.16 - 0.24 * np.clip((v - person.nose_length + 0.05) * 2.6, 0, 1) ** 1.3
    deep = 0.08 + 0.16 * max(smile, 0.0) + 0.12 * person.age
    reach = step(person.nose_length - 0.1, person.nose_length + 0.06, v) * step(0.68, 0.52, v)
    darken(image, deep * line(fold, 0.03) * reach)


def paint_beard(image: Image, person: Person, view: View, light: Plane, fine: Plane) -> None:
    """Paint beard and moustache, from stubble to full, around the lips."""
    if not person.beard and not person.moustache:
        return
    u, v, side = view.u, view.v, view.side
    mouth = person.mouth_height
    cheek = step(-0.07, 0.07, v - 0.62 + 0.85 * np.square(side) + 0.015 * fine)
    lips = np.hypot(u / (person.mouth_width * 1.1), (v - mouth - 0.03) / 0.12)
    beard = person.beard * cheek * step(0.85, 1.15, lips)
    lip = np.hypot(u / (person.mouth_width * 1.15), (v - mouth + 0.065 + 0.25 * np.square(u)) / 0.065)
    moustache = person.moustache * step(1.1, 0.75, lip) * (1 - 0.4 * line(u, 0.025))
    cover = np.maximum(beard, moustache) * (0.88 + 0.07 * fine.clip(-1, 1)) * 0.95
    colour = linear(person.hair_colour) * ((1.1 + 0.22 * fine.clip(-2, 2)) * light)
    blend(image, np.maximum(colour, 0.002), cover * view.soft(1.0 - view.radius))
