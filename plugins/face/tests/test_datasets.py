"""Collections of faces are grouped by person where a file or folder says who it is."""

import numpy as np
import pytest
from PIL import Image

from restore.errors import InputError, RequestError
from restore_face.datasets import celeba, ffhq, lfw

FACE = Image.fromarray(np.full((4, 4, 3), 90, np.uint8))


def folder(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        FACE.save(path)
    return root


def groups(source):
    return dict(source.keys)


def test_ffhq_has_folders_of_a_thousand_images_that_say_nothing_of_people(tmp_path):
    source = ffhq(folder(tmp_path, "00000/00001.png", "00000/00002.png"))
    assert groups(source) == {"00000/00001.png": "00000/00001.png", "00000/00002.png": "00000/00002.png"}


def test_lfw_has_a_folder_for_each_person(tmp_path):
    source = lfw(folder(tmp_path, "A_B/A_B_0001.jpg", "A_B/A_B_0002.jpg", "C_D/C_D_0001.jpg"))
    assert groups(source) == {"A_B/A_B_0001.jpg": "A_B", "A_B/A_B_0002.jpg": "A_B", "C_D/C_D_0001.jpg": "C_D"}


@pytest.mark.parametrize("place", ["images/identity_CelebA.txt", "identity_CelebA.txt", "Anno/identity_CelebA.txt"])
def test_celeba_is_grouped_by_its_file_of_identities(tmp_path, place):
    images = folder(tmp_path / "images", "000001.jpg", "000002.png", "000003.jpg", "000004.jpg")
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("000001.jpg 7\n000002.jpg 7\n000003.jpg 12\n\n")
    source = celeba(images)
    assert list(groups(source).values()) == ["person-7", "person-7", "person-12", "000004.jpg"]
    assert not any("identity" in note for note in source.notes)


def test_celeba_without_identities_says_so(tmp_path):
    source = celeba(folder(tmp_path / "images", "000001.jpg", "000002.jpg"))
    assert list(groups(source).values()) == ["000001.jpg", "000002.jpg"]
    assert any("identity_CelebA.txt" in note for note in source.notes)


def test_a_file_of_another_form_is_refused(tmp_path):
    images = folder(tmp_path / "images", "000001.jpg")
    (images / "identity_CelebA.txt").write_text("000001.jpg\n")
    with pytest.raises(InputError) as refused:
        celeba(images)
    assert refused.value.code == "bad-identities"


@pytest.mark.parametrize("dataset", [ffhq, celeba, lfw])
def test_a_folder_is_needed(dataset):
    with pytest.raises(RequestError) as refused:
        dataset(None)
    assert refused.value.code == "no-data"
