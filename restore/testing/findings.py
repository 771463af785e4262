"""What a check found, and how checks are carried out one after the other."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from restore.errors import RequestError, RestoreError, RestoreWarning

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of one component, named with distribution and version.

    `problem` says what breaks the contract, None where nothing does; `note` what is worth knowing beside it.
    """

    component: str
    check: str
    problem: str | None = None
    note: str = ""


class Nonconformity(AssertionError):
    """A component that breaks its contract; `findings` are the checks that it failed."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Say each problem in a line, with the component's owner."""
        super().__init__("\n".join(f"{one.component} {one.problem} ({one.check})" for one in findings))
        self.findings = tuple(findings)


class Flaw(Exception):
    """What a check raises to say what is wrong, in words that follow the component's name."""


Check = Callable[[Subject], str | None]
"""Returns a note, or nothing; raises `Flaw` or the error of the border. Its name, read aloud, says what it checks."""


def carry_out(owner: str, checks: Sequence[Check[Subject]], subject: Subject) -> Iterator[Finding]:
    """Yield what the checks of one component find; where the first fails, the others have nothing to work on."""
    for check in checks:
        name = check.__name__.replace("_", " ")
        try:
            note = check(subject)
        except Flaw as flaw:
            yield Finding(owner, name, str(flaw))
        except RequestError as error:
            yield Finding(owner, name, f"refuses: {error.what}")
        except RestoreError as error:
            yield Finding(owner, name, error.what.removeprefix("a component "))
        else:
            yield Finding(owner, name, note=note or "")
            continue
        if check is checks[0]:
            return


def settle(findings: Iterable[Finding]) -> None:
    """Raise `Nonconformity` for the findings that are problems; the notes become warnings."""
    found = list(findings)
    problems = [one for one in found if one.problem is not None]
    if problems:
        raise Nonconformity(problems)
    for one in found:
        if one.note:
            warnings.warn(f"{one.component}: {one.note}", RestoreWarning, stacklevel=3)
