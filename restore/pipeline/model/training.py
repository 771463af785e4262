"""Training: one network through `keras.Model.fit`, several in turn; stopped and resumed exactly."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from restore.errors import RequestError, WorkError
from restore.pipeline.model.build import Built, Trainee
from restore.pipeline.model.checkpoint import ByName, Checkpoint, put_back, take
from restore.pipeline.model.muon import muon
from restore.pipeline.model.targets import Batch
from restore.plugins.boundary import fault
from restore.randomness import generator
from restore.system.allocator import keep_memory
from restore.system.settings import hushed, own_settings, seed_epoch

if TYPE_CHECKING:
    from restore.planning.plan import Training

WARM_UP, WARM_START = 0.05, 0.04
"""Share of the training in which the learning rate rises, and the share of it that it starts from: without them, a
network without normalisation falls into a constant output now and then (docs/decisions/0004-selective-unet.md)."""
KEPT = ("loss_weights", "run_eagerly", "steps_per_execution", "jit_compile")
"""How a model that has compiled itself is compiled, beside optimizer and loss."""
Batches: TypeAlias = Mapping[str, Batch]


@dataclass(frozen=True, slots=True)
class Feed:
    """Where batches come from: `training(epoch, i)` and `validation(i)`, for each trainee by name, and their numbers."""

    training: Callable[[int, int], Batches]
    steps: int
    validation: Callable[[int], Batches]
    validation_steps: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is called while a model trains: after a batch, a batch of validation, an epoch; the first two may raise."""

    on_batch: Callable[[int, Mapping[str, float]], None]
    on_validation: Callable[[], None]
    on_epoch: Callable[[Checkpoint], None]


def compile_models(built: Built, training: Training) -> None:
    """Compile what is trained as the plan says: its loss on the image, cross-entropy on the mask.

    A model that has compiled itself keeps what the plan leaves open.
    """
    losses = {"image": training.loss, "mask": "binary_crossentropy", **built.network.losses}
    with own_settings():
        for trainee in built.trainees.values():
            if built.compiles:
                _change(trainee.model, training)
                continue
            loss: Any = {name: losses.get(name) for name in trainee.outputs} or losses["image"]
            trainee.model.compile(optimizer=_optimizer(training), loss=loss)


def _change(model: Any, training: Training) -> None:
    """Compile a model that has compiled itself with what the plan says, and all else as before.

    Raises `RequestError` for a learning rate where the model's own follows a schedule.
    """
    if training.optimizer is None and training.lr is not None:
        try:
            model.optimizer.learning_rate = training.lr
        except TypeError as error:  # it follows a schedule
            what, hint = "the model sets its own learning rate over the training", "add --optimizer NAME"
            raise RequestError(what, code="compiles-itself", where="--lr", hint=hint) from error
    if training.optimizer is None and training.loss is None:
        return
    optimizer = model.optimizer if training.optimizer is None else _optimizer(training)
    loss = training.loss or model.loss
    if training.loss and isinstance(model.loss, Mapping):
        loss = {**model.loss, "image": training.loss}
    config = model.get_compile_config() or {}
    kept = {name: config[name] for name in KEPT if name in config}
    model.compile(optimizer=optimizer, loss=loss, **kept)


def _optimizer(training: Training) -> Any:
    """Return the plan's optimizer; a rate that it does not say is the optimizer's own."""
    import keras

    assert training.optimizer is not None
    rate = {} if training.lr is None else {"learning_rate": training.lr}
    if training.optimizer == "muon":
        return muon(**rate)
    return type(keras.optimizers.get(training.optimizer))(**rate)


def cosine(done: float, lr: float) -> float:
    """Return the learning rate after the share `done`, in [0, 1], of the training, `lr` being its highest.

    It rises to `lr` over the first twentieth and then falls to 0 along half a cosine (Goyal et al. 2017, arXiv
    1706.02677; Loshchilov & Hutter 2017, arXiv 1608.03983).
    """
    if done < WARM_UP:
        return lr * (WARM_START + (1 - WARM_START) * done / WARM_UP)
    return lr * (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP))) / 2


def fit(
    built: Built, feed: Feed, training: Training, *, seed: int, start: Checkpoint, watch: Watch, owner: str = ""
) -> Checkpoint:
    """Train from `start` to the last planned epoch or until early stopping.

    Several networks take a step each, in turn, on the same images. Every epoch starts with global random generators
    seeded by `seed` and its number, since a network's own training step may use them. Raises `WorkError` for a loss or
    a weight that is not finite, `ComponentError` with `owner` for a loss that does not leave out missing truth.
    """
    if start.stopped_early or start.epochs >= training.epochs:
        return start
    import keras

    with own_settings(), hushed("tensorflow"):
        keras.utils.set_random_seed(int(seed) % 2**32)
        first = feed.validation(0)
        for name, trainee in built.trainees.items():
            # Were optimizer and losses built within the first step, TensorFlow would trace it twice, which takes seconds.
            trainee.model.optimizer.build(trainee.model.trainable_variables)
            _check_missing_truth(trainee, first[name], trainee.model.test_on_batch(*first[name]), owner)
        if start.weights:
            stored = {name: ours for name, ours in built.variables.items() if start.epochs or name in start.weights}
            put_back(stored, start.weights)
        if start.epochs:
            put_back(built.optimizer_variables, start.optimizer)
        course = _Course(built, training, feed.steps, seed, start, watch)
        if len(built.trainees) > 1:
            _fit_in_turn(built, feed, course)
        else:
            _fit_one(*next(iter(built.trainees.items())), feed, course)
    return course.checkpoint


class _Course:
    """The training as it goes: learning rates, the best weights, early stopping, a checkpoint after every epoch."""

    def __init__(
        self, built: Built, training: Training, steps: int, seed: int, start: Checkpoint, watch: Watch
    ) -> None:
        self.built, self.training, self.steps, self.seed, self.watch = built, training, steps, seed, watch
        self.checkpoint, self.epoch, self.began = start, start.epochs, 0.0

    def begin(self, epoch: int) -> None:
        """Begin an epoch, counted from 0."""
        seed_epoch(int(generator(self.seed, epoch, "global").integers(2**32)))
        self.epoch, self.began = epoch, time.perf_counter()

    def step(self, model: Any, batch: int) -> None:
        """Set the learning rate of a step: a Keras schedule would compute it anew for every variable of the model."""
        if batch == 0:
            keep_memory()  # again, since TensorFlow 2.21 sets it otherwise where a dataset is a generator
        if self.training.schedule == "cosine" and self.training.lr is not None:
            done = (self.epoch * self.steps + batch) / (self.training.epochs * self.steps)
            model.optimizer.learning_rate = cosine(done, self.training.lr)

    def end(self, figures: Mapping[str, float]) -> bool:
        """Keep what an epoch came to, and return whether training stops early."""
        weights = take(self.built.variables)
        _check_finite(self.epoch + 1, figures, weights)
        row = {"epoch": self.epoch + 1, "seconds": time.perf_counter() - self.began, **figures}
        last = self.checkpoint
        better = figures["val_loss"] < last.best_loss
        wait = 0 if better else last.wait + 1
        self.checkpoint = replace(
            last,
            history=(*last.history, row),
            best_epoch=self.epoch + 1 if better else last.best_epoch,
            best=self._best(figures, weights),
            wait=wait,
            weights=weights,
            optimizer=take(self.built.optimizer_variables),
            stopped_early=wait >= self.training.patience,
        )
        self.watch.on_epoch(self.checkpoint)
        return self.checkpoint.stopped_early

    def _best(self, figures: Mapping[str, float], weights: ByName) -> ByName:
        """Return the best weights of each network: what trains in turn has a validation loss, and a best epoch, of its own."""

        def lowest(name: str) -> bool:
            key = f"{name}.val_loss" if f"{name}.val_loss" in figures else "val_loss"
            return all(figures[key] < row[key] for row in self.checkpoint.history)

        last = self.checkpoint.best
        return {name: ours if name not in last or lowest(name) else last[name] for name, ours in weights.items()}


def _fit_one(name: str, trainee: Trainee, feed: Feed, course: _Course) -> None:
    """Train one Keras model through its own `fit`."""
    training = _dataset(lambda epoch, i: feed.training(epoch, i)[name], feed.steps)
    validation = _dataset(lambda _, i: feed.validation(i)[name], feed.validation_steps)
    try:
        trainee.model.fit(
            training,
            validation_data=validation,
            epochs=course.training.epochs,
            initial_epoch=course.checkpoint.epochs,
            shuffle=False,
            verbose=0,
            callbacks=[_callback(training, course)],
        )
    except Exception:  # always raised again: as it was in the feed, if it came from there
        failure = training.failure or validation.failure
        if failure is None:
            raise
        raise failure  # noqa: B904 - of what went wrong in the feed, TensorFlow hands on the text alone


def _fit_in_turn(built: Built, feed: Feed, course: _Course) -> None:
    """Train several networks, each by a step of its own on the images of every batch."""
    models = {name: trainee.model for name, trainee in built.trainees.items()}
    for epoch in range(course.checkpoint.epochs, course.training.epochs):
        course.begin(epoch)
        learned, judged = _Means(""), _Means("val_")
        for i in range(feed.steps):
            made = feed.training(epoch, i)
            for name, model in models.items():
                course.step(model, i)
                learned.add(name, made[name], model.train_on_batch, model)
            course.watch.on_batch(i + 1, learned.figures)
        for i in range(feed.validation_steps):
            made = feed.validation(i)
            for name, model in models.items():
                judged.add(name, made[name], model.test_on_batch, model)
            course.watch.on_validation()
        if course.end({**learned.figures, **judged.figures}):
            return


class _Means:
    """Figures of several networks over the batches so far: Keras keeps them in its own `fit` only."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.sums: dict[str, dict[str, float]] = {}
        self.images: dict[str, int] = {}

    def add(self, name: str, batch: Batch, step: Callable[..., Mapping[str, Any]], model: Any) -> None:
        """Let a network take a step on a batch, whose figures count as often as it has images."""
        model.reset_metrics()  # before Keras 3.9 they would run on
        count = _images(batch[0])
        sums = self.sums.setdefault(name, {})
        for key, value in step(*batch, return_dict=True).items():
            sums[key] = sums.get(key, 0.0) + count * float(value)
        self.images[name] = self.images.get(name, 0) + count

    @property
    def figures(self) -> dict[str, float]:
        """Return the sum of the networks' losses, and each figure under its network's name."""
        means = {
            name: {key: value / self.images[name] for key, value in one.items()} for name, one in self.sums.items()
        }
        figures = {f"{self.prefix}loss": sum(one["loss"] for one in means.values())}
        return figures | {f"{name}.{self.prefix}{key}": v for name, one in means.items() for key, v in one.items()}


def _images(inputs: Any) -> int:
    """Return the number of images of a batch's inputs: an array, or arrays in dicts, lists or tuples."""
    while not hasattr(inputs, "shape"):
        inputs = next(iter(inputs.values() if isinstance(inputs, Mapping) else inputs))
    return int(inputs.shape[0])


def _dataset(batch: Callable[[int, int], Batch], steps: int) -> Any:
    """Return a Keras dataset whose batches depend on the epoch set on it."""
    import keras

    class Dataset(keras.utils.PyDataset):  # type: ignore[misc]
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

    return Dataset()


def _callback(dataset: Any, course: _Course) -> Any:
    """Return the callback that leads a course through `fit`."""
    import keras

    class Callback(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            del logs
            dataset.epoch = epoch
            course.begin(epoch)

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            del logs
            course.step(self.model, batch)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            course.watch.on_batch(batch + 1, logs or {})

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            del batch, logs
            course.watch.on_validation()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            del epoch
            figures = {name: float(value) for name, value in (logs or {}).items()}
            self.model.stop_training = course.end(figures)

    return Callback()


def _check_missing_truth(trainee: Trainee, batch: Batch, loss: Any, owner: str) -> None:
    """Raise `ComponentError` where a loss is not finite because an output's truth is missing."""
    targets = batch[1] if len(batch) > 1 and isinstance(batch[1], Mapping) else {}
    missing = [name for name, target in targets.items() if np.isnan(target).any()]
    if missing and trainee.make is None and not np.isfinite(np.asarray(loss, np.float64)).all():
        what = f"has a loss for its output {missing[0]} that does not leave out NaN, which stands for missing truth"
        raise fault(owner, what)


def _check_finite(epoch: int, figures: Mapping[str, float], weights: Mapping[str, Any]) -> None:
    bad = [name for name, value in figures.items() if not math.isfinite(value)]
    if not bad and all(np.isfinite(array).all() for arrays in weights.values() for array in arrays):
        return
    what = f"{bad[0]} is {figures[bad[0]]}" if bad else "a weight is not finite"
    hint = "retry with a lower learning rate: restore run --like RUN --lr X"
    raise WorkError(f"{what} after epoch {epoch}", code="not-finite", hint=hint)
