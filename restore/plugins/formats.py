"""The formats of image files that plugins read, by ending."""

from __future__ import annotations

from functools import partial

from restore.images import Formats
from restore.plugins.boundary import fault, guard, load
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import Format


def formats_of(catalogue: Catalogue) -> Formats:
    """Return the formats of all plugins by ending; of several for one ending, the first in the order of the listing."""
    found: dict[str, partial[str]] = {}
    for entry in catalogue.entries("format"):
        assert isinstance(entry.component, Format)
        for ending in entry.component.endings:
            found.setdefault(ending, partial(register, entry))
    return found


def register(entry: Entry) -> str:
    """Make Pillow read a format, and return its name there; raises `RequestError` where a package is missing.

    Raises `ComponentError` where the function behind it fails, or names a format that Pillow does not read.
    """
    function = load(entry)
    with guard(entry.owner, "registering the format with Pillow"):
        name = function()
    if not isinstance(name, str) or not _is_known(name):
        raise fault(entry.owner, f"returned {name!r}, not the name of a format that Pillow reads")
    return name


def _is_known(name: str) -> bool:
    from PIL import Image

    if name not in Image.OPEN:
        Image.init()
    return name in Image.OPEN
