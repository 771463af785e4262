"""One conformance check per kind of component, called by the tests of plugin authors.

import pytest
from restore.testing import check, components

@pytest.mark.parametrize("component", components(plugin="scratches"))
def test_a_component_keeps_its_contract(component):
    check(component)
"""

from __future__ import annotations

from restore.testing.findings import Finding, Nonconformity
from restore.testing.suite import (
    check,
    check_augmentation,
    check_corruption,
    check_dataset,
    check_metric,
    check_model,
    check_plugin,
    check_recipe,
    components,
)

__all__ = [
    "Finding",
    "Nonconformity",
    "check",
    "check_augmentation",
    "check_corruption",
    "check_dataset",
    "check_metric",
    "check_model",
    "check_plugin",
    "check_recipe",
    "components",
]
