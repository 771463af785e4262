import numpy as np
import pytest
from restore.api import generator
from restore.testing import check, components

from restore_scratches.scratch import scratch


@pytest.mark.parametrize("component", components(plugin="scratches"))
def test_a_component_fulfils_its_contract(component: str) -> None:
    check(component)


def test_a_scratch_without_smooth_edges_is_white() -> None:
    image = np.zeros((40, 60, 1), np.float32)
    damaged = scratch(image, generator("an image"), smooth=False)
    assert damaged.mask is not None
    assert damaged.mask.any()
    assert set(np.unique(damaged.image)) == {0, 1}
    assert np.array_equal(damaged.image[..., 0] == 1, damaged.mask)
