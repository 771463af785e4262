"""Every error that a user may see, with its exit code and its stable code; nobody matches on messages.

RestoreError                 1
├── RequestError             2   the request or an input is wrong; nothing was written
│   └── InputError           2   an image, a folder or a run file cannot be used
├── WorkError                1   the work failed; what stands is named
│   └── ComponentError       1   a component broke its contract
└── Stopped           128 + n    stopped by signal n
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence

from restore.text import listed


class RestoreError(Exception):
    """A failure in at most three lines: what is wrong, where, and what to do.

    `code` names the kind of failure for programs and tests and never changes; the sentences may improve.
    """

    exit_code = 1
    code = "failed"

    def __init__(self, what: str, *, code: str = "", where: str = "", hint: str = "") -> None:
        """Keep the three lines; `where` names a file, an option or a component with its owner."""
        super().__init__(what)
        self.what, self.where, self.hint = what, where, hint
        self.code = code or type(self).code

    def __str__(self) -> str:
        """Return the lines that are not empty."""
        return "\n".join(line for line in (self.what, self.where, self.hint) if line)

    @property
    def line(self) -> str:
        """Return where and what, for a list of failures."""
        return f"{self.where}: {self.what}" if self.where else self.what


class RequestError(RestoreError):
    """The request or an input is wrong, and nothing was written."""

    exit_code = 2
    code = "bad-request"


class InputError(RequestError):
    """A picture, a folder or a run file cannot be used."""

    code = "bad-input"


class WorkError(RestoreError):
    """The work failed; what stands is named."""

    code = "work-failed"


class ComponentError(WorkError):
    """A component broke its contract: whose it is, and what it did."""

    code = "plugin-fault"


class Stopped(RestoreError):
    """The work was stopped by a signal; the last committed epoch stands."""

    code = "stopped"

    def __init__(self, signum: int, what: str, *, where: str = "", hint: str = "") -> None:
        """Keep the signal's number; the exit code is 128 + `signum`."""
        super().__init__(what, where=where, hint=hint)
        self.signum = signum
        self.exit_code = 128 + signum


def gathered(faults: Sequence[InputError], total: int, noun: str, *, skip_bad: bool) -> InputError:
    """Return one error for all faults among `total` inputs, with a line for each of the first in `where`.

    It says what to do where that is one thing for all of them, or an option; `skip_bad` tells that leaving them out
    was tried.
    """
    if len(faults) == 1:
        return faults[0]
    hints = list(dict.fromkeys(one.hint for one in faults))
    mend = "; ".join(hints if len(hints) == 1 else [hint for hint in hints if "--" in hint]) or "mend them"
    hint = mend if skip_bad else f"{mend}, or leave them out: --skip-bad"
    return InputError(
        f"{len(faults)} of {total} {noun} cannot be used",
        where="\n".join(listed([one.line for one in faults])),
        hint=hint,
    )


class RestoreWarning(UserWarning):
    """Something a user should know that does not stop the work."""


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that it came of, the latest first."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def interrupt_in(error: BaseException) -> KeyboardInterrupt | None:
    """Return the interrupt that an error is or came of, unless it tells of it: libraries make errors of interrupts."""
    if isinstance(error, RestoreError):
        return None
    return next((one for one in chain(error) if isinstance(one, KeyboardInterrupt)), None)


def signal_of(interrupt: KeyboardInterrupt) -> int:
    """Return the number of the signal that an interrupt carries, that of Ctrl-C where it carries none."""
    number = interrupt.args[0] if interrupt.args else None
    return int(number if isinstance(number, int) and number in signal.valid_signals() else signal.SIGINT)
