"""Whether a restored face still shows the same person: embeddings by a network that the user brings."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, FilePath

from restore.api import RequestError, Scored

AT_ONCE = 32
"""Images given to the network at once."""
CHANNELS = 1, 3


def embedding(
    scored: Scored,
    *,
    model: Annotated[
        Annotated[FilePath, AfterValidator(Path.absolute)] | None,
        Field(description="ONNX file: images in, one vector an image out"),
    ] = None,
    low: Annotated[float, Field(description="what the network takes for black")] = -1.0,
    high: Annotated[float, Field(description="what the network takes for white")] = 1.0,
) -> dict[str, NDArray[np.float64]]:
    """Compare the embeddings of each restored and clean image, float (N,) each, NaN without a `model`.

    `similarity`: cosine of both vectors, 1 for the same; recognisers of faces compare them so. `distance`: root mean
    square of the difference of both, each divided by its length, a perceptual distance. The network takes
    float32 (N, C, H, W) or (N, H, W, C), C = 1 or 3, to whose size images are scaled. Raises `RequestError` for any other.
    """
    if model is None:
        return dict.fromkeys(("similarity", "distance"), np.full(len(scored.clean), np.nan))
    network = _open(str(model), model.stat().st_mtime_ns)
    pairs = [
        (network(_scaled(scored.images[part], low, high)), network(_scaled(scored.clean[part], low, high)))
        for part in _parts(len(scored.clean))
    ]
    restored, clean = (_normalised(np.concatenate(one)) for one in zip(*pairs, strict=True))
    return {
        "similarity": (restored * clean).sum(axis=1),
        "distance": np.sqrt(np.square(restored - clean).mean(axis=1)),
    }


class _Network:
    """An ONNX network from images to vectors."""

    def __init__(self, path: str) -> None:
        import onnxruntime

        try:
            self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has a class of its own for each reason
            what, hint = f"cannot be opened as ONNX: {error}", "export it anew"
            raise RequestError(what, code="bad-onnx", where=path, hint=hint) from error
        inputs = self.session.get_inputs()
        shape = inputs[0].shape if len(inputs) == 1 else []
        axes = [axis for axis in (1, 3) if len(shape) == 4 and shape[axis] in CHANNELS]
        if not axes:
            what = f"takes {shape}, not images (N, C, H, W) or (N, H, W, C)"
            raise RequestError(what, code="bad-onnx", where=path, hint="use a network from images to vectors")
        self.name, self.first, self.channels = inputs[0].name, axes[0] == 1, shape[axes[0]]
        sides = shape[2:] if self.first else shape[1:3]
        self.size = tuple(side if isinstance(side, int) else None for side in sides)

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return a vector for each image, float (N, D), from images float32 (N, H, W, C)."""
        height, width = (want or have for want, have in zip(self.size, images.shape[1:3], strict=True))
        given = np.stack([_resized(_coloured(image, self.channels), height, width) for image in images])
        given = np.ascontiguousarray(np.moveaxis(given, 3, 1)) if self.first else given
        made: Any = self.session.run(None, {self.name: given})[0]
        vectors: NDArray[np.float64] = np.asarray(made, np.float64).reshape(len(images), -1)
        return vectors


@functools.lru_cache(maxsize=2)
def _open(path: str, _: int) -> _Network:
    """Return the network of a file, opened once for all rows, unless it has changed."""
    return _Network(path)


def _parts(count: int) -> Iterator[slice]:
    yield from (slice(start, start + AT_ONCE) for start in range(0, count, AT_ONCE))


def _scaled(images: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    return images * np.float32(high - low) + np.float32(low)


def _coloured(image: NDArray[np.float32], channels: int) -> NDArray[np.float32]:
    if image.shape[2] == channels:
        return image
    return image.mean(axis=2, keepdims=True) if channels == 1 else np.repeat(image, 3, axis=2)


def _resized(image: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    if image.shape[:2] == (height, width):
        return image
    from PIL import Image

    planes = [
        Image.fromarray(plane).resize((width, height), Image.Resampling.BILINEAR) for plane in np.moveaxis(image, 2, 0)
    ]
    return np.stack([np.asarray(plane, np.float32) for plane in planes], axis=2)


def _normalised(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    normal: NDArray[np.float64] = vectors / np.maximum(lengths, 1e-12)
    return normal
