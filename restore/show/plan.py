"""A plan as text: one component a line with all its options and its owner, and how two plans differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from restore.plugins.spec import write_value
from restore.show.console import table
from restore.show.figures import count

Json = Mapping[str, Any]
SEE_THROUGH = {
    "refuse": "see-through pictures are refused",
    "drop": "dropped",
    "white": "laid on white",
    "black": "laid on black",
}
LONGEST = 32
"""Columns up to which a component's name is never folded: less than half of 80."""


def plan_parts(plan: Json) -> list[RenderableType]:
    """Return a plan: its settings, then every component with all options and its owner."""
    parts = table()
    # Names stay whole where they can: options and owners break at spaces, names only in their middle.
    whole = max(len(_name(choice)) for _, choice in _choices(plan)) <= LONGEST
    for name in ("kind", "component", "options", "owner"):
        parts.add_column(name, overflow="fold", no_wrap=whole and name == "component")
    for kind, choice in _choices(plan):
        owner = plan["owners"].get(choice["component"], {})
        options = ", ".join(f"{name}={_value(value)}" for name, value in choice["options"].items())
        parts.add_row(kind, _name(choice), options, f"{owner.get('distribution', '?')} {owner.get('version', '')}")
    return [setting_table(plan), "", parts]


def setting_table(plan: Json) -> RenderableType:
    """Return what a plan says beside its components, a line each."""
    settings = table(header=False)
    settings.add_column(style="bold")
    settings.add_column(overflow="fold")
    for name, text in describe_settings(plan):
        settings.add_row(name, text)
    return settings


def describe_settings(plan: Json) -> Iterator[tuple[str, str]]:
    """Yield name and text of each setting beside the components."""
    training, (height, width) = plan["training"], plan["size"]
    yield "recipe", plan["recipe"]
    if plan["data"]:
        yield "data", plan["data"]
    colour = "grey" if plan["channels"] == 1 else "colour"
    trim = ", constant borders trimmed" if plan["trim"] else ""
    yield "images", f"{height}x{width} {colour}, other sizes: {plan['fit']}{trim}"
    yield "alpha", SEE_THROUGH[plan.get("alpha", "refuse")]
    how = "compiled by the model itself"
    if training["optimizer"]:
        how = f"{training['optimizer']} lr={training['lr']:g} {training['schedule']}, loss {training['loss']}"
    yield "training", f"{count(training['epochs'], 'epoch')}, batch {training['batch']}, {how}"
    yield "stops", f"after {count(training['patience'], 'epoch')} without a lower validation loss"
    limit = f", {count(plan['limit'], 'image')} in whole groups" if plan["limit"] else ""
    yield "seed", f"{plan['seed']}{limit}"


def describe_components(plan: Json) -> Iterator[tuple[str, str]]:
    """Yield kind and specs of what a plan is made of, a line each kind."""
    yield "dataset", plan["dataset"]["spec"]
    yield "damage", ", ".join(one["spec"] for one in plan["corrupt"]) or "as the data set has it"
    yield "model", plan["model"]["spec"]
    yield "baselines", ", ".join(one["spec"] for one in plan["baselines"]) or "none"
    yield "metrics", ", ".join(one["spec"] for one in plan["metrics"])


def difference_parts(name: str, differences: Sequence[tuple[str, Any, Any]]) -> list[str]:
    """Return how a plan differs from that of the run `name`, a line each."""
    if not differences:
        return [f"the plan is that of {name}"]
    lines = [f"{path}: {_value(old)} -> {_value(new)}" for path, old, new in differences]
    return [f"like {name}, but", *(f"  {line}" for line in lines)]


def _choices(plan: Json) -> Iterator[tuple[str, Json]]:
    yield "dataset", plan["dataset"]
    for chain in plan["corrupt"]:
        for i, step in enumerate(chain["steps"]):
            yield ("corruption" if not i else "then"), step
    yield "model", plan["model"]
    for baseline in plan["baselines"]:
        yield "baseline", baseline
    for metric in plan["metrics"]:
        yield "metric", metric


def _name(choice: Json) -> str:
    return f"{choice['component']}@{choice['level']}" if choice["level"] else str(choice["component"])


def _value(value: Any) -> str:
    """Return a value on one line, a list of components by their specs."""
    if isinstance(value, Mapping) and "spec" in value:
        return str(value["spec"])
    if isinstance(value, list) and value and all(isinstance(one, Mapping) and "spec" in one for one in value):
        return ", ".join(str(one["spec"]) for one in value)
    return write_value(value)
