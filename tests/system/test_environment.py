"""The backend that a run asks for is refused with its place where it cannot be had, and named where it is another."""

import json
import os

import pytest

from restore.errors import RequestError
from restore.system import environment


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Set the backend by the variable, in the user's keras.json, or not at all; returns the file."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    file = tmp_path / "keras.json"

    def configure(variable=None, **entries):
        monkeypatch.delenv("KERAS_BACKEND", raising=False)
        if variable is not None:
            monkeypatch.setenv("KERAS_BACKEND", variable)
        file.write_text(json.dumps(entries))
        return str(file)

    return configure


@pytest.mark.parametrize(
    ("variable", "entries"),
    [
        (None, {}),
        ("", {}),
        ("tensorflow", {}),
        (None, {"backend": "tensorflow"}),
        ("tensorflow", {"backend": "nonsense"}),
        (None, {"backend": ""}),
    ],
)
def test_the_backend_at_hand_is_taken(configured, variable, entries):
    configured(variable, **entries)
    assert environment.require_backend() == "tensorflow"
    assert environment.remarks() == []


@pytest.mark.parametrize(("name", "hint"), [("jaxx", "'jax'"), ("nonsense", "tensorflow, jax, torch")])
@pytest.mark.parametrize("where", ["variable", "file"])
def test_an_unknown_backend_is_refused_with_its_place(configured, where, name, hint):
    place = configured(name) and "KERAS_BACKEND" if where == "variable" else configured(backend=name)
    with pytest.raises(RequestError) as refused:
        environment.require_backend()
    assert (refused.value.code, refused.value.where) == ("unknown-backend", place)
    assert name in refused.value.what
    assert hint in refused.value.hint


@pytest.mark.parametrize("where", ["variable", "file"])
def test_a_backend_that_is_not_installed_is_refused_with_its_place(configured, monkeypatch, where):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    place = configured("torch") and "KERAS_BACKEND" if where == "variable" else configured(backend="torch")
    with pytest.raises(RequestError) as refused:
        environment.require_backend()
    assert (refused.value.code, refused.value.where) == ("missing-backend", place)
    assert "restore-toolkit[torch]" in refused.value.hint


def test_another_backend_is_named_where_a_file_of_other_work_sets_it(configured):
    configured("jax")
    assert environment.remarks() == []  # asked for
    file = configured(backend="jax")
    (remark,) = environment.remarks()
    assert "jax" in remark
    assert file in remark


def test_an_unknown_device_is_refused():
    assert [environment.parse_device(one) for one in environment.DEVICES] == ["auto", "cpu", "gpu"]
    with pytest.raises(RequestError) as refused:
        environment.parse_device("gpuu")
    assert (refused.value.code, refused.value.where) == ("unknown-device", "--device")


def test_the_machine_is_described_with_the_processors_that_may_be_used():
    machine = environment.describe_machine()
    assert machine["cores"] == os.cpu_count()
    assert 1 <= machine["usable"] <= machine["cores"]
