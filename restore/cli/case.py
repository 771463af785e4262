"""`restore case`: an examiner's case, whose originals are kept, whose steps are logged, and whose log replays."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restore.cli.arguments import Fill, Json, Mask, Overwrite, RunName, Runs
from restore.cli.command import Group
from restore.cli.failure import ShownError, print_warning
from restore.cli.output import check_file, print_json, print_shown, say, show_path
from restore.cli.quiet import hushed

if TYPE_CHECKING:
    from restore.tasks.batch import Handling

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the case.")]
Who = Annotated[str, typer.Option(metavar="NAME", help="Who does it; by default the user's name on this machine.")]
Why = Annotated[str, typer.Option(metavar="TEXT", help="Why it is done.")]


def new(
    folder: Folder,
    images: Annotated[
        list[Path] | None, typer.Argument(metavar="IMAGE", help="Images, AN2K files, or folders of images.")
    ] = None,
    why: Why = "",
    who: Who = "",
) -> None:
    """Begin a case with its originals.

    They are copied, hashed, and the copies made read-only.
    """
    _add(folder, images or [], why, who, new=True)


def add(
    folder: Folder,
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE", help="Images, AN2K files, or folders of images.")],
    why: Why = "",
    who: Who = "",
) -> None:
    """Add originals to a case."""
    _add(folder, images, why, who, new=False)


def restore(
    folder: Folder,
    run: RunName,
    originals: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Names of originals; by default all are restored.")
    ] = None,
    mask: Mask = None,
    fill: Fill = "mean",
    why: Why = "",
    who: Who = "",
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Restore originals by a run, and log the step.

    Results are those of restore apply. Run and masks are kept in the case.
    """
    from restore.show.apply import apply_document, apply_parts
    from restore.tasks.case.steps import Words, restore_originals
    from restore.tasks.restoration import Settings, parse_fill

    settings = Settings(mask, parse_fill(fill), save_mask=True, save_confidence=True)
    with hushed():
        how = _handling(shown=not json)
        entry, applied, notice = restore_originals(
            folder, run, originals or [], settings, Words(who, why), how, runs=runs
        )
    assert entry.step is not None
    document = apply_document(applied, {name: entry.step.run[name] for name in ("id", "name")}, notice)
    document = {**document, "entry": entry.number, "sha256": entry.sha256}
    print_json(document) if json else print_shown(*apply_parts(document), f"entry {entry.number}: {entry.sha256}")
    if applied.counts["refused"]:
        raise ShownError


def verify(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="Folder of a case, or an exported one, FILE.zip.")],
    head: Annotated[
        str | None, typer.Option(metavar="SHA256", help="Hash of an entry, noted elsewhere, that the log must hold.")
    ] = None,
    replay: Annotated[bool, typer.Option("--replay/--no-replay", help="Do all steps again and compare bytes.")] = True,
    json: Json = False,
) -> None:
    """Check a case, and replay all its steps.

    Names every file and entry of the log that has changed, and exits with 1 then. The case itself is not touched.
    """
    from restore.show.case import verdict_document, verdict_parts
    from restore.tasks.case.verify import verify_case

    with hushed():
        verdict = verify_case(case, _handling(shown=not json), head=head, replay=replay)
    print_json(verdict_document(case, verdict)) if json else print_shown(*verdict_parts(case, verdict))
    if verdict.damages:
        raise ShownError


def export(
    folder: Folder,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.zip", help="File to write.")],
    overwrite: Overwrite = False,
) -> None:
    """Write a case to a ZIP file for others to verify.

    It is an RO-Crate (Process Run Crate). The same case gives the same bytes.
    """
    from restore.tasks.case.crate import export_case
    from restore.tasks.case.folder import open_case

    check_file(output, overwrite=overwrite)
    export_case(open_case(folder), output, overwrite=overwrite)
    say(f"case: {show_path(output)}")


def _add(folder: Path, images: list[Path], why: str, who: str, *, new: bool) -> None:
    from restore.tasks.case.steps import Words, add_originals

    entry = add_originals(folder, images, Words(who, why), _handling(shown=True), new=new)
    print_shown(*(f"{sha256}  {path}" for path, sha256 in entry.files.items()))
    print_shown(f"entry {entry.number}: {entry.sha256}")


def _handling(*, shown: bool) -> Handling:
    from restore.show.apply import watching
    from restore.tasks.batch import Handling

    watch: Any = partial(watching, shown=shown, tell=say)
    return Handling(watch=watch, warn=print_warning)


CASE = Group(
    "Keep an examiner's case, whose steps can be replayed.",
    {"new": new, "add": add, "restore": restore, "verify": verify, "export": export},
)
