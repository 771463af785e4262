"""What a user may say of a run: every option once, for the command line and for Python."""

from __future__ import annotations

import sys
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import Annotated, Any, TypedDict, Unpack, cast, get_type_hints

from restore.errors import RequestError
from restore.plugins.components import SplitBy
from restore.text import did_you_mean, in_words

OPTIMIZERS = ("adam", "adamw", "adamax", "adagrad", "adadelta", "adafactor", "nadam", "lion", "muon", "rmsprop", "sgd")
FITS = ("pad", "crop", "resize", "window")
SCHEDULES = ("cosine", "constant")
SPLIT_BY: Sequence[SplitBy] = ("group", "image")
LOSSES = ("mse", "mae", "huber", "log_cosh", "binary_crossentropy")
EVALUATED = (
    *("data", "dataset", "also", "corrupt", "baselines", "metrics"),
    *("alpha", "max_pixels", "limit", "split_seed", "gallery"),
)
"""Options that an evaluation can have; of what else is planned it keeps the trained run's."""
Size = tuple[int, int]
KINDS: Mapping[type, tuple[Any, str]] = {
    int: (Integral, "a whole number"),
    float: (Real, "a number"),
    str: (str | Path, "text"),
}
"""What Python may give for an option of each type, NumPy's numbers included, and what that is called."""


@dataclass(frozen=True, slots=True)
class Flag:
    """How an option is written and what it takes.

    `name` differs from the option's where one of several values is given at a time. `parse` reads the text of a
    command line; `least` and `most` bound numbers, `above` excludes the lower bound itself.
    """

    metavar: str
    help: str
    name: str = ""
    many: bool = False
    parse: Callable[[str], Any] | None = None
    least: float | None = None
    most: float | None = None
    above: bool = False
    choices: Sequence[str] = ()


def parse_size(text: str) -> Size:
    """Return `N` or `HxW` as (H, W) in pixels; raises `RequestError` for anything else."""
    sides = text.lower().split("x")
    if len(sides) > 2 or not all(map(_is_number, sides)):
        hint = "write one side, 96, or height and width, 96x128"
        raise RequestError(f"not a size: {text}", code="bad-value", where="--size", hint=hint)
    return int(sides[0]), int(sides[-1])


def parse_count(text: str) -> int:
    """Return a number of images, 0 for `none`; raises `RequestError` for anything else."""
    if text != "none" and not _is_number(text):
        raise RequestError(
            f"not a number of images: {text}", code="bad-value", where="--gallery", hint="write a number, or none"
        )
    return 0 if text == "none" else int(text)


class Options(TypedDict, total=False):
    """The options of a run; what is left out, or None, is the recipe's, or that of the run that is repeated.

    Specs are texts `name@level:key=value`, `none` alone stands for an empty list. `size` is in pixels, a side or
    (H, W). `split` is a file, the groups of `train`, `validation` and `test`, or the word `group` or `image`: what is
    split, at random.
    """

    data: Annotated[str | Path | None, Flag("PATH", "Folder of images, or a file where the dataset reads one.")]
    dataset: Annotated[str | None, Flag("SPEC", "Dataset.")]
    also: Annotated[
        str | Path | Sequence[str | Path] | None,
        Flag("[SPEC=]PATH", "Additional test set, scored separately. Repeatable.", many=True),
    ]
    corrupt: Annotated[
        str | Sequence[str] | None, Flag("SPEC", "Damage, name@level:key=value|next. Repeatable.", many=True)
    ]
    model: Annotated[str | None, Flag("SPEC", "Model to train.")]
    baselines: Annotated[
        str | Sequence[str] | None,
        Flag("SPEC", "Untrained model, scored beside the trained one. Repeatable; or none.", "baseline", many=True),
    ]
    metrics: Annotated[str | Sequence[str] | None, Flag("SPEC", "Metric. Repeatable.", "metric", many=True)]
    size: Annotated[
        int | Size | None,
        Flag("N|HxW", "Side, or height and width, in pixels.", parse=parse_size, least=8, most=4_096),
    ]
    fit: Annotated[
        str | None,
        Flag("|".join(FITS), "How images of other sizes are fitted to --size.", choices=FITS),
    ]
    windows: Annotated[
        int | None,
        Flag(
            "N",
            "Windows taken from an image in an epoch, with --fit window; by default as many as its area holds.",
            least=1,
            most=2**31,
        ),
    ]
    augment: Annotated[
        str | Sequence[str] | None,
        Flag("SPEC", "Random change of clean training images, before damage. Repeatable; or none.", many=True),
    ]
    alpha: Annotated[
        str | None,
        Flag("refuse|drop|white|black", "What to do with transparent images; by default refuse."),
    ]
    max_pixels: Annotated[
        int | None,
        Flag("N", "Pixels, width times height, that an image may have; by default 100 million.", least=1, most=2**31),
    ]
    epochs: Annotated[int | None, Flag("N", "Maximum number of epochs.", least=1, most=100_000)]
    batch: Annotated[int | None, Flag("N", "Images in a batch.", least=1, most=65_536)]
    lr: Annotated[float | None, Flag("X", "Learning rate.", least=0, most=100, above=True)]
    optimizer: Annotated[str | None, Flag("NAME", "Optimizer: muon, or another by its Keras name.", choices=OPTIMIZERS)]
    loss: Annotated[str | None, Flag("NAME", "Loss of the image, by its Keras name.", choices=LOSSES)]
    schedule: Annotated[
        str | None,
        Flag("|".join(SCHEDULES), "Learning rate over the epochs: falling to 0, or constant.", choices=SCHEDULES),
    ]
    freeze: Annotated[
        str | Sequence[str] | None,
        Flag("NETWORK", "Network of the model that stays as the run of --from has it. Repeatable.", many=True),
    ]
    threads: Annotated[
        int | None,
        Flag("N", "Threads used in training, kept in the plan; by default the usable processors.", least=1, most=1_024),
    ]
    limit: Annotated[int | None, Flag("N", "Use N images, in whole groups.", least=1, most=2**31)]
    seed: Annotated[int | None, Flag("N", "Seed of all random draws.", least=0, most=2**63 - 1)]
    split_seed: Annotated[
        int | None,
        Flag(
            "N",
            "Seed of limit, split, and damage of validation and test; by default that of --seed.",
            least=0,
            most=2**63 - 1,
        ),
    ]
    split: Annotated[
        str | Path | Mapping[str, Sequence[str]] | None,
        Flag("FILE|group|image", "CSV file, columns group and split: train, validation or test; or what is split."),
    ]
    gallery: Annotated[
        int | None,
        Flag("N|none", "Images kept in the run file for each corruption.", parse=parse_count, least=0, most=1_000),
    ]


@dataclass(frozen=True, slots=True)
class Request:
    """A recipe, None for that of the run that is repeated, and the options that were given, in their plain form."""

    recipe: str | None = None
    options: Options = field(default_factory=Options)

    def get(self, name: str, default: Any = None) -> Any:
        """Return an option, or a default where it was not given."""
        return self.options.get(name, default)

    def over(self, base: Request) -> Request:
        """Return this request with what it leaves open taken from `base`: not what says how other data is read and split."""
        below = dict(base.options)
        if "data" in self.options:
            below.pop("dataset", None)
            if below.get("split") not in SPLIT_BY:
                below.pop("split", None)
        return Request(self.recipe or base.recipe, cast("Options", {**below, **self.options}))


def make_request(recipe: str | None = None, **options: Unpack[Options]) -> Request:
    """Return the request of a recipe with options.

    Raises `RequestError` for a value that is of another type, out of its range, or none of an option's choices.
    """
    said: dict[str, Any] = {}
    for name, value in options.items():
        if name not in (known := flags()):
            hint = did_you_mean(name, known) or f"available: {', '.join(known)}"
            raise RequestError(f"unknown option {name!r}", code="unknown-option", hint=hint)
        if value is not None:
            said[name] = _plain(name, value)
    return Request(recipe, cast("Options", said))


def parse_text(name: str, text: str) -> Any:
    """Return an option's value from a text, in its plain form; raises `RequestError` where it has none."""
    kind, flag = _declared()[name]
    value: Any = text
    if flag.parse:
        value = flag.parse(text)
    elif kind is not str:
        try:
            value = kind(text)
        except ValueError:
            what, hint = f"not {KINDS[kind][1]}: {text}", f"give {flag.metavar}"
            raise RequestError(what, code="bad-value", where=flag_of(name), hint=hint) from None
    return _plain(name, value)


def flags() -> Mapping[str, Flag]:
    """Return the flag of every option, in the order of the help."""
    return {name: flag for name, (_, flag) in _declared().items()}


def types() -> Mapping[str, Any]:
    """Return the type in which a command line gives each option: text where there is a parser, else its own."""
    return {name: list[str] if flag.many else str if flag.parse else kind for name, (kind, flag) in _declared().items()}


def flag_of(name: str) -> str:
    """Return an option as it is written, such as `--max-pixels`."""
    return f"--{(_declared()[name][1].name or name).replace('_', '-')}"


def check_number(name: str, value: float) -> None:
    """Raise `RequestError` for a number out of the range of an option."""
    _, flag = _declared()[name]
    assert flag.least is not None
    assert flag.most is not None
    # NaN is in no range.
    if not ((value > flag.least if flag.above else value >= flag.least) and value <= flag.most):
        wanted = f"above {flag.least} and at most" if flag.above else f"from {flag.least} to"
        raise RequestError(
            f"{in_words(value, str)} is out of range",
            code="out-of-range",
            where=flag_of(name),
            hint=f"choose a value {wanted} {flag.most}",
        )


def _plain(name: str, value: Any) -> Any:
    """Return a value in its plain form: texts for paths, lists for what may be repeated, both sides of a size."""
    _, flag = _declared()[name]
    if name == "split" and isinstance(value, Mapping):
        return value
    several = (flag.many or name == "size") and isinstance(value, Sequence) and not isinstance(value, str)
    if name == "size" and several and len(value) != 2:
        raise RequestError(f"not a size: {value}", code="bad-value", where="--size", hint="give height and width")
    values = [_checked(name, one) for one in (value if several else [value])]
    return values if flag.many else (values[0], values[-1]) if name == "size" else values[0]


def _checked(name: str, value: Any) -> Any:
    """Return a single value as text or a plain number; raises `RequestError` where it cannot be the option's."""
    kind, flag = _declared()[name]
    accepted, noun = KINDS[kind]
    if not isinstance(value, accepted) or isinstance(value, bool):
        what = f"not {noun}: {in_words(value)}"
        raise RequestError(what, code="bad-value", where=flag_of(name), hint=f"give {flag.metavar}")
    if kind is not str:
        check_number(name, value)
    elif flag.choices and value not in flag.choices:
        hint = did_you_mean(str(value), flag.choices) or f"available: {', '.join(flag.choices)}"
        raise RequestError(f"unknown {name} {str(value)!r}", code="unknown-value", where=flag_of(name), hint=hint)
    return kind(value)


@cache
def _declared() -> Mapping[str, tuple[type, Flag]]:
    """Return the type of a single value of each option, and its flag."""
    found = {}
    for name, hint in get_type_hints(Options, include_extras=True).items():
        accepted, flag = typing.get_args(hint)
        found[name] = next(one for one in KINDS if one in typing.get_args(accepted)), flag
    return found


def _is_number(text: str) -> bool:
    """Return whether a text is a whole number that Python reads; whether it is too large is for its range to say."""
    return text.isascii() and text.isdigit() and len(text) <= sys.int_info.default_max_str_digits
