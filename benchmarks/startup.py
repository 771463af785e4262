"""How long `restore --help` and `restore list-plugins` take, beside what they cannot do without.

Run it as `python benchmarks/startup.py`, in the environment that `restore` is installed in. The four commands take
turns, so that whatever else the machine does falls on all of them; the medians of ten rounds are compared.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 10
ALLOWED = 1.5
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


def main() -> None:
    """Measure, and print the table."""
    from rich.console import Console
    from rich.table import Table

    restore = shutil.which("restore", path=str(Path(sys.executable).parent)) or "restore"
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder) / "app.py"
        app.write_text(TWO_COMMANDS)
        commands = {
            "import typer, rich": [sys.executable, "-c", "import typer, rich"],
            "restore --help": [restore, "--help"],
            "two-command Typer app, empty table": [sys.executable, str(app), "table"],
            "restore list-plugins": [restore, "list-plugins"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(ROUNDS + 1):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True)
                if number:  # the first round fills the file cache
                    seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    table = Table("command", "median", "ratio", "allowed", title=f"start-up, median of {ROUNDS}", title_justify="left")
    names = list(medians)
    for plain, ours in (names[:2], names[2:]):
        table.add_row(plain, f"{medians[plain]:.3f} s", "", "")
        table.add_row(
            ours, f"{medians[ours]:.3f} s", f"{medians[ours] / medians[plain]:.2f}", f"{ALLOWED}", end_section=True
        )
    Console().print(table)


if __name__ == "__main__":
    main()
