"""The summary fits the block whatever a run is called, and tells damaged files as such."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runfile.parts import PARTS

from restore.errors import InputError
from restore.runfile import seal
from restore.runfile.encode import encode
from restore.runfile.record import Parent
from restore.runfile.summary import NAME, Holder, read_summary, write_summary

DIGESTS = dict.fromkeys((*PARTS, "ancestors"), "f" * 64)
ANY = st.text(st.characters(blacklist_categories=()), max_size=400) | st.sampled_from(
    ("\1" * 500, "\U0001f590" * 500, "\udcff" * 500, "\\" * 500, '"' * 500)
)


@given(ANY, ANY, ANY, ANY, ANY, st.lists(ANY, max_size=60))
@settings(deadline=None)
def test_always_fits(record, name, recipe, model, metric, host, corruptions):
    row = {
        "metric": metric,
        "unit": metric,
        "region": metric,
        "corruption": metric,
        "what": "restored",
        "mean": -1e-300,
    }
    changed = replace(
        record,
        id=recipe,
        name=name,
        created=recipe,
        restore_version=recipe,
        plan={"recipe": recipe, "model": {"spec": model}, "corrupt": [{"spec": text} for text in corruptions]},
        scores=replace(record.scores, table=[row]),
        parent=Parent(recipe, metric),
    )
    line = write_summary(changed, Holder(2**31, host), 10**6, DIGESTS, "f" * 64)
    block = b"\n" + line + b"\n"
    fields = seal.fields(block + bytes(seal.BLOCK - len(block)), 1)
    assert len(line) <= seal.MAX_SUMMARY
    assert fields["name"] == (name if len(name) <= NAME else name[: NAME - 1] + "…")
    assert fields["corruptions_total"] == len(corruptions)
    assert fields["parts"] == DIGESTS


def test_many_corruptions_are_cut_with_their_count(record, tmp_path):
    specs = [f"box:side={side}" for side in range(1000)]
    changed = replace(record, plan=record.plan | {"corrupt": [{"spec": spec} for spec in specs]})
    path = tmp_path / "many.h5"
    path.write_bytes(encode(changed))
    summary = read_summary(path)
    assert 50 < len(summary.corruptions) < 1000
    assert list(summary.corruptions) == specs[: len(summary.corruptions)]
    assert summary.corruptions_total == 1000


def test_says_what_the_record_says(record, run_path):
    summary = read_summary(run_path)
    assert (summary.id, summary.name, summary.created, summary.status) == (
        record.id,
        record.name,
        record.created,
        "running",
    )
    assert (summary.pid, summary.host) == (os.getpid(), socket.gethostname()[:NAME])
    assert (summary.recipe, summary.model, summary.epochs, summary.schema) == ("fingerprint/fingerprint", "unet", 2, 2)
    assert (summary.kind, summary.parent) == ("run", {"id": record.parent.id, "content": record.parent.content})
    assert summary.corruptions == ["box", "noise:amount=0.2|box"]
    assert summary.score == {"metric": "psnr", "unit": "dB", "region": "full", "corruption": "box", "mean": None}
    assert summary.size == run_path.stat().st_size
    assert not summary.damage


def test_a_summary_of_schema_1_is_that_of_a_run():
    summary = read_summary(Path(__file__).parents[1] / "golden" / "run-schema-1.h5")
    assert (summary.schema, summary.kind, summary.parent, summary.damage) == (1, "run", None, "")


@pytest.mark.parametrize("kind", ["evaluation", "pretrained"])
def test_other_kinds_are_named(kind, record, tmp_path):
    path = tmp_path / "other.h5"
    path.write_bytes(encode(replace(record, kind=kind, parent=None)))
    assert (read_summary(path).kind, read_summary(path).parent) == (kind, None)


def test_a_run_without_scores_has_no_score(record, tmp_path):
    path = tmp_path / "early.h5"
    path.write_bytes(encode(replace(record, scores=None)))
    assert read_summary(path).score is None


def line(fields):
    data = b"restore-run 1 sha256=" + b"a" * 64 + b" bytes=9\n" + seal.checked(fields) + b"\n"
    return data + bytes(seal.BLOCK - len(data))


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (lambda data: b"", ""),
        (lambda data: b"hello", ""),
        (lambda data: data[:50], "seal"),
        (lambda data: data[:1000], "summary"),
        (lambda data: data[:5000], "5,000"),
        (lambda data: data + b"x", "bytes"),
        (lambda data: data.replace(b"restore-run 1", b"restore-run 2", 1), "2"),
        (lambda data: data.replace(b'"status":"running"', b'"status":"runnyng"', 1), "summary"),
        (lambda data: line({"name": 3}), "name"),
        (lambda data: line({"pid": "3"}), "pid"),
        (lambda data: line({"parent": "3"}), "parent"),
    ],
)
def test_the_damage_of_a_file_is_named(change, value, sealed, tmp_path):
    path = tmp_path / "broken.h5"
    path.write_bytes(change(sealed))
    summary = read_summary(path)
    assert summary.damage
    assert value in summary.damage
    assert summary.name


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError) as refused:
        read_summary(tmp_path / "none.h5")
    assert refused.value.code == "unknown-run"
