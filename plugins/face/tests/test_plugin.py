"""The components of the face plugin can be found and their options read."""

import importlib

from restore.plugins.options import read_options
from restore_face import plugin


def test_every_option_of_the_dataset_has_a_description():
    dataset, *_ = plugin.restore_datasets()
    module, name = dataset.ref.split(":")
    options = read_options(getattr(importlib.import_module(module), name))
    assert set(options) == {"count", "pictures", "size", "leaves", "seed"}
    assert all(option.describe()["help"] for option in options.values())
    assert options["size"].parse("96x80") == (96, 80)


def test_the_recipes_fit_the_dataset():
    for recipe in plugin.restore_recipes():
        assert recipe.dataset.partition(":")[0] == plugin.restore_datasets()[0].name
        assert (recipe.size, recipe.channels) == ((128, 128), 3)
