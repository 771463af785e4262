"""The layouts of a run file, one class per schema number, newest first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol

from restore.runfile.schema1 import Schema1
from restore.runfile.schema2 import Schema2
from restore.runfile.tree import FORMAT, Refusal, Tree

if TYPE_CHECKING:
    from restore.runfile.record import Record


class Schema(Protocol):
    """Reads a tree of one schema number as today's record; only the newest one writes."""

    number: ClassVar[int]

    def unpack(self, tree: Tree) -> Record:
        """Return the record; raise `Refusal` for what does not fit."""


CURRENT = Schema2()
SCHEMAS: tuple[Schema, ...] = (CURRENT, Schema1())


def detect(header: Mapping[str, str | int]) -> Schema:
    """Return the schema that the root's attributes name; refuse a newer one with both numbers."""
    number = header.get("schema")
    if header.get("format") != FORMAT or not isinstance(number, int) or number < 1:
        raise Refusal(
            "not a run file: its root has no attributes format = restore-run and schema", code="not-a-run-file"
        )
    for schema in SCHEMAS:
        if schema.number == number:
            return schema
    writer = header.get("restore_version", "")
    wanted = f">={writer}" if isinstance(writer, str) and re.fullmatch(r"[0-9][0-9a-z.+]{0,40}", writer) else ""
    raise Refusal(
        f"the run file has schema {number}, this restore reads schemas up to {CURRENT.number}",
        code="newer-schema",
        hint=f"install a newer one: pip install --upgrade 'restore-toolkit{wanted}'",
    )
