"""Writes the pages that are made from the code: `python docs/generate.py`, or `--check` to compare them only."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

from commands import cli_page
from errors import errors_page

from restore import api
from restore.plugins import hookspecs
from restore.plugins.components import API_VERSION, COMPONENTS, Component, Pretrained

HERE = Path(__file__).parent

FIELDS = {
    "name": "Its name: letters, digits, `_`, `.` and `-`, begun by a letter or digit; `none` is taken.",
    "ref": "Where its function is: `module:function`, imported when a run needs it.",
    "summary": "One sentence for listings.",
    "levels": "Level (`easy`, `medium`, `hard`) to the options it stands for.",
    "trains": "True: the function builds a Keras model. False: it restores images itself.",
    "needs_mask": 'Another word for `mask="needed"`.',
    "mask": "Whether the model takes the mask of the damage: `none`, `optional` (trained models) or `needed`.",
    "compiles": "Whether the function compiles its Keras model itself; `--lr`, `--optimizer` and `--loss` change that.",
    "code": "Name of the layer whose output is the code of an image, as `restore encode` stores it.",
    "assembly": "Function that assembles the model from its built networks, without Keras.",
    "unit": "The unit of its values, for tables: `dB`; empty for none.",
    "better": "Which way is better: `higher` or `lower`; over the set perhaps another for each key.",
    "over": "Whether it is asked for each image, or once for the whole set.",
    "mean": "How values are averaged: as they are, or dB as the error of all pixels pooled.",
    "identity": "Whether it judges that an image still shows the same person or finger.",
    "clean": "Whether the clean images have a row of their own.",
    "undamaged": "Whether it also gets the model's outputs for the clean images, made without masks.",
    "dataset": "Spec of the dataset without `--data`.",
    "folder": "Spec of the dataset that `--data PATH` is opened with.",
    "size": "Height and width of the network's images in pixels.",
    "channels": "1 for greyscale images, 3 for RGB.",
    "corrupt": "Specs of the corruptions; each training image gets one of them.",
    "model": "Spec of the model that is trained.",
    "baselines": "Specs of models without training that are scored beside it.",
    "metrics": "Specs of the metrics; `mask` is always among them.",
    "epochs": "Passes over the training images.",
    "batch": "Images per training step.",
    "optimizer": "Name of the Keras optimizer.",
    "lr": "Learning rate at the beginning.",
    "loss": "Name of the Keras loss on the image; a mask is trained by cross-entropy.",
    "fit": "How images of other sizes are fitted to `size`.",
    "trim": "`auto` removes border rows and columns that are constant across all images, at most 6.",
    "schedule": "`cosine` lets the learning rate fall to zero over the planned epochs.",
    "patience": "Epochs without a lower validation loss after which training stops.",
    "windows": 'With `fit="window"`, the most windows taken from an image in an epoch.',
    "augment": "Specs of augmentations, done in order.",
    "target": "`input`: without damage, the model learns to reproduce its input; `clean`: that is refused.",
    "split": "What is split: whole groups, or `image` by `image`, so that a group is in training and test.",
    "moves": "Whether pixels change places; pairs whose `truth` is not empty are then left as they are.",
    "sizes": "`any`: a metric over the set that takes images of mixed sizes, as sequences of arrays.",
    "notice": "A sentence that goes with every result.",
    "file": "Where its run file is: `package:path.h5`, a path inside an importable package.",
    "citation": "The publication or data to cite.",
    "endings": "Endings of its files, such as `.wsq`, in lower case.",
    "licence": "An SPDX identifier, such as `Apache-2.0`.",
}
"""What each field of a component means."""

CALLS = {
    "dataset": {
        "called": "function(path, *, options) -> Source",
        "gets": "`path`: a `pathlib.Path`, or None where no folder was given; refuse with `RequestError` what you need.",
        "gives": "A `Source`: `len(source)` and `source[i]`, which is a `Sample`. Cheap to open, decoded on access.",
    },
    "corruption": {
        "called": "function(image, rng, *, options) -> Damaged",
        "gets": "`image`: float32 (H, W, C) in [0, 1]; `rng`: the only randomness it may use.",
        "gives": "`Damaged`: a new image of the same shape, the mask of all changed pixels, and what was drawn.",
    },
    "augmentation": {
        "called": "function(images, mask, rng, *, options) -> (images, mask)",
        "gets": "`images`: float32 (K, H, W, C) in [0, 1], a clean image, and its damaged partner where it has one; `mask`: "
        "bool (H, W), the damage; `rng`: the only randomness it may use.",
        "gives": "New arrays of the same shapes, all changed alike.",
    },
    "model": {
        "called": "function(shape, *, options) -> keras.Model | Network, or function(images, masks, *, options) -> images",
        "gets": "`shape`: (H, W, C). A classical model: float32 (N, H, W, C) in [0, 1] and bool (N, H, W) or None.",
        "gives": "A Keras model from images to images, or to a dict of `image`, `mask`, `confidence`. A classical model: "
        "restored images, float32 of the same shape in [0, 1].",
    },
    "metric": {
        "called": "function(restored, clean, region, *, options) -> array, or function(scored, *, options) -> dict",
        "gets": "Images float32 (N, H, W, C) in [0, 1] and `region` bool (N, H, W). Over the set: one `Scored`.",
        "gives": "N numbers, NaN where it does not apply, never an infinity. Over the set: name to a number, or to N.",
    },
    "format": {
        "called": "function() -> str",
        "gets": "Nothing; refuse with `RequestError` where a package is missing. It is called before each file.",
        "gives": "Pillow's name of the format, which Pillow reads from then on.",
    },
}
"""How the function behind a component is called, by kind."""

VALUES = (api.Damaged, api.Sample, api.Source, api.Network, api.TrainingBatch, api.Scored)
"""The values that functions get and give back."""

OPENING = f"""# Hooks

<!-- made by docs/generate.py -->

A plugin is a module that an entry point of the group `restore` names. It says `RESTORE_API = {API_VERSION}`, the version
of the interface that it was written for, and has one or more of these hooks, each marked with
`@restore.api.hookimpl`. A hook returns a list of components, which are references: the function behind one is imported
when a run needs it. The function's keyword-only parameters, with type hints and defaults, are the component's options.
A function must not write to arrays that it gets; what it gives back is judged before it is used.
Options called `seed`, `size` and `channels` of datasets and models, and `max_pixels` of datasets, are filled in by the
run unless a spec gives them.

Commands are no hooks but entry points of the group `restore.commands`, `NAME = module:function`, each a function as
Typer takes it: it runs as `restore NAME`, and is imported only then.

Everything here is imported from `restore.api`. [Write a plugin](write-a-plugin.md) shows it step by step.
"""


def hooks_page() -> str:
    """Return the page of all hooks, their components, and the values of their functions."""
    parts = [OPENING, *(part for kind in COMPONENTS for part in _hook(kind)), "## Values\n"]
    for value in VALUES:
        parts.append(f"### `{value.__name__}`\n\n{inspect.getdoc(value)}\n")
        if is_dataclass(value):
            parts.append(_code(f"{value.__name__}({', '.join(_declared(one) for one in fields(value))})"))
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {"hooks.md": hooks_page, "cli.md": cli_page, "errors.md": errors_page}


def main() -> int:
    """Write the pages, or with `--check` return 1 where one is not what the code makes."""
    stale = [name for name, make in PAGES.items() if not _is_fresh(HERE / name, make())]
    for name in stale:
        if "--check" in sys.argv:
            print(f"docs/{name} is not what the code makes: python docs/generate.py", file=sys.stderr)
        else:
            (HERE / name).write_text(PAGES[name](), "utf-8")
    return int(bool(stale) and "--check" in sys.argv)


def _hook(kind: type[Component]) -> Iterator[str]:
    """Yield the parts of one hook: its signature, its component, and the call of the function."""
    hook = getattr(hookspecs, kind.hook)
    yield f"## `{hook.__name__}{inspect.signature(hook)}`\n".replace("'", "")
    yield f"{inspect.getdoc(hook)}\n"
    yield f"### `{kind.__name__}`\n\n{inspect.getdoc(kind)}\n"
    yield "| field | type | default | meaning |\n|---|---|---|---|"
    hints = get_type_hints(kind)
    for one in fields(kind):
        yield f"| `{one.name}` | {_type(hints[one.name])} | {_default(one)} | {FIELDS[one.name]} |"
    if kind.kind in CALLS:
        call = CALLS[kind.kind]
        yield f"\nIts function:\n\n{_code(call['called'])}"
        yield f"| gets | gives back |\n|---|---|\n| {call['gets']} | {call['gives']} |\n"
    elif kind is Pretrained:
        yield "\nIt has a file instead of a function.\n"
    else:
        yield "\nIt has no function.\n"


def _code(text: str) -> str:
    return f"```text\n{text}\n```\n"


def _type(hint: object) -> str:
    either = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    names = (one.__name__ if isinstance(one, type) and not get_args(one) else str(one) for one in either)
    text = r" \| ".join(names).replace("NoneType", "None")
    return f"`{re.sub(r'(typing|collections[.]abc)[.]', '', text)}`"


def _default(one: Field[object]) -> str:
    if one.default is not MISSING:
        return f"`{one.default!r}`"
    return f"`{one.default_factory()!r}`" if one.default_factory is not MISSING else ""


def _declared(one: Field[object]) -> str:
    default = _default(one).strip("`")
    return f"{one.name}: {one.type}{f' = {default}' if default else ''}"


def _is_fresh(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
