"""Tiles and windows put together equal what the whole image gives."""

import numpy as np
import pytest

from restore.pipeline.restorer import sizes as module
from restore.pipeline.restorer.sizes import in_tiles, in_windows

RNG = np.random.default_rng(9)


def blurred(images, masks):
    """Return outputs that depend on 2 pixels around each, and on nothing else."""
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="edge")
    height, width = images.shape[1:3]
    image = sum(padded[:, i : i + height, j : j + width] for i in range(5) for j in range(5)) / np.float32(25)
    return {"image": image, "mask": (image[..., :1] > 0.5).astype(np.float32), "angle": np.zeros((len(images), 2))}


@pytest.mark.parametrize("shape", [(30, 40), (64, 200), (130, 131), (1, 300)])
def test_tiles_equal_the_whole(monkeypatch, shape):
    monkeypatch.setattr(module, "TILE", 48)
    monkeypatch.setattr(module, "AREA", 48 * 48)
    images = RNG.random((2, *shape, 1), np.float32)
    seen = []

    def predict(part, masks):
        seen.append(part.shape[1:3])
        return blurred(part, masks)

    tiled, whole = in_tiles(predict, images, None, reach=2, stride=4), blurred(images, None)
    assert tiled.keys() == {"image", "mask"}
    for name, plane in tiled.items():
        assert np.allclose(plane, whole[name], atol=1e-6)
    assert (len(seen) > 1) == (shape[0] * shape[1] > 48 * 48)
    assert len(seen) == 1 or max(map(max, seen)) <= 48


def test_masks_are_tiled_with_their_images(monkeypatch):
    monkeypatch.setattr(module, "TILE", 32)
    monkeypatch.setattr(module, "AREA", 32 * 32)
    masks = RNG.random((1, 50, 70)) < 0.5
    images = masks[..., None].astype(np.float32)

    def predict(part, given):
        assert np.array_equal(part[..., 0] == 1, given)
        return {"image": part}

    assert np.array_equal(in_tiles(predict, images, masks, reach=3, stride=2)["image"], images)


@pytest.mark.parametrize("shape", [(24, 24), (24, 25), (61, 100), (10, 70), (9, 8)])
def test_windows_are_blended_without_seams(shape):
    images = RNG.random((1, *shape, 3), np.float32)

    def predict(part, masks):
        assert part.shape[1:3] == (24, 24)
        return {"image": part, "mask": part[..., :1]}

    made = in_windows(predict, images, None, (24, 24))
    assert np.allclose(made["image"], images, atol=1e-6)
    assert made["mask"].shape == (1, *shape, 1)
