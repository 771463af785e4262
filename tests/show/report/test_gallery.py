"""Images of a page: the worst first, with their overlays, within the budget."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from pages import CASES, Page, images
from PIL import Image

from restore.running.leading import Leading
from restore.show.report.page import report_page
from restore.show.report.pictures import MOST, STEPS, gallery_of
from restore.tasks.report import rank

LARGEST = 3_000_000
"""Bytes of a page that can be sent by mail."""


def decoded(uri):
    head, _, data = uri.partition(",")
    assert head in ("data:image/webp;base64", "data:image/png;base64")
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.fixture
def shown(examined):
    """Return the gallery of runs with these images, and what is said of it."""
    return lambda *kept: gallery_of(examined(**{f"run-{i}": {"gallery": one} for i, one in enumerate(kept)}))


@pytest.mark.parametrize(("better", "order"), [("higher", [8, 3, 0]), ("lower", [0, 3, 8])])
def test_the_worst_come_first_and_those_without_a_score_last(full, better, order):
    gallery = [replace(images(1)[0], id=f"test/{i}") for i in (3, 0, 99, 8)]
    ranked = rank(gallery, full.scores, Leading("psnr", "full", "dB", better))
    assert [shot.image.id for shot in ranked] == [*(f"test/{i}" for i in order), "test/99"]
    assert [shot.score for shot in ranked] == [*(200 if i == 0 else 30 - i for i in order), None]


def test_an_image_whose_name_two_datasets_have_gets_no_score(full):
    twice = replace(full.scores, image=["test/3"] * 9)
    (shot,) = rank([replace(images(1)[0], id="test/3")], twice, Leading("psnr", "full", "dB", "higher"))
    assert shot.score is None


def test_small_images_stand_in_the_page_pixel_by_pixel(shown):
    kept = images(2, side=24, channels=3)
    gallery, notes = shown(kept)
    assert notes == []
    (wall,) = gallery.walls
    for one, image in zip(sorted(wall.pictures, key=lambda one: one.id), kept, strict=True):
        for name in ("clean", "damaged", "restored"):
            assert np.array_equal(decoded(getattr(one, name)).convert("RGB"), getattr(image, name))


def test_an_overlay_is_opaque_where_its_mask_is(shown):
    (image,) = kept = images(1)
    gallery, _ = shown(kept)
    overlays = {one.name: decoded(one.uri).convert("RGBA") for one in gallery.walls[0].pictures[0].overlays}
    assert [name for name, _ in gallery.overlays] == ["damage", "used", "doubt"]
    assert np.array_equal(np.asarray(overlays["damage"])[..., 3], image.true_mask)
    assert np.array_equal(np.asarray(overlays["used"])[..., 3], image.mask)
    doubt = np.asarray(overlays["doubt"])[..., 3].astype(int) + image.confidence
    assert np.abs(doubt - 255).max() <= 255 / 7 / 2 + 1


def test_a_run_without_masks_or_confidence_offers_no_overlay_of_them(shown):
    gallery, _ = shown([replace(one, true_mask=None, confidence=None) for one in images(2)])
    assert gallery.overlays == [("used", "used mask")]


def test_sixty_large_images_fit_a_page_that_is_sent_by_mail(examined):
    raw = report_page(examined(first={"gallery": images(70, side=160, channels=3)}))
    found = Page(raw.decode())
    assert len(found.of("frame")) == MOST
    assert len(raw) <= LARGEST
    (said,) = [text for text in found.texts("p") if text.startswith("Worst images first")]
    assert "60 of 70 images, the worst of each corruption. Images are compressed with loss" in said


def test_every_corruption_of_every_run_has_images(shown):
    kept = [one for case in CASES for one in images(40, side=8, corruption=case)]
    gallery, _ = shown(kept, kept)
    assert [wall.title for wall in gallery.walls] == [f"run-{i}: {case}" for i in (0, 1) for case in CASES]
    assert [len(wall.pictures) for wall in gallery.walls] == [15] * 4


def test_steps_get_smaller():
    assert list(STEPS) == sorted(STEPS, key=lambda step: (step.longest, step.quality or 100), reverse=True)
