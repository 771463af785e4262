"""A model's assembly is held to what the model itself restores."""

import numpy as np
import pytest

from restore.api import Model, Network

CHECK = "is assembled from its networks"
pytestmark = pytest.mark.trains


def finding_and_filling(shape):
    import keras

    images, window = keras.Input(shape), keras.Input((None, None, shape[-1] + 1))
    mask = keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid")(images)
    filled = keras.layers.Conv2D(shape[-1], 3, padding="same", activation="sigmoid")(window)
    networks = {"finder": keras.Model(images, {"mask": mask}), "filler": keras.Model(window, filled)}

    def windows(batch):
        return np.concatenate([batch.damaged, batch.masks[..., None]], axis=-1), batch.clean

    return Network(networks, restore=filling(networks), batches={"filler": windows})


def filling(networks):
    def fill_found(images, masks):
        found = networks["finder"].predict(images, verbose=0)["mask"]
        inputs = np.concatenate([images, found], axis=-1)
        return {"image": networks["filler"].predict(inputs, verbose=0), "mask": found}

    return fill_found


def right(networks):
    return Network(networks, restore=filling(networks))


def half(networks):
    return Network({"finder": networks["finder"]}, restore=filling(networks))


def otherwise(networks):
    return Network(networks, restore=lambda images, masks: {"image": images, "mask": images[..., :1]})


def nothing(networks):
    return None


@pytest.mark.parametrize("assembly", ["right", "half", "otherwise", "nothing", "no_such_function"])
def test_what_an_assembly_returns_restores_as_the_model_does(judged, assembly):
    model = Model("two", f"{__name__}:finding_and_filling", "", assembly=f"{__name__}:{assembly}")
    problems, notes = judged(model)
    assert [check for check, _ in problems] == ([] if assembly == "right" else [CHECK])
    assert not notes
