"""Runs made, carried on and opened: the hall behind both doors, the command line and Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from restore.errors import RequestError
from restore.events import Listener, ignore
from restore.planning.request import Request, request_of, resolve

if TYPE_CHECKING:
    from restore.pipeline.restorer import Restorer
    from restore.planning.plan import Plan
    from restore.plugins.catalogue import Catalogue
    from restore.runfile.record import Gallery, Record, Status

StopSignal = Callable[[], int | None]
"""Tells the number of the signal that asks to stop, or None."""


@dataclass(frozen=True)
class Run:
    """A run file, opened."""

    path: Path
    record: Record

    @property
    def id(self) -> str:
        """Return the 12 hex digits that name the run."""
        return self.record.id

    @property
    def name(self) -> str:
        """Return the run's name."""
        return self.record.name

    @property
    def status(self) -> Status:
        """Return how far the run came."""
        return self.record.status

    @property
    def plan(self) -> Mapping[str, Any]:
        """Return the plan as plain JSON."""
        return self.record.plan

    @property
    def history(self) -> Sequence[Mapping[str, float]]:
        """Return one row an epoch: epoch, seconds, loss, val_loss, and what else was logged."""
        return self.record.history

    @property
    def scores(self) -> Sequence[Mapping[str, Any]]:
        """Return the score rows, a flat list: `pandas.DataFrame(run.scores)` is the table."""
        return (self.record.scores.table if self.record.scores else None) or []

    @property
    def gallery(self) -> Gallery | None:
        """Return the kept pictures, uint8 (N, H, W, C); None where they were kept out."""
        return self.record.gallery

    def to_json(self) -> dict[str, Any]:
        """Return the document of `restore show --json`, plain JSON."""
        record = self.record
        best = min(self.history, key=lambda row: row["val_loss"], default=None)
        return {
            "schema": 1,
            "id": record.id,
            "path": str(self.path),
            "status": record.status,
            "plan": record.plan,
            "owners": record.plan["owners"],
            "data": {
                name: {"images": len(split.ids), "groups": len(set(split.groups))}
                for name, split in record.data.items()
            }
            | {"skipped": list(record.skipped)},
            "epochs": {
                "planned": record.plan["training"]["epochs"],
                "done": len(self.history),
                "best": None if best is None else int(best["epoch"]),
            },
            "seconds": record.seconds,
            "scores": [{"data": None, "identity": False, **row} for row in self.scores],
        }

    def restorer(self) -> Restorer:
        """Return the trained model as a function on arrays.

        Raises `RequestError` where nothing is trained yet, and where the plugin that owns the model is missing.
        """
        return self._restorer

    @cached_property
    def _restorer(self) -> Restorer:
        from restore.pipeline import engine
        from restore.planning.plan import Plan
        from restore.plugins.catalogue import Catalogue

        if not self.record.weights:
            raise RequestError("the run has no trained weights yet", where=str(self.path))
        plan = Plan.from_json(self.plan)
        return engine.rebuild(plan, Catalogue.installed(), [array for _, array in self.record.weights])


def run(
    recipe: str | None = None,
    *,
    data: str | Path | None = None,
    also: str | Path | Sequence[str | Path] | None = None,
    dataset: str | None = None,
    corrupt: str | Sequence[str] | None = None,
    model: str | None = None,
    baselines: str | Sequence[str] | None = None,
    metrics: str | Sequence[str] | None = None,
    size: int | tuple[int, int] | None = None,
    alpha: str | None = None,
    max_pixels: int | None = None,
    epochs: int | None = None,
    batch: int | None = None,
    lr: float | None = None,
    optimizer: str | None = None,
    loss: str | None = None,
    limit: int | None = None,
    seed: int | None = None,
    gallery: int | None = None,
    like: str | Path | None = None,
    resume: str | Path | None = None,
    runs: str | Path | None = None,
    name: str | None = None,
    cache: bool = True,
    keep_state: bool = False,
    skip_bad: bool = False,
    device: str = "auto",
    listener: Listener = ignore,
) -> Run:
    """Plan, train, score and record, as `restore run` does; the words are those of its options.

    `size` is in pixels, a side or (H, W); `alpha` is refuse, drop, white or black, for see-through pictures; `gallery` is
    the number of pictures kept for each corruption, 0 for none; `device` is cpu, gpu or auto.
    Raises `RequestError` where the request or an input is wrong (nothing is written then), `WorkError` where the work
    fails.
    """
    request = Request(
        recipe=recipe,
        data=None if data is None else str(data),
        also=_listed(str(also) if isinstance(also, Path) else also),
        dataset=dataset,
        corrupt=_listed(corrupt),
        model=model,
        baselines=_listed(baselines),
        metrics=_listed(metrics),
        size=(size, size) if isinstance(size, int) else size,
        alpha=alpha,
        max_pixels=max_pixels,
        epochs=epochs,
        batch=batch,
        lr=lr,
        optimizer=optimizer,
        loss=loss,
        limit=limit,
        seed=seed,
        gallery=gallery,
    )
    return carry_out(
        request,
        like=_text(like),
        resume=_text(resume),
        runs=_text(runs),
        name=name,
        cache=cache,
        keep_state=keep_state,
        skip_bad=skip_bad,
        device=device,
        listener=listener,
    )


def open_run(run: str | Path, *, runs: str | Path | None = None) -> Run:
    """Open a run by path, name, unique start of its id, or `last`; `runs` is the folder to look in.

    Raises `InputError` where there is none, or where the file is damaged.
    """
    from restore.runfile.lock import live_status
    from restore.runfile.read import read
    from restore.runfile.store import RunsFolder, runs_folder

    path = RunsFolder(runs_folder(_path(runs))).find(str(run))
    record = read(path)
    return Run(path, replace(record, status=cast("Status", live_status(path, record.status))))


def make_plan(request: Request, *, like: str | None = None, runs: str | None = None) -> Plan:
    """Return the plan for a request, on top of that of the run `like` where one is named."""
    from restore.plugins.catalogue import Catalogue

    return _plan(request, Catalogue.installed(), like=like, runs=runs)


def carry_out(
    request: Request,
    *,
    like: str | None = None,
    resume: str | None = None,
    runs: str | None = None,
    name: str | None = None,
    cache: bool = True,
    keep_state: bool = False,
    skip_bad: bool = False,
    device: str = "auto",
    listener: Listener = ignore,
    should_stop: StopSignal = lambda: None,
) -> Run:
    """Carry out a request, or carry on the run `resume`; `should_stop` is asked after every batch.

    Raises `RequestError` before anything is written, `WorkError` or `Stopped` when the work ends early: the last
    committed epoch then stands in the file.
    """
    from restore.plugins.catalogue import Catalogue
    from restore.runfile.store import RunsFolder, runs_folder
    from restore.running.execution import How, begin, carry_on
    from restore.system.environment import parse_device, working_on
    from restore.system.files import require_writable

    chosen = parse_device(device)
    catalogue, store = Catalogue.installed(), RunsFolder(runs_folder(_path(runs)))
    how = How(cache, keep_state, skip_bad, device, listener, should_stop)
    if resume is None:
        plan = _plan(request, catalogue, like=like, runs=runs)
        require_writable(store.folder, "the runs folder", hint="name another: --runs DIR, or $RESTORE_RUNS")
        with working_on(chosen):
            path = begin(plan, catalogue, store, how, name=name, own=request.own_training)
    elif request == Request() and like is None and name is None:
        with working_on(chosen):
            path = carry_on(store.find(resume), catalogue, store, how)
    else:
        raise RequestError("a run is resumed exactly as it was planned", where="--resume", hint="leave the others out")
    return open_run(path)


def _plan(request: Request, catalogue: Catalogue, *, like: str | None, runs: str | None) -> Plan:
    from restore.planning.plan import Plan

    if like is not None:
        if request.recipe is not None:
            raise RequestError("say RECIPE or --like, not both", hint="--like takes the recipe of that run")
        request = request.over(request_of(Plan.from_json(open_run(like, runs=runs).plan)))
    return resolve(request, catalogue)


def _listed(texts: str | Sequence[str | Path] | None) -> Sequence[str] | None:
    return [texts] if isinstance(texts, str) else None if texts is None else list(map(str, texts))


def _text(path: str | Path | None) -> str | None:
    return None if path is None else str(path)


def _path(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path)
