"""A sweep that chooses its points by what came of earlier ones: Optuna's TPE, and a median that ends hopeless ones early.

Nothing is kept but the run files: repeated, the same suggestions follow from the same losses, and what is done stays done.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restore.errors import RequestError, RestoreError, Stopped
from restore.events import EpochDone, Event
from restore.planning.grid import OPTION, Axis
from restore.plugins.catalogue import Catalogue
from restore.runfile.read import read
from restore.runfile.store import ENDING
from restore.running.how import How
from restore.system.workers import Executor
from restore.tasks.sweep import Outcome, Point, carry_on, plan_point

if TYPE_CHECKING:
    from optuna import Study, Trial

LEAST = 4
"""Points that have to be complete before others are ended early."""
WARM = 0.25
"""Share of the epochs in which none is ended early."""
PRUNED = "pruned"
Bar = Sequence[float]
"""The median of the best validation loss so far, after each epoch of complete points; empty where they are too few."""


def find_points(
    recipe: str,
    options: Mapping[str, Any],
    axes: Sequence[Axis],
    trials: int,
    folder: Path,
    executor: Executor,
    chosen: list[Point],
    *,
    at_once: int = 1,
    cache: bool = True,
    catalogue: Catalogue | None = None,
) -> Iterator[Outcome]:
    """Try `trials` points, `at_once` of them between two choices, and yield what became of each; adds them to `chosen`.

    Raises `RequestError` where Optuna is not installed, or the loss is varied, by which points are judged.
    """
    if any(axis.option == "loss" for axis in axes):
        what, hint = "losses of different kinds cannot be compared", "fix it: --loss NAME"
        raise RequestError(what, code="conflict", where=f"{OPTION} loss", hint=hint)
    folder.mkdir(parents=True, exist_ok=True)
    known, study = catalogue or Catalogue.installed(), _study()
    whole: dict[str, Sequence[float]] = {}
    for start in range(0, trials, at_once):
        asked = [study.ask() for _ in range(min(at_once, trials - start))]
        points = [plan_point(recipe, options, *_suggest(trial, axes), catalogue=known) for trial in asked]
        fresh = {point.name: point for point in points}
        chosen += [point for name, point in fresh.items() if name not in {one.name for one in chosen}]
        work = partial(run_or_prune, str(folder.resolve()), cache, bar_of([*whole.values()]))
        outcomes: dict[str, Outcome] = {}
        for outcome in executor(work, fresh.values()):
            outcomes[outcome.name] = outcome
            yield outcome
        for trial, point in zip(asked, points, strict=True):
            losses = losses_of(folder / f"{point.name}{ENDING}")
            if len(losses) >= point.plan.training.epochs:
                whole[point.name] = losses
            _tell(study, trial, outcomes[point.name], losses)


def run_or_prune(folder: str, cache: bool, bar: Bar, point: Point) -> Outcome:
    """Run a point to its end, or until its best validation loss lies above the bar; errors become an outcome."""
    path, planned = Path(folder) / f"{point.name}{ENDING}", point.plan.training.epochs
    losses = losses_of(path)
    if is_hopeless(losses, bar, planned):
        return Outcome(point.name, PRUNED)

    def heard(event: Event) -> None:
        if isinstance(event, EpochDone):
            losses.append(event.row["val_loss"])
            if is_hopeless(losses, bar, planned):
                raise Stopped(0, "ended early: its validation loss lies above the median of earlier points")

    try:
        return carry_on(folder, point, How(cache=cache, export=False, listener=heard))
    except Stopped:
        if is_hopeless(losses, bar, planned):
            return Outcome(point.name, PRUNED)
        raise


def bar_of(histories: Sequence[Sequence[float]]) -> list[float]:
    """Return the median over histories of the lowest validation loss so far, by epoch; empty for fewer than four."""
    if len(histories) < LEAST:
        return []
    shortest = min(map(len, histories))
    return [statistics.median(min(one[: epoch + 1]) for one in histories) for epoch in range(shortest)]


def is_hopeless(losses: Sequence[float], bar: Bar, planned: int) -> bool:
    """Return whether, at some epoch after the first quarter, the lowest loss so far lies above the bar."""
    first = max(1, round(WARM * planned))
    looked = range(first - 1, min(len(losses), len(bar), planned - 1))
    return any(min(losses[: epoch + 1]) > bar[epoch] for epoch in looked)


def losses_of(path: Path) -> list[float]:
    """Return the validation losses of a run, none where its file is not there or cannot be read."""
    if not path.exists():
        return []
    try:
        return [float(row["val_loss"]) for row in read(path).history]
    except RestoreError:
        return []


def _study() -> Study:
    try:
        import optuna
    except ImportError as error:
        hint = "pip install 'restore-toolkit[optuna]'"
        raise RequestError(
            "the extra optuna is not installed", code="missing-extra", where="--search", hint=hint
        ) from error
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0), pruner=optuna.pruners.NopPruner())


def _suggest(trial: Trial, axes: Sequence[Axis]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a trial's options and texts: of a range a number, over decades by its logarithm, else one of the values."""
    options: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for axis in axes:
        if not axis.span:
            place = trial.suggest_categorical(axis.option, range(len(axis.values)))
            options[axis.option], texts[axis.option] = axis.values[place], axis.texts[place]
            continue
        low, high = axis.values
        log = low > 0 and high >= 10 * low
        if isinstance(low, int) and isinstance(high, int):
            value: float = trial.suggest_int(axis.option, low, high, log=log)
        else:
            value = float(f"{trial.suggest_float(axis.option, low, high, log=log):.4g}")
        options[axis.option], texts[axis.option] = value, f"{value:g}"
    return options, texts


def _tell(study: Study, trial: Trial, outcome: Outcome, losses: Sequence[float]) -> None:
    from optuna.trial import TrialState

    if outcome.status == "complete" and losses:
        study.tell(trial, min(losses))
    elif outcome.status == PRUNED and losses:
        trial.report(min(losses), len(losses))
        study.tell(trial, state=TrialState.PRUNED)
    else:
        study.tell(trial, state=TrialState.FAIL)
