"""What is listed: selections, the details of pretrained runs, and names that are hidden."""

import pytest

from restore.plugins.catalogue import Catalogue
from restore.plugins.commands import find_commands
from restore.plugins.listing import hidden_names, list_details, select


def hidden(catalogue, plugin):
    """Return kind, bare name and what it means of each component of a plugin that is hidden."""
    return {(entry.component.kind, entry.component.name): note for entry, note in hidden_names(catalogue, plugin)}


def test_what_other_plugins_hide_is_named_and_nothing_of_builtin(zoo):
    catalogue = Catalogue(zoo("rivals", "good", "prints"))
    found = hidden(catalogue, "zoo-rivals")
    assert "builtin/box" in found["corruption", "box"]
    assert "fingerprint/fingerprint" in found["recipe", "fingerprint"]
    assert "zoo-rivals/obliteration" in found["corruption", "obliteration"]
    assert set(hidden(catalogue, "zoo-good")) == set(hidden(catalogue, "zoo-prints")) == {("corruption", "scratch")}
    assert hidden(catalogue, "builtin") == {}
    everything = [entry.full_name for entry, _ in hidden_names(catalogue)]
    assert {"zoo-rivals/box", "zoo-good/scratch", "fingerprint/zcut"} <= set(everything)


def test_what_nothing_hides_is_not_named(zoo):
    assert hidden(Catalogue(zoo("good")), "zoo-good") == {}


@pytest.mark.parametrize("there", [True, False])
def test_a_pretrained_run_is_listed_with_its_size_licence_and_citation(restore, zoo, monkeypatch, tmp_path, there):
    folder = tmp_path / "site" / "zoo_shipped" / "runs"
    folder.mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "site")
    if there:
        (folder / "a.h5").write_bytes(b"1" * 1500)
    selection = select(zoo("pretrained"), find_commands(()), "zoo-pretrained/shipped")
    details, faults = list_details(selection)
    found = details["zoo-pretrained", "pretrained", "shipped"]
    assert found == {
        "licence": "CC0-1.0",
        "citation": "Doe et al., 2026",
        "file": "zoo_shipped:runs/a.h5",
        "bytes": 1500 if there else None,
    }
    assert [fault.code for fault in faults] == ([] if there else ["missing-file"])
    text = restore("list-plugins", "zoo-pretrained", "--check")
    assert text.code == (0 if there else 1)
    assert all(value in text.out for value in ("CC0-1.0", "Doe et al., 2026", "kB" if there else "missing"))


def test_a_pretrained_run_is_one_row_among_all(restore, zoo):
    zoo("pretrained")
    answer = restore("list-plugins", "pretrained")
    words = answer.out.split()
    assert words[words.index("zoo-pretrained") :] == [
        "zoo-pretrained",
        "zoo-pretrained",
        "1.0",
        "ok",
        "pretrained",
        "shipped",
        "A",
        "run",
        "of",
        "seconds.",
    ]
