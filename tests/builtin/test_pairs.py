"""The data set of pictures with damaged partners."""

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


def clean_picture(name):
    """Return a picture that is another one for each name up to its ending or a low line."""
    seed = zlib.crc32(re.split("[._]", name.rpartition("/")[2])[0].encode())
    return np.random.default_rng(seed).integers(0, 200, SHAPE, np.uint8)


def damaged_picture(name):
    image = clean_picture(name)
    image[SPOT] = 255
    return image


def mask_picture(_=None):
    mask = np.zeros(SHAPE, np.uint8)
    mask[SPOT] = 255
    return mask


MAKERS = {"clean": clean_picture, "damaged": damaged_picture, "masks": mask_picture}


@pytest.fixture
def root(tmp_path):
    """Return a function that makes pairs of pictures, and the masks, at paths below their folders."""

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
        assert np.array_equal(np.rint(sample.clean[..., 0] * 255), clean_picture(name))
        assert np.array_equal(np.rint(sample.damaged.image[..., 0] * 255), damaged_picture(name))
        assert (sample.damaged.mask, sample.damaged.name, sample.damaged.level) == (None, "damaged", "")
        assert list(sample.notes) == []


def test_masks_are_those_of_the_damaged_pictures(root):
    source = pairs(
        root(clean=["1.png"], damaged=["1_cut.png", "1_spot.png"], masks=["1_cut.png", "1_spot.tif"]),
        name="(.+)_",
        masks="masks",
    )
    for sample in (source[0], source[1]):
        assert np.array_equal(sample.damaged.mask, mask_picture() > 0)


def test_a_pattern_finds_the_clean_picture_and_names_the_damage(root):
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


def test_it_keeps_the_contract_of_a_data_set(root):
    names = [f"{number}.png" for number in range(6)]
    check_dataset("builtin/pairs", path=root(*names), masks="masks")


def test_a_folder_that_is_not_there(root):
    folder = root("a.png")
    with pytest.raises(InputError) as error:
        pairs(folder, clean="claen")
    assert error.value.where.endswith("/claen")
    assert "clean" in error.value.hint
    with pytest.raises(InputError, match="2 folders cannot be used") as error:
        pairs(folder, clean="original", damaged="broken")
    assert "original" in error.value.where
    assert "broken" in error.value.where
    assert "clean=NAME" in error.value.hint
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match="no pictures"):
        pairs(folder, masks="empty")


@pytest.mark.parametrize(
    "options",
    [
        *({"clean": "../x"}, {"damaged": "/tmp"}, {"masks": "a/../../b"}, {"damaged": "."}, {"masks": ""}),
        *({"clean": "damaged"}, {"masks": "clean/"}),
    ],
)
def test_folders_lie_below_the_data_and_differ(options, root):
    with pytest.raises(RequestError):
        pairs(root("a.png"), **options)


def test_no_folder_of_data():
    with pytest.raises(RequestError, match="folder of yours") as error:
        pairs(None)
    assert "--data" in error.value.hint


def test_a_damaged_picture_without_clean_partner(root):
    source = pairs(root(clean=["a.png"], damaged=["a.png", "b.png"]))
    assert source[0].id == "damaged/a.png"
    error = fault(source, 1)
    assert (error.what, error.where) == ("there is no clean partner clean/b of any ending", "damaged/b.png")


def test_a_clean_picture_without_damaged_partner_is_a_note(root):
    folder = root(clean=["a.png", "b.png", "c.png"], damaged=["a.png"], masks=["a.png", "z.png"])
    source = pairs(folder, masks="masks")
    assert len(source) == 1
    assert source.notes == [
        "2 in clean without a damaged partner, such as clean/b.png",
        "1 in masks without a damaged partner, such as masks/z.png",
    ]


def test_two_clean_pictures_for_one_damaged(root):
    error = fault(pairs(root(clean=["a.png", "a.bmp", "b.png"], damaged=["a.png", "b.png"])), 0)
    assert error.what == "there is more than one clean partner: clean/a.bmp and clean/a.png"


def test_a_mask_is_missing_or_there_twice(root):
    folder = root("a.png", "b.png", "c.png")
    (folder / "masks" / "a.png").unlink()
    put(folder / "masks" / "b.bmp", mask_picture())
    source = pairs(folder, masks="masks")
    assert fault(source, 0).what == "there is no mask masks/a of any ending"
    assert fault(source, 1).what == "there is more than one mask: masks/b.bmp and masks/b.png"
    assert source[2].damaged.mask.any()


def test_names_of_another_pattern(root):
    folder = root(clean=["a.png", "b.png"], damaged=["a_cut.png", "b.png"])
    error = fault(pairs(folder, name="(.+)_cut"), 1)
    assert (error.what, error.where) == ("the name pattern (.+)_cut finds nothing in its name", "damaged/b.png")
    with pytest.raises(InputError, match="none of the 2 pictures in damaged") as error:
        pairs(folder, name="(.+)_spot")
    assert error.value.where == "damaged/a_cut.png: the name pattern (.+)_spot finds nothing in its name"
    assert "name=PATTERN" in error.value.hint


@pytest.mark.parametrize(
    ("name", "said"), [("(", "regular expression"), ("_cut", "no group"), ("(?P<name>.)", "no group")]
)
def test_what_is_no_pattern(name, said, root):
    with pytest.raises(RequestError, match=said):
        pairs(root("a.png"), name=name)


def test_an_odd_match_leads_nowhere(root):
    source = pairs(
        root(clean=["a.png", "b.png"], damaged=["a_cut.png", "._cut.png", "b_.._cut.png"]), name="(?:b_)?(.+)_cut"
    )
    assert source[0].id == "damaged/a_cut.png"
    assert "no clean partner clean/.." in fault(source, 1).what


def test_a_damaged_picture_that_equals_its_partner_is_noted(root):
    folder = root("a.png")
    Image.fromarray(clean_picture("a")).convert("RGBA").save(folder / "damaged" / "a.png")
    assert list(pairs(folder)[0].notes) == ["the damaged partner equals the clean picture"]


def test_notes_of_the_damaged_file_come_along(root):
    folder = root("a.tif")
    image = Image.fromarray(damaged_picture("a"))
    image.save(folder / "damaged" / "a.tif", save_all=True, append_images=[image])
    assert list(pairs(folder)[0].notes) == ["damaged partner: first of 2 pages"]


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (mask_picture()[1:], "another size"),
        (np.where(mask_picture() > 0, 200, 0).astype(np.uint8), "20 of 120 pixels are neither"),
        (np.zeros(SHAPE, np.uint8), "empty"),
        (np.full(SHAPE, 255, np.uint8), "everything"),
        (np.roll(mask_picture(), 1, axis=1), "4 of 20 changed pixels lie outside the mask"),
    ],
)
def test_a_wrong_mask(mask, said, root):
    folder = root("a.png")
    put(folder / "masks" / "a.png", mask)
    error = fault(pairs(folder, masks="masks"), 0)
    assert said in error.what
    assert error.where.endswith("a.png")


def test_files_that_cannot_be_read_are_told(root):
    for kind in MAKERS:
        folder = root("a.png", "b.png")
        (folder / kind / "a.png").write_bytes(b"no picture")
        error = fault(pairs(folder, masks="masks"), 0)
        assert error.where == str(folder / kind / "a.png")
    with pytest.raises(InputError, match="12x10"):
        pairs(folder, max_pixels=119)[1]


def test_a_mask_that_changes_while_it_is_read(root):
    folder = root("a.png")
    source = pairs(folder, masks="masks")
    os.utime(folder / "masks" / "a.png", ns=(1, 1))
    assert "changed" in fault(source, 0).what


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
    put(folder / "damaged" / "3.png", damaged_picture("3")[1:])
    put(folder / "masks" / "5.png", np.zeros(SHAPE, np.uint8))
    source = pairs(folder, masks="masks")

    def prepared(**options):
        return prepare(source, size=SHAPE, channels=1, cache=False, **options)

    with pytest.raises(InputError, match="4 of 12 pictures cannot be used") as error:
        prepared()
    told = [line.partition(": ")[0] for line in error.value.where.splitlines()]
    assert [re.findall(r"\d+", Path(line).name)[0] for line in told] == ["0", "3", "5", "7"]
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
