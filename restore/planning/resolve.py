"""A request made into a plan: recipe defaults filled in, names looked up, every value checked; and back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from restore.errors import InputError, RequestError
from restore.images import MAX_PIXELS, look, parse_alpha
from restore.planning.options import SPLIT_BY, Request, flag_of, flags, make_request
from restore.planning.plan import Choice, Corrupting, Other, Plan, Size, Training, check_bounds, owners_of
from restore.planning.split import read_split
from restore.plugins import spec
from restore.plugins.boundary import options_of
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import Kind, Model, Recipe, SplitBy
from restore.plugins.options import parse_options, plain
from restore.system.processors import usable
from restore.text import did_you_mean

ALWAYS_SCORED = ("mask",)
"""Metrics that every run scores, whatever it was asked for."""
GALLERY = 9
"""Images kept for each corruption by default: worst, median, best, and two rows of three."""
FILLED: Mapping[Kind, Sequence[str]] = {
    "dataset": ("seed", "size", "channels", "max_pixels"),
    "model": ("seed", "size", "channels"),
}
"""Options of components that the plan fills in by name; a corruption's `size` is its own."""
WITH_FILLED: Mapping[str, Kind] = {"dataset": "dataset", "also": "dataset", "model": "model", "baselines": "model"}
"""Options of a run, with the kind of their components, of which `FILLED` holds."""
Filled = Mapping[Kind, Mapping[str, Any]]


def resolve(request: Request, catalogue: Catalogue) -> Plan:
    """Return the plan for `request`; raises `RequestError` for the first thing that is wrong with it."""
    if request.recipe is None:
        names = ", ".join(entry.component.name for entry in catalogue.entries("recipe"))
        raise RequestError("no recipe given", code="no-recipe", hint=f"available: {names}")
    home = catalogue.find("recipe", request.recipe)
    recipe = home.component
    assert isinstance(recipe, Recipe)
    size, seed = request.get("size", recipe.size), request.get("seed", 0)
    split, split_by = _split_of(request.get("split", recipe.split))
    # A file says what is tested on, and the seed nothing of it: other seeds are then of one test.
    split_seed = request.get("split_seed", None if split is None else 0)
    alpha, max_pixels = parse_alpha(request.get("alpha", "refuse")), request.get("max_pixels", MAX_PIXELS)
    chooser = _Chooser(catalogue, home, request, _filled(seed, split_seed, size, recipe.channels, max_pixels))
    model = chooser.choose("model", "model", request.get("model", recipe.model))
    own = chooser.trained(model).compiles
    corrupt = chooser.corrupting(request.get("corrupt", recipe.corrupt))
    schedule = request.get("schedule", None if own else recipe.schedule)
    if own and schedule == "cosine" and "lr" not in request.options:
        what, hint = f"model {model.spec} sets its own learning rate, from which none can fall", "add --lr X"
        raise RequestError(what, code="compiles-itself", where="--schedule", hint=hint)
    folder, epochs = "data" in request.options, request.get("epochs", recipe.epochs)
    fit = request.get("fit", "window" if "windows" in request.options else recipe.fit)
    if "windows" in request.options and fit != "window":
        what = f"no windows are taken with --fit {fit}"
        raise RequestError(what, code="no-windows", where="--windows", hint="leave it out, or use --fit window")
    return Plan(
        recipe=home.full_name,
        data=_data_path(request.get("data")),
        dataset=chooser.choose(
            "dataset", "dataset", request.get("dataset", recipe.folder if folder else recipe.dataset)
        ),
        corrupt=corrupt,
        model=model,
        baselines=chooser.baselines(request.get("baselines", recipe.baselines)),
        metrics=chooser.metrics(request.get("metrics", recipe.metrics)),
        size=size,
        channels=recipe.channels,
        fit=fit,
        windows=request.get("windows", recipe.windows) if fit == "window" else None,
        augment=chooser.augmentations(request.get("augment", recipe.augment)),
        trim=recipe.trim,
        alpha=alpha,
        max_pixels=max_pixels,
        limit=request.get("limit"),
        seed=seed,
        split_seed=split_seed,
        split=None if split is None else read_split(split),
        split_by="image" if split_by == "image" else None,
        freeze=tuple(dict.fromkeys(_listed(request.get("freeze", ()), "freeze"))) or None,
        target="input" if recipe.target == "input" and not corrupt else None,
        training=Training(
            epochs=epochs,
            batch=request.get("batch", recipe.batch),
            optimizer=request.get("optimizer", None if own else recipe.optimizer),
            lr=request.get("lr", None if own else recipe.lr),
            loss=request.get("loss", None if own else recipe.loss),
            schedule=schedule,
            # With a rate that falls along a cosine, most is gained late: half way, a pause says little.
            patience=max(recipe.patience, epochs // 2) if schedule == "cosine" else recipe.patience,
            threads=request.get("threads", usable()),
        ),
        gallery=request.get("gallery", GALLERY),
        notice=recipe.notice,
        also=chooser.others(request.get("also", ()), recipe.folder),
        owners=owners_of(chooser.entries),
    )


def request_of(plan: Plan) -> Request:
    """Return the request that leads to `plan` again, with every option written out (for `--like`)."""
    filled = _filled(plan.seed, plan.split_seed, plan.size, plan.channels, plan.max_pixels)
    training = {one.name for one in fields(Training)}
    said = {name: getattr(plan.training if name in training else plan, name) for name in flags()}
    said["split"] = plan.split or plan.split_by or "group"
    return make_request(plan.recipe, **{name: _said(name, value, filled) for name, value in said.items()})


def given_options(entry: Entry, step: spec.Step) -> dict[str, Any]:
    """Return the options that a step of a spec gives, parsed; raises `RequestError` where its level or one is wrong."""
    if step.level and step.level not in entry.levels:
        near = did_you_mean(step.level, entry.levels)
        known = f"available: {', '.join(entry.levels)}" if entry.levels else "it has no levels"
        raise RequestError(
            f"unknown level {step.level!r} of {entry.full_name}",
            code="unknown-level",
            where=str(step),
            hint=near or known,
        )
    try:
        return parse_options(options_of(entry), step.options)
    except RequestError as error:
        raise RequestError(error.what, code=error.code, where=entry.owner, hint=error.hint) from None


class _Chooser:
    """Looks components up from the recipe's plugin and remembers every entry that it chose."""

    def __init__(self, catalogue: Catalogue, home: Entry, request: Request, filled: Filled) -> None:
        self.catalogue, self.home, self.request, self.filled, self.entries = catalogue, home, request, filled, [home]

    def choose(self, kind: Kind, option: str, text: str) -> Choice:
        """Return the one component that a spec without bars names."""
        with self._placed(option, text):
            steps = spec.parse(text)
            if len(steps) > 1:
                raise RequestError(f"a {kind} is one component, not a chain", code="bad-spec")
            return self._step(kind, steps[0])

    def corrupting(self, texts: Sequence[str]) -> tuple[Corrupting, ...]:
        """Return the chains of corruptions that specs name, each once."""
        found: dict[str, Corrupting] = {}
        for text in _listed(texts, "corrupt"):
            with self._placed("corrupt", text):
                steps = tuple(self._step("corruption", step) for step in spec.parse(text))
                name = "|".join(step.spec for step in steps)
                if name in found:
                    raise RequestError(f"corruption {name} given twice", code="duplicate")
                found[name] = Corrupting(name, steps)
        return tuple(found.values())

    def augmentations(self, texts: Sequence[str]) -> tuple[Choice, ...]:
        """Return the augmentations, in order."""
        return tuple(self.choose("augmentation", "augment", text) for text in _listed(texts, "augment"))

    def trained(self, choice: Choice) -> Model:
        """Return the component of a model that has to be trained."""
        component = self._model(choice)
        if not component.trains:
            hint = f"use it as a baseline: --baseline {choice.spec}"
            raise RequestError(
                f"model {choice.spec} needs no training", code="untrained-model", where="--model", hint=hint
            )
        return component

    def baselines(self, texts: Sequence[str]) -> tuple[Choice, ...]:
        """Return the models that need no training."""
        found = [self.choose("model", "baselines", text) for text in _listed(texts, "baselines")]
        for choice in found:
            if self._model(choice).trains:
                what = f"model {choice.spec} has to be trained and cannot be a baseline"
                raise RequestError(what, code="trained-baseline", where="--baseline", hint=f"--model {choice.spec}")
        return tuple(found)

    def metrics(self, texts: Sequence[str]) -> tuple[Choice, ...]:
        """Return the metrics, each once, and those that are always scored."""
        found = [self.choose("metric", "metrics", text) for text in (*_listed(texts, "metrics"), *ALWAYS_SCORED)]
        return tuple({choice.spec: choice for choice in found}.values())

    def others(self, texts: Sequence[str], usual: str) -> tuple[Other, ...]:
        """Return the additional test sets that texts name, PATH or SPEC=PATH; `usual` opens a bare path."""
        found: dict[str, Other] = {}
        for text in _listed(texts, "also"):
            path = _path_in(text)
            said, place = text[: -len(path) - 1], _data_path(path, "--also", keep_link=True)
            assert place is not None
            name = Path(place).name
            if name in found:
                hint = f"{found[name].data} is the first; use a link of another name"
                raise RequestError(f"two test sets are called {name}", code="duplicate", where="--also", hint=hint)
            found[name] = Other(name, place, self.choose("dataset", "also", said or usual))
        return tuple(found.values())

    def _model(self, choice: Choice) -> Model:
        component = self.catalogue.find("model", choice.component).component
        assert isinstance(component, Model)
        return component

    @contextlib.contextmanager
    def _placed(self, option: str, text: str) -> Iterator[None]:
        """Let an error say where the spec stands: on the command line or in the recipe."""
        try:
            yield
        except RequestError as error:
            place = flag_of(option) if option in self.request.options else f"recipe {self.home.full_name}"
            error.where = error.where or f"{place} {text}"
            raise

    def _step(self, kind: Kind, step: spec.Step) -> Choice:
        entry = self.catalogue.find(kind, step.name, self.home.plugin.name)
        self.entries.append(entry)
        declared, given = options_of(entry), given_options(entry, step)
        implied = {name: value for name, value in self.filled.get(kind, {}).items() if name in declared}
        implied |= entry.levels[step.level] if step.level else {}
        options = check_bounds(entry, implied | given)
        # The canonical spec leaves out what the reader would get without saying it.
        usual = {name: plain(option.default) for name, option in declared.items()} | implied
        said = {name: spec.write_value(v) for name, v in options.items() if name in given and v != plain(usual[name])}
        name = self.catalogue.shortest_name(entry, self.home.plugin.name)
        return Choice(entry.full_name, str(spec.Step(name, step.level, said)), step.level, options)


def _split_of(said: str | Mapping[str, Sequence[str]]) -> tuple[Any, SplitBy]:
    """Return a split as a user gives it, None where it is drawn, and what is split then."""
    for by in SPLIT_BY:
        if said == by:
            return None, by
    return said, "group"


def _filled(seed: int, split_seed: int | None, size: Size, channels: int, max_pixels: int) -> Filled:
    """Return what the plan fills into options of components by name, as plain JSON; a corruption's `size` is its own."""
    form = {"size": list(size), "channels": channels}
    test_seed = seed if split_seed is None else split_seed
    return {"dataset": {"seed": test_seed, **form, "max_pixels": max_pixels}, "model": {"seed": seed, **form}}


def _said(name: str, value: Any, filled: Filled) -> Any:
    """Return a plan's value as its option says it: components as specs with all options, `none` for an empty list."""
    match value:
        case Choice():
            return _write([value], filled[WITH_FILLED[name]] if name in WITH_FILLED else {})
        case Corrupting():
            return _write(value.steps)
        case Other():
            return f"{_said(name, value.dataset, filled)}={value.data}"
        case tuple() if flags()[name].many:
            return [_said(name, one, filled) for one in value] or [spec.NONE]
        case _:
            return value


def _write(steps: Sequence[Choice], filled: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Return a spec with full names and every option written out, but those that the plan fills in."""
    written = []
    for step in steps:
        said = {name: value for name, value in step.options.items() if name not in filled or filled[name] != value}
        texts = {name: spec.write_value(value) for name, value in said.items()}
        written.append(spec.Step(step.component, step.level, texts))
    return "|".join(map(str, written))


def _listed(texts: Sequence[str], option: str) -> Sequence[str]:
    """Return specs given as a list, where the single word `none` stands for an empty one."""
    if list(texts) == [spec.NONE]:
        return ()
    if spec.NONE in texts:
        raise RequestError(f"{spec.NONE} stands alone", code="bad-spec", where=f"{flag_of(option)} {' '.join(texts)}")
    return texts


def _path_in(text: str) -> str:
    """Return the path of `[SPEC=]PATH`: the longest ending that is there, since specs and paths hold `=` themselves."""
    endings = [text.split("=", count)[-1] for count in range(text.count("=") + 1)]
    for path in endings[:-1]:
        with contextlib.suppress(InputError):
            _data_path(path)
            return path
    return endings[-1]


def _data_path(data: str | None, where: str = "--data", *, keep_link: bool = False) -> str | None:
    """Return the absolute path of data that is there; what it has to be is for its dataset to say.

    With `keep_link`, a link at its end is not followed, so that the path keeps its name.
    """
    if data is None:
        return None
    if not data:
        raise RequestError("empty path", code="bad-value", where=where)
    path = Path(data)
    with contextlib.suppress(RuntimeError):  # of a home that nobody has
        path = path.expanduser()
    look(path)
    kept = keep_link and path.name not in ("", "..")
    return str(path.parent.resolve() / path.name if kept else path.resolve())
