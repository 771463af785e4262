"""The import table of docs/architecture.md holds for every file."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLUGINS = {"restore_fingerprint": ROOT / "plugins/fingerprint/src", "restore_face": ROOT / "plugins/face/src"}
ROW = re.compile(r"^\| `(?P<rooms>[\w/.` ]+)` \| (?P<job>.+?) \| (?P<may>.*?) \|$", re.MULTILINE)
LONGEST = 400


def module_of(path: Path, root: Path) -> str:
    name = ".".join(path.relative_to(root).with_suffix("").parts)
    return name.removesuffix(".__init__")


FILES = {module_of(path, ROOT): path for path in (ROOT / "restore").rglob("*.py") if "templates" not in path.parts}
PLUGIN_FILES = {module_of(path, src): path for src in PLUGINS.values() for path in src.rglob("*.py")}
PAGE = (ROOT / "docs/architecture.md").read_text()
ROWS = {tuple(row["rooms"].split("` `")): row["may"] for row in ROW.finditer(PAGE)}
GROUND = next(iter(ROWS))
ROOMS = {room: may for rooms, may in ROWS.items() for room in rooms}
SCREENS, SCREEN, WIDTH = 2, 50, 160


def room_of(module: str) -> str:
    """Return the row that a module belongs to: its own, else that of the nearest folder."""
    path = "/".join(module.split(".")[1:]) or "__init__"
    if f"{path}.py" in ROOMS:
        return f"{path}.py"
    while path:
        if f"{path}/" in ROOMS:
            return f"{path}/"
        path = path.rpartition("/")[0]
    raise AssertionError(f"docs/architecture.md has no row for {module}")


def allowed(room: str) -> set[str]:
    """Return what a row allows; in `pipeline/` names are those of its own folder first."""
    folder = f"{room.partition('/')[0]}/" if "/" in room[:-1] else ""
    names = {name.strip() for name in ROOMS[room].split(",")} - {"", "\N{EN DASH}"}
    return {folder + name if folder and (ROOT / "restore" / folder / name).exists() else name for name in names}


def covers(name: str, room: str) -> bool:
    return room == name or (name.endswith("/") and room.startswith(name))


def imports_of(path: Path, module: str, known: dict) -> set[str]:
    """Return the project's own modules that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0].startswith("restore")}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} imports relatively"
            if (node.module or "").split(".")[0].startswith("restore"):
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    found.add(inner if inner in known else node.module)
    return found - {module}


MODULES = sorted(module for module in FILES if module != "restore.pipeline")


def test_every_row_is_a_room_that_exists():
    missing = [room for room in ROOMS if not (ROOT / "restore" / room).exists()]
    assert not missing


def test_the_page_fits_two_screens_and_the_top_floor_nine_files():
    lines = PAGE.splitlines()
    assert len(lines) <= SCREENS * SCREEN
    assert max(map(len, lines)) <= WIDTH
    assert len(list((ROOT / "restore").glob("*.py"))) <= 9


def test_whoever_adds_touches_at_most_three_files_that_exist():
    table = PAGE[PAGE.index("## Where to add") : PAGE.index("## Rooms")]
    tasks = re.findall(r"^\| (an? .+?) \| (.+) \|$", table, re.MULTILINE)
    assert len(tasks) == 5
    for _, touch in tasks:
        files = re.findall(r"`([\w/]+\.py)`", touch)
        assert 1 <= len(files) <= 3
        assert all((ROOT / "restore" / file).parent.is_dir() for file in files)
        assert all((ROOT / "restore" / file).exists() for file in files if "NAME" not in file)


@pytest.mark.parametrize("module", MODULES)
def test_a_file_imports_only_what_its_row_allows(module):
    own = room_of(module)
    may = allowed(own) | {own, *(GROUND if own not in GROUND else ())}
    used = {room_of(name) for name in imports_of(FILES[module], module, FILES)}
    wrong = {room for room in used if not any(covers(name, room) for name in may)}
    assert not wrong, f"{module} imports {sorted(wrong)}, its row in docs/architecture.md allows {sorted(may)}"


def test_no_row_allows_more_than_is_used():
    for rooms in ROWS:
        modules = [module for module in MODULES if room_of(module) in rooms]
        used = {room_of(name) for module in modules for name in imports_of(FILES[module], module, FILES)}
        idle = {name for name in allowed(rooms[0]) if not any(covers(name, room) for room in used)}
        assert not idle, f"{rooms} does not import {sorted(idle)}"


def test_rooms_stand_on_each_other_without_a_circle():
    used: dict[str, set[str]] = {}
    for module in MODULES:
        rooms = {room_of(name).split("/")[0] for name in imports_of(FILES[module], module, FILES)}
        used.setdefault(room_of(module).split("/")[0], set()).update(rooms)
    while used:
        ground = [room for room, others in used.items() if not (others - {room}) & used.keys()]
        assert ground, f"a circle among {sorted(used)}"
        for room in ground:
            del used[room]


@pytest.mark.parametrize("module", sorted(PLUGIN_FILES))
def test_a_plugin_imports_the_api_and_itself_only(module):
    package = module.split(".")[0]
    used = {name for name in imports_of(PLUGIN_FILES[module], module, FILES) if name.split(".")[0] != package}
    assert used <= {"restore.api", "restore.testing"}


@pytest.mark.parametrize("files", [FILES, PLUGIN_FILES], ids=["restore", "plugins"])
def test_no_file_imports_itself_round_a_circle(files):
    graph = {module: imports_of(path, module, files) & files.keys() for module, path in files.items()}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join([*way[way.index(module) :], module])
        if module not in done:
            for other in graph[module]:
                visit(other, (*way, module))
            done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("folder", ["restore", "plugins", "tests", "docs", "benchmarks"])
def test_no_file_is_long(folder):
    long = {
        str(path): lines
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert not long
