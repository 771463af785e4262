"""A plugin and a model stage in NumPy alone, with which whole runs take a tenth of a second and load no backend.

The model fills black pixels with a grey level that it learns by gradient descent with momentum. What Keras does
elsewhere is done here in its place: building, compiling, `fit`, and taking the variables' values. All else is the
project's own, the training of several networks in turn included.
"""

import contextlib
from dataclasses import dataclass, field, replace

import numpy as np

from restore.api import Damaged, Dataset, Metric, Model, Network, Recipe, Sample
from restore.pipeline import model as stage
from restore.pipeline.model import training
from restore.plugins.catalogue import Catalogue
from restore.plugins.discovery import Plugin, discover

OWNER = "stand-in 1.0"
SMALL = {"epochs": 3, "batch": 4}


class Prints:
    """Images of grey squares, none of them black, two of each group; mixed, every third is larger."""

    def __init__(self, count, paired, notes, mixed):
        self.keys = [(f"{i:02}", f"group-{i // 2}") for i in range(count)]
        self.paired, self.notes, self.mixed = paired, notes, mixed

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, index):
        squares = (4, 4 + index % 3, 1) if self.mixed else (4, 4, 1)
        clean = np.random.default_rng(index).uniform(0.2, 0.9, squares).repeat(4, axis=0).repeat(4, axis=1)
        clean = clean.astype(np.float32)
        damaged = None
        if self.paired:
            image = clean.copy()
            image[2 : 5 + index % 3, 3:8] = 0
            damaged = Damaged(image, truth={"corner": np.array([2, 3], np.float32)}, name="burn", level="hard")
        return Sample(clean, *self.keys[index], damaged=damaged)


def prints(path, *, count: int = 24, paired: bool = False, note: str = "", mixed: bool = False):
    return Prints(count, paired, [note] if note else [], mixed)


@dataclass
class Variable:
    path: str
    value: np.ndarray

    @property
    def shape(self):
        return self.value.shape

    def assign(self, value):
        self.value = np.array(value, self.value.dtype).reshape(self.shape)


@dataclass
class Momentum:
    """Gradient descent with momentum."""

    learning_rate: float = 0.1
    variables: list = field(
        default_factory=lambda: [Variable("step", np.array(0)), Variable("velocity", np.array(0, np.float32))]
    )

    def move(self, variable, gradient):
        step, velocity = self.variables
        step.assign(step.value + 1)
        velocity.assign(0.5 * velocity.value - self.learning_rate * gradient)
        variable.assign(variable.value + velocity.value)


class Filler:
    """A network in Keras' manner: one variable, the grey level that black pixels get."""

    built, layers = True, ()

    def __init__(self, level, fails="", compiled=False):
        self.compiled = compiled
        self.variables = [Variable("level", np.array(level, np.float32))]
        self.optimizer, self.fails, self.batches = Momentum(), fails, 0

    def reset_metrics(self):
        pass

    def train_on_batch(self, inputs, targets, weights=None, *, return_dict):
        self.batches += 1
        if self.fails == "training":
            raise ZeroDivisionError("no weight is left")
        loss, gradient = self._judge(targets, weights)
        self.optimizer.move(self.variables[0], gradient)
        return {"loss": loss}

    def test_on_batch(self, inputs, targets, weights=None, *, return_dict):
        if self.fails == "validation":
            raise ZeroDivisionError("no weight is left")
        if self.fails == "loss" and self.batches > 8:
            return {"loss": np.nan}
        return {"loss": self._judge(targets, weights)[0]}

    def _judge(self, targets, weights):
        error = (self.variables[0].value - targets["image"][..., 0]) * weights["image"]
        return float((error**2).mean()), 0.1 * float(error.mean())


def filler(shape, *, level: float = 0.0, fails: str = "", several: bool = False, compiled: bool = False):
    """Return the network, which fails while `building`, `training`, `restoring`, in `validation`, or by its `loss`."""
    if fails == "building":
        raise ZeroDivisionError("no weight is left")
    models = {"fill": Filler(level, fails, compiled), **({"other": Filler(1.0)} if several else {})}

    def restore(images, masks):
        if fails == "restoring":
            raise ZeroDivisionError("no pixel is left")
        black = (images == 0).all(axis=-1) if masks is None else masks
        filled = np.where(black[..., None], models["fill"].variables[0].value, images)
        confidence = np.full_like(images[..., :1], 0.5)
        corner = np.stack([_corner(mask) for mask in black]).astype(np.float32)
        return {
            "image": filled.astype(np.float32),
            "mask": black[..., None].astype(np.float32),
            "confidence": confidence,
            "corner": corner,
        }

    return Network(models, restore=restore)


def counted(scored):
    return {"images": float(scored.images.shape[0])}


def _corner(mask):
    return np.argwhere(mask)[0] if mask.any() else np.zeros(2)


PLUGIN = Plugin(
    "stand-in",
    *OWNER.split(),
    status="ok",
    components=(
        Dataset("prints", "stand_in:prints", "Grey squares."),
        *(
            Model(name, "stand_in:filler", "One grey level.", mask=mask)
            for name, mask in (("filler", "none"), ("filler-optional", "optional"), ("filler-needed", "needed"))
        ),
        Metric("counted", "stand_in:counted", "Images of one size, counted.", over="set"),
        Recipe(
            "small",
            "A run of a tenth of a second.",
            dataset="prints",
            folder="folder:group=file",
            size=(16, 16),
            channels=1,
            corrupt=["box:size=5"],
            model="filler",
            baselines=["identity"],
            metrics=["psnr", "mae"],
            optimizer="sgd",
            lr=0.5,
            loss="mse",
            **SMALL,
        ),
    ),
)


def catalogue(**changes):
    """Return the catalogue of what is installed and the plugin, perhaps of another version."""
    return Catalogue((*discover(), replace(PLUGIN, **changes)))


def build(bound, shape, seed, frozen=()):
    assert not frozen, "it has one network"
    network = bound(shape, doing="building the model")
    outputs = {"image": shape, "mask": (*shape[:2], 1), "confidence": (*shape[:2], 1), "corner": (2,)}
    trainees = {name: stage.Trainee(model, outputs) for name, model in network.models.items()}
    compiled = all(one.model.compiled for one in trainees.values())
    return stage.Built(network, trainees, outputs, bound.entry.component.mask, compiled)


def compile_models(built, plan):
    if built.compiles:
        return
    for trainee in built.trainees.values():
        trainee.model.optimizer.learning_rate = plan.lr


def fit(built, feed, plan, *, seed, start, watch, owner=""):
    if start.stopped_early or start.epochs >= plan.epochs:
        return start
    if start.weights:
        stage.put_back(built.variables, start.weights)
    if start.epochs:
        stage.put_back(built.optimizer_variables, start.optimizer)
    course = training._Course(built, plan, feed.steps, seed, start, watch)
    training._fit_in_turn(built, feed, course)
    return course.checkpoint


def take(variables):
    return {name: [np.array(variable.value) for variable in ours] for name, ours in variables.items()}


def install(monkeypatch):
    """Put the plugin beside those that are installed, and the stage in the place of Keras'."""
    monkeypatch.setattr(Catalogue, "installed", catalogue)
    for function in (build, compile_models, fit):
        monkeypatch.setattr(stage, function.__name__, function)
    monkeypatch.setattr(training, "take", take)
    monkeypatch.setattr(stage, "can_export", lambda: False)
    monkeypatch.setattr(training, "seed_epoch", lambda seed: None)
    monkeypatch.setattr("restore.pipeline.restorer.restorer.own_settings", contextlib.nullcontext)
    for command in ("run", "sweep"):
        monkeypatch.setattr(f"restore.cli.{command}.load_backend", lambda: None)
    monkeypatch.setattr("restore.running.execution.fix_threads", lambda count, backend: None)
    for name, value in (("require_backend", "numpy"), ("remarks", []), ("describe", {"backend": "numpy"})):
        monkeypatch.setattr(f"restore.system.environment.{name}", lambda value=value: value)
    monkeypatch.setattr("restore.system.environment.has_gpu", lambda: False)
