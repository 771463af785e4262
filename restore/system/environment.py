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
from restore.system import settings
from restore.system.processors import fix_threads, usable
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
    "tifffile",
    "jpeglib",
    "scipy",
    "scikit-image",
    "onnxruntime",
    "onnx",
    "tf2onnx",
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
    """Return platform, processor, and the processors that there are and that may be used, without loading a backend."""
    return {
        "platform": platform.platform(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "usable": usable(),
    }


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
        hint = did_you_mean(text, DEVICES) or f"available: {', '.join(DEVICES)}"
        raise RequestError(f"unknown device {text!r}", code="unknown-device", where="--device", hint=hint)
    return text


def require_backend() -> str:
    """Return the Keras backend that is set; raises `RequestError` where it is unknown or not installed."""
    place, backend = chosen_backend()
    if backend not in BACKENDS:
        hint = did_you_mean(backend, BACKENDS) or f"available: {', '.join(BACKENDS)}"
        raise RequestError(f"unknown backend {backend!r}", code="unknown-backend", where=place, hint=hint)
    if importlib.util.find_spec(backend) is None:
        hint = f"pip install 'restore-toolkit[{backend}]', or set KERAS_BACKEND=tensorflow"
        raise RequestError(f"backend {backend} is not installed", code="missing-backend", where=place, hint=hint)
    return backend


def chosen_backend() -> tuple[str, str]:
    """Return where the Keras backend is set, and which: $KERAS_BACKEND, else the user's keras.json, else TensorFlow."""
    variable = os.environ.get("KERAS_BACKEND")
    if variable:
        return "KERAS_BACKEND", variable
    return str(settings.keras_file()), str(settings.keras_config().get("backend") or BACKENDS[0])


def remarks() -> list[str]:
    """Return what a user should know of settings made for other work that lead to other results."""
    place, backend = chosen_backend()
    usual = backend == BACKENDS[0] or place == "KERAS_BACKEND"
    return [] if usual else [f"Keras works with backend {backend}, as set in {place}"]


@contextlib.contextmanager
def working_on(device: Device, threads: int | None = None) -> Iterator[None]:
    """Let the Keras backend work on `cpu` or `gpu`; `auto` leaves the choice to it and loads nothing.

    `threads` are fixed first, since looking for devices starts the backend. Raises `RequestError` where no GPU is found.
    """
    if device == "auto":
        yield
        return
    import keras

    backend = require_backend()
    if threads is not None:
        fix_threads(threads, backend)
    if device == "gpu" and not has_gpu():
        hint = "see restore doctor, or use --device cpu"
        raise RequestError("no GPU found", code="no-gpu", where=f"backend {backend}", hint=hint)
    with keras.device(f"{device}:0"):
        yield


def has_gpu() -> bool:
    """Return whether the Keras backend works on a GPU, or another accelerator; loads it."""
    return any(not device.lower().startswith("cpu") for device in describe_backend()["devices"])


def describe() -> dict[str, Any]:
    """Return versions, machine, backend and the Keras settings that runs work with; loads the backend."""
    keras = {**settings.NEEDED, "dtype_policy": settings.NEEDED["floatx"]}
    return {"versions": versions(), **describe_machine(), **describe_backend(), "keras": keras}
