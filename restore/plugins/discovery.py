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
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points
from pathlib import Path
from typing import Any, Literal

import pluggy

from restore.plugins import hookspecs
from restore.plugins.components import API_VERSION, COMPONENTS, Component, Corruption, Recipe, misfit
from restore.plugins.spec import NAME, NONE
from restore.text import TOLD, did_you_mean, one_line

GROUP = "restore"
HOME = "restore-toolkit"
HEAVY = ("tensorflow", "keras", "numpy", "h5py", "PIL", "skimage", "matplotlib")
"""What importing a plugin's entry module must not pull in."""
SLOW = 1.0
"""Seconds after which an import is told as slow: half of what a listing may feel like."""


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

    With `RESTORE_STRICT=1` the fault itself is raised.
    """
    disabled = set(filter(None, re.split(r"[,\s]+", os.environ.get("RESTORE_DISABLE", ""))))
    points, unreadable = _find()
    points.sort(key=lambda point: (not _is_home(point), point.name, _owner(point)))
    return (*_settle_clashes([_load(point, disabled=point.name in disabled) for point in points]), *unreadable)


def _find() -> tuple[list[EntryPoint], list[Plugin]]:
    """Return all entry points of the group, and a broken plugin for each distribution whose own cannot be read."""
    try:
        return list(entry_points(group=GROUP)), []
    except Exception:  # noqa: BLE001 - told below, where it is known whose it is
        points, unreadable = dict[tuple[str, ...], EntryPoint](), list[Plugin]()
        for distribution in distributions():
            try:
                for point in distribution.entry_points.select(group=GROUP):
                    points.setdefault((*_owner_of(distribution), point.name), point)
            except Exception as error:  # noqa: BLE001 - each by itself: one must not hide the others
                owner = _owner_of(distribution)
                reason = f"its entry points cannot be read: {_reason(error)}"
                unreadable.append(Plugin(owner[0], *owner, status="broken", reason=reason))
        return list(points.values()), unreadable


def _load(point: EntryPoint, *, disabled: bool) -> Plugin:
    plugin = Plugin(one_line(point.name, TOLD), *_owner(point), status="ok")
    if disabled:
        return replace(plugin, status="disabled", reason="named in RESTORE_DISABLE")
    before, start = set(sys.modules), time.perf_counter()
    try:
        with _contained():
            module = _import(point)
        told = [*_judge_import(set(sys.modules) - before, time.perf_counter() - start)]
        with _contained():
            components = tuple(_collect(module))
        if not components:
            told.append("it registers no component")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a plugin raises is its own fault, and is told as such
        if os.environ.get("RESTORE_STRICT") == "1":
            raise
        return replace(plugin, status="broken", reason=_reason(error))
    return replace(plugin, components=components, warnings=tuple(told))


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
        raise _PluginFault(f"{point.name!r} is no name for a plugin")
    return point.load()


def _collect(module: object) -> Iterator[Component]:
    """Yield what the hooks of one entry module return, checked."""
    version = getattr(module, "RESTORE_API", None)
    if version != API_VERSION:
        wrong = "does not say which plugin interface it was written for" if version is None else f"wants {version}"
        raise _PluginFault(f"{wrong}: RESTORE_API = {API_VERSION} is what this version offers")
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(module)
    hooks = {f"restore_{kind.kind}s": kind for kind in COMPONENTS}
    pending = _pending(manager)
    if pending:
        raise _PluginFault(f"{pending} is no hook; {did_you_mean(pending, hooks) or 'hooks: ' + ', '.join(hooks)}")
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
    """Return the name of a marked function that is no hook, if there is one."""
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
            raise _PluginFault(f"{hook} returned a {type(one).__name__} where {kind.__name__} belongs")
        wrong = misfit(one)
        if wrong:
            raise _PluginFault(f"{hook} returned a {kind.__name__} with {wrong}")
        if re.search(r"[\x00-\x1f\x7f-\x9f]", one.summary):
            raise _PluginFault(f"the {one.kind} {one.name} has a summary that is no line of text")
        if not re.fullmatch(NAME, one.name) or one.name == NONE:
            raise _PluginFault(f"{one.name!r} is no name for a {one.kind}")
        if not isinstance(one, Recipe) and not re.fullmatch(r"[\w.]+:\w+", one.ref):
            raise _PluginFault(f"the {one.kind} {one.name} has the reference {one.ref!r}, not module:function")
        if isinstance(one, Corruption) and not all(re.fullmatch(NAME, level) for level in one.levels):
            raise _PluginFault(f"the corruption {one.name} has a level whose name no spec can write")
    components: Sequence[Component] = returned
    return components


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
            reason = f"another plugin is called {plugin.name} too, of {', '.join(rival.owner for rival in rivals)}"
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
    except BaseException:  # noqa: BLE001 - it is told by its type
        return name
    if isinstance(error, _PluginFault):
        return text
    return f"{name}: {text}" if text else name


def _owner(point: EntryPoint) -> tuple[str, str]:
    return _owner_of(point.dist) if point.dist else ("unknown", "0")


def _owner_of(distribution: Distribution) -> tuple[str, str]:
    # Either is missing where a distribution lost its metadata.
    try:
        return one_line(distribution.name or "unknown", TOLD), one_line(distribution.version or "0", TOLD)
    except Exception:  # noqa: BLE001 - whatever keeps it from being read
        return "unknown", "0"


def _is_home(point: EntryPoint) -> bool:
    return _owner(point)[0] == HOME
