"""`restore verify`: the integrity of a run file."""

from __future__ import annotations

from restore.cli.arguments import Json, RunName, Runs
from restore.cli.failure import ShownError
from restore.cli.output import print_json, print_shown


def verify(run: RunName, runs: Runs = None, json: Json = False) -> None:
    """Check the integrity of a run file.

    Lists the damaged parts; exits with 1 if there are any.
    """
    from restore.runfile.verify import verify as find_damage
    from restore.running.opened import find_run, runs_folder
    from restore.show.findings import damage_document, damage_parts

    path = find_run(run, runs_folder(runs))
    findings = find_damage(path)
    if json:
        print_json(damage_document(path, findings))
    else:
        print_shown(*damage_parts(path, findings))
    if findings:
        raise ShownError
