"""Images become codes, the same each time; near codes are found; panels show input, code and output."""

from dataclasses import replace

import h5py
import numpy as np
import pytest
from PIL import Image

import restore as toolkit
from restore.builtin.fashion.source import Drawn
from restore.errors import InputError, RequestError
from restore.running.coder import open_coder
from restore.show.codes import ROWS, code_image, draw_codes
from restore.tasks.encode import encode_files, find_inputs, nearest

pytestmark = pytest.mark.trains


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("coded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESTORE_CACHE", str(place / "cache"))
        patch.setattr("restore.pipeline.model.can_export", lambda: False)
        return toolkit.run(
            "fashion-denoise", dataset="fashion-mnist:count=96", epochs=3, runs=place / "runs", name="coded"
        )


@pytest.fixture(scope="module")
def coder(run):
    return open_coder(run)


@pytest.fixture
def folder(tmp_path):
    for index in range(9):
        grey = (Drawn(9, 5)[index].clean[..., 0] * 255).astype(np.uint8)
        Image.fromarray(grey).save(tmp_path / f"{index}.png")
    return tmp_path


def test_codes_are_written_as_documented_and_the_same_each_time(coder, folder, tmp_path):
    first, second = folder / "one.h5", folder / "two.h5"
    encoded = encode_files(coder, [folder], output=first)
    encode_files(coder, [folder], output=second)
    assert first.read_bytes() == second.read_bytes()
    with h5py.File(first) as file:
        assert file["codes"].shape == (9, 128)
        assert file["codes"].dtype == np.float32
        assert file["codes"][:].tolist() == encoded.codes.tolist()
        assert [name.decode() for name in file["id"][:]] == [f"{index}.png" for index in range(9)]
        assert dict(file.attrs) | {"size": None, "content": None} == {
            "schema": 1,
            "run": coder.run.id,
            "content": None,
            "model": "tiny-cae",
            "layer": "code",
            "size": None,
            "fit": "pad",
        }


def test_a_code_decodes_to_what_the_network_restores(coder):
    image = Drawn(3, 5)[2].clean
    restored = coder.run.restorer().predict(image[None])["image"]
    assert coder.decode(coder.encode(image[None])) == pytest.approx(restored, abs=1e-6)


def test_images_of_any_size_depth_and_colour_are_encoded(coder, tmp_path):
    rng = np.random.default_rng(0)
    colour = rng.integers(0, 256, (40, 30, 3), np.uint8)
    prepared = coder.prepare(colour)
    assert prepared.shape == (28, 28, 1)
    assert coder.prepare((colour / 255).astype(np.float32)) == pytest.approx(prepared, abs=1e-6)


def test_near_codes_are_found_by_their_distance():
    codes = np.array([[0, 0], [3, 4], [0, 1], [0, 0]], np.float32)
    found = nearest(codes, "abcd", 2)
    assert [(one.id, one.distance) for one in found["a"]] == [("d", 0), ("c", 1)]
    assert [one.id for one in found["b"]] == ["c", "a"]
    assert {len(others) for others in nearest(codes, "abcd", 9).values()} == {3}


def test_an_image_and_its_noisy_copy_are_neighbours(coder, folder):
    with Image.open(folder / "4.png") as image:
        grey = np.asarray(image).astype(int)
    noisy = np.clip(grey + np.random.default_rng(0).integers(-5, 6, grey.shape), 0, 255).astype(np.uint8)
    Image.fromarray(noisy).save(folder / "4-again.png")
    encoded = encode_files(coder, [folder])
    found = nearest(encoded.codes, encoded.ids, 1)
    assert (found["4.png"][0].id, found["4-again.png"][0].id) == ("4-again.png", "4.png")


def test_ids_of_several_inputs_begin_with_their_folder(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    Image.new("L", (28, 28)).save(other / "0.png")
    assert [one.id for one in find_inputs([other, other / "0.png"])[0]] == ["other/0.png", "0.png"]
    with pytest.raises(RequestError) as refused:
        find_inputs([other, other])
    assert refused.value.code == "duplicate"


def test_all_faults_are_named_and_nothing_is_written(coder, folder):
    (folder / "broken.png").write_bytes(b"nothing")
    (folder / "empty.png").touch()
    with pytest.raises(InputError) as refused:
        encode_files(coder, [folder], output=folder / "codes.h5")
    assert "broken.png" in refused.value.where
    assert "empty.png" in refused.value.where
    assert not list(folder.glob("*.h5"))
    encoded = encode_files(coder, [folder], output=folder / "codes.h5", skip_bad=True)
    assert (len(encoded.ids), len(encoded.notes)) == (9, 1)


@pytest.mark.parametrize(
    ("name", "code"),
    [("codes.txt", "format-not-written"), ("taken.h5", "file-exists"), ("no/codes.h5", "no-such-folder")],
)
def test_a_file_that_cannot_be_written_is_refused_before_the_work(coder, folder, name, code):
    (folder / "taken.h5").touch()
    with pytest.raises(RequestError) as refused:
        encode_files(coder, [folder], output=folder / name)
    assert refused.value.code == code


def test_a_name_as_long_as_the_file_system_takes_is_written(coder, folder):
    file = folder / f"{'c' * 252}.h5"
    encode_files(coder, [folder], output=file)
    assert file.stat().st_size


def test_what_appears_during_the_work_stays(coder, folder):
    file = folder / "codes.h5"
    with pytest.raises(RequestError) as refused:
        encode_files(coder, [folder], output=file, step=lambda: file.write_bytes(b"theirs"))
    assert (refused.value.code, file.read_bytes()) == ("file-exists", b"theirs")


def test_kept_images_are_not_trimmed_again(coder):
    margin = {"size": (28, 28), "top": 3, "bottom": 3, "left": 3, "right": 3}
    trimming = replace(coder, run=replace(coder.run, record=replace(coder.run.record, margins=[margin])))
    assert (draw_codes(trimming, coder.run.gallery) == draw_codes(coder, coder.run.gallery)).all()


def test_the_panel_shows_input_code_and_output_and_the_steps_between_two(coder):
    ids = [one.id for one in coder.run.gallery]
    plain = draw_codes(coder, coder.run.gallery)
    both = draw_codes(coder, coder.run.gallery, (ids[0], ids[1]))
    assert plain.dtype == np.float32
    assert both.shape[1] > plain.shape[1]
    with pytest.raises(RequestError) as refused:
        draw_codes(coder, coder.run.gallery, ("nobody", ids[0]))
    assert (refused.value.code, refused.value.where) == ("unknown-image", "--interpolate")
    assert ROWS == ("input", "code", "output")


@pytest.mark.parametrize(
    ("shape", "image"), [((128,), (16, 8)), ((300,), (20, 15)), ((7,), (4, 2)), ((4, 5, 3), (4, 5)), ((1,), (1, 1))]
)
def test_codes_are_drawn_in_rows(shape, image):
    drawn = code_image(np.linspace(0, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape), 0, 1)
    assert (drawn.shape, drawn.dtype) == (image, np.uint8)


def test_a_model_without_a_code_is_refused(stand_in, tmp_path):
    run = toolkit.run("small", runs=tmp_path / "runs")
    with pytest.raises(RequestError) as refused:
        open_coder(run)
    assert refused.value.code == "no-code"


def test_the_commands(run, restore, folder):
    answer = restore("encode", run.path, folder, "--nearest", 2, "-o", folder / "codes.h5", "--json")
    assert answer.code == 0
    assert (answer.json["images"], answer.json["code"]) == (9, [128])
    assert {len(others) for others in answer.json["nearest"].values()} == {2}
    shown = restore(
        "show", run.path, "--codes", folder / "codes.png", "--interpolate", *[one.id for one in run.gallery[:2]]
    )
    assert shown.code == 0
    with Image.open(folder / "codes.png") as panel:
        assert panel.mode == "RGB"
    for arguments, code in (
        (["encode", run.path, folder], "no-output"),
        (["encode", run.path, folder, "--nearest", 0], "out-of-range"),
        (["show", run.path, "--interpolate", "a", "b"], "conflict"),
    ):
        assert restore(*arguments).failure.code == code
