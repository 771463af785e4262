"""Fashion-MNIST: IDX files of a user or of Keras, else drawn look-alikes."""

import gzip

import numpy as np
import pytest

from restore.builtin.fashion.drawn import CLASSES, SIDE
from restore.builtin.fashion.source import Drawn, fashion_mnist
from restore.errors import InputError


def idx(array):
    sides = b"".join(side.to_bytes(4) for side in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sides + array.tobytes()


@pytest.fixture
def images():
    rng = np.random.default_rng(0)
    return {"train": rng.integers(0, 256, (12, 28, 28), np.uint8), "t10k": rng.integers(0, 256, (5, 28, 28), np.uint8)}


@pytest.fixture
def folder(tmp_path, images):
    place = tmp_path / "datasets" / "fashion-mnist"
    place.mkdir(parents=True)
    for part, array in images.items():
        labels = np.arange(len(array), dtype=np.uint8) % 10
        (place / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(array)))
        (place / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    return place


def test_images_are_divided_by_255_and_have_their_class(folder, images):
    source = fashion_mnist(folder)
    assert len(source) == 17
    assert [key for key, _ in source.keys][::12] == ["train/00000", "test/00000"]
    sample = source[3]
    assert (sample.clean[..., 0] * 255 == images["train"][3]).all()
    assert (sample.id, sample.group, sample.labels) == ("train/00003", "train/00003", {"class": CLASSES[3]})
    assert (source[16].clean[..., 0] * 255).round().astype(np.uint8).tolist() == images["t10k"][4].tolist()


@pytest.mark.parametrize(("part", "count"), [("train", 12), ("test", 5)])
def test_one_part_alone(folder, part, count):
    assert len(fashion_mnist(folder, part=part)) == count


def test_one_file_alone_without_labels(tmp_path, images):
    file = tmp_path / "anything"
    file.write_bytes(idx(images["train"]))
    source = fashion_mnist(file)
    assert (len(source), source[0].labels) == (12, {})


def test_keras_files_are_found_and_drawn_images_stand_in_for_them(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert len(fashion_mnist(None)) == 17
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "elsewhere"))
    drawn = fashion_mnist(None, count=7)
    assert (len(drawn), len(drawn.notes)) == (7, 1)


def test_other_files_are_other_data(folder, images):
    before = fashion_mnist(folder).fingerprint
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images["t10k"][::-1])))
    assert fashion_mnist(folder).fingerprint != before


def test_other_labels_are_other_data(folder):
    before = fashion_mnist(folder).fingerprint
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.full(12, 9, np.uint8)), 0))
    assert fashion_mnist(folder).fingerprint != before


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\x00\x00\x09\x03" + bytes(12),
        bytes([0, 0, 8, 3]) + bytes(12),
        bytes([0, 0, 8, 3]) + b"\xff" * 12,
        bytes([0, 0, 8, 3]) + b"\x00\x00\x00\x01" * 3,
        bytes([0, 0, 8, 3]) + b"\x00\x00\x00\x01" * 3 + b"12",
        bytes([0, 0, 8, 1]) + b"\x00\x00\x00\x01" + b"1",
        bytes([0, 0, 8, 3]) + b"\x00\x20\x00\x01" + b"\x00\x00\x00\x01" * 2 + bytes(2**21 + 1),
    ],
)
def test_what_is_no_file_of_images_is_refused(tmp_path, wrong):
    file = tmp_path / "train-images-idx3-ubyte"
    file.write_bytes(wrong)
    with pytest.raises(InputError) as refused:
        fashion_mnist(file)
    assert (refused.value.code, refused.value.where) == ("bad-idx", str(file))


def test_a_file_that_is_not_compressed_as_its_name_says_is_refused(tmp_path, images):
    file = tmp_path / "train-images-idx3-ubyte.gz"
    for content in (idx(images["train"]), gzip.compress(idx(images["train"]))[:-200]):
        file.write_bytes(content)
        with pytest.raises(InputError) as refused:
            fashion_mnist(file)
        assert refused.value.code == "unreadable"


def test_labels_of_another_number_and_folders_without_files_are_refused(folder, tmp_path):
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.zeros(11, np.uint8))))
    with pytest.raises(InputError) as refused:
        fashion_mnist(folder)
    assert refused.value.code == "bad-idx"
    with pytest.raises(InputError) as refused:
        fashion_mnist(tmp_path)
    assert refused.value.code == "no-images"


def test_drawn_images_are_bright_clothes_on_black_of_all_classes():
    source = Drawn(60, 0)
    samples = [source[index] for index in range(60)]
    images = np.stack([one.clean for one in samples])
    assert images.shape == (60, SIDE, SIDE, 1)
    assert {one.labels["class"] for one in samples} == set(CLASSES)
    assert (images[:, :2] == 0).mean() > 0.9
    assert 0.1 < images.mean() < 0.5
    assert all(image.max() > 0.15 for image in images)
    assert (Drawn(3, 0)[2].clean == images[2]).all()
    assert not (Drawn(3, 1)[2].clean == images[2]).all()
