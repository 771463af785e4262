"""What `--json` prints is what the schemas in docs/schemas say, and nothing else."""

import copy
import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import restore
from restore.images import write
from restore.plugins.commands import find_commands
from restore.plugins.components import COMPONENTS
from restore.plugins.discovery import discover
from restore.plugins.listing import list_details, select
from restore.running.opened import Run
from restore.running.pretrained import strip
from restore.show.apply import apply_document
from restore.show.compare import compare_document
from restore.show.plugins import plugin_document
from restore.show.summary import summary_documents
from restore.tasks.summary import Layer, NetworkSummary

SCHEMAS = Path(__file__).parent.parent / "docs/schemas"
KINDS = [kind.kind for kind in COMPONENTS]


def validator(name):
    schema = json.loads((SCHEMAS / name).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def listing(name=None):
    selection = select(discover(), find_commands(()), name)
    document = plugin_document(selection, list_details(selection)[0] if selection.named else {})
    return json.loads(json.dumps(document, allow_nan=False))


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """Return the document of a small run under two corruptions."""
    made = restore.run(
        "fingerprint",
        corrupt=["box@easy", "noise:kind=salt-pepper"],
        model="cae",
        size=32,
        limit=12,
        epochs=1,
        runs=tmp_path_factory.mktemp("runs"),
        cache=False,
    )
    return json.loads(json.dumps(made.to_json(), allow_nan=False))


@pytest.mark.parametrize("name", [None, *KINDS, "builtin", "fingerprint", "box", "builtin/ssim"])
def test_a_listing_is_what_its_schema_says(name):
    document = listing(name)
    validator("list-plugins.json").validate(document)
    assert any(plugin["components"] for plugin in document["plugins"]) or name == "pretrained"  # nobody ships one yet


def test_broken_plugins_are_what_the_schema_says(zoo):
    zoo("import_raises", "bad_ref", "no_metadata")
    document = listing()
    validator("list-plugins.json").validate(document)
    assert {plugin["status"] for plugin in document["plugins"]} == {"ok", "broken"}


@pytest.mark.parametrize("name", [None, "pretrained", "zoo-pretrained", "zoo-pretrained/shipped", "zoo-commands"])
def test_pretrained_runs_and_commands_are_what_the_schema_says(zoo, name):
    zoo("pretrained", "commands")
    validator("list-plugins.json").validate(listing(name))


def test_options_are_listed_for_a_name_alone():
    (plugin,) = listing("box")["plugins"]
    assert plugin["components"][0]["options"]["size"]["default"] == 28
    assert not any("options" in one for plugin in listing()["plugins"] for one in plugin["components"])


@pytest.mark.trains
def test_a_run_is_what_its_schema_says(document):
    validator("run.json").validate(document)
    assert document["status"] == "complete"
    assert {row["what"] for row in document["scores"]} == {"damaged", "identity", "biharmonic", "restored"}
    assert {row["level"] for row in document["scores"]} == {"easy", None}


@pytest.mark.trains
@pytest.mark.parametrize(
    ("place", "value"),
    [(("status",), "done"), (("scores", 0, "mean"), "NaN"), (("plan", "size"), [96]), (("epochs", "left"), 1)],
)
def test_another_document_is_refused(document, place, value):
    changed = copy.deepcopy(document)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        validator("run.json").validate(changed)


def test_a_pretrained_run_is_what_the_schema_says(record):
    document = Run(Path("a.h5"), strip(record)).to_json()
    validator("run.json").validate(json.loads(json.dumps(document, allow_nan=False)))
    assert (document["kind"], document["parent"]["id"], document["data"]) == ("pretrained", record.id, {"skipped": []})


@pytest.mark.parametrize("unpaired", [False, True])
def test_a_comparison_is_what_its_schema_says(stand_in, tmp_path, unpaired):
    runs = [restore.run("small", model=f"filler:level={level}", epochs=1, runs=tmp_path) for level in (0.2, 0.4)]
    document = compare_document(restore.compare(*runs, unpaired=unpaired))
    validator("compare.json").validate(json.loads(json.dumps(document, allow_nan=False)))
    assert document["comparisons"][0]["plan_differences"] == [
        {"path": "model.spec", "a": "filler:level=0.2", "b": "filler:level=0.4"}
    ]
    with pytest.raises(jsonschema.ValidationError):
        validator("compare.json").validate(document | {"comparisons": []})


def test_the_networks_of_a_run_are_what_the_schema_says(record):
    layer = Layer("conv", "Conv2D", ((None, None, 24, 1),), 385)
    document = Run(Path("a.h5"), strip(record)).to_json()
    document["networks"] = summary_documents([NetworkSummary("finder", (layer,), 385, 380)])
    validator("run.json").validate(json.loads(json.dumps(document, allow_nan=False)))


def test_restored_images_are_what_their_schema_says(stand_in, tmp_path, monkeypatch):
    run = restore.run("small", epochs=1, runs=tmp_path)
    monkeypatch.setattr("restore.tasks.finding.READ_WHOLE", 0)
    image = np.full((20, 20, 1), 0.5, np.float32)
    for name in ("whole", "damaged", "broken"):
        write(tmp_path / f"{name}.png", image)
        image[3:9, 3:9] = 0
    (tmp_path / "broken.png").write_bytes((tmp_path / "broken.png").read_bytes()[:-30])
    applied = restore.apply(run, list(tmp_path.glob("*.png")), output=tmp_path / "out")
    document = apply_document(applied, {"id": run.id, "name": run.name}, "")
    document = json.loads(json.dumps(document, allow_nan=False))
    validator("apply.json").validate(document)
    assert document["counts"] == {"restored": 1, "untouched": 1, "refused": 1}
    for place, value in (("status", "started"), ("used", 2), ("more", 0)):
        changed = {**document, "images": [{**document["images"][0], place: value}]}
        with pytest.raises(jsonschema.ValidationError):
            validator("apply.json").validate(changed)
