"""Finding plugins one by one and guarding against their faults; the only caller of pluggy."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Literal

import pluggy

from restore.errors import ComponentError
from restore.images import ENDINGS
from restore.plugins import hookspecs
from restore.plugins.components import (
    API_VERSION,
    COMPONENTS,
    Component,
    Corruption,
    Format,
    Pretrained,
    WithFunction,
    misfit,
)
from restore.plugins.distributions import find_points, owner_of
from restore.plugins.spec import NAME, NONE
from restore.text import TOLD, did_you_mean, one_line

GROUP = "restore"
HOME = "restore-toolkit"
HEAVY = ("tensorflow", "keras", "numpy", "h5py", "PIL", "skimage", "matplotlib")
"""What importing a plugin's entry module must not pull in."""
SLOW = 1.0
"""Seconds after which an import is reported as slow: half of what a listing may take."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point of the group `restore`, as it was found."""

    name: str
    distribution: str
    version: str
    status: Literal["ok", "broken", "disabled"]
    reason: str | None = None
    components: tuple[Component, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """Return distribution and version, as messages name them."""
        return f"{self.distribution} {self.version}"


class _PluginFault(Exception):
    """A plugin broke the rules of loading."""


@cache
def discover() -> tuple[Plugin, ...]:
    """Return all installed plugins, each ok, broken or disabled with its reason; never raises for a plugin's fault.

    With `RESTORE_STRICT=1` the first broken one is raised as a `ComponentError`, with its fault as the cause.
    """
    disabled = set(filter(None, re.split(r"[,\s]+", os.environ.get("RESTORE_DISABLE", ""))))
    points, unreadable = find_points(GROUP)
    points.sort(key=lambda point: (owner_of(point.dist)[0] != HOME, point.name, owner_of(point.dist)))
    return (
        *_settle_clashes([_load(point, disabled=point.name in disabled) for point in points]),
        *(
            Plugin(owner[0], *owner, status="broken", reason=f"its entry points cannot be read: {_reason(error)}")
            for owner, error in unreadable.items()
        ),
    )


def _load(point: EntryPoint, *, disabled: bool) -> Plugin:
    plugin = Plugin(one_line(point.name, TOLD), *owner_of(point.dist), status="ok")
    if disabled:
        return replace(plugin, status="disabled", reason="named in RESTORE_DISABLE")
    before, start = set(sys.modules), time.perf_counter()
    try:
        with _contained():
            module = _import(point)
        notes = [*_judge_import(set(sys.modules) - before, time.perf_counter() - start)]
        with _contained():
            components = tuple(_collect(module))
        if not components:
            notes.append("it registers no component")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a plugin raises is its own fault, and reported as such
        if os.environ.get("RESTORE_STRICT") == "1":
            raise ComponentError(
                f"plugin {plugin.name} is broken: {_reason(error)}",
                code="broken-plugin",
                where=plugin.owner,
                hint=f"fix it, or disable it: RESTORE_DISABLE={plugin.name}",
            ) from error
        return replace(plugin, status="broken", reason=_reason(error))
    return replace(plugin, components=components, warnings=tuple(notes))


@contextlib.contextmanager
def _contained() -> Iterator[None]:
    """Keep what a plugin does to the process from reaching the others: to stdout, the warnings and the folder."""
    here = None
    with contextlib.suppress(OSError):
        here = Path.cwd()
    with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
        try:
            yield
        finally:
            if here is not None:
                os.chdir(here)


def _import(point: EntryPoint) -> object:
    if not re.fullmatch(NAME, point.name):
        raise _PluginFault(f"invalid plugin name {point.name!r}")
    return point.load()


def _collect(module: object) -> Iterator[Component]:
    """Yield what the hooks of one entry module return, checked."""
    version = getattr(module, "RESTORE_API", None)
    if version != API_VERSION:
        wrong = "RESTORE_API is missing" if version is None else f"RESTORE_API = {version} is not supported"
        raise _PluginFault(f"{wrong}; this version offers RESTORE_API = {API_VERSION}")
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(module)
    hooks = {kind.hook: kind for kind in COMPONENTS}
    pending = _pending(manager)
    if pending:
        raise _PluginFault(
            f"unknown hook {pending!r}; {did_you_mean(pending, hooks) or 'available: ' + ', '.join(hooks)}"
        )
    found: list[Component] = []
    for hook, kind in hooks.items():
        callers = getattr(manager.hook, hook)
        if not callers.get_hookimpls() and callable(getattr(module, hook, None)):
            raise _PluginFault(f"{hook} is not marked with @hookimpl")
        results = callers()
        if len(results) < sum(not (one.wrapper or one.hookwrapper) for one in callers.get_hookimpls()):
            results.append(None)  # what pluggy leaves out
        for returned in results:
            found.extend(_check(hook, kind, returned))
    for (kind_name, name), count in Counter((one.kind, one.name) for one in found).items():
        if count > 1:
            raise _PluginFault(f"registers the {kind_name} {name} {count} times")
    yield from found


def _pending(manager: pluggy.PluginManager) -> str:
    """Return the name of a marked function that is not a hook, if there is one."""
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        named = re.search(r"unknown hook '(\w+)'", str(error))
        return named[1] if named else str(error)
    return ""


def _check(hook: str, kind: type[Component], returned: Any) -> Sequence[Component]:
    if type(returned) not in (list, tuple):
        raise _PluginFault(f"{hook} returned {type(returned).__name__}, not a list")
    for one in returned:
        if type(one) is not kind:
            raise _PluginFault(f"{hook} returned a {type(one).__name__}, not a {kind.__name__}")
        wrong = misfit(one)
        if wrong:
            raise _PluginFault(f"{hook} returned a {kind.__name__} with {wrong}")
        wrong = _flaw(one)
        if wrong:
            raise _PluginFault(wrong)
    components: Sequence[Component] = returned
    return components


def _flaw(one: Component) -> str | None:
    """Return what is wrong with the names and texts of a component, or None."""
    for field in ("summary", "citation", "licence"):
        if re.search(r"[\x00-\x1f\x7f-\x9f]", getattr(one, field, "")):
            return f"the {one.kind} {one.name} has a {field} with control characters"
    if not re.fullmatch(NAME, one.name) or one.name == NONE:
        return f"invalid {one.kind} name {one.name!r}"
    refs = [one.ref, getattr(one, "assembly", "") or one.ref] if isinstance(one, WithFunction) else []
    for ref in refs:
        if not re.fullmatch(r"[\w.]+:\w+", ref):
            return f"the {one.kind} {one.name} has the reference {ref!r}, not module:function"
    if isinstance(one, Pretrained) and not re.fullmatch(r"[\w.]+:[\w-][\w. /-]*[.]h5", one.file):
        return f"the {one.kind} {one.name} has the file {one.file!r}, not package:path.h5"
    endings = one.endings if isinstance(one, Format) else ()
    taken = [ending for ending in endings if ending in ENDINGS or not re.fullmatch(r"[.][a-z0-9]+", ending)]
    if taken:
        return f"the format {one.name} has the ending {taken[0]!r}, not one of its own such as '.wsq'"
    levels = one.levels if isinstance(one, Corruption) else ()
    wrong = [level for level in levels if not re.fullmatch(NAME, level)]
    return f"the {one.kind} {one.name} has a level with the invalid name {wrong[0]!r}" if wrong else None


def _judge_import(new: Iterable[str], seconds: float) -> Iterator[str]:
    if seconds > SLOW:
        yield f"importing it took {seconds:.1f} s"
    heavy = sorted({name.partition(".")[0] for name in new} & set(HEAVY))
    if heavy:
        yield f"importing it pulled in {', '.join(heavy)}; import them inside functions"


def _settle_clashes(plugins: list[Plugin]) -> Iterator[Plugin]:
    """Yield the plugins; of two with one name both are broken, unless one is the project's own."""
    loaded = [plugin for plugin in plugins if plugin.status == "ok"]
    for plugin in plugins:
        rivals = [other for other in loaded if other.name == plugin.name and other is not plugin]
        if plugin.status == "ok" and rivals and plugin.distribution != HOME:
            reason = f"the plugin name {plugin.name} is also that of {', '.join(rival.owner for rival in rivals)}"
            yield replace(plugin, status="broken", reason=reason, components=())
        else:
            yield plugin


def _reason(error: BaseException) -> str:
    """Return what is wrong as one line, also of an error that cannot be written."""
    name = type(error).__name__
    try:
        if isinstance(error, SystemExit):
            return one_line(f"it called sys.exit({error.code!r}) while it was loaded", TOLD)
        text = one_line(str(error), TOLD)
    except BaseException:  # noqa: BLE001 - its type says what can be said
        return name
    if isinstance(error, _PluginFault):
        return text
    return f"{name}: {text}" if text else name
