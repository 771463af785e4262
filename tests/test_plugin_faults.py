"""Every fault that a plugin may have, met on the command line.

| fault | said by | when | exit |
|---|---|---|---|
| import raises, exits; hook raises, returns no list or no component, is mistyped; newer core | list-plugins | loading | 0, with `--check` 1 |
| import takes seconds, pulls in tensorflow | list-plugins, a warning | loading | 0 |
| two plugins with one full name | list-plugins | loading | 0, with `--check` 1 |
| a component of a broken plugin is asked for; bare name ambiguous | corrupt, run | request | 2 |
| function raises, refuses or exits on image k; wrong shape, dtype, range; NaN; mutates its input; mask of another shape, or not covering the change | corrupt, run | first picture: nothing written; in training: the last epoch stands | 1 (a refusal of a request 2) |
| uses global random state | check | running twice | 1 |
| data set raises, exits, gives what is no sample | run | before anything is written | 1 |
| baseline or metric raises, exits, returns another length, dtype or range, mutates | run | scoring: all epochs stand | 1 |
| model takes or gives another shape, is none | run | before anything is written | 1 |
| model raises or exits in its step or after the network | run | training, scoring | 1 |
| weights do not fit the file | run --resume | before anything is written | 1 |
"""

import os
import subprocess
import sys

import pytest
from plugin_zoo.packages import PACKAGES, name_of, write_package

from restore.images import read, write
from restore.plugins.boundary import COPY, REPORT

OF = "of zoo-faults 1.0"
WRITES = ("is read-only", "of this array")
"""How NumPy's errors end for writing to an array that was only lent."""


@pytest.fixture
def faulty(restore, zoo):
    """Call `restore` with plugins whose components break their contracts, and one that has none."""
    zoo("tiny", "faults", "fault_models")
    return restore


def assert_fault(answer, what, where):
    """Assert that a component is told as the one at fault, in three lines, and nothing on stdout."""
    assert (answer.code, answer.out) == (1, "")
    assert answer.error == [
        f"error: a component {what}",
        f"  {where}",
        f"  {COPY if what.endswith(WRITES) else REPORT}",
    ]


LOADING = ("import_raises", "import_exits", "hook_raises", "hook_exits", "no_list", "no_return", "no_component",
           "bad_field", "newer_api")  # fmt: skip


@pytest.mark.parametrize("case", LOADING)
def test_a_plugin_that_cannot_be_loaded_is_listed_with_its_reason(restore, zoo, case):
    zoo(case)
    name = name_of(case)
    answer = restore("list-plugins")
    assert (answer.code, answer.err) == (0, "")
    assert f"\n\n{name}  {name} 1.0  broken\n  {PACKAGES[case].broken}\n" in answer.out
    answer = restore("list-plugins", name, "--check", "--json")
    (plugin,) = answer.json["plugins"]
    assert (answer.code, answer.err, plugin["reason"], plugin["components"]) == (1, "", PACKAGES[case].broken, [])


@pytest.mark.parametrize("case", LOADING)
def test_a_plugin_that_cannot_be_loaded_fails_its_check(restore, zoo, case):
    zoo(case)
    name = name_of(case)
    answer = restore("check", name, "--json")
    assert (answer.code, answer.err) == (1, "")
    (finding,) = answer.json["findings"]
    assert finding["component"] == f"plugin {name} of {name} 1.0"
    assert finding["problem"] == f"is broken: {PACKAGES[case].broken}"


@pytest.mark.parametrize("case", LOADING)
def test_a_component_of_a_plugin_that_cannot_be_loaded_is_refused_with_the_reason(restore, zoo, tmp_path, case):
    zoo(case)
    name = name_of(case)
    answer = restore("run", "fingerprint", "--corrupt", f"{name}/scratch")
    assert (answer.code, answer.out) == (2, "")
    what, where, _ = answer.error
    assert f"'{name}/scratch'" in what
    assert where == f"  plugin {name} ({name} 1.0) is broken: {PACKAGES[case].broken}"
    assert list(tmp_path.iterdir()) == []


def test_a_slow_import_is_warned_about_with_its_time(restore, zoo, monkeypatch):
    monkeypatch.setattr("restore.plugins.discovery.SLOW", 0.05)
    zoo("slow")
    answer = restore("list-plugins")
    assert answer.code == 0
    assert answer.err.startswith("warning: plugin zoo-slow (zoo-slow 1.0): importing it took 0.")
    assert len(answer.err.splitlines()) == 1
    assert restore("list-plugins", "--check").code == 0


@pytest.mark.trains
def test_an_import_that_pulls_in_tensorflow_is_warned_about(zoo_folder):
    told = "warning: plugin zoo-tensorflow (zoo-tensorflow 1.0): importing it "
    command = [sys.executable, "-m", "restore", "list-plugins", "zoo-tensorflow"]
    environment = {**os.environ, "PYTHONPATH": str(write_package("tensorflow", zoo_folder))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    warnings = [line.removeprefix(told) for line in lines if line.startswith(told)]
    assert all(line.startswith("warning: ") for line in lines)  # nothing of the backend's own
    assert warnings[0].startswith("took ")
    assert warnings[1].startswith("pulled in ")
    assert "tensorflow" in warnings[1]
    assert warnings[1].endswith("; import them inside functions")


def test_two_plugins_with_one_name_are_both_told_with_the_other(restore, zoo):
    zoo("twin_one", "twin_two")
    answer = restore("list-plugins", "zoo-twin", "--check", "--json")
    assert (answer.code, answer.err) == (1, "")
    assert [(one["distribution"], one["reason"]) for one in answer.json["plugins"]] == [
        (name_of(case), PACKAGES[case].broken) for case in ("twin_one", "twin_two")
    ]


def test_a_bare_name_of_two_plugins_is_refused_with_both(restore, zoo, tmp_path):
    zoo("good", "prints")
    answer = restore("corrupt", "scratch", "in", "-o", "out")
    assert (answer.code, answer.out) == (2, "")
    what, where, hint = answer.error
    assert "'scratch'" in what
    assert where == "  zoo-good 1.0, zoo-prints 1.0"
    assert "zoo-good/scratch" in hint
    assert "zoo-prints/scratch" in hint
    assert list(tmp_path.iterdir()) == []


CORRUPTIONS = {
    "raises": "raised ZeroDivisionError while damaging {id}: the angle is zero",
    "raises-unspeakable": "raised Unspeakable while damaging {id}: an unprintable Unspeakable",
    "exits": "called sys.exit('bye') while damaging {id}",
    "wrong-shape": "returned float32 (15, 16, 1) as the image, not float32 (16, 16, 1), for {id}",
    "wrong-dtype": "returned float64 (16, 16, 1) as the image, not float32 (16, 16, 1), for {id}",
    "out-of-range": "returned values from 0 to 255 as the image, not from 0 to 1, for {id}",
    "not-a-number": "returned values from nan to nan as the image, not from 0 to 1, for {id}",
    "no-damaged": "returned ndarray, not Damaged, for {id}",
    "mutates": "raised ValueError while damaging {id}: assignment destination is read-only",
    "mutates-unlocked": "raised ValueError while damaging {id}: cannot set WRITEABLE flag to True of this array",
    "bad-mask-shape": "returned bool (16, 16, 1) as the mask, not bool (16, 16), for {id}",
    "leaky-mask": "changed pixels outside its mask, for {id}",
    "bad-truth": "returned a truth 'image' that is neither plain JSON nor an array of numbers, for {id}",
}


@pytest.fixture
def twelve(restore, zoo, tmp_path):
    """Write the pictures of zoo-tiny, `in/00.png` to `in/11.png`."""
    zoo("tiny")
    from zoo_tiny_parts import Twelve

    for sample in map(Twelve().__getitem__, range(12)):
        (tmp_path / "in").mkdir(exist_ok=True)
        write(tmp_path / "in" / f"{sample.id}.png", sample.clean)
    return tmp_path / "in"


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_at_fault_on_one_picture_is_told_and_nothing_written(faulty, twelve, tmp_path, name):
    each = name in ("raises-unspeakable", "mutates-unlocked")
    answer = faulty("corrupt", f"zoo-faults/{name}" + ("" if each else ":picture=7"), "in", "-o", "out")
    assert_fault(
        answer, CORRUPTIONS[name].format(id="00.png" if each else "07.png"), f"corruption zoo-faults/{name} {OF}"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_fault_is_shown_where_it_happened_with_traceback(faulty, twelve):
    answer = faulty("corrupt", "zoo-faults/raises:picture=7", "in", "-o", "out", "--traceback")
    assert answer.code == 1
    assert 'zoo_faults_corruptions.py", line' in answer.err
    assert "ZeroDivisionError: the angle\nis zero" in answer.err
    assert answer.err.splitlines()[-3].startswith("error: a component raised ZeroDivisionError while damaging 07.png")


def test_a_corruption_may_refuse_a_picture_even_with_an_error_for_a_sentence(faulty, twelve, tmp_path):
    answer = faulty("corrupt", "zoo-faults/refuses:picture=7", "in", "-o", "out")
    assert (answer.code, answer.out, answer.error) == (2, "", ["error: too small", "  in/07.png"])
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_the_pictures_that_a_corruption_is_given_stay_as_they_were(faulty, twelve):
    before = [path.read_bytes() for path in sorted(twelve.iterdir())]
    faulty("corrupt", "zoo-faults/mutates-unlocked", "in", "-o", "out")
    assert [path.read_bytes() for path in sorted(twelve.iterdir())] == before
    assert faulty("corrupt", "zoo-faults/fine", "in", "-o", "out").code == 0
    assert read(twelve.parent / "out" / "07.png").pixels.shape == (16, 16, 1)


@pytest.mark.parametrize("command", ["corrupt", "run"])
def test_an_option_that_cannot_be_read_is_told(faulty, twelve, tmp_path, command):
    given = ["corrupt", "zoo-faults/bad-option:rule=3", "in", "-o", "out"]
    if command == "run":
        given = ["run", "tiny", "--corrupt", "zoo-faults/bad-option:rule=3"]
    answer = faulty(*given)
    assert (answer.code, answer.out) == (2, "")
    assert answer.error[0].startswith("error: option rule=3 cannot be read: PydanticSchemaGenerationError")
    assert answer.error[1] == f"  corruption zoo-faults/bad-option {OF}"
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_options_that_cannot_be_described_are_warned_about(faulty):
    answer = faulty("list-plugins", "zoo-faults", "--json")
    assert answer.code == 0
    (plugin,) = answer.json["plugins"]
    options = {(one["kind"], one["name"]): one["options"] for one in plugin["components"]}
    assert [name for (_, name), one in options.items() if one is None] == ["bad-option", "import-exits"]
    assert answer.err.startswith(f"warning: corruption zoo-faults/bad-option {OF}: a component raised Pydantic")
    assert "a component called sys.exit(3) while importing zoo_faults_exits:scratch" in answer.err
    assert len(answer.err.splitlines()) == 2
    assert faulty("list-plugins", "zoo-faults", "--check").code == 1


def test_a_component_whose_module_ends_the_program_is_told(faulty, twelve, tmp_path):
    answer = faulty("corrupt", "zoo-faults/import-exits", "in", "-o", "out")
    what = "called sys.exit(3) while importing zoo_faults_exits:scratch"
    assert_fault(answer, what, f"corruption zoo-faults/import-exits {OF}")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


RANDOM = {
    "corruption": "uses NumPy's global random state, not the generator that it is given",
    "model": "uses a global random state",
    "metric": "uses a global random state",
}


def test_global_random_state_is_found_by_running_twice(faulty, monkeypatch):
    monkeypatch.setattr("restore.cli.check.load_backend", lambda: None)
    answer = faulty("check", "zoo-faults", "--json")
    assert (answer.code, answer.err) == (1, "")
    found = {(one["component"], one["problem"]) for one in answer.json["findings"]}
    for kind, problem in RANDOM.items():
        assert (f"{kind} zoo-faults/global-random {OF}", problem) in found
    assert not [one for one in found if one[1] and "zoo-faults/fine" in one[0]]


DATASETS = {
    "raises-opening": "OSError",
    "no-source": "NoneType",
    "no-length": "OSError",
    "bad-keys": "0",
    "raises": "sample 5",
    "exits": "sys.exit(3)",
    "no-sample": "ndarray",
    "wrong-shape": "(16, 16)",
    "wrong-dtype": "uint8",
    "out-of-range": "255",
    "not-a-number": "nan",
    "one-id": "06",
    "bad-partner": "ndarray as the damaged partner of 05",
    "bad-labels": "labels",
}
"""What a report on each data set has to name."""


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_at_fault_is_told_and_nothing_written(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--dataset", f"zoo-faults/{name}", "--no-cache")
    assert (answer.code, answer.out, answer.failure.code) == (1, "", "plugin-fault")
    assert DATASETS[name] in answer.failure.what
    assert answer.failure.where == f"dataset zoo-faults/{name} {OF}"
    assert list(tmp_path.rglob("*.h5")) == []


def test_a_hint_names_no_option_that_the_data_set_lacks(restore, zoo):
    zoo("tiny", "stumbles")
    answer = restore("run", "tiny", "--dataset", "zoo-stumbles/drawn")
    assert (answer.code, answer.out) == (2, "")
    assert "--limit" in answer.error[-1]
    assert "group=" not in answer.error[-1]


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_at_fault_on_the_first_picture_is_told_before_anything_is_written(faulty, tmp_path, name):
    answer = faulty("run", "tiny", "--corrupt", f"zoo-faults/{name}")
    ident = answer.error[0].rpartition("damaging " if "damaging" in answer.error[0] else "for ")[2][:2]
    assert_fault(answer, CORRUPTIONS[name].format(id=ident), f"corruption zoo-faults/{name} {OF}")
    assert ident.isdigit()
    assert list(tmp_path.rglob("*.h5")) == []
