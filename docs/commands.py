"""The page of all commands, made from the signatures of their functions."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import typer.models

from restore.cli.app import COMMANDS
from restore.cli.command import Group
from restore.cli.list_plugins import USAGE
from restore.cli.options import with_options

OPENING = """# Commands

<!-- made by docs/generate.py -->

`restore --help` and `restore COMMAND --help` say the same. Results go to stdout; progress, warnings and errors go to
stderr. With `--json`, stdout is one JSON document; [list-plugins.json](schemas/list-plugins.json),
[run.json](schemas/run.json), [compare.json](schemas/compare.json) and [apply.json](schemas/apply.json) are the JSON Schemas
of what `list-plugins`, `run`, `eval` and `show`, `compare`, and `apply` print.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | the work failed; what stands is named |
| 2 | the request or an input is wrong, and nothing was written |
| 130, 143 | stopped by Ctrl-C or by SIGTERM; the last finished epoch stands |

An error says in at most three lines what is wrong, where, and what to do. `--traceback`, anywhere, also shows where in
the code it happened. Plugins may add commands, which `list-plugins` lists.

## Specs

A component with options is written as one text:

```text
spec = step ("|" step)*
step = [plugin "/"] name ["@" level] [":" key "=" value ("," key "=" value)*]
```

`box` is the box with its defaults, `box@hard` a level of it, `box@hard:count=2` that with another option, and
`box|noise:amount=0.1` one corruption after the other on the same image. A bare name means the recipe's own plugin
first, then `builtin`, then the only plugin that has it; `fingerprint/synthetic` is the full name. A value holds no comma, bar or
quote, or is a JSON string. `restore list-plugins NAME` lists options with types, ranges and defaults.

With several `--corrupt`, each training image gets one of them, drawn anew each epoch; every test image gets every one,
and the scores are listed for each.

## Environment

| variable | meaning |
|---|---|
| `RESTORE_RUNS` | the folder of runs, where `--runs` does not say; else `./runs` |
| `RESTORE_CACHE` | the folder of prepared images; else the user's cache folder |
| `RESTORE_LOCKS` | `soft`: [marker files](run-file.md#locks) instead of file locks, for file systems without them |
| `RESTORE_DISABLE` | names of plugins to leave out, with commas |
| `RESTORE_STRICT` | `1`: a broken plugin, or a fault of one, ends the command with the plugin's traceback |
| `KERAS_BACKEND` | `tensorflow`, `jax` or `torch`: what Keras computes with |

A plan does not depend on the backend; weights drawn from the same seed do, so resume a run with the backend it began with.
JAX and PyTorch are the extras `jax` and `torch`. `benchmarks/backends.py` compares their scores.
"""


def cli_page() -> str:
    """Return the page."""
    commands = {name: with_options(function) for name, function in _functions()}
    return "\n".join([OPENING, *(part for name, function in commands.items() for part in _command(name, function))])


def _functions() -> Iterator[tuple[str, Callable[..., None]]]:
    """Yield every command with its function, those of a group one by one."""
    for name, known in COMMANDS.items():
        if isinstance(known, Group):
            yield from ((f"{name} {one}", function) for one, function in known.commands.items())
        else:
            yield name, known


def _command(name: str, function: Callable[..., None]) -> Iterator[str]:
    """Yield the parts of one command: what it does, how it is called, and its arguments and options."""
    declared = inspect.signature(function, eval_str=True).parameters.values()
    parameters = [one for one in map(_parameter, declared) if one]
    needed = " ".join(parameter.words.rpartition(", ")[2] for parameter in parameters if parameter.needed)
    usage = USAGE if name == "list-plugins" else f"{needed} [OPTIONS]".lstrip()
    yield f"## `restore {name}`\n\n{inspect.getdoc(function)}\n\n```text\nrestore {name} {usage}\n```\n"
    rows = (f"| `{one.words}` | {one.help} |" for one in parameters)
    yield "\n".join(["| option | meaning |", "|---|---|", *rows, ""])


class _Parameter(NamedTuple):
    """How a parameter is written, what it means, and whether it stands in the first line of the usage."""

    words: str
    help: str
    needed: bool


def _parameter(parameter: inspect.Parameter) -> _Parameter | None:
    """Return what Typer is told of a parameter, None for those that it fills in itself."""
    said: Any = next(iter(getattr(parameter.annotation, "__metadata__", ())), None)
    if said is None:
        return None
    kind, default = typing.get_args(parameter.annotation)[0], parameter.default
    required = default is inspect.Parameter.empty
    many = "…" if "list[" in str(kind) else ""
    if isinstance(said, typer.models.ArgumentInfo):
        words = f"{said.metavar}{many}"
        return _Parameter(words if required else f"[{words}]", _cell(said.help), needed=True)
    # In `Annotated`, Typer takes the first name of an option for its default.
    names = [one for one in (said.default, *said.param_decls) if isinstance(one, str)]
    flags = ", ".join(names or [f"--{parameter.name.replace('_', '-')}"])
    value = "" if kind is bool else f" {said.metavar}"
    usual = f" Default: {default}." if isinstance(default, int) and not isinstance(default, bool) else ""
    return _Parameter(_cell(f"{flags}{value}{many}"), _cell(said.help) + usual, needed=required)


def _cell(text: str) -> str:
    """Return a text as a cell of a table takes it."""
    return text.replace("|", "\\|")
