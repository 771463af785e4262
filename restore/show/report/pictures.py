"""A gallery as data URIs, within a budget of bytes for the whole page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from restore.images.inline import inline, inline_overlay
from restore.show.figures import decimals_for, show_score
from restore.show.report.parts import Gallery, Overlay, Picture, Wall

if TYPE_CHECKING:
    from restore.runfile.record import GalleryImage
    from restore.tasks.report import Reported, Shot

MOST = 60
"""Images of a page: more are neither looked at nor loaded quickly."""
BUDGET = 2_400_000
"""Bytes of all images of a page, so that it is sent by mail."""
COLOURS = {"damage": (0, 150, 255), "used": (255, 140, 0), "doubt": (235, 0, 120)}
"""Colours of the overlays, as in the page's style."""
WORDS = {"damage": "true mask", "used": "used mask", "doubt": "low confidence"}


class Step(NamedTuple):
    """Most pixels of the longer side, and the quality of WebP, None for lossless."""

    longest: int
    quality: int | None

    @property
    def words(self) -> str:
        """Return what is lost, empty for nothing."""
        if self.quality is None:
            return ""
        return f"Images are compressed with loss, and scaled to at most {self.longest} pixels; measure in the run file."


STEPS = (Step(1024, None), Step(768, 90), Step(384, 85), Step(288, 80), Step(224, 70), Step(160, 60), Step(96, 50))


def gallery_of(runs: Sequence[Reported]) -> tuple[Gallery, list[str]] | None:
    """Return the images of all runs, and what is to be said of them; None where no run has a gallery.

    They are as fine as the budget allows.
    """
    walls = list(_walls(runs))
    if not walls:
        return None
    each = max(1, MOST // len(walls))
    kept = {title: shots[:each] for title, shots in walls[:MOST]}
    raw = sum(3 * shot.image.clean.size for shots in kept.values() for shot in shots)
    # Lossless coding is slow, and saves half of the bytes at most.
    for step in STEPS if raw <= 2 * BUDGET else STEPS[1:]:
        made = _made(kept, step, last=step is STEPS[-1])
        if made is not None:
            break
    assert made is not None
    names = {overlay.name for wall in made for one in wall.pictures for overlay in one.overlays}
    total, shown = (sum(map(len, many)) for many in ((shots for _, shots in walls), kept.values()))
    notes = [f"{shown} of {total} images, the worst of each corruption."] if shown < total else []
    gallery = Gallery(made, [(name, words) for name, words in WORDS.items() if name in names])
    return gallery, [*notes, *filter(None, [step.words])]


def _walls(runs: Sequence[Reported]) -> Iterator[tuple[str, Sequence[Shot]]]:
    """Yield title and images of each run and corruption."""
    for run in runs:
        for corruption in dict.fromkeys(shot.image.corruption for shot in run.shots):
            name = corruption or "as in the dataset"
            title = name if len(runs) == 1 else f"{run.label}: {name}"
            yield title, [shot for shot in run.shots if shot.image.corruption == corruption]


def _made(walls: Mapping[str, Sequence[Shot]], step: Step, *, last: bool) -> list[Wall] | None:
    """Return all images at a step; None as soon as they are over the budget, unless it is the last."""
    made, size = [], 0
    for title, shots in walls.items():
        decimals, pictures = decimals_for(shot.score for shot in shots), []
        for shot in shots:
            one = _picture(shot, decimals, step)
            size += sum(map(len, (one.clean, one.damaged, one.restored, *(overlay.uri for overlay in one.overlays))))
            if size > BUDGET and not last:
                return None
            pictures.append(one)
        made.append(Wall(title, pictures))
    return made


def _picture(shot: Shot, decimals: int, step: Step) -> Picture:
    image = shot.image
    clean, damaged, restored = (
        inline(one, longest=step.longest, quality=step.quality) for one in (image.clean, image.damaged, image.restored)
    )
    height, width = image.clean.shape[:2]
    score = "" if shot.score is None else show_score(shot.score, decimals)
    rank = "" if image.rank == "first" else image.rank
    return Picture(image.id, rank, score, (width, height), clean, damaged, restored, list(_overlays(image, step)))


def _overlays(image: GalleryImage, step: Step) -> Iterator[Overlay]:
    doubt = None if image.confidence is None else 255 - image.confidence
    for name, weight in (("damage", image.true_mask), ("used", image.mask), ("doubt", doubt)):
        if weight is not None:
            yield Overlay(name, inline_overlay(weight, COLOURS[name], longest=step.longest))
