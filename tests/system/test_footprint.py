"""The estimate of the memory that a plan takes."""

import subprocess
import sys

import keras
import pytest
from keras import layers

from restore.system import footprint


def test_every_activation_counts_once():
    inner = keras.Sequential([layers.Input((8, 8, 4)), layers.Conv2D(2, 3, padding="same")])
    image = keras.Input((8, 8, 1))
    wide = layers.Conv2D(4, 3, padding="same")(image)
    model = keras.Model(image, {"image": inner(wide), "extra": layers.Flatten()(wide)})
    values = 64 + 64 * 4 + 64 * 4 + 64 * 2 + 64 * 4  # input, wide, the inner input, its output, flattened
    assert footprint.one_image(model) in (4 * values, 4 * (values - 64 * 4))
    assert footprint.passing(model) == 4 * 64 * 4
    weights = sum(variable.value.numpy().size for variable in model.variables)
    assert footprint.training(model, 10) == pytest.approx(
        footprint.KEPT * 10 * footprint.one_image(model) + 16 * weights
    )


def test_outputs_in_outputs_count():
    class Twins(layers.Layer):
        def call(self, image):
            return {"both": [image, (image, image)]}

    image = keras.Input((8, 8, 1))
    model = keras.Model(image, Twins()(image)["both"][0])
    assert footprint.one_image(model) == 4 * (64 + 3 * 64)


def test_a_model_that_tells_no_shapes_is_not_judged():
    class Whole(keras.Model):
        def call(self, image):
            return image

    assert footprint.one_image(Whole()) == 0


def test_scoring_holds_every_row():
    assert footprint.scoring(10, (8, 8, 3), 4, {"image": (8, 8, 3), "mask": (8, 8, 1)}) == 4 * 10 * 64 * (6 * 3 + 4)


MEASURE = """
import re, sys
from pathlib import Path
import numpy as np
from restore.system import footprint
from restore.plugins.boundary import bind
from restore.plugins.catalogue import Catalogue
from restore.planning.plan import Training
from restore.plugins.values import TrainingBatch
from restore.pipeline import model

def peak():
    # Not that of getrusage, which counts the process that this one was forked from.
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

name, size, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
built = model.build(bind(Catalogue.installed().find("model", name), {}), (size, size, 1), 0)
before = peak()
model.compile_models(built, Training(1, batch, "adam", 0.001, "mse", None, 5))
clean = np.random.default_rng(0).random((batch, size, size, 1), np.float32)
drawn = TrainingBatch(clean, clean, clean[..., 0] > 0.5, [{}] * batch, None)
given = model.batches_of(built, model.settle_targets(built), drawn, None, None)["model"]
network = built.trainees["model"].model
for _ in range(2):
    network.train_on_batch(*given)
print(footprint.training(network, batch) / (peak() - before))
"""


@pytest.mark.trains
@pytest.mark.parametrize(("model", "size", "batch"), [("selective-unet", 96, 128), ("cae", 96, 128)])
def test_the_estimate_is_near_the_truth(model, size, batch, figure):
    child = subprocess.run(
        [sys.executable, "-c", MEASURE, model, str(size), str(batch)], capture_output=True, text=True, check=True
    )
    share = float(child.stdout)
    figure(f"memory of a training step, {model} at {size} x {size}, batch {batch}: estimated {share:.0%} of the peak")
    assert 0.4 < share < 1.1
