"""What is shown of images and damage before training is what a run then trains on."""

import json

import numpy as np
import pytest
from PIL import Image

import restore as door
from restore.images import read
from restore.planning.options import make_request
from restore.planning.resolve import resolve
from restore.tasks.preview import preview


@pytest.fixture
def look(stand_in):
    def look(**options):
        return preview(resolve(make_request("small", **options), stand_in.catalogue()), cache=False)

    return look


@pytest.fixture
def folder(tmp_path):
    """Write sixteen images, two of them equal, of two kinds and resolutions, and one that cannot be read."""
    folder = tmp_path / "prints"
    folder.mkdir()
    for i in range(16):
        pixels = np.random.default_rng(max(i, 1)).integers(40, 200, (16, 16 + 4 * (i % 2)), dtype=np.uint8)
        image = Image.fromarray(pixels)
        image.save(folder / f"{i:02}.png", dpi=(500, 500)) if i % 4 else image.convert("RGB").save(
            folder / f"{i:02}.bmp"
        )
    return folder


def test_counts_are_those_of_the_run(look, stand_in, tmp_path):
    found, run = look().facts, door.run("small", runs=tmp_path / "runs", cache=False)
    assert found["splits"] == {
        name: {"images": len(one.ids), "groups": len(set(one.groups))} for name, one in run.record.data.items()
    }


def test_files_are_counted_by_kind_and_resolution(look, folder):
    found = look(data=folder, dataset="folder:group=file").facts
    assert found["files"]["found"] == 16
    assert found["files"]["kinds"] == {"PNG, 8 bit greyscale": 12, "BMP, 8 bit RGB": 4}
    assert {one["files"] for one in found["files"]["resolutions"]} == {12, 4}
    assert {tuple(one["size"]): one["images"] for one in found["sizes"]} == {(16, 16): 8, (16, 20): 8}


def test_equal_images_are_counted_and_pairs_are_not(look, tmp_path):
    folder = tmp_path / "prints"
    folder.mkdir()
    for i in range(12):
        pixels = np.random.default_rng(max(i, 2)).integers(40, 200, (16, 16), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{i}.png")
    assert look(data=folder, dataset="folder:group=file").facts["duplicates"] == 2
    assert look(dataset="prints:paired=true", corrupt=["none"]).facts["duplicates"] == 0


def test_the_range_of_values_is_that_of_the_images(look):
    values = look().facts["values"]
    assert 0.2 <= values["least"] < values["mean"] < values["greatest"] <= 0.9


def test_images_of_different_groups_are_shown_under_each_corruption(look):
    made = look(corrupt=["box:size=3", "noise"])
    assert [one.corruption for one in made.shown] == ["box:size=3"] * 3 + ["noise"] * 3
    for one in made.shown[:3]:
        changed = (one.clean != one.damaged).any(axis=-1)
        assert (changed == (one.mask > 0)).all()
        assert one.mask.sum() == 9 * 255


def test_pairs_are_shown_with_their_own_damage(look):
    made = look(dataset="prints:paired=true", corrupt=["none"])
    assert {one.corruption for one in made.shown} == {"burn@hard"}


def test_windows_of_images_of_several_sizes_are_shown(look):
    made = look(dataset="prints:mixed=true", fit="window", size=8, corrupt=["box:size=3"])
    assert {one.clean.shape for one in made.shown} == {(8, 8, 1)}


def test_on_the_command_line(restore, stand_in):
    answer = restore("preview", "small", "--corrupt", "box:size=3", "--panel", "panel.png")
    assert (answer.code, answer.err) == (0, "panel: panel.png\n")
    assert answer.out.startswith("train       16 images of 8 groups\n")
    assert "▀" not in answer.out, "a pipe gets no images"
    assert read("panel.png").pixels.shape[1] > 3 * 192
    again = restore("preview", "small", "--panel", "panel.png")
    assert (again.code, again.failure.code) == (2, "file-exists")
    document = restore("preview", "small", "--json").json
    assert document["splits"]["train"]["images"] == 16
    json.dumps(document, allow_nan=False)


@pytest.mark.parametrize("given", [(), ("small", "--like", "last")])
def test_a_recipe_or_a_run_has_to_be_named(restore, stand_in, given):
    answer = restore("preview", *given)
    assert (answer.code, answer.failure.code) == (2, "conflict")


def test_a_grid_shows_images_with_their_classes(restore, tmp_path):
    answer = restore(
        "preview", "fashion-denoise", "--dataset", "fashion-mnist:count=60", "--grid", "grid.png", "--json"
    )
    assert answer.code == 0, answer.err
    with Image.open(tmp_path / "grid.png") as picture:
        assert picture.size == (928, 548)
    assert restore("preview", "fashion-denoise", "--grid", "grid.png").failure.code == "file-exists"
