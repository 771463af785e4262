"""Runs on the page: listed, looked at, reported in a sandbox, and never written."""

import json
import shutil
from pathlib import Path


def test_runs_are_listed_looked_at_and_reported_without_a_change(page, make_run, record):
    made = make_run("seen")
    file = Path(page.desk.runs) / made.name
    shutil.copy(made, file)
    before = file.read_bytes()
    listed = json.loads(page.ask("GET", "/runs").content)
    assert [one["name"] for one in listed["runs"]] == ["seen"]
    one = json.loads(page.ask("GET", f"/runs/{record.id}").content)
    assert (one["name"], len(one["history"])) == ("seen", len(record.history))
    report = page.ask("GET", f"/runs/report?run={record.id}")
    assert report.status == 200
    assert report.headers["Content-Security-Policy"].startswith("sandbox allow-scripts")
    assert report.content.startswith(b"<!DOCTYPE html>")
    assert page.ask("GET", "/runs/report").status == 400
    assert page.ask("GET", "/runs/seen").status == 404  # by its id alone
    assert file.read_bytes() == before
    assert not any(page.ask(method, f"/runs/{record.id}").status < 400 for method in ("POST", "PUT", "DELETE"))
    file.unlink()
