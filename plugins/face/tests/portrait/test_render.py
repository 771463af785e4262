"""A portrait reflects the parameters of its person and its shot."""

from dataclasses import replace

import numpy as np
import pytest

from restore_face.portrait.person import HAIR, draw_person, draw_shot
from restore_face.portrait.render import render

SIZE = (128, 128)


@pytest.fixture
def person():
    drawn = draw_person(np.random.default_rng(3))
    return replace(drawn, hair="crop", glasses=0.0, beard=0.0, moustache=0.0, freckles=0.0, skin=(0.85, 0.64, 0.5))


@pytest.fixture
def shot():
    drawn = draw_shot(np.random.default_rng(3))
    return replace(
        drawn,
        centre=(0.5, 0.47),
        scale=0.38,
        roll=0.0,
        yaw=0.0,
        pitch=0.0,
        gaze=(0.0, 0.0),
        smile=0.3,
        mouth_open=0.0,
        light=(0.0, -0.3, 0.95),
        grain=0.0,
    )


def draw(person, shot, size=SIZE):
    return render(person, shot, size, np.random.default_rng(0))


def at(image, shot, u, v, reach=2):
    """Return the mean brightness near a point of a frontal face, in head units."""
    unit = shot.scale * min(image.shape[:2])
    column, row = shot.centre[0] * image.shape[1] + u * unit, shot.centre[1] * image.shape[0] + v * unit
    rows, columns = slice(int(row) - reach, int(row) + reach + 1), slice(int(column) - reach, int(column) + reach + 1)
    return float(image[rows, columns].mean())


def test_eyes_are_darker_than_cheeks_and_forehead_on_both_sides(person, shot):
    image = draw(person, shot)
    for side in (-1, 1):
        eye = at(image, shot, side * person.eye_gap, 0.0, reach=1)
        assert eye < at(image, shot, side * 0.4, 0.3) - 0.15
        assert eye < at(image, shot, side * 0.2, -0.35) - 0.15


def test_a_light_from_the_left_lights_the_left_cheek(person, shot):
    left = draw(person, replace(shot, light=(-0.8, -0.2, 0.56)))
    right = draw(person, replace(shot, light=(0.8, -0.2, 0.56)))
    assert at(left, shot, -0.45, 0.3) > at(left, shot, 0.45, 0.3) + 0.1
    assert at(right, shot, 0.45, 0.3) > at(right, shot, -0.45, 0.3) + 0.1


def test_the_eyes_move_with_a_rotated_head(person, shot):
    straight, turned = draw(person, shot), draw(person, replace(shot, yaw=0.3))
    assert at(straight, shot, person.eye_gap, 0.0, 1) < at(turned, shot, person.eye_gap, 0.0, 1) - 0.05


def test_skin_has_its_colour(person, shot):
    for skin in ((0.95, 0.8, 0.71), (0.44, 0.29, 0.22)):
        image = draw(replace(person, skin=skin), replace(shot, light_colour=(1.0, 1.0, 1.0)))
        cheek = image[70:74, 74:78].mean(axis=(0, 1))
        assert cheek / cheek[0] == pytest.approx(np.array(skin) / skin[0], abs=0.15)


@pytest.mark.parametrize("change", [{"glasses": 0.8}, {"beard": 0.9}, {"moustache": 0.9}, {"freckles": 1.0}])
def test_every_attribute_of_a_person_is_visible(person, shot, change):
    assert np.abs(draw(person, shot) - draw(replace(person, **change), shot)).max() > 0.1


def test_every_hairstyle_looks_different(person, shot):
    images = [draw(replace(person, hair=hair), shot) for hair in HAIR]
    for i, one in enumerate(images):
        assert all(np.abs(one - other).mean() > 0.005 for other in images[:i])


@pytest.mark.parametrize("change", [{"smile": 1.0}, {"mouth_open": 0.08}, {"lids": 0.75}, {"brows": 0.03}])
def test_expression_changes_only_the_face(person, shot, change):
    changed = np.abs(draw(person, shot) - draw(person, replace(shot, **change))).max(axis=2)
    assert changed.max() > 0.08
    assert changed[:10].max() == changed[118:].max() == 0


@pytest.mark.parametrize("hair", HAIR)
def test_edges_are_smooth(person, shot, hair):
    # A shift by a tenth of a pixel changes no pixel much, as it would at a hard edge.
    one, other = (
        draw(replace(person, hair=hair, glasses=0.7), replace(shot, centre=(0.5 + shift, 0.47)))
        for shift in (0, 0.1 / 128)
    )
    assert np.abs(one - other).max() < 0.12


def test_a_larger_image_shows_the_same(person, shot):
    small, large = draw(person, shot, (64, 64)), draw(person, shot)
    halved = large.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    assert np.corrcoef(small.ravel(), halved.ravel())[0, 1] > 0.98
