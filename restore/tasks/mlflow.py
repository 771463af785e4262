"""A run written to MLflow, for those who compare runs there: parameters, figures by epoch, scores, artefacts."""

from __future__ import annotations

import json
import logging
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from restore.errors import RequestError, WorkError
from restore.runfile.summary import read_summary
from restore.running.scores import label_of
from restore.text import words_of

if TYPE_CHECKING:
    from restore.running.opened import Run

T = TypeVar("T")
OPTION = "--mlflow"
ID, CONTENT = "restore.id", "restore.content"
"""Tags that name the run, and the SHA-256 of its HDF5 bytes."""
AT_ONCE = {"metrics": 1_000, "params": 100}
"""What a server takes in one request."""
LONGEST = 6_000
"""Characters of a parameter."""
RETRIES = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"
ENDED = {"complete": "FINISHED", "failed": "FAILED"}
_UNFIT = re.compile(r"[^\w\-. :/]+")


def to_mlflow(run: Run, uri: str, scores_csv: str) -> str:
    """Write a run to the tracking server or database at `uri`, such as `sqlite:///runs.db`, and return MLflow's id of it.

    The experiment is called like the recipe. A run that is there with the same content is left as it is; one with other
    content, since it was resumed, is written anew beside it. Raises `RequestError` where MLflow is not installed,
    `WorkError` where it refuses.
    """
    os.environ.setdefault(RETRIES, "2")  # of its seven, each waits twice as long
    logging.getLogger("alembic").setLevel(logging.ERROR)
    try:
        from mlflow.exceptions import MlflowException
        from mlflow.tracking import MlflowClient
    except ImportError as error:
        hint = "pip install 'restore-toolkit[mlflow]'"
        raise RequestError(
            "the extra mlflow is not installed", code="missing-extra", where=OPTION, hint=hint
        ) from error
    try:
        return _write(MlflowClient(uri), run, scores_csv)
    except (MlflowException, ImportError, OSError, ValueError) as error:
        what = f"cannot write to MLflow: {words_of(error)}"
        raise WorkError(what, code="not-written", where=f"{OPTION} {uri}", hint="check the address") from error


def parameters_of(run: Run) -> dict[str, str]:
    """Return what a plan says, by flat names."""
    plan = run.plan
    found = {
        "recipe": plan["recipe"],
        "data": plan["data"],
        "dataset": plan["dataset"]["spec"],
        "corrupt": ", ".join(one["spec"] for one in plan["corrupt"]),
        "model": plan["model"]["spec"],
        "size": "x".join(map(str, plan["size"])),
        "plan": run.planned.sha256,
    }
    found |= {name: plan.get(name) for name in ("channels", "fit", "limit", "seed", "split_seed", "split_by", "target")}
    found |= plan["training"]
    return {name: str(value)[:LONGEST] for name, value in found.items() if value is not None}


def figures_of(run: Run) -> Iterator[tuple[str, float, int]]:
    """Yield name, value and step of every figure: of each epoch, and the scores at the last one.

    Scores are called METRIC/REGION/WHAT, after CORRUPTION/ where there are several, and after DATA/ of another test set.
    """
    for row in run.history:
        step = int(row["epoch"])
        yield from ((name, float(value), step) for name, value in row.items() if name != "epoch")
    several = len({(row["corruption"], row["level"]) for row in run.scores}) > 1
    for line in run.scores:
        if line["mean"] is not None:
            case = [label_of(line["corruption"], line["level"])] if several else []
            parts: list[str] = [line["data"] or "", *case, line["metric"], line["region"], line["what"]]
            yield _UNFIT.sub("_", "/".join(filter(None, parts))), float(line["mean"]), len(run.history)


def _write(client: Any, run: Run, scores_csv: str) -> str:
    from mlflow.entities import Metric, Param, RunTag

    content = read_summary(run.path).content
    name = str(run.plan["recipe"])
    known = client.get_experiment_by_name(name)
    experiment = known.experiment_id if known else client.create_experiment(name)
    there = client.search_runs([experiment], f"tags.`{ID}` = '{run.id}' and tags.`{CONTENT}` = '{content}'")
    if there:
        return str(there[0].info.run_id)
    made = client.create_run(experiment, run_name=run.name, tags={ID: run.id, "restore.status": run.status})
    ident, now = made.info.run_id, int(time.time() * 1_000)
    for params in _in_parts(parameters_of(run).items(), AT_ONCE["params"]):
        client.log_batch(ident, params=[Param(*one) for one in params])
    for figures in _in_parts(figures_of(run), AT_ONCE["metrics"]):
        client.log_batch(ident, metrics=[Metric(key, value, now, step) for key, value, step in figures])
    with tempfile.TemporaryDirectory(prefix="restore") as folder:
        (Path(folder) / "plan.json").write_text(json.dumps(run.plan, indent=2), "utf-8")
        (Path(folder) / "scores.csv").write_text(scores_csv, "utf-8")
        client.log_artifacts(ident, folder)
    client.log_artifact(ident, str(run.path))
    # Last, so that a run that was written in part is written again.
    client.log_batch(ident, tags=[RunTag(CONTENT, content)])
    client.set_terminated(ident, ENDED.get(run.status, "KILLED"))
    return str(ident)


def _in_parts(items: Iterable[T], most: int) -> Iterator[Sequence[T]]:
    rest = iter(items)
    while part := list(islice(rest, most)):
        yield part
