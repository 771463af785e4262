"""The catalogue: components found by full and bare name, from their own plugin first, with suggestions."""

from dataclasses import replace

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
        plugin("prints", "box", "zcut", "scar"),
        plugin("faces", "scar"),
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
        "prints/scar",
        "faces/scar",
    ]
    assert [entry.full_name for entry in CATALOGUE.entries()][-1] == "scores/box"


@pytest.mark.parametrize(
    ("name", "home", "full"),
    [
        ("noise", None, "builtin/noise"),
        ("noise", "prints", "builtin/noise"),
        ("zcut", None, "prints/zcut"),
        ("zcut", "builtin", "prints/zcut"),
        ("box", None, "builtin/box"),
        ("box", "prints", "prints/box"),
        ("box", "faces", "builtin/box"),
        ("box", "nowhere", "builtin/box"),
        ("scar", "faces", "faces/scar"),
        ("prints/box", None, "prints/box"),
        ("builtin/box", "prints", "builtin/box"),
    ],
)
def test_a_bare_name_means_that_of_its_home_then_builtin_then_the_only_one(name, home, full):
    assert CATALOGUE.find("corruption", name, home).full_name == full


@pytest.mark.parametrize(
    ("name", "home", "hidden"),
    [
        ("box", None, ["prints/box"]),
        ("box", "prints", ["builtin/box"]),
        ("scar", "faces", ["prints/scar"]),
        ("zcut", None, []),
        ("prints/box", None, []),
    ],
)
def test_what_a_bare_name_passes_over_is_known(name, home, hidden):
    assert [entry.full_name for entry in CATALOGUE.hidden("corruption", name, home)] == hidden


def test_a_recipe_is_found_in_the_plugin_of_its_name_first():
    recipe = next(Catalogue.installed().entries("recipe")).component
    several = [
        Plugin(name, f"restore-{name}", "1", "ok", components=(replace(recipe, name="prints"),))
        for name in ("builtin", "faces", "prints")
    ]
    for plugins in (several, several[::-1]):
        assert Catalogue(plugins).find("recipe", "prints").full_name == "prints/prints"
    assert Catalogue(several[:2]).find("recipe", "prints").full_name == "builtin/prints"


def test_the_owner_is_named_with_its_version():
    assert CATALOGUE.find("corruption", "zcut").owner == "corruption prints/zcut of restore-prints 1.2"


@pytest.mark.parametrize("home", [None, "scores"])
def test_a_bare_name_of_several_plugins_is_refused_with_the_candidates(home):
    with pytest.raises(RequestError) as caught:
        CATALOGUE.find("corruption", "scar", home)
    assert caught.value.code == "ambiguous-component"
    assert caught.value.where == "restore-prints 1.2, restore-faces 1.2"
    assert "prints/scar" in caught.value.hint
    assert "faces/scar" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "hint"), [("zkut", "zcut"), ("prints/bx", "prints/box"), ("qqqq", "box, noise, scar, zcut")]
)
def test_an_unknown_name_is_refused_with_near_names_or_all_and_with_broken_plugins(name, hint):
    with pytest.raises(RequestError) as caught:
        CATALOGUE.find("corruption", name)
    assert caught.value.code == "unknown-component"
    assert repr(name) in caught.value.what
    assert hint in caught.value.hint
    assert ("lost (restore-lost 1.2)" in caught.value.where) == ("/" not in name)


def test_only_the_plugin_that_was_asked_for_is_told_as_broken():
    with pytest.raises(RequestError) as caught:
        CATALOGUE.find("corruption", "lost/box")
    assert "lost (restore-lost 1.2) is broken" in caught.value.where
    with pytest.raises(RequestError) as caught:
        CATALOGUE.find("corruption", "off/box")
    assert caught.value.where == ""


def test_the_shortest_name_finds_the_same_component():
    for home in ("builtin", "prints", "faces", "scores"):
        for entry in CATALOGUE.entries():
            name = CATALOGUE.shortest_name(entry, home)
            assert CATALOGUE.find(entry.component.kind, name, home) == entry


def test_the_shortest_name_is_bare_for_the_home_and_builtin_alone_whatever_else_is_installed():
    names = {
        (entry.full_name, home): CATALOGUE.shortest_name(entry, home)
        for entry in CATALOGUE.entries("corruption")
        for home in ("builtin", "prints", "faces")
    }
    assert {full: home for (full, home), name in names.items() if "/" in name} | {} == {
        "builtin/box": "prints",
        "prints/box": "faces",
        "prints/zcut": "faces",
        "prints/scar": "faces",
        "faces/scar": "prints",
    }
    for (full, home), name in names.items():
        alone = Catalogue([one for one in CATALOGUE.plugins if one.name in ("builtin", home, full.partition("/")[0])])
        assert alone.shortest_name(alone.find("corruption", full), home) == name


def test_levels_are_those_of_a_corruption():
    entry = Entry(Corruption("a", "a:a", "", levels={"easy": {"n": 1}}), CATALOGUE.plugins[0])
    assert entry.levels == {"easy": {"n": 1}}
    assert next(CATALOGUE.entries("metric")).levels == {}


def test_the_installed_catalogue_holds_every_kind():
    kinds = {kind.kind for kind in COMPONENTS}
    assert {entry.component.kind for entry in Catalogue.installed().entries()} == kinds
