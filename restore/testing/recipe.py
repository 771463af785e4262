"""The checks of a recipe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from restore.planning.options import FITS, SCHEDULES, SPLIT_BY, make_request
from restore.planning.plan import Plan
from restore.planning.resolve import resolve
from restore.plugins.catalogue import Catalogue, Entry
from restore.plugins.components import Recipe
from restore.testing.findings import Check, Finding, Flaw, carry_out


@dataclass(frozen=True)
class _Subject:
    """A recipe and the catalogue that its specs are looked up in."""

    entry: Entry
    catalogue: Catalogue

    @property
    def recipe(self) -> Recipe:
        """Return the component."""
        assert isinstance(self.entry.component, Recipe)
        return self.entry.component

    def resolve(self, **said: object) -> Plan:
        """Return the plan of a request that names the recipe and says some more."""
        return resolve(make_request(self.entry.full_name, **said), self.catalogue)  # type: ignore[arg-type]


def judge(entry: Entry, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield what the checks find of a recipe."""
    yield from carry_out(entry.owner, CHECKS, _Subject(entry, catalogue))


def names_what_is_there(subject: _Subject) -> None:
    """Check that its dataset, corruptions, models and metrics are there and take the options it gives."""
    if isinstance(subject.recipe.corrupt, str):
        raise Flaw("gives its corruptions as one text, not a list")
    subject.resolve()


def takes_a_folder(subject: _Subject) -> None:
    """Check that `--data` finds the dataset for folders."""
    with TemporaryDirectory() as folder:
        plan = subject.resolve(data=folder)
    if plan.data is None:
        raise Flaw("does not take a folder")


def trains_by_numbers_in_their_ranges(subject: _Subject) -> None:
    """Check size, epochs, batch, optimizer, rate and loss as if a user had said them."""
    recipe = subject.recipe
    said = {"optimizer": recipe.optimizer, "lr": recipe.lr, "loss": recipe.loss}
    if recipe.windows is not None:
        said["windows"] = recipe.windows
    subject.resolve(size=recipe.size, epochs=recipe.epochs, batch=recipe.batch, **said)
    choices = {
        "channels": (1, 3),
        "fit": FITS,
        "trim": ("auto", None),
        "schedule": SCHEDULES,
        "target": ("clean", "input"),
        "split": SPLIT_BY,
    }
    for field, known in choices.items():
        if getattr(recipe, field) not in known:
            raise Flaw(f"has {field}={getattr(recipe, field)!r}, which is none of {known}")
    if recipe.patience < 1:
        raise Flaw(f"stops after patience={recipe.patience} epochs, which should be 1 or more")


CHECKS: tuple[Check[_Subject], ...] = (names_what_is_there, takes_a_folder, trains_by_numbers_in_their_ranges)
