"""The zoo: packages with plugins, most of them broken, as a table from which a test writes those that it needs.

A package is the folder that an installer would have made: modules and a `.dist-info`. The modules of a package without
`source` are the files beside this one that bear its name. `$module` and `$name` stand for the entry module and the
distribution, `zoo_CASE` and `zoo-CASE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
HEAD = """import os, sys, time, warnings

from restore.api import Corruption, Dataset, Format, Metric, Model, Pretrained, Recipe, RequestError, hookimpl

RESTORE_API = 1
"""
SCRATCH = 'Corruption("scratch", "$module:scratch", "A scratch.")'


@dataclass(frozen=True)
class Package:
    """A package: the text of its entry module, why its plugin is broken, and what its distribution says of it.

    `broken` begins the reason, and is None where the plugin loads.
    """

    source: str | None = None
    broken: str | None = None
    points: str = "[restore]\n$name = $module\n"
    metadata: bytes | None = b"Metadata-Version: 2.1\nName: $name\nVersion: 1.0\n"


def hook(body: str, broken: str | None = None, *, before: str = "", **more: str | bytes | None) -> Package:
    """Return a package whose hook of corruptions does `body`, after the statements `before`."""
    return Package(f"{HEAD}{before}\n@hookimpl\ndef restore_corruptions():\n    {body}\n", broken, **more)


def giving(component: str, broken: str | None = None, **more: str | bytes | None) -> Package:
    """Return a package that registers one corruption."""
    return hook(f"return [{component}]", broken, **more)


PACKAGES = {
    # Broken while it is imported.
    "import_raises": Package(
        'raise ImportError("no module named scratchlib")', "ImportError: no module named scratchlib"
    ),
    "import_exits": Package("import sys; sys.exit(3)", "it called sys.exit(3) while it was loaded"),
    "unspeakable": Package(
        "class Unspeakable(BaseException):\n    def __str__(self): raise self\n\nraise Unspeakable", "Unspeakable"
    ),
    # Broken by what its distribution says.
    "bad_entry": Package("", "its entry points cannot be read: TypeError: ", "[restore]\nzoo-bad-entry\n"),
    "bad_plugin_name": giving(
        SCRATCH, "invalid plugin name 'zoo bad name'", points="[restore]\nzoo bad name = $module\n"
    ),
    "false_builtin": giving(
        SCRATCH,
        "the plugin name builtin is also that of restore-toolkit ",
        points="[restore]\nbuiltin = $module\n",
    ),
    "twin_one": giving(
        SCRATCH,
        "the plugin name zoo-twin is also that of zoo-twin-two 1.0",
        points="[restore]\nzoo-twin = $module\n",
    ),
    "twin_two": giving(
        SCRATCH,
        "the plugin name zoo-twin is also that of zoo-twin-one 1.0",
        points="[restore]\nzoo-twin = $module\n",
    ),
    # Broken hooks.
    "hook_raises": hook(
        r'raise OSError("the licence server\ndoes not answer")', "OSError: the licence server does not answer"
    ),
    "hook_exits": hook('sys.exit("bye")', "it called sys.exit('bye') while it was loaded"),
    "hook_mistyped": Package(
        f"{HEAD}\n@hookimpl\ndef restore_corruption(): return [{SCRATCH}]",
        "unknown hook 'restore_corruption'; did you mean ",
    ),
    "hook_unmarked": Package(
        f"{HEAD}\ndef restore_corruptions(): return [{SCRATCH}]", "restore_corruptions is not marked with @hookimpl"
    ),
    "hook_takes_arguments": Package(
        f"{HEAD}\n@hookimpl\ndef restore_corruptions(config): return [{SCRATCH}]", "PluginValidationError: "
    ),
    "newer_api": Package("RESTORE_API = 2", "RESTORE_API = 2 is not supported; this version offers RESTORE_API = 1"),
    "no_api": Package(
        "import restore.api",
        "RESTORE_API is missing; this version offers RESTORE_API = 1",
    ),
    # Broken by what its hook returns.
    "no_list": hook(f"return {SCRATCH}", "restore_corruptions returned Corruption, not a list"),
    "no_return": hook(SCRATCH, "restore_corruptions returned NoneType, not a list"),
    "no_component": giving('"scratch"', "restore_corruptions returned a str, not a Corruption"),
    "wrong_kind": giving(
        'Metric("scratch", "$module:scratch", "A scratch.")',
        "restore_corruptions returned a Metric, not a Corruption",
    ),
    "bad_field": giving(
        'Corruption("scratch", "$module:scratch", None)', "restore_corruptions returned a Corruption with summary=None"
    ),
    "bad_summary": giving(
        r'Corruption("scratch", "$module:scratch", "A\x1b[2Jscratch.")',  # would clear the screen
        "the corruption scratch has a summary with control characters",
    ),
    "bad_name": giving(
        'Corruption("a scratch", "$module:scratch", "A scratch.")', "invalid corruption name 'a scratch'"
    ),
    "reserved_name": giving('Corruption("none", "$module:none", "Nothing.")', "invalid corruption name 'none'"),
    "bad_level": giving(
        'Corruption("scratch", "$module:scratch", "A scratch.", levels={"very hard": {}})',
        "the corruption scratch has a level with the invalid name 'very hard'",
    ),
    "bad_ref_form": giving(
        'Corruption("scratch", "$module.scratch", "A scratch.")',
        "the corruption scratch has the reference 'zoo_bad_ref_form.scratch', not module:function",
    ),
    "bad_file": Package(
        f'{HEAD}\n@hookimpl\ndef restore_pretrained(): return [Pretrained("a", "zoo_shipped/a.h5", "A.", "B.", "CC0-1.0")]',
        "the pretrained a has the file 'zoo_shipped/a.h5', not package:path.h5",
    ),
    "bad_ending": Package(
        f'{HEAD}\n@hookimpl\ndef restore_formats(): return [Format("a", "$module:a", "A.", ["abc"])]',
        "the format a has the ending 'abc', not one of its own such as '.wsq'",
    ),
    "taken_ending": Package(
        f'{HEAD}\n@hookimpl\ndef restore_formats(): return [Format("a", "$module:a", "A.", [".abc", ".png"])]',
        "the format a has the ending '.png', not one of its own such as '.wsq'",
    ),
    "duplicate": giving(f"{SCRATCH}, {SCRATCH}", "registers the corruption scratch 2 times"),
    # Loads, with something to be told.
    "nothing": Package("RESTORE_API = 1"),
    "no_metadata": giving(SCRATCH, metadata=None),
    "bad_metadata": giving(SCRATCH, metadata=b"\xff\xfe"),
    "slow": giving(SCRATCH, before="time.sleep(0.06)\n"),
    "heavy": giving(SCRATCH, before="import numpy\n"),
    "tensorflow": giving(SCRATCH, before="import tensorflow\n"),
    "prints": hook(f'print("registering scratches"); return [{SCRATCH}]', before='print("loading scratches")\n'),
    "meddles": giving(SCRATCH, before='warnings.simplefilter("error"); os.chdir("/"); sys.stdout = None\n'),
    # Loads, and takes names that others have.
    "rivals": Package(
        f"""{HEAD}
@hookimpl
def restore_datasets(): return [Dataset(name, "$module:dataset", "Raises.") for name in ("synthetic", "folder")]

@hookimpl
def restore_corruptions():
    return [Corruption(name, "$module:corruption", "Raises.") for name in ("box", "noise", "obliteration", "zcut")]

@hookimpl
def restore_models(): return [Model("selective-unet", "$module:model", "Raises."),
    Model("biharmonic", "$module:model", "Raises.", trains=False)]

@hookimpl
def restore_metrics(): return [Metric(name, "$module:metric", "Raises.") for name in ("psnr", "mask", "minutiae")]

@hookimpl
def restore_recipes():
    return [Recipe("fingerprint", "Another.", "synthetic", "folder", (96, 96), 1, ["box"], "selective-unet", [],
        ["psnr"], 1, 4, "adam", 1e-3, "mse")]

def dataset(path): raise RuntimeError("of a rival")
def corruption(image, rng): raise RuntimeError("of a rival")
def model(images, masks=None): raise RuntimeError("of a rival")
def metric(restored, clean, region): raise RuntimeError("of a rival")
"""
    ),
    "commands": Package(
        f"""{HEAD}
import typer

def count(folder: str, deep: bool = False) -> None:
    \"""Count the files of a folder.\"""
    sys.stdout.write(f"{{len(os.listdir(folder))}}\\n")

def leave(): raise typer.Exit(4)
def abort(): raise typer.Abort
def exits(): sys.exit(3)
def fail(): raise ValueError("no\\nsuch thing")
def refuse(): raise restore.api.RequestError("not today", hint="tomorrow")

import restore.api
NOTHING = 42

@hookimpl
def restore_corruptions(): return [{SCRATCH}]
""",
        points="[restore]\n$name = $module\n[restore.commands]\n"
        + "".join(f"zoo-{one} = $module:{one}\n" for one in ("count", "leave", "abort", "exits", "fail", "refuse"))
        + "run = $module:count\nzoo-thing = $module:NOTHING\nzoo-lost = zoo_lost:count\nzoo-twin = $module:count\n",
    ),
    "commands_too": Package(
        "RESTORE_API = 1", points="[restore]\n$name = $module\n[restore.commands]\nzoo-twin = $module:count\n"
    ),
    # Loads, and is at fault where a component is used.
    "good": giving(
        'Corruption("scratch", "$module:scratch", "A scratch.", levels={"easy": {"count": 1}})',
        before='\ndef scratch(image, rng, *, count: int = 2): raise RuntimeError(f"{count} scratches")\n',
    ),
    "bad_ref": Package(
        f"""{HEAD}
ANSWER = 42

@hookimpl
def restore_corruptions():
    return [
        Corruption("nowhere", "zoo_lost:scratch", "A module that is not there."),
        Corruption("nobody", "$module:scratch", "A function that is not there."),
        Corruption("thing", "$module:ANSWER", "No function."),
        Corruption("untyped", "$module:untyped", "An option without a type hint."),
        Corruption("unknown", "$module:unknown", "A type hint that cannot be resolved."),
    ]

@hookimpl
def restore_metrics():
    return [Metric("exits", "$module.exits:score", "A module below one that is no package.")]

def untyped(image, rng, *, count=3): ...
def unknown(image, rng, *, count: "Nowhere" = 3): ...
"""
    ),
    "pretrained": Package(
        f"""{HEAD}
@hookimpl
def restore_pretrained():
    return [Pretrained("shipped", "zoo_shipped:runs/a.h5", "A run of seconds.", "Doe et al., 2026", "CC0-1.0")]
"""
    ),
    "formats": Package(
        f"""{HEAD}
@hookimpl
def restore_formats():
    return [
        Format("targa", "$module:targa", "A format that Pillow reads.", [".zof"]),
        Format("raises", "$module:fails", "Raises.", [".zop"]),
        Format("unknown", "$module:unknown", "Names a format that Pillow does not read.", [".zoq"]),
        Format("lacking", "$module:lacking", "Its package is missing.", [".zor", ".zof"]),
    ]

def targa(): return "TGA"

def fails(): raise ValueError("no")

def unknown(): return "ZOO"

def lacking(): raise RequestError("the package is not installed", code="missing-extra", hint="install it")
"""
    ),
    "stumbles": Package(
        f"""{HEAD}from restore.api import Damaged, RequestError, Sample

@hookimpl
def restore_corruptions():
    return [
        Corruption("positional", "$module:positional", "Its option stands before the star."),
        Corruption("flat", "$module:flat", "Takes no channels."),
        Corruption("writes", "$module:writes", "Writes into its input."),
    ]

@hookimpl
def restore_datasets():
    return [Dataset("stack", "$module:stack", "A file of images."), Dataset("drawn", "$module:drawn", "Takes no path.")]

def positional(image, rng, count: int = 3): return Damaged(1 - image)

def flat(image, rng):
    height, width = image.shape
    return Damaged(1 - image)

def writes(image, rng):
    image[:3] = 0
    return Damaged(image)

def stack(path):
    import numpy as np

    if path is None or path.suffix != ".npy":
        raise RequestError("takes a file .npy, float32 (N, H, W, C)", hint="np.save")
    images = np.load(path)
    return [Sample(image, str(k), str(k % 2)) for k, image in enumerate(images)]

def drawn(path):
    import numpy as np

    if path is not None: raise RequestError("takes no path")
    return [Sample(np.full((8, 8, 1), k / 3, np.float32), str(k), "one") for k in range(3)]
"""
    ),
    "faults": Package(),
    "fault_models": Package(),
    "not_finite": Package(),
    # Loads, and small enough for whole runs.
    "tiny": Package(),
}


def write_package(case: str, folder: Path) -> Path:
    """Write a package of the zoo into `folder`, unless it is there, and return its import path."""
    package, module, name = folder / case, f"zoo_{case}", name_of(case)
    if package.exists():
        return package
    row, words = PACKAGES[case], {"module": module, "name": name}
    info = package / f"{module}-1.0.dist-info"
    info.mkdir(parents=True)
    if row.source is None:
        for file in HERE.glob(f"{module}*.py"):
            (package / file.name).write_bytes(file.read_bytes())
    else:
        (package / f"{module}.py").write_text(Template(row.source).substitute(words))
    (info / "entry_points.txt").write_text(Template(row.points).substitute(words))
    if row.metadata is not None:
        (info / "METADATA").write_bytes(row.metadata.replace(b"$name", name.encode()))
    return package


def name_of(case: str) -> str:
    """Return the name of a package's distribution, and of its plugin unless the table says another."""
    return f"zoo-{case.replace('_', '-')}"
