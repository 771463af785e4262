"""Where a run was made: versions, platform and device, as plain JSON."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal, TypeAlias, get_args

from restore.errors import RequestError
from restore.text import did_you_mean

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
BACKENDS = ("tensorflow", "jax", "torch")
Device: TypeAlias = Literal["auto", "cpu", "gpu"]
"""Where the Keras backend works: where it chooses, or on one of these."""
DEVICES: tuple[Device, ...] = get_args(Device)


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


def parse_device(text: str) -> Device:
    """Return one of `DEVICES`; raises `RequestError` for another word."""
    if text not in DEVICES:
        hint = did_you_mean(text, DEVICES) or f"one of {', '.join(DEVICES)}"
        raise RequestError(f"there is no device {text!r}", where="--device", hint=hint)
    return text


def require_backend() -> None:
    """Raise `RequestError` where the Keras backend that $KERAS_BACKEND names is none, or is not installed."""
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend not in BACKENDS:
        hint = did_you_mean(backend, BACKENDS) or f"one of {', '.join(BACKENDS)}"
        raise RequestError(f"there is no backend {backend!r}", where="KERAS_BACKEND", hint=hint)
    if importlib.util.find_spec(backend) is None:
        hint = f"pip install restore-toolkit[{backend}]"
        raise RequestError(f"the backend {backend} is not installed", where="KERAS_BACKEND", hint=hint)


@contextlib.contextmanager
def working_on(device: Device) -> Iterator[None]:
    """Let the Keras backend work on `cpu` or `gpu`; `auto` leaves it what it chooses and loads nothing.

    Raises `RequestError` where no GPU is found.
    """
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
