"""A run file, opened: what it says, its owners and data held against today's, its model as a function."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from restore.errors import RequestError, RestoreWarning

if TYPE_CHECKING:
    from restore.events import Listener
    from restore.pipeline.data import Data
    from restore.pipeline.engine import Parts
    from restore.pipeline.model import Built
    from restore.pipeline.restorer import Restorer
    from restore.planning.plan import Plan
    from restore.plugins.boundary import Bound
    from restore.plugins.catalogue import Catalogue
    from restore.runfile.record import GalleryImage, Record, Status


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
    def gallery(self) -> Sequence[GalleryImage]:
        """Return the test images that were kept, uint8."""
        return self.record.gallery or ()

    def _repr_html_(self) -> str:
        from restore.running.notebook import record_html

        return record_html(self.record)

    def to_json(self) -> dict[str, Any]:
        """Return the document of `restore show --json`, plain JSON; raises `RequestError` for a plan that cannot be read."""
        record, planned = self.record, self.planned
        best = min(self.history, key=lambda row: row["val_loss"], default=None)
        return {
            "schema": 1,
            "id": record.id,
            "path": str(self.path),
            "kind": record.kind,
            "parent": record.parent and asdict(record.parent),
            "ancestors": [dict(one) for one in (record.ancestors.runs if record.ancestors else ())],
            "status": record.status,
            "plan": record.plan,
            "owners": {name: dict(one) for name, one in planned.owners.items()},
            "data": {
                name: {"images": len(split.ids), "groups": len(set(split.groups))}
                for name, split in record.data.items()
            }
            | {"skipped": list(record.skipped)},
            "epochs": {
                "planned": planned.training.epochs,
                "done": len(self.history),
                "best": None if best is None else int(best["epoch"]),
            },
            "seconds": record.seconds,
            "scores": [{"data": None, "identity": False, **row} for row in self.scores],
        }

    @cached_property
    def planned(self) -> Plan:
        """Return the plan; raises `RequestError` where the stored one cannot be read."""
        from restore.planning.plan import Plan

        return Plan.from_json(self.plan)

    def restorer(self) -> Restorer:
        """Return the trained model as a function on arrays; warns where other versions own it now.

        Raises `RequestError` where nothing is trained yet, and where the plugin that owns the model is missing.
        """
        return self._restorer

    @cached_property
    def _restorer(self) -> Restorer:
        from restore.plugins.catalogue import Catalogue

        self.require_weights()
        catalogue = Catalogue.installed()
        changed = self.changed_owners(catalogue, only=self.planned.model.component)
        if changed:
            # Where `restorer` is called: beside it and this function there is one of `cached_property`.
            warnings.warn(f"{self.name}: {'; '.join(changed)}", RestoreWarning, stacklevel=4)
        return self.rebuild(catalogue)

    def rebuild(self, catalogue: Catalogue, *, threads: int | None = None) -> Restorer:
        """Return the trained model as a function on arrays; raises `RequestError` where nothing is trained yet.

        It is made of the networks stored as ONNX, which work with the plan's number of `threads`, or fewer where fewer
        are given; Keras is loaded where there are none, or none that can be used, with a warning then.
        """
        from restore.pipeline import engine
        from restore.pipeline.restorer import Unusable
        from restore.running.recording import SIDES, arrays_of

        self.require_weights()
        margins = {(one["size"][0], one["size"][1]): tuple(one[side] for side in SIDES) for one in self.record.margins}
        exports, weights = self.record.exports, self.record.weights
        if exports.keys() == weights.keys():
            try:
                return engine.rebuild_exported(self.planned, catalogue, exports, margins, threads=threads)
            except Unusable as reason:
                what = f"{self.name}: networks restored by Keras, not from ONNX: {reason}"
                warnings.warn(what, RestoreWarning, stacklevel=5)
        return engine.rebuild(self.planned, catalogue, arrays_of(weights), margins)

    def build(self, catalogue: Catalogue) -> tuple[Bound, Built]:
        """Return the trained model as Keras networks; raises `RequestError` where nothing is trained yet."""
        from restore.pipeline import engine
        from restore.running.recording import arrays_of

        self.require_weights()
        return engine.build_trained(self.planned, catalogue, arrays_of(self.record.weights))

    def keep(self, exports: Mapping[str, bytes]) -> None:
        """Store networks as ONNX in the file; raises `RequestError` where it cannot be written, or is being written."""
        from restore.runfile.store import RunsFolder

        with RunsFolder(self.path.parent).reopen(self.path) as writer:
            assert writer.record is not None
            writer.commit(replace(writer.record, exports=exports))

    def require_weights(self) -> None:
        """Raise `RequestError` where nothing is trained yet."""
        if not self.record.weights:
            hint = f"train it: restore run --resume {self.name}"
            raise RequestError(
                "the run has no trained weights yet", code="not-trained", where=str(self.path), hint=hint
            )

    def changed_owners(self, catalogue: Catalogue, *, only: str | None = None) -> list[str]:
        """Return which components of the plan, or the one called `only`, another distribution or version owns now."""
        from restore.planning.plan import owners_now
        from restore.running import changes

        before, now = self.planned.owners, owners_now(self.planned, catalogue, only=only)
        return list(changes.of_owners({name: before[name] for name in before if only in (None, name)}, now))

    def require_same_owners(self, catalogue: Catalogue) -> None:
        """Raise `RequestError` where components of the plan have other owners, so that they may work differently."""
        self._refuse("owners-changed", "the plugins changed", self.changed_owners(catalogue))

    def load_parts(self, catalogue: Catalogue) -> Parts:
        """Return the components of the plan, imported; raises where one is missing or cannot be imported."""
        from restore.pipeline import engine

        return engine.resolve_parts(self.planned, catalogue)

    def prepare_data(self, parts: Parts, *, cache: bool, skip_bad: bool = False, listener: Listener) -> Data:
        """Return the data of the run, prepared again; raises `RequestError` where it is not what it was."""
        from restore.pipeline import engine
        from restore.running import changes
        from restore.running.ancestors import learned_from
        from restore.running.recording import splits_of

        skip_bad, learned = skip_bad or bool(self.record.skipped), learned_from(self.record.ancestors)
        images = engine.prepare_data(
            self.planned, parts, cache=cache, skip_bad=skip_bad, listener=listener, learned=learned
        )
        self._refuse("data-changed", "the data changed", changes.of_data(self.record.data, splits_of(images)))
        return images

    def _refuse(self, code: str, what: str, found: Any) -> None:
        changed = "; ".join(found)
        if changed:
            hint = f"train anew: restore run --like {self.name}"
            raise RequestError(f"{what} since the run was made: {changed}", code=code, where=str(self.path), hint=hint)


def open_run(run: str | Path, *, runs: str | Path | None = None) -> Run:
    """Open a run by path, name, unique start of its id, `last`, or `plugin/name` of a pretrained run.

    `runs` is the folder to look in. Raises `InputError` where there is none, or where the file is damaged.
    """
    from restore.runfile.lock import live_status
    from restore.runfile.read import read

    path = find_run(str(run), runs_folder(runs))
    record = read(path)
    return Run(path, replace(record, status=cast("Status", live_status(path, record.status))))


def find_run(run: str, folder: Path) -> Path:
    """Return the file of a run; raises `InputError` where there is none, or more than one."""
    from restore.runfile.store import RunsFolder

    plugin, _, name = run.partition("/")
    if plugin and name and "/" not in name and not Path(run).exists():
        from restore.plugins.boundary import pretrained_file
        from restore.plugins.catalogue import Catalogue

        for entry in Catalogue.installed().entries("pretrained"):
            if entry.full_name == run:
                return pretrained_file(entry)
    return RunsFolder(folder).find(run)


def runs_folder(given: str | Path | None) -> Path:
    """Return the runs folder: the given one, else $RESTORE_RUNS, else ./runs."""
    from restore.runfile.store import runs_folder as folder

    return folder(None if given is None else Path(given))
