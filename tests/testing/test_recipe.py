"""The checks of a recipe fail for each wrong one, with a sentence that says why."""

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
    "corruption": ({"corrupt": ["bux"]}, [(THERE, "refuses: there is no corruption 'bux'")]),
    "text": ({"corrupt": "box"}, [(THERE, "gives its corruptions as one text, not a list")]),
    "level": ({"corrupt": ["box@harder"]}, [(THERE, "refuses: builtin/box has no level 'harder'")]),
    "option": ({"corrupt": ["box:sise=3"]}, [(THERE, "refuses: there is no option 'sise'")]),
    "value": (
        {"corrupt": ["box:size=0"]},
        [(THERE, "refuses: option size=0 should be greater than or equal to 1")],
    ),
    "data set": ({"dataset": "no-such-set"}, [(THERE, "refuses: there is no dataset 'no-such-set'")]),
    "folder": ({"folder": "folders"}, [("takes a folder", "refuses: there is no dataset 'folders'")]),
    "model": ({"model": "unet"}, [(THERE, "refuses: there is no model 'unet'")]),
    "classical": ({"model": "identity"}, [(THERE, "refuses: identity needs no training")]),
    "baseline": ({"baselines": ["cae"]}, [(THERE, "refuses: cae has to be trained, so it is no baseline")]),
    "metric": ({"metrics": ["psnrr"]}, [(THERE, "refuses: there is no metric 'psnrr'")]),
    "size": ({"size": (4, 96)}, [(NUMBERS, "refuses: --size 4 should be from 8 to 4096 pixels")]),
    "epochs": ({"epochs": 0}, [(NUMBERS, "refuses: --epochs 0 should be from 1 to 100000")]),
    "rate": ({"lr": -1.0}, [(NUMBERS, "refuses: --lr -1 should be above 0 and at most 100")]),
    "loss": ({"loss": "msee"}, [(NUMBERS, "refuses: there is no loss 'msee'")]),
    "fit": ({"fit": "stretch"}, [(NUMBERS, "has fit='stretch', which is none of ('pad', 'crop', 'resize')")]),
    "channels": ({"channels": 4}, [(NUMBERS, "has channels=4, which is none of (1, 3)")]),
    "patience": ({"patience": 0}, [(NUMBERS, "stops after patience=0 epochs, which should be 1 or more")]),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_a_wrong_recipe_fails_with_its_sentence(judged, case):
    wrong, problems = PROBLEMS[case]
    assert judged(replace(RIGHT, **wrong), plugins=[BUILTIN])[0] == problems


def test_a_recipe_may_name_what_other_plugins_have(judged):
    recipe = replace(RIGHT, dataset="fingerprint/synthetic", folder="prints")
    assert judged(recipe, plugins=[BUILTIN, *OTHERS])[0] == []
    check, problem = judged(recipe, plugins=[BUILTIN])[0][0]
    assert (check, problem) == (THERE, "refuses: there is no dataset 'fingerprint/synthetic'")
