"""Crops are found to the pixel, and can be undone."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_fingerprint.datasets.crop import Crop, find_crop
from restore_fingerprint.datasets.socofing import socofing

side = st.integers(1, 30)


@st.composite
def crops(draw):
    height, width = draw(side), draw(side)
    top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
    return Crop(top, left, draw(st.integers(1, height - top)), draw(st.integers(1, width - left)), (height, width))


@given(crops(), st.sampled_from([(), (1,), (3,)]))
def test_a_part_is_put_back_where_it_was(crop, channels):
    image = np.random.default_rng(0).random((*crop.of, *channels), np.float32)
    before = image.copy()
    part = crop.cut(image)
    assert part.shape[:2] == (crop.height, crop.width)
    assert np.array_equal(crop.put_back(part, image), image)
    put = crop.put_back(np.full_like(part, 2), image)
    assert (put == 2).sum() == part.size
    assert np.array_equal(crop.put_back(crop.cut(image), put), image)
    assert np.array_equal(image, before)
    assert Crop.from_json(json.loads(json.dumps(crop.to_json()))) == crop


@given(st.data())
def test_a_crop_of_a_crop(data):
    outer = data.draw(crops())
    top, left = data.draw(st.integers(0, outer.height - 1)), data.draw(st.integers(0, outer.width - 1))
    inner = Crop(top, left, outer.height - top, outer.width - left, (outer.height, outer.width))
    image = np.random.default_rng(0).random(outer.of)
    assert np.array_equal(outer.inside(inner).cut(image), inner.cut(outer.cut(image)))


@pytest.mark.parametrize("box", [(0, 0, 0, 1), (0, 0, 1, 0), (-1, 0, 2, 2), (3, 0, 2, 2), (0, 3, 2, 2), (0, 0, 5, 1)])
def test_a_crop_lies_inside_its_image(box):
    with pytest.raises(ValueError, match=r"of=\(4, 4\)"):
        Crop(*box, of=(4, 4))


def test_other_sizes_are_refused():
    crop = Crop(1, 1, 2, 2, (4, 4))
    with pytest.raises(ValueError, match=re.escape(f"(4, 5) does not fit {crop}")):
        crop.cut(np.zeros((4, 5)))
    with pytest.raises(ValueError, match=re.escape(f"(2, 3) does not fit {crop}")):
        crop.put_back(np.zeros((2, 3)), np.zeros((4, 4)))
    with pytest.raises(ValueError, match=re.escape(str(Crop.whole((4, 4))))):
        crop.inside(Crop.whole((4, 4)))


def as_image(image):
    return (image / np.float32(255)).astype(np.float32)[..., None]


def test_a_frame_is_found_to_the_line_and_blank_background_is_kept(drawn):
    inside = drawn.ridges("a", (97, 90))
    assert (inside[:3] == 255).all()  # the background reaches the frame
    crop = find_crop(as_image(drawn.framed(inside)), "frame")
    assert crop == Crop(2, 2, 97, 90, (103, 96))


@pytest.mark.parametrize(("top", "bottom", "left", "right"), [(0, 0, 0, 0), (7, 0, 0, 1), (0, 30, 12, 40)])
def test_frames_of_any_width(drawn, top, bottom, left, right):
    inside = drawn.ridges("b", (60, 50))
    image = np.pad(inside, ((top, bottom), (left, right)), constant_values=40)
    assert find_crop(as_image(image), "frame") == Crop(top, left, 60, 50, image.shape)


def test_a_frame_with_compression_noise(drawn):
    image = drawn.framed(drawn.ridges("c", (97, 90))).astype(int)
    noise = np.random.default_rng(0).integers(-13, 14, image.shape)
    frame = np.ones(image.shape, bool)
    frame[2:99, 2:92] = False
    image = np.where(frame, image + noise, image).clip(0, 255)
    assert find_crop(as_image(image), "frame") == Crop(2, 2, 97, 90, (103, 96))


def test_transparent_lines_belong_to_the_frame_whatever_their_grey_value(drawn):
    inside = drawn.ridges("d", (60, 50))
    alpha = np.pad(np.full(inside.shape, 255), ((3, 5), (0, 9)))
    image = np.dstack([np.pad(inside, ((3, 5), (0, 9)), constant_values=255), alpha]) / np.float32(255)
    assert find_crop(image.astype(np.float32), "frame") == Crop(3, 0, 60, 50, (68, 59))


@pytest.mark.parametrize("value", [0, 0.5, 1])
def test_a_constant_image_is_kept_whole(value):
    image = np.full((20, 30, 1), value, np.float32)
    for what in ("none", "frame", "blank"):
        assert find_crop(image, what) == Crop.whole((20, 30))
    hidden = np.dstack([image, np.zeros_like(image)])
    assert find_crop(hidden, "frame") == Crop.whole((20, 30))


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (2, 2), (40, 3)])
@pytest.mark.parametrize("what", ["none", "frame", "blank"])
def test_the_smallest_images(shape, what):
    image = np.random.default_rng(0).random((*shape, 1), np.float32)
    assert find_crop(image, what).of == shape


@pytest.mark.parametrize("period", [3.2, 9])
def test_blank_background_is_cropped_to_the_print(drawn, period):
    print_ = drawn.ridges("e", (90, 80), period)[8:82, 8:72]
    image = np.full((200, 160), 250, np.uint8)
    image[50:124, 40:104] = print_
    crop = find_crop(as_image(image), "blank")
    reach = 3 * period  # the smoothing of the segmentation, and a margin of one ridge
    assert abs(crop.top - 50) <= reach
    assert abs(crop.top + crop.height - 124) <= reach
    assert abs(crop.left - 40) <= reach
    assert abs(crop.left + crop.width - 104) <= reach


def test_blank_removes_the_frame_too(drawn):
    crop = find_crop(as_image(drawn.framed(drawn.ridges("f", (97, 90)))), "blank")
    assert crop.top >= 2
    assert crop.left >= 2
    assert crop.top + crop.height <= 99
    assert crop.left + crop.width <= 92


def test_the_frames_of_the_real_collection(real):
    source = socofing(real / "SOCOFing", altered="none")
    seen = {json.dumps(source[index].labels["crop"]) for index in range(0, len(source), 6)}
    assert {(one["top"], one["left"], one["height"], one["width"], *one["of"]) for one in map(json.loads, seen)} == {
        (2, 2, 97, 90, 103, 96),
        (2, 2, 292, 235, 298, 241),  # subject 53
    }
