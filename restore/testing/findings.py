"""What a check found, and how checks are carried out one after the other."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from restore.errors import RequestError, RestoreError, RestoreWarning
from restore.plugins.boundary import REPORT

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of one component, named with distribution and version.

    `problem` says what breaks the contract, None where nothing does, and `hint` what to write instead; `note` says
    what is worth knowing beside it. `error` is what the component raised.
    """

    component: str
    check: str
    problem: str | None = None
    note: str = ""
    hint: str = ""
    error: BaseException | None = field(default=None, compare=False, repr=False)

    @property
    def line(self) -> str:
        """Return problem or note, with the hint."""
        return "; ".join(filter(None, (self.problem or self.note, self.hint)))


class Nonconformity(AssertionError):
    """A component that breaks its contract; `findings` are the checks that it failed."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Say each problem in a line, with the component's owner."""
        super().__init__("\n".join(f"{one.component} {one.line} ({one.check})" for one in findings))
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
            yield Finding(owner, name, str(flaw), error=flaw.__cause__)
        except RestoreError as error:
            refused = isinstance(error, RequestError)
            what = f"refuses: {error.what}" if refused else error.what.removeprefix("a component ")
            # Whoever checks a component is its owner, and needs no hint to report it to.
            hint = "" if error.hint == REPORT else error.hint
            yield Finding(owner, name, what, hint=hint, error=error.__cause__ or error)
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
        raise Nonconformity(problems) from problems[0].error
    for one in found:
        if one.note:
            warnings.warn(f"{one.component}: {one.note}", RestoreWarning, stacklevel=3)
