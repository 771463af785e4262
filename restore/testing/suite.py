"""The checks by kind: of one component, of all components of a plugin."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from restore.errors import RequestError
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.commands import find_commands
from restore.plugins.components import Dataset, Kind, Pretrained, Recipe
from restore.plugins.discovery import Plugin
from restore.plugins.listing import hidden_names
from restore.testing import command
from restore.testing.findings import Finding, Nonconformity, settle
from restore.text import did_you_mean


def components(kind: Kind | None = None, plugin: str | None = None, *, catalogue: Catalogue | None = None) -> list[str]:
    """Return the installed components as `kind plugin/name`, for `pytest.mark.parametrize`.

    Raises `Nonconformity` where the plugin is broken or disabled, `RequestError` where it is not installed.
    """
    catalogue = catalogue or Catalogue.installed()
    if plugin is not None:
        broken = [finding for one in _plugins(plugin, catalogue) for finding in _loading(one) if finding.problem]
        if broken:
            raise Nonconformity(broken)
    entries = [entry for entry in catalogue.entries(kind) if plugin in (None, entry.plugin.name)]
    return [f"{entry.component.kind} {entry.full_name}" for entry in entries]


def check(component: str, *, catalogue: Catalogue | None = None) -> None:
    """Check a component named as `components` names it, with its default options and all its levels.

    Raises `Nonconformity` with one line for each problem.
    """
    catalogue = catalogue or Catalogue.installed()
    kind, _, name = component.partition(" ")
    known = {one.component.kind: one.component.kind for one in catalogue.entries()}
    if kind not in known:
        raise RequestError(f"{component!r} does not begin with a kind", hint=", ".join(known))
    settle(judge(catalogue.find(known[kind], name), catalogue))


def check_dataset(
    component: str, path: str | Path | None = None, *, catalogue: Catalogue | None = None, **options: Any
) -> None:
    """Check a dataset: opened cheaply, samples as they should be, the same at every reading and in every order.

    `path` is the folder of its images. Without one the dataset is opened without data, and if it refuses that,
    with a folder of drawn images. Raises `Nonconformity` with one line for each problem.
    """
    catalogue = catalogue or Catalogue.installed()
    entry = _find("dataset", component, catalogue)
    settle(judge(entry, catalogue, path=None if path is None else Path(path), **options))


def check_corruption(component: str, *, catalogue: Catalogue | None = None, **options: Any) -> None:
    """Check a corruption with `options`, and at each of its levels.

    Grey and colour, square or not: image, mask and truth as they should be, the input left alone, all randomness
    from the generator it is given. Raises `Nonconformity` with one line for each problem.
    """
    catalogue = catalogue or Catalogue.installed()
    settle(judge(_find("corruption", component, catalogue), catalogue, **options))


def check_augmentation(component: str, *, catalogue: Catalogue | None = None, **options: Any) -> None:
    """Check an augmentation with `options`.

    Grey and colour, alone and in pairs, square or not: images and mask as they should be and changed alike, the input
    left alone, all randomness from the generator it is given. Raises `Nonconformity` with one line for each problem.
    """
    catalogue = catalogue or Catalogue.installed()
    settle(judge(_find("augmentation", component, catalogue), catalogue, **options))


def check_model(component: str, *, catalogue: Catalogue | None = None, **options: Any) -> None:
    """Check a model with `options`.

    One that trains: built for grey and colour, outputs as they should be, weights given by the seed, trained for a
    step as a run trains it. A classical one: restored images as they should be, the input left alone. Raises
    `Nonconformity` with one line for each problem.
    """
    catalogue = catalogue or Catalogue.installed()
    settle(judge(_find("model", component, catalogue), catalogue, **options))


def check_metric(component: str, clean: Any = None, *, catalogue: Catalogue | None = None, **options: Any) -> None:
    """Check a metric with `options`: as many numbers as images, none infinite, a perfect image at least as good.

    `clean`: images that it applies to, float32 (N, H, W, C) in [0, 1], N ≥ 3; without them drawn ridges. Raises
    `Nonconformity` with one line for each problem.
    """
    catalogue = catalogue or Catalogue.installed()
    settle(judge(_find("metric", component, catalogue), catalogue, clean=clean, **options))


def check_recipe(component: str, *, catalogue: Catalogue | None = None) -> None:
    """Check that everything a recipe names is there and takes the options it gives, with and without `--data`.

    Raises `Nonconformity` with one line for each problem.
    """
    catalogue = catalogue or Catalogue.installed()
    settle(judge(_find("recipe", component, catalogue), catalogue))


def check_plugin(
    name: str, *, catalogue: Catalogue | None = None, data: Path | None = None, builtin: Collection[str] = ()
) -> list[Finding]:
    """Return what the checks find of a plugin, its components and commands; never raises for a fault of the plugin.

    `data` is handed to the datasets that take it; `builtin` are the names of commands that no plugin can replace.
    Raises `RequestError` where no plugin of that name is installed, or none of its datasets takes `data`.
    """
    catalogue = catalogue or Catalogue.installed()
    found = _plugins(name, catalogue)
    entries = [entry for entry in catalogue.entries() if entry.plugin in found]
    taking = [] if data is None else _taking(data, entries, name)
    findings = [finding for plugin in found for finding in _loading(plugin)]
    for entry in entries:
        findings.extend(judge(entry, catalogue, **({"path": data} if entry in taking else {})))
    findings.extend(
        Finding(one.owner, "has a name of its own", note=note) for one, note in hidden_names(catalogue, name)
    )
    for one in find_commands(builtin):
        if one.distribution in {plugin.distribution for plugin in found}:
            findings.extend(command.judge(one))
    return findings


def judge(entry: Entry, catalogue: Catalogue, **given: Any) -> Iterator[Finding]:
    """Yield what the checks of its kind find of one component; `given` are its options and what the kind takes."""
    from restore.testing import (
        augmentation,
        corruption,
        dataset,
        file_format,
        metric,
        model,
        pretrained,
        recipe,
        signature,
    )

    if isinstance(entry.component, Recipe):
        yield from recipe.judge(entry, catalogue)
        return
    if isinstance(entry.component, Pretrained):
        yield from pretrained.judge(entry)
        return
    sound = True
    for finding in signature.judge(entry):
        sound = sound and finding.problem is None
        yield finding
    if sound:
        rooms = {
            "dataset": dataset,
            "corruption": corruption,
            "augmentation": augmentation,
            "model": model,
            "metric": metric,
            "format": file_format,
        }
        yield from rooms[entry.component.kind].judge(entry, **given)


def _find(kind: Kind, component: str, catalogue: Catalogue) -> Entry:
    return catalogue.find(kind, component.removeprefix(f"{kind} "))


def _taking(data: Path, entries: Sequence[Entry], plugin: str) -> list[Entry]:
    """Return the datasets among `entries` that take a path; raises `RequestError` where none does."""
    from restore.testing.dataset import refusal

    answers = [(entry, refusal(entry, data)) for entry in entries if isinstance(entry.component, Dataset)]
    taking = [entry for entry, error in answers if error is None]
    if not taking:
        where = "\n".join(f"{entry.full_name}: {error.what}" for entry, error in answers if error)
        raise RequestError(f"no dataset of {plugin} takes {data}", code="data-refused", where=where)
    return taking


def _plugins(name: str, catalogue: Catalogue) -> list[Plugin]:
    """Return the plugins of that name: several where they clash."""
    found = [plugin for plugin in catalogue.plugins if plugin.name == name]
    if not found:
        names = [plugin.name for plugin in catalogue.plugins]
        raise RequestError(
            f"unknown plugin {name!r}",
            code="unknown-plugin",
            hint=did_you_mean(name, names) or f"available: {', '.join(names)}",
        )
    return found


def _loading(plugin: Plugin) -> Iterator[Finding]:
    owner = f"plugin {plugin.name} of {plugin.owner}"
    if plugin.status == "ok":
        yield from (Finding(owner, "loads", note=warning) for warning in plugin.warnings or ("",))
    else:
        yield Finding(owner, "loads", f"is {plugin.status}: {plugin.reason}")
