"""Alpha, handled in one place: dropped where the image is opaque, else treated as requested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from restore.errors import InputError, RequestError
from restore.text import did_you_mean

if TYPE_CHECKING:
    from restore.images.image_file import Pixels

Alpha: TypeAlias = Literal["refuse", "drop", "white", "black"]
"""What to do with a transparent image: refuse it, drop its alpha, or composite it over white or black."""
ALPHAS: tuple[Alpha, ...] = get_args(Alpha)


def parse_alpha(text: str) -> Alpha:
    """Return one of `ALPHAS`; raises `RequestError` for another word."""
    if text not in ALPHAS:
        hint = did_you_mean(text, ALPHAS) or f"available: {', '.join(ALPHAS)}"
        raise RequestError(f"unknown alpha {text!r}", code="unknown-value", where="--alpha", hint=hint)
    return text


def without_alpha(pixels: Pixels, opacity: Pixels | None, alpha: Alpha, *, where: str) -> Pixels:
    """Return an image, float32 (H, W, C) in [0, 1], without its `opacity` (H, W), None where it has none.

    An opaque image is returned unchanged. Raises `InputError`, naming `where`, for a transparent one where `alpha` is
    `refuse`.
    """
    import numpy as np

    if opacity is None or alpha == "drop" or bool((opacity == 1).all()):
        return pixels
    if alpha == "refuse":
        hint = "choose --alpha drop, white or black"
        raise InputError("image is transparent", code="transparent", where=where, hint=hint)
    share = opacity[..., None]
    return pixels * share + (1 - share) * np.float32(alpha == "white")
