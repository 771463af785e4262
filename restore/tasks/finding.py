"""The images that `restore apply` is given: found, named, their masks beside them, and looked at before the work."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from restore.errors import InputError, RequestError, gathered
from restore.images import WRITTEN, parse_ending, read_size, same_format
from restore.tasks.batch import (
    Batch,
    Handling,
    Job,
    checked,
    find,
    find_matching,
    is_pattern,
    left_out,
    make_job,
    require_folder,
)
from restore.tasks.companions import find_mask, without_companions
from restore.tasks.ledger import Row
from restore.tasks.restoration import Settings, colour_of, mask_of, shown_path
from restore.text import show

READ_WHOLE = 200_000_000
"""Pixels of images that are read whole before the first result is written; of further ones only headers are."""


def is_single(inputs: Sequence[str], output: Path) -> bool:
    """Return whether the output is the file of one result."""
    one = len(inputs) == 1 and os.path.isfile(inputs[0])  # noqa: PTH113 - false for a path that nothing can have
    return one and output.suffix.lower() in WRITTEN and not output.is_dir()


def ending_of(given: str, file: Path | None) -> str:
    """Return the ending of results, empty for that of each image; raises `RequestError` where output and option differ."""
    ending = parse_ending(given) if given else ""
    if file is None:
        return ending
    own = file.suffix.lower()
    if ending and WRITTEN[ending] != WRITTEN[own]:
        hint = f"name a file that ends in {ending}, or leave --format out"
        what = f"the output ends in {own}, --format is {ending[1:]}"
        raise RequestError(what, code="conflict", where=show(file), hint=hint)
    return own


def find_jobs(inputs: Sequence[str], listed: Sequence[str], output: Path, *, single: bool, how: Handling) -> Batch:
    """Return a job for every image of the inputs, patterns among them, and of a list, whose relative paths are kept."""
    if single:
        require_folder(output.parent)
        source, ending = Path(inputs[0]), output.suffix.lower()
        job = make_job(source, Path(source.name), output.parent, formats=how.formats)
        # The format of its content is kept, unless the output's ending names another.
        same = WRITTEN.get(source.suffix.lower()) == WRITTEN[ending]
        return Batch((replace(job, target=output, ending="" if same else ending),))
    found = find([Path(one) for one in inputs if not is_pattern(one)], output, how.ending, how.formats)
    jobs, faults = list(found.jobs), list(found.faults)
    for pattern in filter(is_pattern, inputs):
        matching = find_matching(pattern, output, how.ending, how.formats)
        jobs += matching.jobs
        faults += matching.faults
    jobs, others = without_companions(jobs)
    notes = [*found.notes, *([others] if others else [])]
    for path in map(Path, listed):
        kept = path if not path.is_absolute() and ".." not in path.parts else Path(path.name)
        jobs.append(make_job(path, kept, output, how.ending, how.formats))
    return Batch(tuple(jobs), tuple(faults), tuple(notes))


def find_masks(jobs: Sequence[Job], settings: Settings) -> dict[Path, Path | None]:
    """Return the mask file of each job by its target, None where it has none; empty where masks are no files."""
    if settings.mask is None or colour_of(settings.mask):
        return {}
    given = Path(settings.mask)
    if not given.is_dir():
        if len(jobs) > 1:
            hint = "give a folder of masks, named like the images"
            raise RequestError("one mask for several images", code="bad-option", where="--mask", hint=hint)
        return {job.target: given for job in jobs}
    return {job.target: find_mask(given, PurePosixPath(job.name)) for job in jobs}


def look_at(
    found: Batch, folder: Path, masks: dict[Path, Path | None], settings: Settings, how: Handling
) -> tuple[list[Job], list[Row]]:
    """Return the jobs in which no fault is found, and rows of the others, where they are skipped.

    Images are read whole as long as they are few, so that all faults are found before work; then their headers are.
    Raises one `InputError` for all faults.
    """
    good: list[Job] = []
    faults = list(found.faults)
    rows: list[Row] = []
    left = READ_WHOLE

    def check(job: Job) -> Sequence[str]:
        nonlocal left
        name, width, height = read_size(job.source, max_pixels=settings.max_pixels, formats=job.formats)
        if masks and masks[job.target] is None:
            hint = f"name it like the image: {PurePosixPath(job.name).stem}.png"
            raise InputError("no mask for this image", code="no-mask", where=show(job.source), hint=hint)
        left -= width * height
        if left >= 0:
            picture = job.read(max_pixels=settings.max_pixels)
            mask_of(picture, masks.get(job.target), settings, job.source)
            job.format_for(picture, picture.pixels)
        elif not job.ending and same_format(name) not in WRITTEN.values():
            hint = "choose another: --format png or tif"
            raise InputError(f"{name} files cannot be written", code="format-not-written", hint=hint)
        return ()

    with how.watch("reading", len(found.jobs)) as advance:
        for job in found.jobs:
            seen = checked(check, job)
            if isinstance(seen, InputError):
                faults.append(seen)
                place = job.name, shown_path(job.target, folder)
                rows.append(Row(*place, "refused", *job.state, reason=seen.what, code=seen.code))
            else:
                good.append(job)
            advance()
    if faults and not (how.skip_bad and good):
        raise gathered(faults, len(faults) + len(good), "inputs", skip_bad=how.skip_bad)
    if faults:
        how.warn(left_out(faults, len(faults) + len(good)))
    return good, rows
