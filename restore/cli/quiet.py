"""The backend loaded in silence: its libraries write to stderr what no setting keeps back."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator

from restore.cli.signals import ending_at_once

STDERR = 2
SETTING = "TF_CPP_MIN_LOG_LEVEL"
"""Whoever sets it wants to see what TensorFlow says; otherwise it is set to show nothing below a fatal error."""


@contextlib.contextmanager
def own_stderr() -> Iterator[None]:
    """Let `sys.stderr` write through a descriptor of its own, so that `load_backend` hushes others alone."""
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
    """Import Keras with its backend, which takes seconds and which a signal ends at once."""
    if "keras" not in sys.modules:
        with ending_at_once():
            _import()


def _import() -> None:
    """Import Keras; what is written to descriptor 2 meanwhile is told only where that fails."""
    if SETTING in os.environ:
        import keras

        return
    import tempfile

    os.environ[SETTING] = "3"
    with tempfile.TemporaryFile() as kept:
        real = os.dup(STDERR)
        os.dup2(kept.fileno(), STDERR)
        try:
            import keras  # noqa: F401
        except KeyboardInterrupt:
            raise
        except BaseException:
            kept.seek(0)
            os.write(real, kept.read())
            raise
        finally:
            os.dup2(real, STDERR)
            os.close(real)


def _is_stderr(stream: object) -> bool:
    """Return whether a stream writes to descriptor 2, and not to what a test or a notebook put in its place."""
    try:
        return isinstance(stream, io.TextIOWrapper) and stream.fileno() == STDERR
    except (OSError, ValueError):
        return False
