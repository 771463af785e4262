"""The surroundings of the face: backdrop, neck and ears, clothes, glasses."""

from __future__ import annotations

from math import cos, sin

import numpy as np

from restore_face.portrait.canvas import Grain, Image, Plane, blend, darken, line, linear, step
from restore_face.portrait.head import View
from restore_face.portrait.person import Person, Shot


def paint_backdrop(shot: Shot, view: View, grain: Grain) -> Image:
    """Return a new image: a blurred wall in three colours, brighter on the side of the light."""
    first, second, third = (linear(colour) for colour in shot.backdrop)
    share: Plane = step(-1.6, 1.6, grain.field(1.5))
    image: Image = first + share * (second - first)
    blend(image, third, 0.6 * step(-0.4, 2.0, grain.field(3.5)))
    image *= np.maximum(0.85 + 0.2 * shot.light[0] * view.x - 0.12 * view.y, 0.2) * (0.6 + 0.4 * shot.light_power)
    return image


def paint_neck(image: Image, person: Person, shot: Shot, view: View) -> None:
    """Paint the neck in the shadow of the chin."""
    x, y = view.x - 0.12 * shot.yaw, view.y
    half = (
        person.width * (0.6 - 0.3 * person.jaw) + 0.35 * np.square(np.maximum(y - 0.95, 0)) + 0.05 * step(0.9, 0.6, y)
    )
    side = np.clip(x / half, -1, 1)
    facing = side * shot.light[0] + np.sqrt(1 - side * side) * shot.light[2]
    light = shot.ambient * 0.8 + 0.75 * shot.light_power * np.clip((facing + 0.25) * 0.8, 0, None)
    shadow = step(1.4 + 0.2 * shot.light[0] * x, 1.02, view.radius)
    colour = linear(person.skin) * (light * (1 - 0.68 * shadow))
    cords = line(np.abs(x) - 0.25 + 0.16 * (y - 0.9), 0.05)
    blend(image, colour * (1 - 0.08 * cords), view.soft(half - np.abs(x), 1.5) * step(0.3, 0.5, y))


def paint_ears(image: Image, person: Person, shot: Shot, view: View) -> None:
    """Paint both ears, which rotate with the head."""
    for sign in (-1, 1):
        at = sign * person.width * 1.0 * cos(shot.yaw) - 0.22 * sin(shot.yaw)
        across, down = (view.x - at) * (1 / 0.085), (view.y - 0.13) * (1 / 0.185)
        r = np.sqrt(np.square(across - 0.25 * sign * -down) + down * down)
        light = shot.ambient * 0.9 + 0.7 * shot.light_power * max(
            0.25 + 0.75 * (sign * shot.light[0] * 0.6 + shot.light[2] * 0.6), 0.1
        )
        colour = linear(person.skin) * np.array((1.0, 0.85, 0.82), np.float32)[:, np.newaxis, np.newaxis] * light
        blend(image, colour * (1 - 0.45 * line(r - 0.6, 0.22)), view.soft((1 - r) * 0.085, 1.3))


def paint_clothes(image: Image, person: Person, shot: Shot, view: View, coarse: Plane) -> None:
    """Paint the shoulders, with a round, a pointed or an open collar."""
    x, y = view.x, view.y
    shoulder = 1.12 + 0.22 * np.abs(x) ** 1.6
    neck = np.abs(x) / (person.width * 0.66)
    if shot.collar < 0.45:
        opening = 1.3 - 0.2 * neck**2.5
    elif shot.collar < 0.75:
        opening = 1.52 - 0.42 * neck
    else:
        opening = 1.24 - 0.12 * neck**3
    body = np.minimum(y - shoulder, np.where(neck < 1.25, y - opening, 1))
    cover = view.soft(body, 1.5)
    facing = 0.55 + 0.3 * np.clip(x * shot.light[0], -1, 1) + 0.25 * shot.light[2]
    light = shot.ambient + 0.75 * shot.light_power * facing
    cloth = linear(shot.clothes) * (light * (1 + 0.12 * coarse))
    if shot.collar >= 0.75:
        cloth = cloth * (1 + 0.5 * line(y - opening - 0.09 - 0.03 * neck, 0.02) * step(1.3, 1.1, neck))
    darken(image, 0.35 * step(0.12, 0.0, -body) * step(1.2, 0.9, neck))
    blend(image, cloth, cover)


def paint_glasses(image: Image, person: Person, shot: Shot, view: View) -> None:
    """Paint the frame of glasses, their shadow and a faint glare."""
    if not person.glasses:
        return
    corner = 2.2 + 3 * person.glasses
    wide, high = 0.225, 0.155 + 0.03 * person.strands[6] / 6.28
    # Glasses sit in front of the face, so they move slightly more than the skin behind them.
    u, v = view.u - 0.06 * sin(shot.yaw), view.v - 0.03 * sin(shot.pitch) - 0.03
    side = np.abs(u)
    across, down = (side - person.eye_gap - 0.015) * (1 / wide), v * (1 / high)
    q = (np.abs(across) ** corner + np.abs(down) ** corner) ** (1 / corner)
    ring = np.abs(q - 1) * high
    thin = 0.012 + 0.016 * (person.strands[7] / 6.28)
    bridge = np.abs(v + 0.03 - 0.3 * np.square(side)) + 10 * np.maximum(side - person.eye_gap + wide - 0.01, 0)
    temple = np.abs(v + 0.05) + 10 * np.maximum(person.eye_gap + wide - side, 0)
    shape = np.minimum(np.minimum(ring, bridge), temple)
    face = view.soft(1.02 - view.radius, 1.5)
    darken(image, 0.16 * face * line(shape - 0.02, 0.03))
    glare = step(0.75, 1.0, np.sin(4 * across * wide * 3 + 3 * v + 5 * shot.light[0])) * view.soft((0.95 - q) * high)
    blend(image, linear((1.0, 1.0, 1.0)), 0.07 * glare)
    blend(image, linear(person.frame) * (shot.ambient + 0.8 * shot.light_power), face * view.soft(thin - shape, 1.2))
