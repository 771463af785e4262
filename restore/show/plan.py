"""A plan as text: one component a line with all its options and its owner, and how two plans differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from restore.planning.plan import Choice, Plan
from restore.plugins.spec import write_value
from restore.show.figures import count
from restore.show.sheet import Column, Sheet, facts, to_table
from restore.text import few

Json = Mapping[str, Any]
TRANSPARENT = {
    "refuse": "transparent images are refused",
    "drop": "dropped",
    "white": "composited on white",
    "black": "composited on black",
}
FEW = 5
"""Texts of a list that are shown."""
LONGEST = 32
"""Columns of a component's name that is never folded: less than half of 80."""


def plan_parts(plan: Json) -> list[RenderableType]:
    """Return a plan: its settings, then every component with all options and its owner."""
    return [facts(describe_settings(plan)), "", to_table(component_sheet(plan))]


def component_sheet(plan: Json) -> Sheet:
    """Return every component of a plan with all options and its owner."""
    choices = [(role, _name(choice), choice) for role, choice in Plan.from_json(plan).choices()]
    # Names stay whole where they can: options and owners break at spaces, names only in their middle.
    whole = max(len(name) for _, name, _ in choices) <= LONGEST
    sheet = Sheet([Column("role"), Column("component", whole=whole), Column("options"), Column("owner")])
    for role, name, choice in choices:
        owner = plan["owners"].get(choice.component, {})
        options = ", ".join(f"{option}={_value(value)}" for option, value in choice.options.items())
        sheet.rows.append([role, name, options, f"{owner.get('distribution', '?')} {owner.get('version', '')}"])
    return sheet


def describe_settings(plan: Json) -> Iterator[tuple[str, str]]:
    """Yield name and text of each setting besides the components."""
    training, (height, width) = plan["training"], plan["size"]
    yield "recipe", plan["recipe"]
    if plan["data"]:
        yield "data", plan["data"]
    for other in plan.get("also", ()):
        place = f"={other['data']}" if other["data"] else ""
        yield "also", f"{other['name']}: {other['dataset']['spec']}{place}"
    colour = "greyscale" if plan["channels"] == 1 else "RGB"
    trim = ", constant borders trimmed" if plan["trim"] else ""
    size = f"{height}x{width} {colour}, other sizes: {plan['fit']}"
    if plan["fit"] == "window":
        most = f", at most {plan['windows']} of an image" if plan["windows"] else ""
        size = f"{colour}, of any size; windows of {height}x{width}{most}"
    yield "images", f"{size}{trim}"
    if plan.get("target"):
        yield "target", "the input: nothing is damaged"
    yield "alpha", TRANSPARENT[plan.get("alpha", "refuse")]
    how = _how_trained(training)
    threads = f", {count(training['threads'], 'thread')}" if training.get("threads") else ""
    yield "training", f"{count(training['epochs'], 'epoch')}, batch {training['batch']}, {how}{threads}"
    yield "stops", f"after {count(training['patience'], 'epoch')} without a lower validation loss"
    limit = f", {count(plan['limit'], 'image')} in whole groups" if plan["limit"] else ""
    yield "seed", f"{plan['seed']}{limit}"
    if plan.get("split_seed") is not None:
        yield "split seed", f"{plan['split_seed']}, for limit, split, and damage of validation and test"
    if plan.get("split_by"):
        yield "split", "by image: the same group may be in training and test"
    if plan.get("split"):
        groups = ", ".join(f"{name} {count(len(one), 'group')}" for name, one in plan["split"].items())
        yield "split", f"as given: {groups}"
    if plan.get("start"):
        untrained = f"; not trained: {', '.join(plan['freeze'])}" if plan.get("freeze") else ""
        yield "starts from", f"the weights of {plan['start']['run']}{untrained}"


def describe_components(plan: Json) -> Iterator[tuple[str, str]]:
    """Yield role and specs of a plan's components, a line for each role."""
    yield "dataset", plan["dataset"]["spec"]
    usual = "none, the input is the target" if plan.get("target") else "as in the dataset"
    yield "corruption", ", ".join(one["spec"] for one in plan["corrupt"]) or usual
    if plan.get("augment"):
        yield "augmentation", ", ".join(one["spec"] for one in plan["augment"])
    yield "model", plan["model"]["spec"]
    yield "baselines", ", ".join(one["spec"] for one in plan["baselines"]) or "none"
    yield "metrics", ", ".join(one["spec"] for one in plan["metrics"])


def difference_parts(name: str, differences: Sequence[tuple[str, Any, Any]]) -> list[str]:
    """Return how a plan differs from that of the run `name`, a line each."""
    if not differences:
        return [f"same plan as {name}"]
    return [f"like {name}, but", *(f"  {line}" for line in difference_lines(differences))]


def difference_lines(differences: Sequence[tuple[str, Any, Any]]) -> Iterator[str]:
    """Yield each value that differs, the old and the new one."""
    yield from (f"{path}: {_value(old)} -> {_value(new)}" for path, old, new in differences)


def _how_trained(training: Json) -> str:
    """Return optimizer, rate, schedule and loss; what the plan leaves open is the model's own."""
    if not any(training[name] is not None for name in ("optimizer", "lr", "loss")):
        return "compiled by the model itself"
    rate = "" if training["lr"] is None else f" lr={training['lr']:g}"
    schedule = f" {training['schedule']}" if training["schedule"] else ""
    return f"{training['optimizer'] or 'own optimizer'}{rate}{schedule}, loss {training['loss'] or 'of the model'}"


def _name(choice: Choice) -> str:
    return f"{choice.component}@{choice.level}" if choice.level else choice.component


def _value(value: Any) -> str:
    """Return a value on one line: components by their specs, a run by its id, long lists cut."""
    if isinstance(value, Mapping) and "spec" in value:
        return str(value["spec"])
    if isinstance(value, Mapping) and "content" in value:
        return str(value["run"])
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_value(one)}" for name, one in value.items())
    if isinstance(value, list) and value and all(isinstance(one, Mapping) and "spec" in one for one in value):
        return ", ".join(str(one["spec"]) for one in value)
    if isinstance(value, list) and len(value) > FEW and all(isinstance(one, str) for one in value):
        return few(value, FEW)
    return write_value(value)
