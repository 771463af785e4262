"""Alpha judged in one place: dropped where nothing is see-through, else treated as the user says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from restore.errors import InputError, RequestError
from restore.text import did_you_mean

if TYPE_CHECKING:
    from restore.images.picture import Pixels

Alpha: TypeAlias = Literal["refuse", "drop", "white", "black"]
"""What is done with a see-through picture: refused, its alpha dropped, or laid on white or black."""
ALPHAS: tuple[Alpha, ...] = get_args(Alpha)


def parse_alpha(text: str) -> Alpha:
    """Return one of `ALPHAS`; raises `RequestError` for another word."""
    if text not in ALPHAS:
        hint = did_you_mean(text, ALPHAS) or f"one of {', '.join(ALPHAS)}"
        raise RequestError(f"--alpha {text} says nothing about see-through pictures", hint=hint)
    return text


def without_alpha(pixels: Pixels, opacity: Pixels | None, alpha: Alpha, *, where: str) -> Pixels:
    """Return an image, float32 (H, W, C) in [0, 1], without its `opacity` (H, W), None where it has none.

    An opaque picture stays as it is, whatever `alpha` says. Raises `InputError`, naming `where`, for a see-through
    one that is to be refused.
    """
    import numpy as np

    if opacity is None or alpha == "drop" or bool((opacity == 1).all()):
        return pixels
    if alpha == "refuse":
        hint = "say what to do with it: --alpha drop, white or black"
        raise InputError("the picture is see-through (alpha)", where=where, hint=hint)
    share = opacity[..., None]
    return pixels * share + (1 - share) * np.float32(alpha == "white")
