"""Every installed component keeps its contract: a new one is tested without another line."""

import pytest

from restore.catalogue import Catalogue
from restore.testing import check, components

TRAINED = {f"model {one.full_name}" for one in Catalogue.installed().entries("model") if one.component.trains}


@pytest.mark.parametrize(
    "component", [pytest.param(one, marks=pytest.mark.trains if one in TRAINED else ()) for one in components()]
)
def test_a_component_keeps_its_contract(component):
    check(component)
