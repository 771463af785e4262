"""`restore` with the stand-in of the tests, in a process of its own; also in the processes that it starts."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
import stand_in

stand_in.install(pytest.MonkeyPatch())

if __name__ == "__main__":
    from restore.cli import main

    main()
