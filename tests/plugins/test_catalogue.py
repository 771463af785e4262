"""The catalogue: components found by full and bare name, from their own plugin first, with suggestions."""

import pytest

from restore.errors import RequestError
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import COMPONENTS, Corruption, Metric
from restore.plugins.discovery import Plugin


def plugin(name, *names, kind=Corruption, **more):
    components = tuple(kind(one, f"{name}:{one}", f"{one} of {name}") for one in names)
    return Plugin(name, f"restore-{name}", "1.2", more.pop("status", "ok"), components=components, **more)


CATALOGUE = Catalogue(
    [
        plugin("builtin", "box", "noise"),
        plugin("prints", "box", "zcut"),
        plugin("scores", "box", kind=Metric),
        plugin("lost", status="broken", reason="ImportError: no numpy"),
        plugin("off", status="disabled", reason="named in RESTORE_DISABLE"),
    ]
)


def test_entries_of_one_kind_or_all():
    assert [entry.full_name for entry in CATALOGUE.entries("corruption")] == [
        "builtin/box",
        "builtin/noise",
        "prints/box",
        "prints/zcut",
    ]
    assert [entry.full_name for entry in CATALOGUE.entries()][-1] == "scores/box"


@pytest.mark.parametrize(
    ("name", "home", "full"),
    [
        ("noise", None, "builtin/noise"),
        ("zcut", "builtin", "prints/zcut"),
        ("box", "prints", "prints/box"),
        ("box", "builtin", "builtin/box"),
        ("builtin/box", "prints", "builtin/box"),
    ],
)
def test_a_name_is_found_from_its_home(name, home, full):
    assert CATALOGUE.find("corruption", name, home).full_name == full


def test_the_owner_is_named_with_its_version():
    assert CATALOGUE.find("corruption", "zcut").owner == "corruption prints/zcut of restore-prints 1.2"


def test_a_bare_name_of_several_plugins_is_refused_with_the_candidates():
    with pytest.raises(RequestError, match="say which: builtin/box, prints/box"):
        CATALOGUE.find("corruption", "box")
    with pytest.raises(RequestError, match="say which"):
        CATALOGUE.find("corruption", "box", "scores")
    assert CATALOGUE.find("metric", "box").full_name == "scores/box"


def test_an_unknown_name_is_told_with_the_nearest_and_with_broken_plugins():
    with pytest.raises(RequestError) as caught:
        CATALOGUE.find("corruption", "zkut")
    assert str(caught.value).splitlines() == [
        "there is no corruption 'zkut'",
        "plugin lost (restore-lost 1.2) is broken: ImportError: no numpy",
        "did you mean zcut?",
    ]
    with pytest.raises(RequestError, match=r"there are box, noise, zcut$"):
        CATALOGUE.find("corruption", "qqqq")


def test_only_the_plugin_that_was_asked_for_is_told_as_broken():
    with pytest.raises(RequestError) as caught:
        CATALOGUE.find("corruption", "lost/box")
    assert "lost (restore-lost 1.2) is broken" in caught.value.where
    with pytest.raises(RequestError) as caught:
        CATALOGUE.find("corruption", "off/box")
    assert caught.value.where == ""


def test_the_shortest_name_finds_the_same_component():
    for home in (None, "builtin", "prints", "scores"):
        for entry in CATALOGUE.entries():
            name = CATALOGUE.shortest_name(entry, home)
            assert CATALOGUE.find(entry.component.kind, name, home) == entry
    zcut = CATALOGUE.find("corruption", "zcut")
    assert CATALOGUE.shortest_name(zcut, None) == "zcut"
    box = CATALOGUE.find("corruption", "prints/box")
    assert CATALOGUE.shortest_name(box, None) == "prints/box"
    assert CATALOGUE.shortest_name(box, "prints") == "box"


def test_levels_are_those_of_a_corruption():
    entry = Entry(Corruption("a", "a:a", "", levels={"easy": {"n": 1}}), CATALOGUE.plugins[0])
    assert entry.levels == {"easy": {"n": 1}}
    assert next(CATALOGUE.entries("metric")).levels == {}


def test_the_installed_catalogue_holds_every_kind():
    assert {entry.component.kind for entry in Catalogue.installed().entries()} == {kind.kind for kind in COMPONENTS}
