"""The model stage: a model built and compiled, trained by `fit`, stopped and carried on exactly."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from restore.errors import WorkError
from restore.plugins.boundary import Bound, guard
from restore.plugins.values import Images, Json, Masks, Network
from restore.system import footprint, memory
from restore.system.allocator import keep_memory

if TYPE_CHECKING:
    import keras

    from restore.planning.plan import Training

WARM_UP, WARM_START = 0.05, 0.04
"""Share of the training in which the learning rate rises, and the share of it that it starts from: without them, a
network without normalisation falls into a constant output now and then (docs/decisions/0004-selective-unet.md)."""
Arrays = Sequence[NDArray[Any]]
Batch = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Training after some epoch: all that is needed to carry on, and the weights of the best epoch.

    `best`, `weights`, `optimizer`: arrays in the order of the variables. `wait`: epochs since the best one.
    """

    history: tuple[Mapping[str, float], ...] = ()
    best_epoch: int | None = None
    wait: int = 0
    best: Arrays = field(default=())
    weights: Arrays = field(default=())
    optimizer: Arrays = field(default=())
    stopped_early: bool = False

    @property
    def epochs(self) -> int:
        """Return the number of epochs done."""
        return len(self.history)

    @property
    def best_loss(self) -> float:
        """Return the validation loss of the best epoch, infinite before the first."""
        return math.inf if self.best_epoch is None else self.history[self.best_epoch - 1]["val_loss"]


@dataclass(frozen=True, slots=True)
class Built:
    """A model ready to train; `outputs` maps the names of its outputs to their shapes, empty for one unnamed image."""

    network: Network
    outputs: Mapping[str, tuple[int, ...]]
    compiles: bool

    @property
    def model(self) -> keras.Model:
        """Return the Keras model."""
        return self.network.model


def build(bound: Bound, shape: tuple[int, int, int], seed: int) -> Built:
    """Build the model for images of `shape` (H, W, C), its weights drawn from `seed`.

    Raises `ComponentError` where the function returns no Keras model, or one that does not give images of `shape`.
    """
    import keras

    keras.utils.set_random_seed(int(seed) % 2**32)
    returned = bound(shape, doing="building the model")
    network = returned if isinstance(returned, Network) else Network(returned)
    if not isinstance(network.model, keras.Model):
        raise bound.fault(f"returned {type(network.model).__name__}, not a Keras model")
    size = f"{shape[0]}x{shape[1]}"
    memory.require(footprint.passing(network.model), f"an image of {size}", lower=f"--size {size}")
    with guard(bound.entry.owner, f"taking an image of shape {shape}"):
        given = network.model(np.zeros((1, *shape), np.float32), training=False)
        named = dict(given) if isinstance(given, Mapping) else {}
        image = named.get("image", given)
        if tuple(getattr(image, "shape", ())) != (1, *shape):
            raise ValueError(f"it gives {getattr(image, 'shape', 'no image')} where {(1, *shape)} belongs")
        outputs = {name: tuple(int(side) for side in value.shape[1:]) for name, value in named.items()}
    return Built(network, outputs, bool(network.model.compiled))


def compile_model(built: Built, training: Training) -> None:
    """Compile a model as the plan says: its loss on the image, cross-entropy on the mask."""
    import keras

    if built.compiles:
        return
    optimizer = type(keras.optimizers.get(training.optimizer))(learning_rate=training.lr)
    loss: Any = training.loss
    if built.outputs:
        loss = {name: {"image": training.loss, "mask": "binary_crossentropy"}.get(name) for name in built.outputs}
    built.model.compile(optimizer=optimizer, loss=loss)


def cosine(done: float, lr: float) -> float:
    """Return the learning rate after the share `done`, in [0, 1], of the training, `lr` being its highest.

    It rises to `lr` over the first twentieth and then falls to 0 along half a cosine (Goyal et al. 2017, arXiv
    1706.02677; Loshchilov & Hutter 2017, arXiv 1608.03983).
    """
    if done < WARM_UP:
        return lr * (WARM_START + (1 - WARM_START) * done / WARM_UP)
    return lr * (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP))) / 2


def fit(
    built: Built,
    batches: Callable[[int, int], Batch],
    steps: int,
    validation: Callable[[int], Batch],
    validation_steps: int,
    training: Training,
    *,
    start: Checkpoint,
    on_batch: Callable[[int, Mapping[str, float]], None],
    on_validation: Callable[[], None],
    on_epoch: Callable[[Checkpoint], None],
) -> Checkpoint:
    """Train through `keras.Model.fit` from `start` to the last planned epoch or until early stopping.

    `batches(epoch, i)` gives batch i of an epoch, `validation(i)` batch i of the validation set, as `fit` takes them.
    `on_batch`, and `on_validation` after every batch of validation, may raise to stop; `on_epoch` gets a checkpoint
    after every epoch. Raises `WorkError` for a loss or a weight that is not finite.
    """
    if start.stopped_early or start.epochs >= training.epochs:
        return start
    model = built.model
    # Were optimizer and losses built within the first step, TensorFlow would trace it twice, which takes seconds.
    model.optimizer.build(model.trainable_variables)
    model.test_on_batch(*validation(0))
    if start.epochs:
        put_back(model.variables, start.weights)
        put_back(model.optimizer.variables, start.optimizer)
    feed, other = _feed(batches, steps), _feed(lambda _, i: validation(i), validation_steps)
    keeper = _keeper(start, training, feed, on_batch, on_validation, on_epoch)
    try:
        model.fit(
            feed,
            validation_data=other,
            epochs=training.epochs,
            initial_epoch=start.epochs,
            shuffle=False,
            verbose=0,
            callbacks=[keeper],
        )
    except Exception:
        failure = feed.failure or other.failure
        if failure is None:
            raise
        raise failure  # noqa: B904 - of what went wrong in the feed, TensorFlow hands on the text alone
    checkpoint: Checkpoint = keeper.checkpoint
    return checkpoint


def batch_of(built: Built, clean: Images, damaged: Images, masks: Masks, truths: Sequence[Json]) -> Batch:
    """Return a batch as `fit` takes it: exactly the targets whose key names an output.

    Images are float32 (N, H, W, C) in [0, 1], masks bool (N, H, W), truths what was drawn for each image. A model
    with a mask head is judged on its image where that will be used, in the hole: elsewhere the composite keeps the
    input.
    """
    if not built.outputs:
        return damaged, clean
    given = {"image": clean, "mask": masks[..., None].astype(np.float32)}
    for name, shape in built.outputs.items():
        if name not in given and any(name in truth for truth in truths):
            given[name] = _stack(truths, name, shape)
    targets = {name: given[name] for name in built.outputs if name in given}
    if "mask" not in targets:
        return damaged, targets
    hole = masks.astype(np.float32)
    weights = {name: np.ones(target.shape[:-1], np.float32) for name, target in targets.items()}
    weights["image"] = hole / max(float(hole.mean()), 1 / hole.size)
    return damaged, targets, weights


def put_back(variables: Sequence[Any], arrays: Arrays, owner: str = "") -> None:
    """Assign arrays to variables by position; raises `WorkError` that names `owner` where number or shapes differ."""
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != [array.shape for array in arrays]:
        hint = "was the plugin that builds it changed?"
        raise WorkError("the stored weights do not fit the model", where=owner, hint=hint)
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def take(variables: Sequence[Any]) -> list[NDArray[Any]]:
    """Return copies of the variables' values, by position."""
    from keras import ops

    # A copy, since a backend may hand out a view of what the next step overwrites.
    return [np.array(ops.convert_to_numpy(variable.value)) for variable in variables]


def _feed(batch: Callable[[int, int], Batch], steps: int) -> Any:
    """Return a Keras data set whose batches depend on the epoch set on it."""
    import keras

    class Feed(keras.utils.PyDataset):  # type: ignore[misc]
        epoch = 0
        failure: BaseException | None = None

        def __len__(self) -> int:
            return steps

        def __getitem__(self, index: int) -> Batch:
            try:
                return batch(self.epoch, index)
            except BaseException as error:
                self.failure = error
                raise

    return Feed()


def _keeper(
    start: Checkpoint,
    training: Training,
    feed: Any,
    on_batch: Callable[[int, Mapping[str, float]], None],
    on_validation: Callable[[], None],
    on_epoch: Callable[[Checkpoint], None],
) -> Any:
    """Return the callback that keeps the best weights, stops early, and hands on a checkpoint after every epoch.

    It sets the learning rate of each step too: a Keras schedule would compute it anew for every variable of the model.
    """
    import keras

    steps = len(feed)

    class Keeper(keras.callbacks.Callback):  # type: ignore[misc]
        checkpoint = start

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            del logs
            feed.epoch = epoch
            self.began = time.perf_counter()

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            del logs
            if batch == 0:
                keep_memory()  # again, since TensorFlow 2.21 sets it otherwise where a data set is a generator
            if training.schedule == "cosine" and training.lr is not None:
                done = (feed.epoch * steps + batch) / (training.epochs * steps)
                self.model.optimizer.learning_rate = cosine(done, training.lr)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            on_batch(batch + 1, logs or {})

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            del batch, logs
            on_validation()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            figures = {name: float(value) for name, value in (logs or {}).items()}
            weights = take(self.model.variables)
            _check_finite(epoch + 1, figures, weights)
            row = {"epoch": epoch + 1, "seconds": time.perf_counter() - self.began, **figures}
            last = self.checkpoint
            better = figures["val_loss"] < last.best_loss
            wait = 0 if better else last.wait + 1
            self.checkpoint = replace(
                last,
                history=(*last.history, row),
                best_epoch=epoch + 1 if better else last.best_epoch,
                best=weights if better else last.best,
                wait=wait,
                weights=weights,
                optimizer=take(self.model.optimizer.variables),
                stopped_early=wait >= training.patience,
            )
            self.model.stop_training = self.checkpoint.stopped_early
            on_epoch(self.checkpoint)

    return Keeper()


def _check_finite(epoch: int, figures: Mapping[str, float], weights: Arrays) -> None:
    bad = [name for name, value in figures.items() if not math.isfinite(value)]
    if not bad and all(np.isfinite(array).all() for array in weights):
        return
    what = f"{bad[0]} is {figures[bad[0]]}" if bad else "a weight is not finite"
    raise WorkError(f"{what} after epoch {epoch}", hint="go on with a smaller learning rate: --like, --lr")


def _stack(truths: Sequence[Json], name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return what was drawn under `name`, float32 (N, *shape), NaN where a sample has nothing of that name."""
    stacked = np.full((len(truths), *shape), np.nan, np.float32)
    for i, truth in enumerate(truths):
        if truth.get(name) is not None:
            stacked[i] = np.asarray(truth[name], np.float32).reshape(shape)
    return stacked
