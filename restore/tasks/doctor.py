"""What a bug report needs to know of an installation, and what is wrong with it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from restore.errors import RequestError
from restore.pipeline.model import can_export
from restore.plugins.catalogue import Catalogue
from restore.plugins.commands import AddedCommand
from restore.plugins.discovery import Plugin
from restore.plugins.listing import hidden_names
from restore.system import environment, locks, memory, settings
from restore.system.files import nearest, require_writable

PATIENCE = 120
"""Seconds that a backend may take to load: importing TensorFlow on a slow disk takes about half a minute."""
LEAST_DISK, LEAST_MEMORY = 1_000_000_000, 1_000_000_000
"""Bytes under which a run may not fit: prepared images of a full dataset, and TensorFlow with a small model."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong, and what to do about it."""

    what: str
    hint: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that restore writes to: whether it can, whether locks work there, and bytes that are free and taken."""

    use: str
    path: Path
    writable: bool
    locks: bool
    free: int
    taken: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An installation: versions, machine, backend with its devices (None where not asked), plugins and folders.

    `keras`: the user's Keras configuration, its `file`, the `backend` set there, and the entries that runs set anew.
    """

    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    memory: int | None
    backend: Mapping[str, Any] | None
    plugins: Sequence[Plugin]
    folders: Sequence[Folder]
    faults: Sequence[Fault]
    notes: Sequence[str] = ()
    keras: Mapping[str, Any] = field(default_factory=dict)


def examine(
    runs: Path, plugins: Sequence[Plugin], commands: Sequence[AddedCommand] = (), *, load_backend: bool = True
) -> Diagnosis:
    """Return the diagnosis; with `load_backend` the Keras backend is loaded in a process of its own.

    Only a loaded backend tells its devices and that it works at all; one that crashes takes only its process along.
    """
    from restore.pipeline.data.cache import cache_folder, cache_size

    backend = _load_backend() if load_backend else None
    folders = [_look_at("runs", runs, _size_of(runs)), _look_at("cache", cache_folder(), cache_size())]
    left = memory.free()
    return Diagnosis(
        versions=environment.versions(),
        machine=environment.describe_machine(),
        memory=left,
        backend=backend,
        plugins=plugins,
        folders=folders,
        faults=tuple(_find_faults(backend, plugins, folders, left)),
        notes=tuple(_find_notes(plugins, commands)),
        keras={
            "file": str(settings.keras_file()),
            "backend": settings.keras_config().get("backend"),
            "differs": settings.unusual(),
        },
    )


def _find_faults(
    backend: Mapping[str, Any] | None, plugins: Sequence[Plugin], folders: Sequence[Folder], left: int | None
) -> Iterator[Fault]:
    if backend and "error" in backend:
        yield Fault(f"the backend cannot be loaded: {backend['error']}", "install it anew, or set KERAS_BACKEND")
    elif backend and _has_idle_gpu(backend["devices"]):
        hint = "for NVIDIA: pip install 'restore-toolkit[cuda]'"
        yield Fault("there is a GPU, but the backend does not see it", hint)
    for plugin in plugins:
        if plugin.status == "broken":
            yield Fault(f"plugin {plugin.name} ({plugin.owner}) is broken: {plugin.reason}", "report it to its owner")
        for warning in plugin.warnings:
            yield Fault(f"plugin {plugin.name} ({plugin.owner}): {warning}", "report it to its owner")
    for folder in folders:
        yield from _faults_of(folder)
    if left is not None and left < LEAST_MEMORY:
        yield Fault("there is little free memory", "end other programs, or lower --batch, --size and --limit")


def _find_notes(plugins: Sequence[Plugin], commands: Sequence[AddedCommand]) -> Iterator[str]:
    """Yield what is installed or set, and does not do what its name promises."""
    other = ", ".join(f"{name} {value}" for name, value in settings.unusual().items())
    if other:
        yield f"runs use their own Keras settings, not those of {settings.keras_file()}: {other}"
    yield from environment.remarks()
    if not can_export():
        yield "runs store no networks as ONNX, so that restoring loads Keras: pip install 'restore-toolkit[onnx]'"
    for entry, note in hidden_names(Catalogue(plugins)):
        yield f"{note} ({entry.plugin.owner})"
    for command in commands:
        if command.ignored:
            yield f"{command.owner} is ignored: {command.ignored}"


def _faults_of(folder: Folder) -> Iterator[Fault]:
    variable = f"$RESTORE_{folder.use.upper()}"
    if not folder.writable:
        yield Fault(f"the {folder.use} folder {folder.path} is not writable", f"set {variable} to one that is")
    elif folder.free < LEAST_DISK:
        yield Fault(f"the disk of {folder.path} is nearly full", f"free some space, or set {variable} to another disk")
    if folder.writable and not folder.locks:
        what = f"the file system of {folder.path} does not support file locks"
        yield Fault(what, f"set {variable} to a folder on a local disk, or {locks.SETTING}={locks.SOFT}")


def _has_idle_gpu(devices: Sequence[str]) -> bool:
    """Return whether an NVIDIA GPU is there that none of the backend's devices is."""
    there = Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None
    return there and not any("gpu" in device.lower() or "cuda" in device.lower() for device in devices)


def _load_backend() -> Mapping[str, Any]:
    """Return backend and devices as a child process finds them, or the `error` that keeps it from loading."""
    code = "import json; from restore.system.environment import describe_backend; print(json.dumps(describe_backend()))"
    command = [sys.executable, "-c", code]
    try:
        child = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return {"error": f"it takes over {PATIENCE} s"}
    if child.returncode < 0:
        return {"error": f"it ends with signal {-child.returncode}"}
    if child.returncode:
        last = child.stderr.strip().splitlines()[-1:]
        return {"error": last[0] if last else f"it ends with exit code {child.returncode}"}
    found: Mapping[str, Any] = json.loads(child.stdout.splitlines()[-1])
    return found


def _look_at(use: str, folder: Path, taken: int) -> Folder:
    """Return what can be told of a folder that may not exist yet; nothing of it stays behind."""
    try:
        require_writable(folder, "it", hint="")
    except RequestError:
        return Folder(use, folder, writable=False, locks=False, free=0, taken=taken)
    free = shutil.disk_usage(nearest(folder)).free
    locked = locks.are_soft() or locks.are_supported(folder)
    return Folder(use, folder, writable=True, locks=locked, free=free, taken=taken)


def _size_of(folder: Path) -> int:
    """Return the bytes of the files in a folder."""
    with contextlib.suppress(OSError):
        return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())
    return 0
