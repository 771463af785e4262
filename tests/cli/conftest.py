"""What the tests of the command line share: a small tree of pictures."""

import numpy as np
import pytest

from restore.images import write


@pytest.fixture
def pictures(tmp_path):
    """Write a small tree of pictures: grey, colour, 16 bit, in two folders."""
    folder = tmp_path / "in"
    rng = np.random.default_rng(0)
    (folder / "deep").mkdir(parents=True)
    write(folder / "grey.png", rng.random((40, 48, 1), np.float32))
    write(folder / "colour.bmp", rng.random((40, 48, 3), np.float32))
    write(folder / "deep" / "fine.tif", rng.random((40, 48, 1), np.float32), depth=16)
    return folder
