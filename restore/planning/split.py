"""A split that a user makes: which groups are in training, validation and test, as a file of two columns."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from restore.errors import InputError, RequestError
from restore.images import look
from restore.text import did_you_mean, few, in_words, show

SETS = ("train", "validation", "test")
COLUMNS = ("group", "split")
SEPARATORS = ",;\t"
"""What stands between columns: a comma, or what spreadsheets write where that is the decimal mark."""
OPTION = "--split"
Sets: TypeAlias = Mapping[str, tuple[str, ...]]
"""The groups of `train`, `validation` and `test`, sorted."""


def in_sets(groups: Mapping[str, Iterable[str]]) -> Sets:
    """Return the groups of each set, sorted, each once."""
    return {name: tuple(sorted(set(groups[name]))) for name in SETS}


def read_split(split: str | Mapping[str, Sequence[str]]) -> Sets:
    """Return the split that a CSV file says, or a mapping of sets to groups.

    Raises `RequestError` for a file without its columns, another word for a set, a group in two sets, an empty set.
    """
    if isinstance(split, str):
        pairs, where = _pairs_in(_text_of(Path(split).expanduser()), split), f"{OPTION} {show(split)}"
    else:
        pairs, where = [(group, name, 0) for name, groups in split.items() for group in _listed(name, groups)], OPTION
    found: dict[str, str] = {}
    twice = set()
    for group, name, line in pairs:
        if name not in SETS:
            hint = did_you_mean(name, SETS) or f"write {', '.join(SETS)}"
            place = f"{where}, line {line}" if line else where
            raise RequestError(f"unknown set {name!r}", code="unknown-value", where=place, hint=hint)
        if found.setdefault(group, name) != name:
            twice.add(group)
    if twice:
        what = f"{_groups(twice)} in two sets: {few(sorted(twice))}"
        raise RequestError(what, code="group-in-two-sets", where=where, hint="give each group one set")
    sets = in_sets({name: [group for group, said in found.items() if said == name] for name in SETS})
    empty = [name for name in SETS if not sets[name]]
    if empty:
        what = f"no group is in {' or '.join(empty)}"
        raise RequestError(what, code="too-few-groups", where=where, hint="put groups into all three sets")
    return sets


def write_split(sets: Mapping[str, Iterable[str]]) -> str:
    """Return the text of a file that `read_split` reads."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows((group, name) for name in SETS for group in sorted(set(sets.get(name, ()))))
    return text.getvalue()


def _text_of(path: Path) -> str:
    """Return the text of a file, UTF-8 with or without a mark; bytes that are none are kept as in file names."""
    if not stat.S_ISREG(look(path).st_mode):
        raise InputError("not a regular file", code="not-a-regular-file", where=show(path), hint="name a CSV file")
    try:
        return path.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError as error:
        what = f"cannot read the file: {error.strerror or os.strerror(error.errno or 0)}"
        raise InputError(what, code="unreadable", where=show(path), hint="check its permissions") from error


def _pairs_in(text: str, path: str) -> list[tuple[str, str, int]]:
    """Return the rows of a file; raises `InputError` where it is no CSV file."""
    try:
        return list(_pairs(text, path))
    except csv.Error as error:
        what, hint = f"not a CSV file: {error}", "save it as CSV, UTF-8"
        raise InputError(what, code="bad-split-file", where=show(path), hint=hint) from error


def _pairs(text: str, path: str) -> Iterator[tuple[str, str, int]]:
    """Yield group, set and line number of each row; a row of an image repeats those of its group."""
    head = text.partition("\n")[0].rstrip("\r")
    for separator in SEPARATORS:
        columns = [name.strip().lower() for name in next(csv.reader([head], delimiter=separator), [])]
        if set(COLUMNS) <= set(columns):
            break
    else:
        what = f"the first line names no columns {' and '.join(COLUMNS)}"
        hint = f"begin the file with {','.join(COLUMNS)}"
        raise InputError(what, code="bad-split-file", where=show(path), hint=hint)
    group, name = (columns.index(one) for one in COLUMNS)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    next(rows)
    for row in rows:
        if not "".join(row).strip():
            continue
        if len(row) <= max(group, name):
            where = f"{show(path)}, line {rows.line_num}"
            raise InputError("a column is missing", code="bad-split-file", where=where, hint="write group,split")
        yield row[group], row[name].strip().lower(), rows.line_num


def _listed(name: object, groups: object) -> list[str]:
    """Return the groups of a set as texts; raises `RequestError` where they are no list of texts."""
    if isinstance(groups, str) or not isinstance(groups, Iterable) or not isinstance(name, str):
        what = f"not a list of groups: {in_words(groups)}"
        raise RequestError(what, code="bad-value", where=OPTION, hint="give a list for each of train, validation, test")
    kept = list(groups)
    wrong = [one for one in kept if not isinstance(one, str)]
    if wrong:
        raise RequestError(
            f"not the name of a group: {in_words(wrong[0])}", code="bad-value", where=OPTION, hint="give text"
        )
    return kept


def _groups(names: Iterable[str]) -> str:
    count = len(list(names))
    return f"{count} group{'s are' if count > 1 else ' is'}"
