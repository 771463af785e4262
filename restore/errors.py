"""Every error that a user may see, with its exit code; nobody matches on messages."""

from __future__ import annotations


class RestoreError(Exception):
    """A failure told in at most three lines: what is wrong, where, and what to do."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        """Keep the three lines; `where` names a file, an option or a component with its owner."""
        super().__init__(what)
        self.what, self.where, self.hint = what, where, hint

    def __str__(self) -> str:
        """Return the lines that are not empty."""
        return "\n".join(line for line in (self.what, self.where, self.hint) if line)


class RequestError(RestoreError):
    """The request or an input is wrong, and nothing was written."""

    exit_code = 2


class InputError(RequestError):
    """A picture, a folder or a run file cannot be used."""


class WorkError(RestoreError):
    """The work failed; what stands is named."""


class ComponentError(WorkError):
    """A component broke its contract: whose it is, and what it did."""


class Stopped(RestoreError):
    """The work was stopped by a signal; the last committed epoch stands."""

    def __init__(self, signum: int, what: str, *, where: str = "", hint: str = "") -> None:
        """Keep the signal's number; the exit code is 128 + `signum`."""
        super().__init__(what, where=where, hint=hint)
        self.signum = signum
        self.exit_code = 128 + signum


class RestoreWarning(UserWarning):
    """Something a user should know that does not stop the work."""
