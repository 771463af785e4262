"""The runs of a folder on the page: listed, looked at while they train, and as reports. Nothing here writes a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from restore.errors import RestoreError

NEWEST = 200
"""Most runs that are listed."""
_MOST_REPORTED = 8
_REPORT = "sandbox allow-scripts allow-modals; frame-ancestors 'none'"
"""A report brings a policy of its own, and is nothing to this server: it gets an origin that nobody has."""


class RunRoutes:
    """The functions behind the addresses of runs, in the folder `runs`."""

    def __init__(self, runs: str | None) -> None:
        """Keep the folder."""
        self._runs = runs

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/runs", self.listed),
            Route("/runs/report", self.report),
            Route("/runs/{id}", self.one),
        ]

    async def listed(self, request: Request) -> Response:
        """Answer with the runs, newest first, as `restore runs --json` prints them."""
        del request
        return JSONResponse(await asyncio.to_thread(_listed, self._runs))

    async def one(self, request: Request) -> Response:
        """Answer with a run and its epochs, as they are in its file now."""
        return JSONResponse(await asyncio.to_thread(_one, self._file(request.path_params["id"])))

    async def report(self, request: Request) -> Response:
        """Answer with the report of one run or several, compared."""
        names = request.query_params.getlist("run")
        if not 1 <= len(names) <= _MOST_REPORTED or len(set(names)) < len(names):
            raise HTTPException(400, f"choose 1 to {_MOST_REPORTED} runs")
        page = await asyncio.to_thread(_report, [self._file(name) for name in names])
        return Response(page, media_type="text/html", headers={"Content-Security-Policy": _REPORT})

    def _file(self, ident: str) -> Path:
        """Return the file of a run by its whole id, so that no path can be asked for."""
        from restore.runfile.store import RunsFolder
        from restore.running.opened import runs_folder

        for one in RunsFolder(runs_folder(self._runs)).summaries():
            if one.id == ident and not one.damage:
                return one.path
        raise HTTPException(404)


def models(first: str, runs: str | None) -> list[dict[str, str]]:
    """Return what images can be restored by, the given run first: pretrained runs, and the trained runs of the folder."""
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.components import Pretrained

    found: dict[str, str] = {first: ""}
    for entry in Catalogue.installed().entries("pretrained"):
        if isinstance(entry.component, Pretrained):
            found[entry.full_name] = f"{entry.component.summary} ({entry.component.licence})"
    for run in _listed(runs)["runs"]:
        if run["status"] == "complete" and run["kind"] == "run":
            found.setdefault(run["name"], f"{run['recipe']}, {run['model']}, {run['created'][:10]}")
    return [{"run": name, "about": about} for name, about in found.items()]


def _listed(runs: str | None) -> Mapping[str, Any]:
    from restore.runfile.store import RunsFolder
    from restore.running.opened import runs_folder
    from restore.show.runs import runs_document

    found = RunsFolder(runs_folder(runs)).summaries()
    return runs_document(found[:NEWEST], len(found))


def _one(path: Path) -> dict[str, Any]:
    from restore.running.opened import open_run

    run = open_run(path)
    return {**run.to_json(), "name": run.name, "history": [dict(row) for row in run.history]}


def _report(paths: list[Path]) -> bytes:
    from restore.plugins.catalogue import Catalogue
    from restore.running.opened import open_run
    from restore.show.report.page import report_page
    from restore.tasks.report import examine, verdicts

    opened = [open_run(path) for path in paths]
    try:
        compared = verdicts(opened) if len(opened) > 1 else None
    except RestoreError as error:
        compared = error.what
    return report_page(examine(opened, Catalogue.installed()), compared)
