from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restore.images import read
from restore.running.opened import open_run

GOLDEN = Path(__file__).parents[1] / "golden/plan-run.h5"


def test_a_run_as_text(restore, make_run):
    make_run()
    answer = restore("show", "last")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("run         prints-box, complete\n")
    assert "psnr dB" in answer.out
    assert "\x1b" not in answer.out


def test_a_run_as_the_contracts_document(restore, make_run):
    make_run()
    document = restore("show", "prints-box", "--json").json
    assert {"schema", "id", "path", "status", "plan", "owners", "data", "epochs", "seconds", "scores"} <= set(document)
    assert document["epochs"] == {"planned": 4, "done": 3, "best": 2}
    assert len(document["scores"]) == 15


@pytest.mark.parametrize("run", ["prints-box", "0123", "last", "runs/prints-box.h5"])
def test_a_run_is_found_by_any_of_its_names(restore, make_run, run):
    make_run()
    assert restore("show", run).code == 0


def test_an_unknown_run_suggests_the_nearest(restore, make_run):
    make_run()
    answer = restore("show", "prints-bxo")
    assert (answer.code, answer.out, answer.failure.code) == (2, "", "unknown-run")
    assert "prints-bxo" in answer.failure.what
    assert "prints-box" in answer.failure.hint


def test_the_panel_is_an_image_and_never_replaces_one_unasked(restore, make_run):
    make_run()
    answer = restore("show", "last", "--panel", "panel.png", "--json")
    assert answer.err == "panel: panel.png\n"
    assert answer.json["schema"] == 1
    pixels = read("panel.png").pixels
    assert pixels.shape[2] == 3
    assert np.ptp(pixels) == 1
    again = restore("show", "last", "--panel", "panel.png")
    assert (again.code, again.out, again.failure.code) == (2, "", "file-exists")
    assert restore("show", "last", "--panel", "panel.png", "--overwrite").code == 0


def test_no_panel_without_a_gallery_or_in_another_format(restore, make_run, tmp_path):
    make_run()
    make_run("bare", gallery=None)
    for arguments, code in (
        (["bare", "--panel", "a.png"], "no-gallery"),
        (["prints-box", "--panel", "a.jpg"], "format-not-written"),
    ):
        answer = restore("show", *arguments)
        assert (answer.code, answer.out, len(answer.error), answer.failure.code) == (2, "", 3, code)
    assert not list(tmp_path.glob("a.*"))


def test_a_panel_that_cannot_be_written_is_refused_before_the_run_is_looked_up(restore, tmp_path):
    (tmp_path / "a.png").mkdir()
    for file, code in (("no/a.png", "no-such-folder"), ("a.png", "is-a-directory")):
        answer = restore("show", "nosuch", "--panel", file, "--overwrite")
        assert (answer.code, answer.failure.code) == (2, code)


def test_the_notice_is_shown_and_written_into_the_panel(restore, make_run, record):
    make_run(plan={**record.plan, "notice": "A hypothesis, never evidence."})
    answer = restore("show", "last", "--panel", "panel.png")
    assert answer.out.endswith("\nA hypothesis, never evidence.\n")
    with Image.open("panel.png") as panel:
        assert panel.info["Comment"] == "A hypothesis, never evidence."


@pytest.mark.parametrize(("file", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.PNG", b"\x89PNG")])
def test_losses_and_scores_are_drawn_by_the_ending(restore, make_run, tmp_path, file, start):
    make_run()
    answer = restore("show", "last", "--plot", file)
    assert (answer.code, answer.err) == (0, f"chart: {file}\n")
    assert (tmp_path / file).read_bytes().startswith(start)
    assert restore("show", "last", "--plot", file).failure.code == "file-exists"


def test_a_chart_of_nothing_or_in_another_format_is_refused(restore, make_run, tmp_path):
    make_run()
    make_run("bare", history=(), scores=None)
    for arguments, code in (
        (("bare", "--plot", "a.png"), "no-losses"),
        (("prints-box", "--plot", "a.pdf"), "format-not-written"),
        (("prints-box", "--plot", "no/a.png"), "no-such-folder"),
    ):
        answer = restore("show", *arguments)
        assert (answer.code, answer.out, len(answer.error), answer.failure.code) == (2, "", 3, code)
    assert not list(tmp_path.glob("a.*"))


def test_networks_of_a_run_without_weights_are_refused(restore, make_run):
    make_run()
    answer = restore("show", "last", "--summary")
    assert (answer.code, answer.out, answer.failure.code) == (2, "", "not-trained")


def test_the_networks_have_the_weights_that_the_file_stores(restore):
    answer = restore("show", GOLDEN, "--summary", "--json")
    assert answer.code == 0
    stored = open_run(GOLDEN).record.weights
    networks = answer.json["networks"]
    assert [one["name"] for one in networks] == list(stored)
    for one in networks:
        assert one["weights"] == sum(array.size for _, array in stored[one["name"]])
        assert sum(layer["weights"] for layer in one["layers"]) == one["weights"]
        assert one["trained"] <= one["weights"]
    text = restore("show", GOLDEN, "--summary").out
    assert f"{networks[0]['name']}: {networks[0]['weights']:,} weights" in text
