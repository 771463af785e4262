"""The dataset of synthetic faces: reproducible in any order, grouped by subject."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.api import RequestError, Source
from restore_face.synthetic import synthetic


@pytest.fixture(scope="module")
def faces():
    return synthetic(count=24, size=(48, 48))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from([(16, 16), (17, 40), (64, 33), (96, 96)]), st.integers(0, 2**40))
def test_every_face_is_an_image(index, size, seed):
    sample = synthetic(count=10**6 + 1, size=size, seed=seed)[index]
    assert sample.clean.shape == (*size, 3)
    assert sample.clean.dtype == np.float32
    assert sample.clean.min() >= 0
    assert sample.clean.max() <= 1
    assert sample.clean.std() > 0.03


def test_a_face_depends_on_its_index_alone(faces):
    forwards = [faces[i].clean for i in range(8)]
    other = synthetic(count=9, size=(48, 48))
    for i in reversed(range(8)):
        assert np.array_equal(other[i].clean, forwards[i])


def test_no_two_faces_are_alike(faces):
    images = np.array([faces[i].clean for i in range(24)])
    apart = np.abs(images[:, None] - images[None]).mean(axis=(2, 3, 4))
    assert apart[~np.eye(24, dtype=bool)].min() > 0.02
    assert not np.array_equal(synthetic(count=1, size=(48, 48), seed=1)[0].clean, images[0])


def test_keys_hold_ids_and_groups(faces):
    assert isinstance(faces, Source)
    assert len(faces) == len(faces.keys) == 24
    for index in (0, 3, 4, 23):
        assert (faces[index].id, faces[index].group) == faces.keys[index]
    assert len({name for name, _ in faces.keys}) == 24
    groups = [group for _, group in faces.keys]
    assert groups == sorted(groups)
    assert [groups.count(group) for group in dict.fromkeys(groups)] == [4] * 6
    assert faces.keys == synthetic(count=500).keys[:24]


def test_images_of_a_subject_share_the_person_and_differ_in_the_shot(faces):
    for person in range(6):
        labels = [faces[4 * person + i].labels for i in range(4)]
        assert len({(one["hair"], one["glasses"], one["beard"]) for one in labels}) == 1
        assert len({(one["yaw"], one["smile"]) for one in labels}) == 4


def test_faces_vary_in_hair_glasses_beard_and_yaw():
    from restore_face.portrait.person import HAIR

    labels = [synthetic(count=200, pictures=1, size=(16, 16))[i].labels for i in range(200)]
    assert {one["hair"] for one in labels} == set(HAIR)
    for key in ("glasses", "beard"):
        assert 0.1 < np.mean([one[key] for one in labels]) < 0.5
    assert min(one["yaw"] for one in labels) < -0.2
    assert max(one["yaw"] for one in labels) > 0.2


def test_samples_beyond_the_end_are_refused(faces):
    with pytest.raises(IndexError):
        faces[24]


def test_a_path_and_a_tiny_size_are_refused(tmp_path):
    with pytest.raises(RequestError) as error:
        synthetic(tmp_path)
    assert (error.value.code, error.value.where) == ("conflict", f"--data {tmp_path}")
    with pytest.raises(RequestError) as error:
        synthetic(size=(8, 128))
    assert (error.value.code, error.value.where) == ("out-of-range", "dataset synthetic")
    assert "8x128" in error.value.what
