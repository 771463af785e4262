"""Compare `restore --help`, a plugin's command and `restore list-plugins` with their bare dependencies.

The commands take turns, so that other load on the machine affects all of them alike; medians are compared.

python benchmarks/startup.py
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TWO_COMMANDS = """
import typer

app = typer.Typer()


@app.command()
def table() -> None:
    from rich.console import Console
    from rich.table import Table

    Console().print(Table())


@app.command()
def nothing() -> None: ...


app()
"""


PLUGIN = {
    "nothing.py": "def nothing() -> None: ...\n",
    "nothing-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: nothing\nVersion: 1.0\n",
    "nothing-1.0.dist-info/entry_points.txt": "[restore.commands]\nnothing = nothing:nothing\n",
}
BARE, HELP = "import typer, rich", "restore --help"
APP = "two-command Typer app, empty table"
COMPARED = {
    HELP: (BARE, 1.3),
    "restore COMMAND --help, of a plugin": (HELP, 1.5),
    "restore list-plugins": (APP, 1.2),
}
"""What each command is compared with, and how many times as long it may take."""


def main(arguments: list[str]) -> None:
    """Print the table of medians and their ratios."""
    from rich.console import Console
    from rich.table import Table

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args(arguments)
    restore = shutil.which("restore", path=str(Path(sys.executable).parent)) or "restore"
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {"app.py": TWO_COMMANDS, **PLUGIN}.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        commands = {
            BARE: [sys.executable, "-c", BARE],
            HELP: [restore, "--help"],
            "restore COMMAND --help, of a plugin": [restore, "nothing", "--help"],
            APP: [sys.executable, str(Path(folder) / "app.py"), "table"],
            "restore list-plugins": [restore, "list-plugins"],
        }
        environment = os.environ | {"PYTHONPATH": folder}
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(options.rounds + 1):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True, env=environment)
                if number:  # the first round fills the file cache
                    seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    table = Table(
        "command", "median", "ratio", "allowed", title=f"start-up, median of {options.rounds}", title_justify="left"
    )
    for name, median in medians.items():
        base, allowed = COMPARED.get(name, (name, None))
        compared = ("", "") if allowed is None else (f"{median / medians[base]:.2f}", f"{allowed}")
        table.add_row(name, f"{median:.3f} s", *compared)
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
