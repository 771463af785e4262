"""Telea's inpainting, told the mask, on the very test pictures of a run (OpenCV, radius 3; Telea 2004).

uv run --group bench python benchmarks/telea.py last
"""

from __future__ import annotations

import sys

import cv2
import numpy as np

from restore import open as open_run
from restore.pipeline import damage, engine
from restore.planning.plan import Plan
from restore.plugins.catalogue import Catalogue

RADIUS = 3
"""Pixels around a point that count, as in OpenCV's own example."""


def main(run: str, runs: str | None = None) -> None:
    """Print the pooled PSNR in the hole of the damaged, Telea's and the run's restored test pictures."""
    opened = open_run(run, runs=runs)
    plan = Plan.from_json(opened.plan)
    parts = engine.resolve_parts(plan, Catalogue.installed())
    test = engine.prepare_data(plan, parts.dataset, cache=True, skip_bad=True, listener=lambda _: None).test
    for chain in parts.chains:
        clean = test.clean()
        done = damage.damage_all([chain], clean, test.ids, test.partners(), seed=plan.seed, epoch=damage.FIXED)
        told = [
            cv2.inpaint(np.round(image * 255).astype(np.uint8), mask.astype(np.uint8), RADIUS, cv2.INPAINT_TELEA)
            for image, mask in zip(
                done.images.squeeze(-1) if plan.channels == 1 else done.images, done.masks, strict=True
            )
        ]
        telea = np.stack(told).reshape(clean.shape) / np.float32(255)
        rows = {"damaged": done.images, "telea": telea}
        figures = {what: -10 * np.log10(np.mean((images - clean)[done.masks] ** 2)) for what, images in rows.items()}
        wanted = {"corruption": chain.name, "metric": "psnr", "region": "hole"}
        for row in opened.scores:
            if all(row[key] == value for key, value in wanted.items()):
                figures.setdefault(row["what"], row["mean"])
        for what, value in figures.items():
            print(f"{chain.name:20} {what:12} {value:6.2f} dB in the hole")


if __name__ == "__main__":
    main(*sys.argv[1:])
