"""The checks of a recipe fail for each wrong one, by the name of what is wrong."""

from dataclasses import replace

import pytest

from restore.plugins.catalogue import Catalogue
from restore.plugins.components import Recipe

BUILTIN = next(plugin for plugin in Catalogue.installed().plugins if plugin.name == "builtin")
OTHERS = [plugin for plugin in Catalogue.installed().plugins if plugin.name != "builtin"]
RIGHT = Recipe(
    "a",
    "A recipe without a fault.",
    dataset="folder",
    folder="folder:group=file",
    size=(64, 96),
    channels=1,
    corrupt=["box", "noise@hard|box:size=8"],
    model="selective-unet",
    baselines=["identity", "biharmonic"],
    metrics=["psnr", "ssim"],
    epochs=3,
    batch=8,
    optimizer="adam",
    lr=1e-3,
    loss="mse",
)
THERE, NUMBERS = "names what is there", "trains by numbers in their ranges"
PROBLEMS = {
    "right": ({}, []),
    "no corruption": ({"corrupt": ["none"]}, []),
    "a model that compiles itself": ({"model": "cae"}, []),
    "corruption": ({"corrupt": ["bux"]}, [(THERE, "bux")]),
    "text": ({"corrupt": "box"}, [(THERE, "corruptions")]),
    "level": ({"corrupt": ["box@harder"]}, [(THERE, "harder")]),
    "option": ({"corrupt": ["box:sise=3"]}, [(THERE, "sise")]),
    "value": ({"corrupt": ["box:size=0"]}, [(THERE, "size=0")]),
    "data set": ({"dataset": "no-such-set"}, [(THERE, "no-such-set")]),
    "folder": ({"folder": "folders"}, [("takes a folder", "folders")]),
    "model": ({"model": "unet"}, [(THERE, "unet")]),
    "classical": ({"model": "identity"}, [(THERE, "identity")]),
    "baseline": ({"baselines": ["cae"]}, [(THERE, "cae")]),
    "metric": ({"metrics": ["psnrr"]}, [(THERE, "psnrr")]),
    "size": ({"size": (4, 96)}, [(NUMBERS, "4")]),
    "epochs": ({"epochs": 0}, [(NUMBERS, "0")]),
    "rate": ({"lr": -1.0}, [(NUMBERS, "-1")]),
    "loss": ({"loss": "msee"}, [(NUMBERS, "msee")]),
    "fit": ({"fit": "stretch"}, [(NUMBERS, "stretch")]),
    "channels": ({"channels": 4}, [(NUMBERS, "channels=4")]),
    "patience": ({"patience": 0}, [(NUMBERS, "patience=0")]),
}
"""What is wrong, and for each failed check a word that its problem has to name."""


@pytest.mark.parametrize("case", PROBLEMS)
def test_a_wrong_recipe_fails_by_name(judged, case):
    wrong, expected = PROBLEMS[case]
    problems = judged(replace(RIGHT, **wrong), plugins=[BUILTIN])[0]
    assert [check for check, _ in problems] == [check for check, _ in expected]
    assert all(word in problem for (_, problem), (_, word) in zip(problems, expected, strict=True))


def test_a_recipe_may_name_what_other_plugins_have(judged):
    recipe = replace(RIGHT, dataset="fingerprint/synthetic", folder="prints")
    assert judged(recipe, plugins=[BUILTIN, *OTHERS])[0] == []
    check, problem = judged(recipe, plugins=[BUILTIN])[0][0]
    assert check == THERE
    assert "fingerprint/synthetic" in problem
