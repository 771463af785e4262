"""The components of builtin: every reference can be imported, every level is valid."""

import importlib
from importlib.util import find_spec

import pytest

from restore.builtin import plugin
from restore.plugins.options import parse_options, read_options

COMPONENTS = [
    component
    for hook in (
        plugin.restore_datasets,
        plugin.restore_corruptions,
        plugin.restore_models,
        plugin.restore_metrics,
    )
    for component in hook()
]


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: f"{component.kind} {component.name}")
def test_every_reference_is_a_function_with_options(component):
    module, name = component.ref.split(":")
    if module.endswith(".opencv") and not find_spec("cv2"):
        pytest.skip("needs the extra opencv")
    options = read_options(getattr(importlib.import_module(module), name))
    for option in options.values():
        assert option.describe()["help"], option.name
        option.parse(option.default)
    for level in getattr(component, "levels", {}).values():
        parse_options(options, level)


@pytest.mark.parametrize("component", plugin.restore_corruptions(), ids=lambda component: component.name)
def test_every_corruption_has_three_levels(component):
    assert list(component.levels) == ["easy", "medium", "hard"]


def test_names_are_unique():
    names = [(component.kind, component.name) for component in COMPONENTS]
    assert len(set(names)) == len(names)
