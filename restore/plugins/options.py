"""The options of a component, read from the signature of its function and checked by type."""

from __future__ import annotations

import contextlib
import inspect
import json
import math
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from restore.errors import RequestError
from restore.plugins.spec import NONE
from restore.text import did_you_mean, words_of

if typing.TYPE_CHECKING:
    from pydantic import TypeAdapter

REQUIRED = inspect.Parameter.empty
_SIZE = re.compile(r"[0-9]+(x[0-9]+)+")


@dataclass(frozen=True)
class Option:
    """One keyword-only parameter: its name, type, and default (`REQUIRED` where the plan fills it in)."""

    name: str
    annotation: Any
    default: Any

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        from pydantic import TypeAdapter

        return TypeAdapter(self.annotation)

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """Return the JSON schema of a value: type, bounds, choices, description."""
        return self._adapter.json_schema()

    def parse(self, value: object) -> Any:
        """Return `value`, text or plain JSON, as the parameter's type.

        Raises `RequestError` where it does not fit the type or its bounds.
        """
        from pydantic import ValidationError

        first: ValidationError | None = None
        for reading in _readings(value):
            try:
                parsed = self._adapter.validate_python(reading)
            except ValidationError as error:
                first = error if first is None or reading is value else first
                continue
            except Exception as error:  # a type that pydantic does not know, or a validator that raises
                words = f"{type(error).__name__}: {words_of(error)}"
                raise RequestError(f"option {self.name}={value} cannot be read: {words}", code="bad-option") from error
            if isinstance(parsed, float) and not math.isfinite(parsed):
                raise RequestError(f"option {self.name}={value} must be a finite number", code="bad-option")
            return parsed
        assert first is not None
        problem = first.errors()[0]["msg"].removeprefix("Input should be ")
        raise RequestError(f"option {self.name}={value} should be {problem}", code="bad-option")

    def describe(self) -> dict[str, Any]:
        """Return type, choices, default and help as plain JSON."""
        schema = self.schema
        return {
            "type": _type_text(self.annotation, schema),
            "choices": list(schema["enum"]) if "enum" in schema else ([schema["const"]] if "const" in schema else None),
            "default": None if self.default is REQUIRED else plain(self.default),
            "help": schema.get("description", ""),
        }


def read_options(function: Callable[..., object]) -> dict[str, Option]:
    """Return the keyword-only parameters of `function` by name.

    Raises `TypeError` where one has no type hint or a hint that cannot be resolved, `ValueError` where its default
    cannot be written as JSON.
    """
    function = inspect.unwrap(function)
    parameters = {
        name: parameter
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    # Only these hints are resolved: the others may name types that are imported for type checkers alone.
    hints = typing.get_type_hints(
        SimpleNamespace(__annotations__={name: p.annotation for name, p in parameters.items()}),
        globalns=getattr(function, "__globals__", None),
        include_extras=True,
    )
    for name, parameter in parameters.items():
        if parameter.annotation is REQUIRED:
            raise TypeError(f"option {name} has no type hint")
        if parameter.default is not REQUIRED:
            json.dumps(plain(parameter.default), allow_nan=False)
    return {name: Option(name, hints[name], parameter.default) for name, parameter in parameters.items()}


def parse_options(options: Mapping[str, Option], given: Mapping[str, object]) -> dict[str, Any]:
    """Return `given`, by name, parsed by type; raises `RequestError` for an unknown name or a wrong value."""
    for name in given:
        if name not in options:
            known = f"it takes {', '.join(options)}" if options else "it takes no options"
            hint = did_you_mean(name, options) or known
            raise RequestError(f"there is no option {name!r}", code="unknown-option", hint=hint)
    return {name: options[name].parse(value) for name, value in given.items()}


def plain(value: Any) -> Any:
    """Return an option's value as plain JSON."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _readings(value: object) -> list[object]:
    """Return what a text may stand for, the likeliest first: nothing, itself, a size `96x128`, JSON."""
    if not isinstance(value, str):
        return [value]
    if value == NONE:
        return [None, value]
    readings: list[object] = [value]
    with contextlib.suppress(ValueError, RecursionError):  # of numbers too long and nesting too deep to be meant
        size = _SIZE.fullmatch(value)
        readings.append([int(part) for part in value.split("x")] if size else json.loads(value))
    return readings


def _type_text(annotation: Any, schema: Mapping[str, Any]) -> str:
    """Return a type as a user reads it: `int`, `choice`, `int, int`, with its bounds."""
    base = typing.get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
    if typing.get_origin(base) is typing.Literal:
        return "choice"
    text = getattr(base, "__name__", str(base)) if not typing.get_args(base) else str(base)
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    limits = [f"{sign} {schema[key]:g}" for key, sign in bounds.items() if key in schema]
    return " ".join([text, ", ".join(limits)]).strip()
