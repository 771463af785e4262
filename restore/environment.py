"""Where a run was made: versions, platform and device, as plain JSON."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

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

    return {"backend": keras.backend.backend(), "devices": list(keras.distribution.list_devices())}


def has_gpu() -> bool:
    """Return whether the Keras backend works on a GPU; loads it."""
    import keras

    return bool(keras.distribution.list_devices("gpu"))


def describe() -> dict[str, Any]:
    """Return versions, machine and backend; loads the backend."""
    return {"versions": versions(), **describe_machine(), **describe_backend()}
