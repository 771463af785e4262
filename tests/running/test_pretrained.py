"""A pretrained run holds nothing of the images, people, paths and machines that it was made from."""

from dataclasses import replace

import numpy as np
import pytest
from running.cases import case

from restore.errors import RequestError
from restore.planning.plan import Plan
from restore.runfile.encode import encode
from restore.runfile.read import read, read_bytes, read_tree
from restore.runfile.record import Ancestors, LearnedFrom, LogEntry, SplitIds, State
from restore.runfile.summary import Holder, read_summary
from restore.runfile.verify import verify
from restore.running.pretrained import NOBODY, strip
from restore.running.scores import ScoredCase, scores_of

SECRETS = ("erika mustermann", "0f1e2d3c" * 8, "/home/erika", "secret-host", "scans", "cut short at", "erika/clean")


@pytest.fixture
def trained(record):
    """Return a complete run whose every field names somebody or somewhere."""
    who, digest, where, host, data, reason, _ = SECRETS
    plan = record.plan | {
        "data": f"{where}/prints",
        "also": [{"name": data, "data": where, "dataset": record.plan["dataset"]}],
    }
    plan |= {"split_seed": 3, "split": {"train": [who], "validation": ["b"], "test": ["c"]}}
    learned = LearnedFrom([who], [digest])
    plan["dataset"] = {
        "component": "builtin/pairs",
        "spec": f"pairs:masks={where}/masks,clean=erika/clean,group=folder",
        "level": None,
        "options": {"masks": f"{where}/masks", "clean": "erika/clean", "group": "folder", "max_pixels": 9},
    }
    weights = {"model": [("kernel", np.arange(6, dtype=np.float32).reshape(2, 3))]}
    split = SplitIds([f"{who}/1.png"] * 3, [who] * 3, [digest] * 3)
    own = case()
    own = replace(own, test=replace(own.test, ids=[f"{who}/{i}.png" for i in range(6)], groups=[who] * 6))
    return replace(
        record,
        plan=plan,
        environment={
            "versions": {"python": "3.11.7", "keras": "3.9.0"},
            "platform": f"Linux-{host}",
            "node": host,
            "backend": "tensorflow",
        },
        data={"train": split, f"also {data}": split},
        ancestors=Ancestors(
            [{"id": "ba9876543210", "content": "", "images": True}], {"train": learned, "validation": learned}
        ),
        skipped=[{"id": f"{who}/2.png", "reason": reason}],
        margins=[{"size": [103, 96], "top": 2, "bottom": 5, "left": 0, "right": 0}],
        scores=scores_of([ScoredCase.of(own), ScoredCase.of(case(data=data, seed=1))]),
        gallery=[replace(record.gallery[0], id=f"{who}/1.png", details={"truth": {"from": where}})],
        weights=weights,
        exports={"model": b"a network"},
        state=State(weights, {}, {"at": where}),
        events=[LogEntry("2026-01-02T03:04:06+00:00", "info", f"{reason} {who}")],
    )


def texts_of(path):
    """Return everything that a run file says: its bytes, and the values that may be packed in them."""
    data = read_bytes(path)
    _, tree = read_tree(data)
    values = [node.value.tobytes() for node in tree.values() if node.value is not None]
    names = [f"{name} {node.attrs}".encode() for name, node in tree.items()]
    return b"\n".join([data, *values, *names])


def test_nothing_of_people_paths_and_machines_is_left(trained, tmp_path):
    whole, stripped = tmp_path / "whole.h5", tmp_path / "stripped.h5"
    whole.write_bytes(encode(trained, Holder(4711, SECRETS[3])))
    stripped.write_bytes(encode(strip(trained), NOBODY))
    secrets = [secret.encode() for secret in (*SECRETS, '"pid":4711')]
    assert all(secret in texts_of(whole) for secret in secrets), "the test looks for what the run holds"
    assert not [secret for secret in secrets if secret in texts_of(stripped)]
    assert verify(stripped) == []
    summary = read_summary(stripped)
    assert (summary.kind, summary.pid, summary.host) == ("pretrained", 0, "")


def test_weights_history_table_and_versions_stay(trained, tmp_path):
    path = tmp_path / "stripped.h5"
    path.write_bytes(encode(strip(trained, "5" * 64), NOBODY))
    record = read(path)
    assert (record.kind, record.status, record.parent.id, record.parent.content) == (
        "pretrained",
        "complete",
        trained.id,
        "5" * 64,
    )
    assert record.id != trained.id
    assert np.array_equal(record.weights["model"][0][1], trained.weights["model"][0][1])  # small whole numbers
    assert [row["val_loss"] for row in record.history] == [row["val_loss"] for row in trained.history]
    assert record.environment == {"versions": {"python": "3.11.7", "keras": "3.9.0"}, "backend": "tensorflow"}
    assert record.margins == tuple(trained.margins)
    assert list(record.scores.table) == [row for row in trained.scores.table if row["data"] is None]
    assert record.scores.value.size == 0
    assert (record.gallery, record.state, record.exports) == (None, None, {})


def test_weights_are_rounded_to_half_the_size(trained, tmp_path):
    rng = np.random.default_rng(0)
    exact = (rng.normal(size=(3, 3, 16, 16)) * 10.0 ** rng.integers(-9, 9, (3, 3, 16, 16))).astype(np.float32)
    exact[0, 0, 0, :4] = 0, 1.9999999, -1.9999999, 2**-126
    counts, single = np.arange(5, dtype=np.int64), np.array(0.7, np.float32)
    kept = strip(
        replace(trained, weights={"model": [("kernel", exact), ("count", counts), ("level", single)]})
    ).weights["model"]
    rounded = kept[0][1]
    assert rounded.dtype == np.float32
    assert rounded[0, 0, 0, :4].tolist() == [0, 2, -2, 2**-126]
    assert (np.abs(rounded - exact) <= np.abs(exact) * 2**-11).all()
    assert (rounded.view(np.uint32) % 2**13 == 0).all()
    assert np.array_equal(kept[1][1], counts)
    assert kept[2][1].shape == ()
    assert kept[2][1] == np.float32(0.7001953125)


def test_the_plan_still_resolves_without_its_paths(trained):
    plan = Plan.from_json(strip(trained).plan)
    assert (plan.data, plan.also, plan.split, plan.split_seed) == (None, (), None, 3)
    assert plan.dataset.spec == "pairs:group=folder"
    assert plan.dataset.options == {"group": "folder", "max_pixels": 9}
    assert plan.model == Plan.from_json(trained.plan).model


@pytest.mark.parametrize("path", ["/home/erika/x.png", r"C:\erika\x.png", "~/x.png"])
def test_a_path_among_other_options_is_refused(trained, path):
    model = trained.plan["model"] | {"options": {"texture": path}}
    with pytest.raises(RequestError) as refused:
        strip(replace(trained, plan=trained.plan | {"model": model}))
    assert refused.value.code == "path-in-plan"
    assert refused.value.where.startswith("plan.model.options.texture=")


def test_a_run_that_is_not_complete_is_refused(trained):
    with pytest.raises(RequestError) as refused:
        strip(replace(trained, status="stopped"))
    assert refused.value.code == "not-complete"
