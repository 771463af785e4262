"""Loading the backend silently: its libraries write to stderr what no setting suppresses."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator

from restore.cli.signals import ending_at_once
from restore.errors import RestoreError

STDERR = 2
QUIET = "3"
SETTING = "TF_CPP_MIN_LOG_LEVEL"
"""TensorFlow's log level; unless the user has set it, only fatal errors are shown."""


@contextlib.contextmanager
def own_stderr() -> Iterator[None]:
    """Make `sys.stderr` write through a descriptor of its own, so that `load_backend` silences libraries only."""
    if not _is_stderr(sys.stderr):
        yield
        return
    before = sys.stderr
    before.flush()
    with os.fdopen(os.dup(STDERR), "w", encoding=before.encoding, errors=before.errors, buffering=1) as own:
        sys.stderr = own
        try:
            yield
        finally:
            sys.stderr = before


def load_backend() -> None:
    """Import Keras with its backend, which takes seconds; a signal ends it at once."""
    if "keras" not in sys.modules:
        with ending_at_once(), hushed():
            import keras  # noqa: F401


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Suppress what libraries write to descriptor 2, such as a backend's messages during import.

    It is shown where the import fails with anything but an error of the project's own. Nothing is suppressed where the
    user has set TensorFlow's log level.
    """
    if SETTING in os.environ and os.environ[SETTING] != QUIET:
        yield
        return
    import tempfile

    os.environ[SETTING] = QUIET
    with own_stderr(), tempfile.TemporaryFile() as kept:
        real = os.dup(STDERR)
        os.dup2(kept.fileno(), STDERR)
        try:
            yield
        except (KeyboardInterrupt, RestoreError):
            raise
        except BaseException:
            kept.seek(0)
            os.write(real, kept.read())
            raise
        finally:
            os.dup2(real, STDERR)
            os.close(real)


def _is_stderr(stream: object) -> bool:
    """Return whether a stream writes to descriptor 2, and was not replaced, as in a test or a notebook."""
    try:
        return isinstance(stream, io.TextIOWrapper) and stream.fileno() == STDERR
    except (OSError, ValueError):
        return False
