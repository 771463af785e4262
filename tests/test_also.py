"""A run tested on additional datasets: each keeps rows of its own; images that were trained on are warned of."""

import dataclasses

import numpy as np
import pytest

import restore
from restore.errors import InputError, RequestError
from restore.events import Warned
from restore.images import write
from restore.planning.options import make_request
from restore.planning.plan import Plan
from restore.planning.resolve import request_of, resolve
from restore.plugins.catalogue import Catalogue
from restore_fingerprint.synthetic import synthetic


@pytest.fixture(scope="module")
def sensors(tmp_path_factory):
    """Return a folder of three sensors' prints; the third has the first one's pictures."""
    folder = tmp_path_factory.mktemp("sensors")
    for name, seed in (("first", 0), ("second", 1), ("third", 0)):
        (folder / name).mkdir()
        source = synthetic(None, count=12, impressions=2, size=(40, 36), seed=seed)
        for i in range(len(source)):
            write(folder / name / f"{i // 2 + 1}_{i % 2 + 1}.png", source[i].clean)
    return folder


def plan_of(sensors, *also, **more):
    request = make_request("fingerprint", data=sensors / "first", also=also or None, **more)
    return resolve(request, Catalogue.installed())


def test_a_folder_is_opened_as_data_is_and_a_spec_says_how_else(sensors):
    second, third = plan_of(sensors, str(sensors / "second"), f"builtin/folder:group=file={sensors / 'third'}").also
    assert (second.name, second.data, second.dataset.component) == (
        "second",
        str(sensors / "second"),
        "fingerprint/prints",
    )
    assert (third.name, third.dataset.component, third.dataset.options["group"]) == ("third", "builtin/folder", "file")


def test_a_plan_with_others_is_written_read_and_asked_for_again(sensors):
    plan = plan_of(sensors, str(sensors / "second"), f"folder:group=file={sensors / 'third'}")
    assert Plan.from_json(plan.to_json()) == plan
    assert resolve(request_of(plan), Catalogue.installed()) == plan
    before = {name: value for name, value in plan.to_json().items() if name not in ("also", "notice")}
    assert Plan.from_json(before) == dataclasses.replace(plan, also=(), notice="")


@pytest.mark.parametrize(
    ("also", "error", "code", "where", "named"),
    [
        (["nowhere"], InputError, "not-found", "nowhere", ""),
        (["prints=nowhere"], InputError, "not-found", "nowhere", ""),
        (["prin=second"], RequestError, "unknown-component", "--also prin", "prints"),
        (["second", "./second"], RequestError, "duplicate", "--also", "link"),
        (["prints="], RequestError, "bad-value", "--also", ""),
    ],
)
def test_what_cannot_be_tested_on_is_refused(sensors, monkeypatch, also, error, code, where, named):
    monkeypatch.chdir(sensors)
    with pytest.raises(error) as refused:
        plan_of(sensors, *also)
    assert (refused.value.code, refused.value.where) == (code, where)
    assert named in refused.value.hint


def test_a_path_may_hold_an_equals_sign(sensors, monkeypatch):
    monkeypatch.chdir(sensors)
    (sensors / "a=b").symlink_to("second")
    plan = plan_of(sensors, "a=b", "folder:group=file=first")
    assert [(one.name, one.dataset.component) for one in plan.also] == [
        ("a=b", "fingerprint/prints"),
        ("first", "builtin/folder"),
    ]
    assert resolve(request_of(plan), Catalogue.installed()) == plan


def test_a_link_gives_a_data_set_another_name(sensors, monkeypatch):
    monkeypatch.chdir(sensors)
    (sensors / "again").symlink_to("second")
    assert [one.name for one in plan_of(sensors, "second", "again", "third/..").also] == [
        "second",
        "again",
        sensors.name,
    ]


def test_each_dataset_keeps_its_own_rows(stand_in, sensors, tmp_path):
    heard = []
    run = restore.run(
        "small",
        data=sensors / "first",
        dataset="fingerprint/prints",
        also=[f"fingerprint/prints={sensors / name}" for name in ("second", "third")],
        baselines="median",
        runs=tmp_path,
        listener=heard.append,
    )
    counts = {(row["data"], row["n"]) for row in run.scores if (row["metric"], row["region"]) == ("psnr", "hole")}
    own = run.to_json()["data"]
    assert counts == {(None, own["test"]["images"]), ("second", 12), ("third", 12)}
    assert own["also second"] == own["also third"] == {"images": 12, "groups": 6}
    trained = own["train"]["images"] + own["validation"]["images"]
    warned = [event.text.partition(": ") for event in heard if isinstance(event, Warned)]
    # That groups are few is said of both; only the first folder's images were trained on.
    ours, others = ([text for name, _, text in warned if name == one] for one in ("third", "second"))
    assert {text.split()[0] for text in ours if text not in others} == {str(trained)}
    scores = run.record.scores
    assert len(scores.corruption) == 1
    axes = scores.metric.index("mae"), scores.region.index("hole"), scores.what.index("restored")
    for name in ("second", "third"):
        rows = [i for i, data in enumerate(scores.data) if data == name]
        assert all(scores.image[i].startswith(f"{name}/") for i in rows)
        mean = next(
            row["mean"]
            for row in run.scores
            if (row["data"], row["metric"], row["region"], row["what"]) == (name, "mae", "hole", "restored")
        )
        np.testing.assert_allclose(scores.value[rows, 0, *axes].mean(), mean, rtol=1e-5)
    # An image is damaged alike wherever it lies.
    by_name = {image: scores.value[i, 0] for i, image in enumerate(scores.image)}
    for image in (image for image in by_name if "/" not in image):
        np.testing.assert_allclose(by_name[image], by_name[f"third/{image}"], rtol=1e-3)
