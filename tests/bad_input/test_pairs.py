"""Pairs from the command line: every fault is told at once, and nothing is written."""

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
    (scans / "masks" / "9.png").write_bytes(b"no picture")
    what, where, hint = refused(*RUN, *SMALL, "--dataset=pairs:masks=masks").error
    assert what == "error: 10 of 12 pictures cannot be used"
    for said in (
        "damaged/0.png: there is no clean partner clean/0 of any ending",
        "damaged/1.png: there is more than one clean partner: clean/1.bmp and clean/1.png",
        "2.png: ",
        "damaged/3.png: there is no mask masks/3 of any ending",
        "4.png: the mask is not two-valued: 1,024 of 1,024 pixels",
        "5.png: the mask is empty",
        "6.png: the mask is white throughout",
        "7.png: the mask has another size than its picture, 32x31 and not 32x32",
        "damaged/8.png: 912 of 1,024 changed pixels lie outside the mask",
        "9.png: this is no picture",
    ):
        assert said in where
    assert "--skip-bad" in hint


def test_a_partner_of_another_size_is_told(refused, scans):
    write(scans / "damaged" / "2.png", np.ones((31, 32, 1), np.float32), overwrite=True)
    what, where, *_ = refused(*RUN, *SMALL, "--dataset=pairs").error
    assert "another size" in what
    assert where == "  damaged/2.png"


@pytest.mark.parametrize(
    ("dataset", "said"),
    [
        ("pairs:clean=claen", "clean"),
        ("pairs:masks=mask", "masks"),
        ("pairs:clean=a,damaged=b", "2 folders cannot be used"),
        ("pairs:damaged=../damaged", "below the data's"),
        ("pairs:name=(.+)_cut", "none of the 12 pictures in damaged has its partners"),
        ("pairs:name=.+", "no group for the clean name"),
        ("pairs:name=(", "no regular expression"),
        ("pairs:group=([a-z]+)_", "finds nothing in 12 of 12 names"),
        ("pairs:mask=masks", "no option 'mask'"),
        ("pairs:max_pixels=0", "max_pixels"),
    ],
)
def test_a_wrong_folder_or_pattern_is_told(refused, scans, dataset, said):
    assert said in refused(*RUN, *SMALL, f"--dataset={dataset}").err


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
    assert "1 in clean without a damaged partner, such as clean/lone.png" in answer.err


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
