"""The dataset of images with damaged partners."""

import os
import re
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restore.builtin.pairs import pairs
from restore.errors import InputError, RequestError
from restore.pipeline.data import prepare
from restore.plugins.values import Source
from restore.testing import check_dataset

DATA = os.environ.get("RESTORE_TEST_DATA")
SHAPE = (10, 12)
SPOT = np.s_[2:6, 3:8]


def clean_image(name):
    """Return an image that depends on the name up to its extension or an underscore."""
    seed = zlib.crc32(re.split("[._]", name.rpartition("/")[2])[0].encode())
    return np.random.default_rng(seed).integers(0, 200, SHAPE, np.uint8)


def damaged_image(name):
    image = clean_image(name)
    image[SPOT] = 255
    return image


def mask_image(_=None):
    mask = np.zeros(SHAPE, np.uint8)
    mask[SPOT] = 255
    return mask


MAKERS = {"clean": clean_image, "damaged": damaged_image, "masks": mask_image}


@pytest.fixture
def root(tmp_path):
    """Return a function that makes pairs of images, and the masks, at paths below their folders."""

    def make(*names, **folders):
        for kind, maker in MAKERS.items():
            for name in folders.get(kind, names):
                path = tmp_path / kind / name
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(maker(name)).save(path)
        return tmp_path

    return make


def put(path, image):
    Image.fromarray(image).save(path)


def fault(source, index):
    with pytest.raises(InputError) as error:
        source[index]
    assert all("\n" not in text for text in (error.value.what, error.value.where, error.value.hint))
    return error.value


def test_partners_have_the_same_path_whatever_their_ending(root):
    source = pairs(root(clean=["a/1.png", "b.bmp"], damaged=["a/1.tif", "b.png"]))
    assert isinstance(source, Source)
    assert source.keys == [("damaged/a/1.tif", "a"), ("damaged/b.png", "b.bmp")]
    assert list(source.notes) == []
    for key, name, sample in zip(source.keys, ("1", "b"), (source[0], source[1]), strict=True):
        assert (sample.id, sample.group) == key
        assert np.array_equal(np.rint(sample.clean[..., 0] * 255), clean_image(name))
        assert np.array_equal(np.rint(sample.damaged.image[..., 0] * 255), damaged_image(name))
        assert (sample.damaged.mask, sample.damaged.name, sample.damaged.level) == (None, "damaged", "")
        assert list(sample.notes) == []


def test_masks_are_those_of_the_damaged_images(root):
    source = pairs(
        root(clean=["1.png"], damaged=["1_cut.png", "1_spot.png"], masks=["1_cut.png", "1_spot.tif"]),
        name="(.+)_",
        masks="masks",
    )
    for sample in (source[0], source[1]):
        assert np.array_equal(sample.damaged.mask, mask_image() > 0)


def test_a_pattern_finds_the_clean_image_and_names_the_damage(root):
    folder = root(clean=["p/1.png", "2.png"], damaged=["p/1_cut-hard.png", "p/1_spot.png", "2_cut.png"])
    source = pairs(folder, name="(.+)_(?P<name>[a-z]+)(-(?P<level>[a-z]+))?", group="file")
    assert source.keys == [
        ("damaged/2_cut.png", "2.png"),
        ("damaged/p/1_cut-hard.png", "p/1.png"),
        ("damaged/p/1_spot.png", "p/1.png"),
    ]
    named = [(sample.damaged.name, sample.damaged.level) for sample in (source[0], source[1], source[2])]
    assert named == [("cut", ""), ("cut", "hard"), ("spot", "")]
    assert pairs(folder, name="(.+)_")[0].damaged.name == "damaged"


def test_groups_are_judged_by_the_clean_path(root):
    source = pairs(root(clean=["7_1.png", "8_1.png"], damaged=["7_1.png", "8_1.png"]), group="([0-9])_")
    assert [group for _, group in source.keys] == ["7", "8"]


def test_it_keeps_the_contract_of_a_dataset(root):
    names = [f"{number}.png" for number in range(6)]
    check_dataset("builtin/pairs", path=root(*names), masks="masks")


def test_a_folder_that_is_not_there(root):
    folder = root("a.png")
    with pytest.raises(InputError) as error:
        pairs(folder, clean="claen")
    assert (error.value.code, error.value.where) == ("not-found", str(folder / "claen"))
    assert "clean" in error.value.hint
    with pytest.raises(InputError) as error:
        pairs(folder, clean="original", damaged="broken")
    assert error.value.code == "not-found"
    assert "original" in error.value.where
    assert "broken" in error.value.where
    assert "clean=NAME" in error.value.hint
    (folder / "empty").mkdir()
    with pytest.raises(InputError) as error:
        pairs(folder, masks="empty")
    assert (error.value.code, error.value.where) == ("no-images", str(folder / "empty"))


@pytest.mark.parametrize(
    "options",
    [
        *({"clean": "../x"}, {"damaged": "/tmp"}, {"masks": "a/../../b"}, {"damaged": "."}, {"masks": ""}),
        *({"clean": "damaged"}, {"masks": "clean/"}),
    ],
)
def test_folders_lie_below_the_data_and_differ(options, root):
    with pytest.raises(RequestError) as error:
        pairs(root("a.png"), **options)
    assert error.value.code in {"outside-data", "same-folder"}
    assert all(f"{kind}={name}" in error.value.where for kind, name in options.items())


def test_no_folder_of_data():
    with pytest.raises(RequestError) as error:
        pairs(None)
    assert error.value.code == "missing-data"
    assert "--data" in error.value.hint


def test_a_damaged_image_without_clean_partner(root):
    source = pairs(root(clean=["a.png"], damaged=["a.png", "b.png"]))
    assert source[0].id == "damaged/a.png"
    error = fault(source, 1)
    assert (error.code, error.where) == ("missing-partner", "damaged/b.png")
    assert "clean/b" in error.what


def test_a_clean_image_without_damaged_partner_is_a_note(root):
    folder = root(clean=["a.png", "b.png", "c.png"], damaged=["a.png"], masks=["a.png", "z.png"])
    source = pairs(folder, masks="masks")
    assert len(source) == 1
    assert [("2 in clean" in note, "clean/b.png" in note) for note in source.notes] == [(True, True), (False, False)]
    assert "1 in masks" in source.notes[1]
    assert "masks/z.png" in source.notes[1]


def test_two_clean_images_for_one_damaged(root):
    error = fault(pairs(root(clean=["a.png", "a.bmp", "b.png"], damaged=["a.png", "b.png"])), 0)
    assert (error.code, error.where) == ("ambiguous-partner", "damaged/a.png")
    assert "clean/a.bmp and clean/a.png" in error.what


def test_a_mask_is_missing_or_there_twice(root):
    folder = root("a.png", "b.png", "c.png")
    (folder / "masks" / "a.png").unlink()
    put(folder / "masks" / "b.bmp", mask_image())
    source = pairs(folder, masks="masks")
    assert (fault(source, 0).code, fault(source, 1).code) == ("missing-partner", "ambiguous-partner")
    assert "masks/a" in fault(source, 0).what
    assert "masks/b.bmp and masks/b.png" in fault(source, 1).what
    assert source[2].damaged.mask.any()


def test_names_of_another_pattern(root):
    folder = root(clean=["a.png", "b.png"], damaged=["a_cut.png", "b.png"])
    error = fault(pairs(folder, name="(.+)_cut"), 1)
    assert (error.code, error.where) == ("no-match", "damaged/b.png")
    with pytest.raises(InputError) as error:
        pairs(folder, name="(.+)_spot")
    assert error.value.code == "missing-partner"
    assert error.value.where.startswith("damaged/a_cut.png: ")
    assert "name=PATTERN" in error.value.hint


@pytest.mark.parametrize("name", ["(", "_cut", "(?P<name>.)"])
def test_a_bad_pattern(name, root):
    with pytest.raises(RequestError) as error:
        pairs(root("a.png"), name=name)
    assert (error.value.code, error.value.where) == ("bad-pattern", f"name={name}")


def test_an_odd_match_leads_nowhere(root):
    source = pairs(
        root(clean=["a.png", "b.png"], damaged=["a_cut.png", "._cut.png", "b_.._cut.png"]), name="(?:b_)?(.+)_cut"
    )
    assert source[0].id == "damaged/a_cut.png"
    assert fault(source, 1).code == "missing-partner"
    assert "clean/.." in fault(source, 1).what


def test_a_damaged_image_that_equals_its_partner_is_noted(root):
    folder = root("a.png")
    Image.fromarray(clean_image("a")).convert("RGBA").save(folder / "damaged" / "a.png")
    (note,) = pairs(folder)[0].notes
    assert "equals" in note


def test_notes_of_the_damaged_file_come_along(root):
    folder = root("a.tif")
    image = Image.fromarray(damaged_image("a"))
    image.save(folder / "damaged" / "a.tif", save_all=True, append_images=[image])
    (note,) = pairs(folder)[0].notes
    assert "2 pages" in note


@pytest.mark.parametrize(
    ("mask", "code", "count"),
    [
        (mask_image()[1:], "other-size", "12x9"),
        (np.where(mask_image() > 0, 200, 0).astype(np.uint8), "not-binary", "20 of 120"),
        (np.zeros(SHAPE, np.uint8), "empty-mask", ""),
        (np.full(SHAPE, 255, np.uint8), "full-mask", ""),
        (np.roll(mask_image(), 1, axis=1), "mask-mismatch", "4 of 20"),
    ],
)
def test_a_wrong_mask(mask, code, count, root):
    folder = root("a.png")
    put(folder / "masks" / "a.png", mask)
    error = fault(pairs(folder, masks="masks"), 0)
    assert error.code == code
    assert count in error.what
    assert error.where.endswith("a.png")


def test_files_that_cannot_be_read_are_named(root):
    for kind in MAKERS:
        folder = root("a.png", "b.png")
        (folder / kind / "a.png").write_bytes(b"text")
        error = fault(pairs(folder, masks="masks"), 0)
        assert (error.code, error.where) == ("not-an-image", str(folder / kind / "a.png"))
    assert fault(pairs(folder, max_pixels=119), 1).code == "too-large"


def test_a_mask_that_changes_while_it_is_read(root):
    folder = root("a.png")
    source = pairs(folder, masks="masks")
    os.utime(folder / "masks" / "a.png", ns=(1, 1))
    assert fault(source, 0).code == "file-changed"


def test_a_fingerprint_changes_with_every_folder_and_with_the_pairing(root):
    folder = root("a_1.png", "b_1.png")

    def mark(**options):
        return pairs(folder, **{"masks": "masks"} | options).fingerprint

    seen = {mark()}
    assert mark() in seen
    seen |= {mark(masks=None), mark(name="(.+)"), mark(name="((?P<name>.).+)"), mark(group="([ab])")}
    for kind in MAKERS:
        os.utime(folder / kind / "b_1.png", ns=(1, 1))
        seen.add(mark())
    assert len(seen) == 7


def test_faults_of_pairs_are_listed_together_or_left_out(root):
    names = [f"{number}.png" for number in range(12)]
    folder = root(*names, clean=[*names[1:], "7.bmp"])
    put(folder / "damaged" / "3.png", damaged_image("3")[1:])
    put(folder / "masks" / "5.png", np.zeros(SHAPE, np.uint8))
    source = pairs(folder, masks="masks")

    def prepared(**options):
        return prepare(source, size=SHAPE, channels=1, cache=False, **options)

    with pytest.raises(InputError) as error:
        prepared()
    assert "4 of 12" in error.value.what
    places = [line.partition(": ")[0] for line in error.value.where.splitlines()]
    assert [re.findall(r"\d+", Path(place).name)[0] for place in places] == ["0", "3", "5", "7"]
    assert error.value.exit_code == 2
    data = prepared(skip_bad=True)
    assert sorted(one.id for one in data.skipped) == [f"damaged/{number}.png" for number in (0, 3, 5, 7)]
    assert data.paired


@pytest.mark.skipif(not DATA, reason="RESTORE_TEST_DATA is not set")
def test_altered_prints():
    source = pairs(
        Path(DATA) / "SOCOFing",
        clean="Real",
        damaged="Altered/Altered-Hard",
        name="(.+)_(?P<name>CR|Obl|Zcut)",
        group="([0-9]+)__",
    )
    assert len(source) == 2865
    assert len({group for _, group in source.keys}) == 120
    index = [name for name, _ in source.keys].index("Altered/Altered-Hard/100__M_Left_index_finger_Zcut.BMP")
    sample = source[index]
    assert (sample.group, sample.damaged.name) == ("100", "Zcut")
    assert sample.clean.shape == (103, 96, 4)
    assert sample.damaged.image.shape == (103, 96, 1)
    print_of, altered = sample.clean[2:99, 2:92, 0], sample.damaged.image[2:99, 2:92, 0]
    assert 0.05 < (np.abs(print_of - altered) > 0.05).mean() < 0.5
