"""Where a run was made: versions, platform and device, as plain JSON."""

from __future__ import annotations

import contextlib
import importlib
import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from restore.errors import RequestError
from restore.suggest import did_you_mean

PACKAGES = (
    "restore-toolkit",
    "keras",
    "tensorflow",
    "jax",
    "torch",
    "numpy",
    "h5py",
    "pillow",
    "scipy",
    "scikit-image",
)
DEVICES = ("auto", "cpu", "gpu")


def versions() -> dict[str, str]:
    """Return the versions of the packages that a result depends on, those that are installed."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def describe_machine() -> dict[str, Any]:
    """Return platform, processor and number of cores, without loading a backend."""
    return {"platform": platform.platform(), "processor": platform.machine(), "cores": os.cpu_count()}


def describe_backend() -> dict[str, Any]:
    """Return the Keras backend and the devices that it found; loads it."""
    import keras

    backend = keras.backend.backend()
    if backend == "torch":  # for which Keras lists none
        torch: Any = importlib.import_module("torch")
        return {"backend": backend, "devices": ["cpu:0", *(f"gpu:{i}" for i in range(torch.cuda.device_count()))]}
    return {"backend": backend, "devices": list(keras.distribution.list_devices())}


@contextlib.contextmanager
def working_on(device: str) -> Iterator[None]:
    """Let the Keras backend work on `cpu` or `gpu`; `auto` leaves it what it chooses and loads nothing.

    Raises `RequestError` for another word, and where no GPU is found.
    """
    if device not in DEVICES:
        hint = did_you_mean(device, DEVICES) or f"one of {', '.join(DEVICES)}"
        raise RequestError(f"there is no device {device!r}", where="--device", hint=hint)
    if device == "auto":
        yield
        return
    import keras

    if device == "gpu" and not has_gpu():
        where = f"backend {keras.backend.backend()}"
        raise RequestError(
            "no GPU is found", where=where, hint="restore doctor says more; --device cpu goes on without"
        )
    with keras.device(f"{device}:0"):
        yield


def has_gpu() -> bool:
    """Return whether the Keras backend works on a GPU, or another accelerator; loads it."""
    return any(not device.lower().startswith("cpu") for device in describe_backend()["devices"])


def describe() -> dict[str, Any]:
    """Return versions, machine and backend; loads the backend."""
    return {"versions": versions(), **describe_machine(), **describe_backend()}
