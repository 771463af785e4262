"""What a user asked for, made into a plan: recipe defaults filled in, names looked up, every value checked."""

from __future__ import annotations

import contextlib
import math
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from restore.errors import InputError, RequestError
from restore.images import MAX_PIXELS, look, parse_alpha
from restore.planning.plan import Choice, Corrupting, Other, Plan, Size, Training, check_bounds, owners_of
from restore.plugins import spec
from restore.plugins.boundary import options_of
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import Kind, Model, Recipe
from restore.plugins.options import parse_options, plain
from restore.text import did_you_mean, show

ALWAYS_SCORED = ("mask",)
"""Metrics that every run scores, whatever it was asked for."""
GALLERY = 9
"""Pictures kept for each corruption unless it is said otherwise: worst, median, best, and two rows of three."""
OPTIMIZERS = ("adam", "adamw", "adamax", "adagrad", "adadelta", "adafactor", "nadam", "lion", "rmsprop", "sgd")
LOSSES = ("mse", "mae", "huber", "log_cosh", "binary_crossentropy")
FILLED = {"dataset": ("seed", "size", "channels", "max_pixels"), "model": ("seed", "size", "channels")}
"""Options that the plan fills in by name; a corruption's `size` is its own."""
RANGES = {
    "epochs": (1, 100_000),
    "batch": (1, 65_536),
    "limit": (1, 2**31),
    "seed": (0, 2**63 - 1),
    "max_pixels": (1, 2**31),
}
"""Least and most of the whole numbers."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a user may say of a run; None means that the recipe, or the run it is like, says it.

    `data` is a folder; `also` are other ones, each perhaps as SPEC=PATH with the data set that opens it; `corrupt`, `baselines`, `metrics` are specs, `("none",)` for none of them; `size` is (H, W) in
    pixels; `alpha` is what is done with see-through pictures, `max_pixels` how many pixels a picture may have; `gallery`
    is the number of pictures kept, 0 for none.
    """

    recipe: str | None = None
    data: str | None = None
    dataset: str | None = None
    corrupt: Sequence[str] | None = None
    model: str | None = None
    baselines: Sequence[str] | None = None
    metrics: Sequence[str] | None = None
    size: Size | None = None
    alpha: str | None = None
    max_pixels: int | None = None
    epochs: int | None = None
    batch: int | None = None
    lr: float | None = None
    optimizer: str | None = None
    loss: str | None = None
    limit: int | None = None
    seed: int | None = None
    gallery: int | None = None
    also: Sequence[str] | None = None

    def over(self, base: Request) -> Request:
        """Return this request with what it leaves open taken from `base`."""
        said = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) is not None}
        if "data" in said and "dataset" not in said:
            said["dataset"] = None
        return replace(base, **said)

    @property
    def own_training(self) -> list[str]:
        """Return the training options that were given, as a user writes them."""
        given = {"--optimizer": self.optimizer, "--lr": self.lr, "--loss": self.loss}
        return [flag for flag, value in given.items() if value is not None]


def request_of(plan: Plan) -> Request:
    """Return the request that leads to `plan` again, with every option written out (for `--like`)."""
    training = plan.training
    filled = _filled(plan.seed, plan.size, plan.channels, plan.max_pixels)
    return Request(
        recipe=plan.recipe,
        data=plan.data,
        dataset=_write([plan.dataset], filled),
        corrupt=[_write(one.steps) for one in plan.corrupt] or [spec.NONE],
        model=_write([plan.model], filled),
        baselines=[_write([one], filled) for one in plan.baselines] or [spec.NONE],
        metrics=[_write([one]) for one in plan.metrics],
        size=plan.size,
        alpha=plan.alpha,
        max_pixels=plan.max_pixels,
        epochs=training.epochs,
        batch=training.batch,
        limit=plan.limit,
        seed=plan.seed,
        gallery=plan.gallery,
        lr=training.lr,
        optimizer=training.optimizer,
        loss=training.loss,
        also=[f"{_write([one.dataset], filled)}={one.data}" for one in plan.also] or [spec.NONE],
    )


def resolve(request: Request, catalogue: Catalogue) -> Plan:
    """Return the plan for `request`; raises `RequestError` for the first thing that is wrong with it."""
    if request.recipe is None:
        names = ", ".join(entry.component.name for entry in catalogue.entries("recipe"))
        raise RequestError("say which recipe to run", hint=f"there are {names}")
    home = catalogue.find("recipe", request.recipe)
    recipe = home.component
    assert isinstance(recipe, Recipe)
    _check_numbers(request)
    size, seed = request.size or recipe.size, request.seed or 0
    alpha, max_pixels = parse_alpha(request.alpha or "refuse"), request.max_pixels or MAX_PIXELS
    chooser = _Chooser(catalogue, home, _filled(seed, size, recipe.channels, max_pixels))
    corrupt = request.corrupt if request.corrupt is not None else recipe.corrupt
    corruptions = tuple(chooser.corrupting(text) for text in _listed(corrupt))
    specs = [one.spec for one in corruptions]
    if len(set(specs)) < len(specs):
        raise RequestError(f"the corruption {max(specs, key=specs.count)} is given twice")
    model = chooser.choose("model", request.model or recipe.model)
    component = chooser.entries[-1].component
    assert isinstance(component, Model)
    if not component.trains:
        name = model.spec
        raise RequestError(f"{name} needs no training", hint=f"take it as a baseline: --baseline {name}")
    if component.compiles and request.own_training:
        refuse_training(model.spec, request.own_training)
    metrics = list(_listed(request.metrics if request.metrics is not None else recipe.metrics))
    baselines = request.baselines if request.baselines is not None else recipe.baselines
    return Plan(
        recipe=home.full_name,
        data=_data_folder(request.data),
        dataset=chooser.choose("dataset", request.dataset or (recipe.folder if request.data else recipe.dataset)),
        corrupt=corruptions,
        model=model,
        baselines=tuple(chooser.baseline(text) for text in _listed(baselines)),
        metrics=chooser.metrics([*metrics, *ALWAYS_SCORED]),
        size=size,
        channels=recipe.channels,
        fit=recipe.fit,
        trim=recipe.trim,
        alpha=alpha,
        max_pixels=max_pixels,
        limit=request.limit,
        seed=seed,
        training=Training(
            epochs=request.epochs or recipe.epochs,
            batch=request.batch or recipe.batch,
            optimizer=None if component.compiles else request.optimizer or recipe.optimizer,
            lr=None if component.compiles else request.lr or recipe.lr,
            loss=None if component.compiles else request.loss or recipe.loss,
            schedule=None if component.compiles else recipe.schedule,
            patience=recipe.patience,
        ),
        gallery=GALLERY if request.gallery is None else request.gallery,
        notice=recipe.notice,
        also=_others(request.also or (), recipe.folder, chooser),
        owners=owners_of(chooser.entries),
    )


def _others(texts: Sequence[str], usual: str, chooser: _Chooser) -> tuple[Other, ...]:
    """Return the other data sets that texts name, PATH or SPEC=PATH; raises `RequestError` where two are called alike."""
    found: dict[str, Other] = {}
    for text in _listed(texts):
        said, _, path = ("", "", text) if Path(text).is_dir() else text.rpartition("=")
        folder = _data_folder(path)
        assert folder is not None
        name = Path(path).name.strip(".") or Path(folder).name
        if name in found:
            hint = f"{found[name].data} is the first; give a link of another name"
            raise RequestError(f"two data sets are called {name}", where="--also", hint=hint)
        found[name] = Other(name, folder, chooser.choose("dataset", said or usual))
    return tuple(found.values())


def refuse_training(model: str, given: Sequence[str]) -> None:
    """Raise the error for training options given to a model that compiles itself."""
    raise RequestError(f"{model} sets its own optimizer and loss", where=", ".join(given), hint="leave them out")


def check_number(name: str, value: int) -> None:
    """Raise `RequestError` for a whole number out of its range in `RANGES`."""
    low, high = RANGES[name]
    if not low <= value <= high:
        raise RequestError(f"--{name.replace('_', '-')} {value} should be from {low} to {high}")


def given_options(entry: Entry, step: spec.Step) -> dict[str, Any]:
    """Return the options that a step of a spec gives, parsed; raises `RequestError` where its level or one is wrong."""
    if step.level and step.level not in entry.levels:
        known = f"levels: {', '.join(entry.levels)}" if entry.levels else "it has no levels"
        near = did_you_mean(step.level, entry.levels) or known
        raise RequestError(f"{entry.full_name} has no level {step.level!r}", hint=near)
    try:
        return parse_options(options_of(entry), step.options)
    except RequestError as error:
        raise RequestError(error.what, where=entry.owner, hint=error.hint) from None


class _Chooser:
    """Looks components up from the recipe's plugin and remembers every entry that it chose."""

    def __init__(self, catalogue: Catalogue, home: Entry, filled: Mapping[str, Any]) -> None:
        self.catalogue, self.home, self.filled, self.entries = catalogue, home, filled, [home]

    def choose(self, kind: Kind, text: str) -> Choice:
        """Return the one component that a spec without bars names."""
        steps = spec.parse(text)
        if len(steps) > 1:
            raise RequestError(f"a {kind} is one component, not a chain", where=text)
        return self._step(kind, steps[0])

    def corrupting(self, text: str) -> Corrupting:
        """Return the chain of corruptions that a spec names."""
        steps = tuple(self._step("corruption", step) for step in spec.parse(text))
        return Corrupting("|".join(step.spec for step in steps), steps)

    def baseline(self, text: str) -> Choice:
        """Return a model that needs no training."""
        choice = self.choose("model", text)
        component = self.entries[-1].component
        if isinstance(component, Model) and component.trains:
            raise RequestError(f"{choice.spec} has to be trained, so it is no baseline", hint=f"--model {choice.spec}")
        return choice

    def metrics(self, texts: Sequence[str]) -> tuple[Choice, ...]:
        """Return the metrics, each once."""
        return tuple({choice.spec: choice for choice in (self.choose("metric", text) for text in texts)}.values())

    def _step(self, kind: Kind, step: spec.Step) -> Choice:
        entry = self.catalogue.find(kind, step.name, self.home.plugin.name)
        self.entries.append(entry)
        declared, given = options_of(entry), given_options(entry, step)
        fills = FILLED.get(kind, ())
        implied = {name: self.filled[name] for name in declared if name in fills}
        implied |= entry.levels[step.level] if step.level else {}
        options = check_bounds(entry, implied | given)
        # The canonical spec leaves out what the reader would get without saying it.
        usual = {name: plain(option.default) for name, option in declared.items()} | implied
        said = {name: spec.write_value(v) for name, v in options.items() if name in given and v != plain(usual[name])}
        name = self.catalogue.shortest_name(entry, self.home.plugin.name)
        return Choice(entry.full_name, str(spec.Step(name, step.level, said)), step.level, options)


def _filled(seed: int, size: Size, channels: int, max_pixels: int) -> dict[str, Any]:
    """Return what the plan fills into the options that `FILLED` names, as plain JSON."""
    return {"seed": seed, "size": list(size), "channels": channels, "max_pixels": max_pixels}


def _write(steps: Sequence[Choice], filled: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Return a spec with full names and every option written out, but those that the plan fills in."""
    written = []
    for step in steps:
        said = {name: value for name, value in step.options.items() if name not in filled or filled[name] != value}
        texts = {name: spec.write_value(value) for name, value in said.items()}
        written.append(spec.Step(step.component, step.level, texts))
    return "|".join(map(str, written))


def _listed(texts: Sequence[str]) -> Sequence[str]:
    """Return specs given as a list, where the single word `none` stands for an empty one."""
    if list(texts) == [spec.NONE]:
        return ()
    if spec.NONE in texts:
        raise RequestError(f"{spec.NONE} stands alone", where=" ".join(texts))
    return texts


def _data_folder(data: str | None) -> str | None:
    if data is None:
        return None
    path = Path(data)
    with contextlib.suppress(RuntimeError):  # of a home that nobody has
        path = path.expanduser()
    if not stat.S_ISDIR(look(path).st_mode):
        raise InputError("this is no folder", where=show(path), hint="give the folder that holds the pictures")
    return str(path.resolve())


def _check_numbers(request: Request) -> None:
    """Raise `RequestError` for a number out of its range."""
    for name in RANGES:
        if getattr(request, name) is not None:
            check_number(name, getattr(request, name))
    if request.gallery is not None and not 0 <= request.gallery <= 1_000:
        raise RequestError(f"--gallery {request.gallery} should be from 0 to 1000, or none")
    for side in request.size or ():
        if not 8 <= side <= 4_096:
            raise RequestError(f"--size {side} should be from 8 to 4096 pixels")
    if request.lr is not None and not (math.isfinite(request.lr) and 0 < request.lr <= 100):
        raise RequestError(f"--lr {request.lr:g} should be above 0 and at most 100")
    for name, value, known in (("optimizer", request.optimizer, OPTIMIZERS), ("loss", request.loss, LOSSES)):
        if value is not None and value not in known:
            raise RequestError(f"there is no {name} {value!r}", hint=did_you_mean(value, known) or ", ".join(known))
