from pathlib import Path

import numpy as np

from restore.images import read, write


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


def test_a_tree_is_kept_with_formats_and_depth(restore, pictures):
    answer = restore("corrupt", "box:size=10", pictures, "-o", "out", "--save-mask")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == ["out/colour.bmp", "out/deep/fine.tif", "out/grey.png"]
    assert files("out") == [
        *("colour.bmp", "colour.mask.png", "deep/fine.mask.png", "deep/fine.tif", "grey.mask.png", "grey.png"),
    ]
    for name in ("colour.bmp", "deep/fine.tif", "grey.png"):
        before, after = read(pictures / name), read(Path("out") / name)
        mask = read((Path("out") / name).with_suffix(".mask.png")).pixels[..., 0] > 0.5
        assert (before.depth, before.format, before.pixels.shape) == (after.depth, after.format, after.pixels.shape)
        assert mask.sum() == 100
        assert (after.pixels[mask] == 0).all()
        assert (after.pixels[~mask] == before.pixels[~mask]).all()


def test_the_same_seed_gives_the_same_damage_and_another_seed_another(restore, pictures):
    for out, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert restore("corrupt", "noise", pictures / "grey.png", "-o", out, "--seed", seed).code == 0
    one, same, other = (Path(out, "grey.png").read_bytes() for out in "abc")
    assert one == same != other


def test_the_document_tells_what_went_where(restore, pictures):
    document = restore("corrupt", "box:size=10", pictures / "grey.png", "-o", "out", "--save-mask", "--json").json
    assert document["images"] == [
        {
            "input": str(pictures / "grey.png"),
            "output": "out/grey.png",
            "mask": "out/grey.mask.png",
            "damaged": 100 / (40 * 48),
        }
    ]


def test_a_name_that_hides_a_component_of_another_plugin_is_noted(restore, pictures):
    answer = restore("corrupt", "zcut@easy", pictures / "grey.png", "-o", "out")
    assert (answer.code, answer.out) == (0, "out/grey.png\n")
    (note,) = answer.err.splitlines()
    assert note.startswith("warning: ")
    assert "builtin/zcut" in note
    assert "fingerprint/zcut" in note
    assert restore("corrupt", "builtin/zcut@easy", pictures / "grey.png", "-o", "two").err == ""


def test_the_output_may_not_lie_in_an_input_folder(restore, pictures):
    for out in (pictures, pictures / "new", Path("in/deep/../other")):
        answer = restore("corrupt", "box", pictures, "-o", out)
        assert (answer.code, answer.out) == (2, "")
        assert "input folder" in answer.error[0]
    assert len(files(pictures)) == 3


def test_a_result_never_replaces_its_input(restore, pictures):
    before = (pictures / "grey.png").read_bytes()
    answer = restore("corrupt", "box", pictures / "grey.png", "-o", pictures, "--overwrite")
    assert (answer.code, answer.out) == (2, "")
    assert (pictures / "grey.png").read_bytes() == before


def test_two_inputs_for_one_output_are_refused(restore, pictures):
    write(pictures / "deep" / "grey.png", np.ones((40, 48, 1), np.float32))
    answer = restore("corrupt", "box", pictures / "grey.png", pictures / "deep" / "grey.png", "-o", "out")
    assert (answer.code, answer.out) == (2, "")
    assert "two results have one name" in answer.error[0]
    write(pictures / "grey.tif", np.ones((40, 48, 1), np.float32))
    assert restore("corrupt", "box", pictures / "grey.png", pictures / "grey.tif", "-o", "out").code == 0
    assert restore("corrupt", "box", pictures / "grey.png", pictures / "grey.tif", "-o", "two", "--save-mask").code == 2
    assert not Path("two").exists()


def test_what_exists_is_replaced_on_demand_alone(restore, pictures):
    assert restore("corrupt", "box", pictures, "-o", "out").code == 0
    again = restore("corrupt", "noise", pictures, "-o", "out")
    assert (again.code, again.out) == (2, "")
    assert "--overwrite" in again.error[-1]
    assert restore("corrupt", "noise", pictures, "-o", "out", "--overwrite").code == 0


def test_a_name_that_is_no_text_is_damaged_and_printed(restore, pictures):
    odd = pictures / "a\udcff\n\x1b[2J -b.png"
    odd.write_bytes((pictures / "grey.png").read_bytes())
    answer = restore("corrupt", "box", odd, "-o", "out")
    assert answer.code == 0
    assert answer.out == "out/a\\xff\\n\\x1b[2J -b.png\n"
    assert (
        restore("corrupt", "box", odd, "-o", "two", "--json").json["images"][0]["output"]
        == "two/a\udcff\n\x1b[2J -b.png"
    )


def test_a_result_never_replaces_another_input(restore, pictures):
    Path("out/deep").mkdir(parents=True)
    before = (pictures / "grey.png").read_bytes()
    Path("out/deep/fine.tif").write_bytes(before)
    answer = restore("corrupt", "box", pictures, "out/deep", "-o", "out", "--overwrite")
    assert (answer.code, answer.out, files("out")) == (2, "", ["deep/fine.tif"])
    assert Path("out/deep/fine.tif").read_bytes() == before


def test_a_format_that_does_not_hold_the_depth_is_told_before_anything_is_written(restore, pictures):
    answer = restore("corrupt", "box", pictures, "-o", "out", "--format", "gif")
    assert (answer.code, answer.out, answer.failure.code) == (2, "", "format-unfit")
    assert "--format" in answer.error[-1]
    assert not Path("out").exists()


def test_results_have_the_format_that_is_asked_for(restore, pictures):
    answer = restore("corrupt", "box:size=10", pictures, "-o", "out", "--format", "tif")
    assert (answer.code, answer.err, files("out")) == (0, "", ["colour.tif", "deep/fine.tif", "grey.tif"])
    assert {read(Path("out") / name).format for name in files("out")} == {"TIFF"}
    answer = restore("corrupt", "box", pictures, "-o", "two", "--format", "jpeg")
    assert (answer.code, answer.failure.code, Path("two").exists()) == (2, "format-unfit", False)
    assert restore("corrupt", "box", pictures, "-o", "two", "--format", "heic").failure.code == "unknown-value"


def test_the_format_of_the_content_is_kept_whatever_the_name(restore, pictures):
    (pictures / "grey.png").rename(pictures / "grey.jpg")
    answer = restore("corrupt", "box:size=10", pictures / "grey.jpg", "-o", "out")
    assert (answer.code, answer.out) == (0, "out/grey.jpg\n")
    before, after = read(pictures / "grey.jpg"), read("out/grey.jpg")
    assert (after.format, int((after.pixels != before.pixels).sum())) == ("PNG", 100)
    assert answer.err == ""


def test_files_that_are_not_read_are_named_in_the_output_and_the_document(restore, pictures):
    for name in ("a.heic", "deep/b.HEIC", "deep/c"):
        (pictures / name).touch()
    answer = restore("corrupt", "box", pictures, "-o", "out")
    assert answer.code == 0
    (note,) = answer.err.splitlines()
    assert note.endswith("3 files are not read: 2 .heic, 1 without ending")
    assert f"warning: {restore('corrupt', 'box', pictures, '-o', 'two', '--json').json['notes'][0]}" == note


def test_names_that_the_file_system_does_not_take_are_refused_before_anything_is_written(restore, pictures):
    (pictures / "grey.png").rename(pictures / ("a" * 248 + ".png"))
    answer = restore("corrupt", "box", pictures, "-o", "out", "--save-mask")
    assert (answer.code, answer.failure.code, Path("out").exists()) == (2, "name-too-long", False)
    assert restore("corrupt", "box", pictures, "-o", "out").code == 0
