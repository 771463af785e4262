"""Decoding, trimming and fitting every image, into the files that store them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from restore.errors import InputError, gathered
from restore.images import Alpha, is_grey, to_channels, without_alpha
from restore.images.fitting import Fit, Fitting, Size, border_of
from restore.pipeline.data.cache import ArrayWriter
from restore.pipeline.data.decode import decode
from restore.pipeline.data.examples import ImageInfo, plain, to_stored
from restore.pipeline.data.trim import Frames, Margins, cut
from restore.pipeline.data.windows import content_of
from restore.plugins.boundary import fault, guard, readonly_view
from restore.plugins.contracts import fault_in_mask
from restore.plugins.values import Damaged, Sample, Source

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.plugins.values import Images

    Row = dict[str, NDArray[Any]]

KEPT = 2**28
"""Bytes of decoded images kept from the pass that looks for borders, so that most datasets are decoded once."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """How images are prepared; see `prepare`."""

    size: Size
    channels: Literal[1, 3]
    fit: Fit
    trim: Literal["auto"] | None
    alpha: Alpha
    skip_bad: bool

    @property
    def key(self) -> Mapping[str, Any]:
        """Everything that the prepared pixels depend on, with the libraries that decode and scale; plain JSON."""
        return {**asdict(self), "libraries": {name: version(name) for name in ("pillow", "numpy", "scipy")}}


@dataclass(frozen=True, slots=True)
class Build:
    """Prepares the images of the `chosen` samples; `progress` is called with (done, total) decoding steps."""

    source: Source
    chosen: Sequence[int]
    how: Preparation
    owner: str
    workers: int
    progress: Callable[[int, int], None]

    def __call__(self, writer: ArrayWriter) -> Mapping[str, Any]:
        """Add every image to `writer` and return their records as plain JSON.

        Trimming takes two passes, since constant borders are known only after the last image; the memory held between
        them is bounded. Faults are collected over both; raises `InputError` that lists them unless they are skipped.
        """
        faults: dict[int, InputError] = {}
        kept: dict[int, Sample] = {}
        frames = Frames()
        passes, room = 1, KEPT
        if self.how.trim:
            for index, sample in self._samples(kept, faults, 0, 2):
                frames.add(sample.clean)
                room -= sample.clean.nbytes + (sample.damaged.image.nbytes if sample.damaged else 0)
                if room >= 0:
                    kept[index] = sample
            passes = 2
        trimmed = frames.margins()
        records: dict[str, ImageInfo] = {}
        held: set[str] = set()
        for index, sample in self._samples(kept, faults, passes - 1, passes):
            try:
                record, row = self._prepared(sample, trimmed.get(sample.clean.shape, (0, 0, 0, 0)))
            except InputError as error:
                faults[index] = error
                continue
            if record.id in records:
                raise fault(self.owner, f"returned two samples with the id {record.id}")
            if held and held != row.keys():
                raise fault(self.owner, f"returned a damaged partner for some samples only, see {record.id}")
            records[record.id], held = record, set(row)
            writer.add(row)
        if faults and not (self.how.skip_bad and records):
            raise gathered(list(faults.values()), len(self.chosen), "images", skip_bad=self.how.skip_bad)
        keys = getattr(self.source, "keys", None)
        skipped = [{"id": keys[one][0] if keys else str(one), "reason": faults[one].what} for one in sorted(faults)]
        margins = [[list(shape), list(lines)] for shape, lines in sorted(trimmed.items())]
        return {"records": [plain(asdict(one)) for one in records.values()], "skipped": skipped, "trimmed": margins}

    def _samples(
        self, kept: dict[int, Sample], faults: dict[int, InputError], done: int, passes: int
    ) -> Iterator[tuple[int, Sample]]:
        """Yield the samples that can be read, after `done` of all passes; adds the others to `faults`.

        Samples `kept` from an earlier pass, which are the first of all, are taken from there instead of decoded again.
        """
        count, total = done * len(self.chosen), passes * len(self.chosen)
        wanted = [index for index in self.chosen if index not in faults and index not in kept]
        count += len(faults)
        for index in list(kept):
            count += 1
            self.progress(count, total)
            yield index, kept.pop(index)
        for index, decoded in decode(self.source, wanted, owner=self.owner, workers=self.workers):
            count += 1
            self.progress(count, total)
            if isinstance(decoded, InputError):
                faults[index] = decoded
            else:
                yield index, decoded

    def _prepared(self, sample: Sample, margins: Margins) -> tuple[ImageInfo, Row]:
        """Return the record and arrays of a sample; raises `InputError` where its image cannot be used."""
        how = self.how
        where = f"the clean image of {sample.id}" if sample.damaged else sample.id
        shown = _opaque(cut(sample.clean, margins), where, how.alpha)
        notes = [*sample.notes, *_notes(shown, how.channels)]
        clean = to_channels(shown, how.channels)
        fitting, fill = Fitting((clean.shape[0], clean.shape[1]), how.size, how.fit), border_of(clean)
        stored = to_stored(fitting.apply(clean, fill))
        row: Row = {"clean": stored}
        if how.fit == "window":
            row["content"] = content_of(clean, self._content(clean, sample.id))
        damage = None
        if sample.damaged is not None:
            mask = self._add_partner(row, sample, sample.damaged, margins, fitting, fill)
            partner = sample.damaged
            damage = {"name": partner.name, "level": partner.level, "truth": plain(partner.truth), "mask": mask}
        hashed = hashlib.sha256(stored.astype("<u2").tobytes()).hexdigest()
        height, width = sample.clean.shape[:2]
        return ImageInfo(sample.id, sample.group, hashed, (height, width), sample.labels, tuple(notes), damage), row

    def _content(self, clean: Images, name: str) -> NDArray[np.bool_] | None:
        """Return where the dataset says that an image holds something, None where it says nothing of that."""
        content = getattr(self.source, "content", None)
        if content is None:
            return None
        with guard(self.owner, f"looking for the content of {name}"):
            found = content(readonly_view(clean))
        wrong = fault_in_mask(found, clean.shape[:2], f"the content of {name}")
        if wrong:
            raise fault(self.owner, wrong)
        return found  # type: ignore[no-any-return]

    def _add_partner(
        self, row: Row, sample: Sample, damaged: Damaged, margins: Margins, fitting: Fitting, fill: Images
    ) -> bool:
        """Add the damaged partner, prepared like the clean image, to a row; returns whether it has a mask."""
        how, mask, seen = self.how, damaged.mask, sample.clean.shape[:2]
        if damaged.image.shape[:2] != seen:
            what = f"the damaged partner has {_size(damaged.image.shape)} pixels, the clean image {_size(seen)}"
            hint = "register it to its clean image, or remove the pair"
            raise InputError(what, code="other-size", where=sample.id, hint=hint)
        image = to_channels(_opaque(cut(damaged.image, margins), sample.id, how.alpha), how.channels)
        row["damaged"] = to_stored(fitting.apply(image, fill))
        row["mask"] = np.zeros(row["clean"].shape[:2], np.bool_)
        if mask is not None:
            # Scaling spreads damage by the reach of its kernel, beyond the mask: every changed pixel is masked.
            spread = (row["damaged"] != row["clean"]).any(axis=-1) & (fitting.scaled != fitting.shape)
            row["mask"] = fitting.apply_to_mask(cut(mask, margins)) | spread
        return mask is not None


def _notes(image: Images, channels: int) -> Iterator[str]:
    """Yield notes on an image and its conversion."""
    if image.min() == image.max():
        yield "constant image"
    if channels == 1 and not is_grey(image):
        yield "colour converted to greyscale"
    if channels > image.shape[2]:
        yield "greyscale converted to RGB"


def _opaque(image: Images, name: str, alpha: Alpha) -> Images:
    """Return an image without alpha, the last of 2 or 4 channels."""
    if image.shape[2] in (1, 3):
        return image
    return without_alpha(image[..., :-1], image[..., -1], alpha, where=name)


def _size(shape: Sequence[int]) -> str:
    return f"{shape[1]}x{shape[0]}"
