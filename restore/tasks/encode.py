"""Images encoded by an autoencoder into a file of codes, and the images with the nearest codes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from restore.errors import InputError, RequestError, gathered
from restore.images import MAX_PIXELS, find_images, look, read, without_alpha
from restore.runfile.summary import read_summary
from restore.running.coder import AT_ONCE, Coder
from restore.system.files import require_free, require_writable, write_whole
from restore.text import few, listed, show

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.plugins.values import Images

SCHEMA = 1
ENDING = ".h5"
CHUNK = 1024
"""Codes compared with all others at once."""


@dataclass(frozen=True, slots=True)
class Input:
    """An image to be encoded: its id, unique among all, and its file."""

    id: str
    path: Path


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An image with a near code: its id, and the Euclidean distance of both codes."""

    id: str
    distance: float


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What was encoded: ids and codes, float32 (N, …), in order, and notes."""

    ids: tuple[str, ...]
    codes: NDArray[np.float32]
    notes: tuple[str, ...]


def encode_files(
    coder: Coder,
    inputs: Sequence[Path],
    *,
    output: Path | None = None,
    overwrite: bool = False,
    skip_bad: bool = False,
    max_pixels: int = MAX_PIXELS,
    step: Callable[[], None] = lambda: None,
) -> Encoded:
    """Encode images, files or folders with all below them, and write their codes to `output`, where one is named.

    `step` is called after each image. Raises `RequestError` where an input is wrong; nothing is written then.
    """
    if output is not None:
        _require_output(output, overwrite=overwrite)
    found, notes = find_inputs(inputs)
    faults: list[InputError] = []
    ids: list[str] = []
    codes: list[NDArray[np.float32]] = []
    for part in _batches(_prepared(coder, found, faults, max_pixels, step)):
        ids += [one.id for one, _ in part]
        codes.append(coder.encode(np.stack([image for _, image in part])))
    if faults and not (skip_bad and ids):
        raise gathered(faults, len(found), "images", skip_bad=skip_bad)
    notes += [f"{len(faults)} images left out: {few([one.where for one in faults])}"] if faults else []
    encoded = Encoded(tuple(ids), np.concatenate(codes), tuple(listed(notes)))
    if output is not None:
        write_codes(output, encoded, coder, overwrite=overwrite)
    return encoded


def find_inputs(inputs: Sequence[Path]) -> tuple[list[Input], list[str]]:
    """Return all images among files and folders, and notes on files that are none.

    An id is the path below the folder that is given, after its name where there are several; of a file its name.
    Raises `InputError` for what is not there, `RequestError` for two images of the same id.
    """
    found: list[Input] = []
    notes: list[str] = []
    for given in inputs:
        look(given)
        if not given.is_dir():
            found.append(Input(given.name, given))
            continue
        files, unread = find_images(given)
        above = f"{given.resolve().name}/" if len(inputs) > 1 else ""
        found += [Input(f"{above}{file.path.as_posix()}", given / file.path) for file in files]
        notes += [f"{show(given)}: {note}" for note in unread]
    known: dict[str, Path] = {}
    for one in found:
        if one.id in known:
            hint = f"{show(known[one.id])} is the first; encode a folder that holds both"
            raise RequestError(
                f"two images are called {show(one.id)}", code="duplicate", where=show(one.path), hint=hint
            )
        known[one.id] = one.path
    return found, notes


def nearest(codes: NDArray[np.float32], ids: Sequence[str], count: int) -> Mapping[str, Sequence[Neighbour]]:
    """Return the `count` images with the nearest codes, float32 (N, …) of any values, for each of N, itself left out."""
    flat = codes.reshape(len(codes), -1).astype(np.float64)
    squares = (flat**2).sum(axis=1)
    found = {}
    for start in range(0, len(flat), CHUNK):
        part = flat[start : start + CHUNK]
        distances = squares[start : start + CHUNK, None] + squares[None] - 2 * part @ flat.T
        for row, place in zip(distances, range(start, start + len(part)), strict=True):
            row[place] = np.inf
            order = np.argsort(row, kind="stable")[: min(count, len(flat) - 1)]
            # Rounding leaves less than nothing between equal codes.
            found[ids[place]] = [Neighbour(ids[other], float(np.sqrt(max(row[other], 0.0)))) for other in order]
    return found


def write_codes(file: Path, encoded: Encoded, coder: Coder, *, overwrite: bool = False) -> None:
    """Write codes whole, as docs/codes.md says; equal codes give equal bytes. Raises as `write_whole` does."""
    import h5py

    buffer = io.BytesIO()
    names = [one.encode("utf-8", "backslashreplace") for one in encoded.ids]
    text = h5py.string_dtype("utf-8", max(map(len, names)))
    with h5py.File(buffer, "w", libver=("earliest", "v110")) as made:
        made.create_dataset("codes", data=encoded.codes.astype("<f4"))
        made.create_dataset("id", data=np.array(names, text))
        for name, value in _attributes(coder).items():
            made.attrs[name] = value
    write_whole(file, buffer.getbuffer(), overwrite=overwrite)


def _attributes(coder: Coder) -> Mapping[str, Any]:
    run = coder.run
    return {
        "schema": SCHEMA,
        "run": run.id,
        "content": read_summary(run.path).content,
        "model": run.planned.model.spec,
        "layer": coder.layer,
        "size": np.array(run.planned.size, "<i8"),
        "fit": run.planned.fit,
    }


def _require_output(file: Path, *, overwrite: bool) -> None:
    if file.suffix != ENDING:
        hint = f"name it {file.stem or 'codes'}.h5"
        raise RequestError("codes are written as HDF5", code="format-not-written", where="--output", hint=hint)
    require_writable(file.parent, "the folder", hint="name another file")
    if not file.parent.is_dir():
        raise RequestError("no such folder", code="no-such-folder", where=show(file.parent), hint="create the folder")
    require_free(file, overwrite=overwrite)


def _prepared(
    coder: Coder, found: Sequence[Input], faults: list[InputError], max_pixels: int, step: Callable[[], None]
) -> Iterator[tuple[Input, Images]]:
    """Yield images as the network gets them; adds those that cannot be used to `faults`."""
    for one in found:
        try:
            picture = read(one.path, max_pixels=max_pixels)
            opaque = picture.pixels
            if picture.alpha is not None:
                opaque = without_alpha(picture.pixels, picture.alpha, coder.run.planned.alpha, where=show(one.path))
        except InputError as fault:
            faults.append(fault)
        else:
            yield one, coder.prepare(opaque)
        step()


def _batches(images: Iterator[tuple[Input, Images]]) -> Iterator[list[tuple[Input, Images]]]:
    """Yield as many images at a time as a network gets at once."""
    part: list[tuple[Input, Images]] = []
    for one in images:
        part.append(one)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part
