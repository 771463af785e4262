"""Pairs from the command line: all faults are reported at once, and nothing is written."""

import os
from pathlib import Path

import numpy as np
import pytest

from restore.images import write

DATA = os.environ.get("RESTORE_TEST_DATA")
RUN = ["run", "fingerprint", "--data", "scans", "--corrupt=none"]
SMALL = ["--size=32", "--epochs=1", "--batch=8", "--model=selective-unet:width=8,depth=2", "--baseline=none"]


@pytest.fixture
def scans(tmp_path):
    """Write twelve pairs with masks."""
    for number in range(12):
        rng = np.random.default_rng(number)
        clean = rng.random((32, 32, 1), np.float32) / 2
        mask = np.zeros_like(clean)
        mask[4:12, 6:20] = 1
        for kind, image in {"clean": clean, "damaged": np.maximum(clean, mask), "masks": mask}.items():
            (tmp_path / "scans" / kind).mkdir(parents=True, exist_ok=True)
            write(tmp_path / "scans" / kind / f"{number}.png", image)
    return tmp_path / "scans"


def test_all_faults_of_pairs_and_masks_are_listed_together(refused, scans):
    black, white, grey = (np.full((32, 32, 1), value, np.float32) for value in (0, 1, 0.5))
    (scans / "clean" / "0.png").unlink()
    write(scans / "clean" / "1.bmp", grey)
    write(scans / "damaged" / "2.png", grey[1:], overwrite=True)
    (scans / "masks" / "3.png").unlink()
    for number, mask in {4: grey, 5: black, 6: white, 7: white[1:]}.items():
        write(scans / "masks" / f"{number}.png", mask, overwrite=True)
    write(scans / "damaged" / "8.png", grey, overwrite=True)
    (scans / "masks" / "9.png").write_bytes(b"text")
    failure = refused(*RUN, *SMALL, "--dataset=pairs:masks=masks").failure
    assert failure.code == "bad-input"
    assert "10 of 12 " in failure.what
    for place, value in (
        ("damaged/0.png: ", "clean/0"),
        ("damaged/1.png: ", "clean/1.bmp and clean/1.png"),
        ("2.png: ", ""),
        ("damaged/3.png: ", "masks/3"),
        ("4.png: ", "1,024 of 1,024"),
        ("5.png: ", ""),
        ("6.png: ", ""),
        ("7.png: ", "32x31"),
        ("damaged/8.png: ", "912 of 1,024"),
        ("9.png: ", ""),
    ):
        (line,) = [line for line in failure.where.splitlines() if place in line]
        assert value in line
    assert "--skip-bad" in failure.hint


def test_a_partner_of_another_size_is_refused(refused, scans):
    write(scans / "damaged" / "2.png", np.ones((31, 32, 1), np.float32), overwrite=True)
    failure = refused(*RUN, *SMALL, "--dataset=pairs").failure
    assert (failure.code, failure.where) == ("other-size", "damaged/2.png")


@pytest.mark.parametrize(
    ("dataset", "code", "value"),
    [
        ("pairs:clean=claen", "not-found", "claen"),
        ("pairs:masks=mask", "not-found", "mask"),
        ("pairs:clean=a,damaged=b", "not-found", "scans/a"),
        ("pairs:damaged=../damaged", "outside-data", "damaged=../damaged"),
        ("pairs:name=(.+)_cut", "missing-partner", "damaged/0.png"),
        ("pairs:name=.+", "bad-pattern", "name=.+"),
        ("pairs:name=(", "bad-pattern", "name=("),
        ("pairs:group=([a-z]+)_", "no-match", "scans/clean"),
        ("pairs:mask=masks", "unknown-option", "dataset"),
        ("pairs:max_pixels=0", "bad-option", "dataset"),
    ],
)
def test_a_wrong_folder_or_pattern_is_refused(refused, scans, dataset, code, value):
    failure = refused(*RUN, *SMALL, f"--dataset={dataset}").failure
    assert failure.code == code
    assert value in failure.where


@pytest.mark.trains
def test_a_run_on_pairs(restore, scans):
    write(scans / "clean" / "lone.png", np.ones((32, 32, 1), np.float32))
    write(scans / "damaged" / "3.png", np.ones((31, 32, 1), np.float32), overwrite=True)
    answer = restore(*RUN, *SMALL, "--dataset=pairs:masks=masks", "--skip-bad", "--json")
    assert answer.code == 0
    document = answer.json
    assert document["status"] == "complete"
    assert [one["id"] for one in document["data"]["skipped"]] == ["damaged/3.png"]
    assert {(row["corruption"], row["level"]) for row in document["scores"]} == {("damaged", None)}
    assert "1 in clean" in answer.err
    assert "clean/lone.png" in answer.err


@pytest.mark.trains
@pytest.mark.skipif(not DATA, reason="RESTORE_TEST_DATA is not set")
def test_a_run_on_altered_prints(restore):
    pattern = 'name="(.+)_(?P<name>CR|Obl|Zcut)",group=([0-9]+)__'
    spec = f"pairs:clean=Real,damaged=Altered/Altered-Hard,{pattern}"
    answer = restore(
        *("run", "fingerprint", "--data", Path(DATA) / "SOCOFing", "--dataset", spec, "--corrupt=none"),
        *(*SMALL, "--limit=60", "--json"),
    )
    assert answer.code == 0
    assert {row["corruption"] for row in answer.json["scores"]} == {"CR", "Obl", "Zcut"}
    errors = {row["mean"] for row in answer.json["scores"] if (row["what"], row["metric"]) == ("damaged", "mae")}
    assert 0 in errors  # outside what differs
    assert len(errors) > 3
