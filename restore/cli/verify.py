"""`restore verify`: whether a run file is as it was written, and where it is not."""

from __future__ import annotations

from restore.cli.arguments import Json, RunName, Runs
from restore.cli.failure import ShownError
from restore.cli.output import print_json, print_shown


def verify(run: RunName, runs: Runs = None, json: Json = False) -> None:
    """Check that a run file is as it was written.

    Tells where it is damaged, and exits with 1 then.
    """
    from restore.runfile.store import RunsFolder, runs_folder
    from restore.runfile.verify import verify as find_damage
    from restore.show.findings import damage_document, damage_parts

    path = RunsFolder(runs_folder(runs)).find(run)
    findings = find_damage(path)
    if json:
        print_json(damage_document(path, findings))
    else:
        print_shown(*damage_parts(path, findings))
    if findings:
        raise ShownError
