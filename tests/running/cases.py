"""Cases as the engine yields them, of images drawn here, for tests without a model."""

import numpy as np

from restore.pipeline.cases import Case
from restore.pipeline.score import Row, TestSet, score
from restore.plugins.boundary import bind
from restore.plugins.catalogue import Catalogue


def case(count=6, *, corruption="box", level=None, data=None, seed=0, outputs=None, truths=(), metrics=("psnr", "mse")):
    """Return a case of `count` images in pairs of a group; image 0 is restored without error."""
    rng = np.random.default_rng(seed)
    clean = rng.random((count, 12, 16, 1), np.float32)
    masks = np.zeros(clean.shape[:3], bool)
    for i in range(count):
        masks[i, 2 : 4 + i, 3:9] = True
    damaged = np.where(masks[..., None], 0, clean).astype(np.float32)
    noise = rng.normal(0, 0.1, clean.shape).astype(np.float32)
    restored = np.where(masks[..., None], np.clip(clean + noise, 0, 1), clean).astype(np.float32)
    restored[0] = clean[0]
    ids = [f"{data}/{i}.png" if data else f"{i}.png" for i in range(count)]
    groups = [str(i // 2) for i in range(count)]
    test = TestSet(corruption, level, clean, damaged, masks, ids, groups, [{}] * count, data=data, truths=truths)
    rows = [Row("damaged", damaged), Row("restored", restored, masks, masks * np.float32(0.5), outputs=outputs or {})]
    bound = [(name, bind(Catalogue.installed().find("metric", name), {})) for name in metrics]
    return Case(test, rows, score(test, rows, bound, seed))
