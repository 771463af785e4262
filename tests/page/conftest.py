import io

import numpy as np
import pytest
from page.serving import serving
from PIL import Image


def photograph(side=96):
    """Return an image uint8 (H, W, 3) with a black square in it."""
    y, x = np.mgrid[:side, :side]
    image = np.stack([128 + 70 * np.sin(x / 30 + c) + 40 * np.cos(y / 17 - c) for c in range(3)], axis=-1)
    image += np.random.default_rng(0).normal(0, 3, image.shape)
    image = image.clip(0, 255).astype(np.uint8)
    image[30:50, 40:65] = 0
    return image


@pytest.fixture(scope="session")
def damaged():
    """Return a damaged photograph as the bytes of a PNG file with a resolution."""
    file = io.BytesIO()
    Image.fromarray(photograph()).save(file, "PNG", dpi=(300, 300))
    return file.getvalue()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return a page that is served, with a process that restores."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "runs").mkdir()
    with serving(folder, runs=str(folder / "runs")) as opened:
        yield opened
