"""The checks of a dataset."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from restore.errors import ComponentError, RequestError
from restore.plugins.boundary import Bound, bind, guard
from restore.plugins.catalogue import Entry
from restore.plugins.contracts import fault_in_image, fault_in_sample, fault_in_source
from restore.plugins.values import Sample, Source
from restore.testing.findings import Check, Finding, Flaw, carry_out
from restore.testing.pictures import global_states, seeded_globally, write_folder, write_half_an_image
from restore.testing.signature import check_options, filled

LOOKS = 8
"""Samples looked at, evenly spread: enough for the first, the last and a few in between."""
SLOW = 2.0
"""Seconds after which opening is told as slow: the headers of ten thousand images can be read in that time."""


@dataclass(frozen=True)
class _Subject:
    """A dataset and the folder that it is opened with."""

    bound: Bound
    path: Path | None

    def open(self) -> Source:
        """Open the dataset anew; raises `Flaw` where what comes back is no source, or has no samples."""
        source = self.bound(self.path, doing="opening the dataset")
        with guard(self.bound.entry.owner, "telling its length"):
            wrong = fault_in_source(source) or (None if len(source) else "has no samples")
        if wrong:
            raise Flaw(wrong)
        opened: Source = source
        return opened

    @cached_property
    def source(self) -> Source:
        """Return the dataset as first opened."""
        return self.open()

    @cached_property
    def indices(self) -> list[int]:
        """Return the samples to look at."""
        count = len(self.source)
        return sorted({round(place) for place in np.linspace(0, count - 1, min(count, LOOKS)).tolist()})

    def sample(self, index: int, source: Source | None = None) -> Sample:
        """Decode a sample; raises `Flaw` where it is none."""
        with guard(self.bound.entry.owner, f"decoding sample {index}"):
            sample = (source or self.source)[index]
        wrong = fault_in_sample(sample)
        if wrong:
            raise Flaw(f"{wrong} (index {index})")
        return sample


def judge(entry: Entry, path: Path | None = None, **options: Any) -> Iterator[Finding]:
    """Yield what the checks find of a dataset opened with `path`, or with a folder of drawn images."""
    check_options(entry, options)
    bound = bind(entry, filled(entry) | options)
    if path is not None or not _needs_a_folder(bound):
        yield from carry_out(entry.owner, CHECKS, _Subject(bound, path))
        return
    with TemporaryDirectory() as folder:
        write_folder(Path(folder))
        drawn = _Subject(bound, Path(folder))
        try:
            drawn.source  # noqa: B018 - opened here, so that a refusal is no fault
        except RequestError as error:
            how = "restore check --data PATH, or check_dataset(…, path=PATH)"
            note = f"was not checked, since it needs images of its own ({error.what}): {how}"
            yield Finding(entry.owner, "opens", note=note)
        except (Flaw, ComponentError):
            yield from carry_out(entry.owner, CHECKS, drawn)
        else:
            yield from carry_out(entry.owner, (*CHECKS, opens_without_decoding), drawn)


def refusal(entry: Entry, path: Path) -> RequestError | None:
    """Return why a dataset does not take `path`, None where it does, or breaks its contract."""
    try:
        _Subject(bind(entry, filled(entry)), path).open()
    except RequestError as error:
        return error
    except (Flaw, ComponentError):  # which the first check tells
        return None
    return None


def opens(subject: _Subject) -> str | None:
    """Check that it opens as a source with samples; note where that takes long."""
    start = time.perf_counter()
    subject.open()
    seconds = time.perf_counter() - start
    return f"took {seconds:.1f} s to open; decode images on access" if seconds > SLOW else None


def gives_samples(subject: _Subject) -> None:
    """Check clean images, ids, groups, labels and damaged partners."""
    for index in subject.indices:
        sample = subject.sample(index)
        if not sample.id:
            raise Flaw(f"gives sample {index} no id")
        if not isinstance(sample.labels, Mapping) or not _is_json(sample.labels):
            raise Flaw(f"gives sample {sample.id} labels that are no JSON object: {sample.labels!r}")
        if sample.damaged is not None:
            image = sample.damaged.image
            shape = (*sample.clean.shape[:2], image.shape[-1]) if isinstance(image, np.ndarray) and image.ndim else ()
            wrong = fault_in_image(image, shape, f"the damaged partner of {sample.id}")
            if wrong:
                raise Flaw(wrong)


def names_each_sample_once(subject: _Subject) -> None:
    """Check that ids differ: all of them where the keys tell, else those looked at."""
    keys = getattr(subject.source, "keys", None)
    ids = [str(ident) for ident, _ in keys] if keys is not None else [subject.sample(i).id for i in subject.indices]
    (ident, count), *_ = Counter(ids).most_common(1)
    if count > 1:
        raise Flaw(f"gives {count} samples the id {ident}")


def has_keys_that_agree_with_its_samples(subject: _Subject) -> None:
    """Check that the keys, where it has them, are (id, group) of the samples in their order."""
    keys = getattr(subject.source, "keys", None)
    if keys is None:
        return
    for index in subject.indices:
        sample = subject.sample(index)
        if tuple(keys[index]) != (sample.id, sample.group):
            raise Flaw(f"has {tuple(keys[index])!r} as key {index}, but {(sample.id, sample.group)!r} as its sample")


def gives_the_same_again(subject: _Subject) -> None:
    """Check that reading again, also from the last to the first after opening anew, gives the same samples."""
    before = {index: subject.sample(index) for index in subject.indices}
    again = {index: subject.sample(index) for index in subject.indices}
    anew = subject.open()
    backwards = {index: subject.sample(index, anew) for index in reversed(subject.indices)}
    for index, sample in before.items():
        if not _equal(sample, again[index]):
            raise Flaw(f"gives another sample {index} at the second reading")
        if not _equal(sample, backwards[index]):
            raise Flaw(f"gives another sample {index} when opened anew and read backwards")


def leaves_global_randomness_alone(subject: _Subject) -> None:
    """Check that the global random states of Python and NumPy are neither used nor changed."""
    samples = []
    for seed in (1, 1, 2):
        with seeded_globally(seed):
            before = global_states()
            samples.append(subject.sample(subject.indices[-1], subject.open()))
            if global_states() != before:
                raise Flaw("uses a global random state")
    if not _equal(*samples[:2]):
        raise Flaw("depends on state kept between readings, or on a generator without a seed")
    if not _equal(*samples[1:]):
        raise Flaw("depends on a global random state")


def opens_without_decoding(subject: _Subject) -> None:
    """Check that an image that cannot be decoded hurts nothing until it is read."""
    assert subject.path is not None
    write_half_an_image(subject.path / "group-0" / "zzz.png")
    try:
        subject.open()
    except RequestError as error:
        raise Flaw(f"decodes images when it is opened: {error.what}") from error


CHECKS: tuple[Check[_Subject], ...] = (
    opens,
    gives_samples,
    names_each_sample_once,
    has_keys_that_agree_with_its_samples,
    gives_the_same_again,
    leaves_global_randomness_alone,
)


def _needs_a_folder(bound: Bound) -> bool:
    """Return whether the dataset refuses to be opened without one."""
    try:
        bound(None, doing="opening the dataset")
    except RequestError:
        return True
    except ComponentError:  # which the first check tells
        return False
    return False


def _equal(one: Sample, other: Sample) -> bool:
    partners = (one.damaged is None) == (other.damaged is None) and (
        one.damaged is None or other.damaged is None or np.array_equal(one.damaged.image, other.damaged.image)
    )
    named = (one.id, one.group, dict(one.labels)) == (other.id, other.group, dict(other.labels))
    return named and partners and np.array_equal(one.clean, other.clean)


def _is_json(value: Mapping[str, object]) -> bool:
    try:
        json.dumps(dict(value))
    except (TypeError, ValueError):
        return False
    return True
