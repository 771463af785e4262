"""Every error shown to users, with its exit code and its stable code, which programs match instead of sentences.

RestoreError                 1
├── RequestError             2   the request or an input is wrong; nothing was written
│   └── InputError           2   an image, a folder or a run file cannot be used
├── WorkError                1   the work failed; the error names what was kept
│   └── ComponentError       1   a component broke its contract
└── Stopped           128 + n    stopped by signal n
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence

from restore.text import listed


class RestoreError(Exception):
    """A failure in at most three lines: what is wrong, where, and what to do.

    `code` identifies the kind of failure for programs and tests and never changes; sentences may improve.
    """

    exit_code = 1
    code = "failed"

    def __init__(self, what: str, *, code: str = "", where: str = "", hint: str = "") -> None:
        """Keep the three lines; `where` is a file, an option, or a component with its owner."""
        super().__init__(what)
        self.what, self.where, self.hint = what, where, hint
        self.code = code or type(self).code

    def __str__(self) -> str:
        """Return the non-empty lines."""
        return "\n".join(line for line in (self.what, self.where, self.hint) if line)

    @property
    def line(self) -> str:
        """Return place and fact as one line, for lists of failures."""
        return f"{self.where}: {self.what}" if self.where else self.what


class RequestError(RestoreError):
    """The request or an input is wrong, and nothing was written."""

    exit_code = 2
    code = "bad-request"


class InputError(RequestError):
    """An image, a folder or a run file cannot be used."""

    code = "bad-input"


class WorkError(RestoreError):
    """The work failed; the error names what was kept."""

    code = "work-failed"


class ComponentError(WorkError):
    """A component broke its contract; the error names its owner and what it did."""

    code = "plugin-fault"


class Stopped(RestoreError):
    """The work was stopped by a signal; the last committed epoch is kept."""

    code = "stopped"

    def __init__(self, signum: int, what: str, *, where: str = "", hint: str = "") -> None:
        """Keep the signal number; the exit code is 128 + `signum`."""
        super().__init__(what, where=where, hint=hint)
        self.signum = signum
        self.exit_code = 128 + signum


def gathered(faults: Sequence[InputError], total: int, noun: str, *, skip_bad: bool) -> InputError:
    """Return one error for all faults among `total` inputs, with a line for each of the first in `where`.

    The code is that of the faults where they share one, else `bad-input`. The hint is theirs where they share one, else
    the options among their hints; `skip_bad`: bad inputs are skipped already.
    """
    if len(faults) == 1:
        return faults[0]
    codes = {one.code for one in faults}
    hints = list(dict.fromkeys(one.hint for one in faults))
    remedy = "; ".join(hints if len(hints) == 1 else [hint for hint in hints if "--" in hint]) or "fix them"
    return InputError(
        f"{len(faults)} of {total} {noun} cannot be used",
        code=codes.pop() if len(codes) == 1 else "bad-input",
        where="\n".join(listed([one.line for one in faults])),
        hint=remedy if skip_bad else f"{remedy}, or skip them: --skip-bad",
    )


class RestoreWarning(UserWarning):
    """A warning to the user; the work continues."""


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes, the latest first."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def interrupt_in(error: BaseException) -> KeyboardInterrupt | None:
    """Return the interrupt that an error is or was caused by, None for the project's own: libraries wrap interrupts."""
    if isinstance(error, RestoreError):
        return None
    return next((one for one in chain(error) if isinstance(one, KeyboardInterrupt)), None)


def signal_of(interrupt: KeyboardInterrupt) -> int:
    """Return the signal number that an interrupt carries, by default that of Ctrl-C."""
    number = interrupt.args[0] if interrupt.args else None
    return int(number if isinstance(number, int) and number in signal.valid_signals() else signal.SIGINT)
