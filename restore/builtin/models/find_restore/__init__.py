"""Find cheaply, restore near: a finder that sees the whole image, a restorer that sees windows around the damage."""

from __future__ import annotations

from restore.builtin.models.find_restore.model import assemble, find_restore

__all__ = ["assemble", "find_restore"]
