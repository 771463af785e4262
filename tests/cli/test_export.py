import csv
import io
from pathlib import Path

import numpy as np
import pytest

from restore.runfile.summary import read_summary
from restore.runfile.verify import verify


def test_the_flat_table(restore, make_run):
    make_run()
    answer = restore("export", "last", "--csv", "scores.csv")
    assert (answer.code, answer.out, answer.err) == (0, "", "15 scores: scores.csv\n")
    assert len(list(csv.DictReader(io.StringIO(Path("scores.csv").read_text())))) == 15
    assert restore("export", "last", "--csv", "scores.csv").code == 2
    assert restore("export", "last", "--csv", "scores.csv", "--overwrite").code == 0


def test_stdout(restore, make_run):
    make_run()
    rows = list(csv.DictReader(io.StringIO(restore("export", "last", "--csv", "-").out)))
    assert rows[2]["what"] == "restored"
    assert float(rows[2]["mean"]) == 21.75


def test_a_folder_that_is_not_there_is_told_before_the_run_is_looked_for(restore):
    answer = restore("export", "nosuch", "--csv", "no/scores.csv")
    assert (answer.code, answer.failure.code) == (2, "no-such-folder")


def test_a_pretrained_run_is_listed_shown_and_names_its_parent(restore, make_run):
    path = make_run(weights={"model": [("kernel", np.ones(3, np.float32))]})
    answer = restore("export", "last", "--pretrained", "runs/prints-small.h5")
    assert (answer.code, answer.out) == (0, "")
    written = Path("runs/prints-small.h5")
    assert verify(written) == []
    summary = read_summary(written)
    assert (summary.name, summary.kind, summary.host, summary.pid) == ("prints-small", "pretrained", "", 0)
    assert summary.parent == {"id": "0123456789ab", "content": read_summary(path).content}
    kinds = {one["name"]: one["kind"] for one in restore("runs", "--json").json["runs"]}
    assert kinds == {"prints-box": "run", "prints-small": "pretrained"}
    shown = restore("show", "prints-small")
    assert (shown.code, shown.out.split()[0]) == (0, "pretrained")
    assert restore("show", "last", "--json").json["kind"] == "run"
    assert restore("export", "last", "--pretrained", written).code == 2
    assert restore("export", "last", "--pretrained", written, "--overwrite").code == 0


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        ([], "restore export"),
        (["--csv", "a.csv", "--pretrained", "b.h5"], "restore export"),
        (["--pretrained", "b.hdf5"], "--pretrained"),
        (["--pretrained", "-"], "--pretrained"),
    ],
)
def test_one_thing_is_exported_under_a_name_that_says_what_it_is(restore, make_run, arguments, where):
    make_run()
    answer = restore("export", "last", *arguments)
    assert (answer.code, answer.out, answer.error[1].strip()) == (2, "", where)
    assert not list(Path().glob("*.h5"))


def test_a_run_that_is_not_complete_is_not_exported(restore, make_run):
    make_run(status="stopped")
    assert restore("export", "last", "--pretrained", "a.h5").code == 2
    assert not Path("a.h5").exists()


def test_weights_go_to_a_file_for_each_network(restore, make_run):
    kernel = np.arange(6, dtype=np.float32).reshape(2, 3)
    make_run(weights={"finder": [("kernel", kernel), ("kernel", kernel[0])], "filler": [("count", np.int64(7))]})
    answer = restore("export", "last", "--weights", "a.safetensors")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.splitlines() == ["network filler: a-filler.safetensors", "network finder: a-finder.safetensors"]
    numpy = pytest.importorskip("safetensors.numpy")
    stored = numpy.load_file("a-finder.safetensors")
    assert np.array_equal(stored["kernel"], kernel)
    assert np.array_equal(stored["kernel.1"], kernel[0])
    assert numpy.load_file("a-filler.safetensors")["count"] == 7
    again = restore("export", "last", "--weights", "a.safetensors")
    assert (again.code, again.failure.code) == (2, "file-exists")


def test_stored_networks_are_written_as_they_are(restore, make_run):
    make_run(weights={"model": [("kernel", np.ones(3, np.float32))]}, exports={"model": b"onnx"})
    assert restore("export", "last", "--onnx", "a.onnx").code == 0
    assert Path("a.onnx").read_bytes() == b"onnx"
    assert "model (4 bytes)" in restore("show", "last").out


def test_networks_of_an_untrained_run_are_refused(restore, make_run):
    make_run(status="stopped", weights={})
    for option in ("--keras", "--onnx", "--weights"):
        ending = {"--keras": "keras", "--onnx": "onnx", "--weights": "safetensors"}[option]
        answer = restore("export", "last", option, f"a.{ending}")
        assert (answer.code, answer.failure.code) == (2, "not-trained")
        assert restore("export", "last", option, "a.h5").code == 2
