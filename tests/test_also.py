"""A run tested on other data sets too: each keeps its own rows; pictures that were learned from are told."""

import dataclasses

import numpy as np
import pytest

import restore
from restore.errors import InputError, RequestError
from restore.events import Warned
from restore.images import write
from restore.planning.plan import Plan
from restore.planning.request import Request, request_of, resolve
from restore.plugins.catalogue import Catalogue
from restore_fingerprint.synthetic import synthetic

SMALL = {"size": 32, "epochs": 1, "batch": 8, "corrupt": "box:size=8", "baselines": "median"}


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
    request = Request(recipe="fingerprint", data=str(sensors / "first"), also=also or None, **more)
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
    ("also", "error", "told"),
    [
        (["nowhere"], InputError, "nowhere"),
        (["prints=nowhere"], InputError, "nowhere"),
        (["prin=second"], RequestError, "there is no dataset 'prin'"),
        (["second", "./second"], RequestError, "two data sets are called second"),
    ],
)
def test_what_cannot_be_tested_on_is_refused(sensors, monkeypatch, also, error, told):
    monkeypatch.chdir(sensors)
    with pytest.raises(error, match=told):
        plan_of(sensors, *also)


def test_a_link_gives_a_data_set_another_name(sensors, monkeypatch):
    monkeypatch.chdir(sensors)
    (sensors / "again").symlink_to("second")
    assert [one.name for one in plan_of(sensors, "second", "again", "third/..").also] == [
        "second",
        "again",
        sensors.name,
    ]


@pytest.mark.trains
def test_each_data_set_keeps_its_own_rows(sensors, tmp_path):
    heard = []
    run = restore.run(
        "fingerprint",
        data=sensors / "first",
        also=[sensors / "second", sensors / "third"],
        runs=tmp_path,
        name="three",
        listener=heard.append,
        **SMALL,
    )
    counts = {(row["data"], row["n"]) for row in run.scores if (row["metric"], row["region"]) == ("psnr", "hole")}
    own = run.to_json()["data"]
    assert counts == {(None, own["test"]["images"]), ("second", 12), ("third", 12)}
    assert own["also second"] == own["also third"] == {"images": 12, "groups": 6}
    told = [event.text for event in heard if isinstance(event, Warned)]
    learned = own["train"]["images"] + own["validation"]["images"]
    assert f"third: {learned} of its pictures are among those that the model learns from" in told
    assert not any(text.startswith("second: ") and "learns from" in text for text in told)
    scores = run.record.scores
    assert len(scores.corruption) == 1
    for name in ("second", "third"):
        rows = [i for i, image in enumerate(scores.image) if image.startswith(f"{name}/")]
        values = scores.value[
            rows, 0, scores.metric.index("mae"), scores.region.index("hole"), scores.what.index("restored")
        ]
        mean = next(
            row["mean"]
            for row in run.scores
            if (row["data"], row["metric"], row["region"], row["what"]) == (name, "mae", "hole", "restored")
        )
        np.testing.assert_allclose(values.mean(), mean, rtol=1e-5)
    # A picture is damaged alike wherever it lies.
    by_name = {image: scores.value[i, 0] for i, image in enumerate(scores.image)}
    for image in (image for image in by_name if "/" not in image):
        np.testing.assert_allclose(by_name[image], by_name[f"third/{image}"], rtol=1e-3)
    carried = restore.open("three", runs=tmp_path)
    assert carried.plan["also"][0]["name"] == "second"
