"""How score rows call what was damaged."""

import pytest

from restore.pipeline.damage import Chain
from restore.pipeline.engine import _called

BOX, NOTHING = Chain("box", "hard", 0, (None,)), Chain("", None, 0, ())


@pytest.mark.parametrize(
    ("chain", "name", "level", "called"),
    [
        (BOX, "", "", ("box", "hard")),
        (NOTHING, "cut", "easy", ("cut", "easy")),
        (NOTHING, "cut", "", ("cut", None)),
        (BOX, "cut", "easy", ("cut@easy|box", None)),
        (BOX, "cut", "", ("cut|box", None)),
    ],
)
def test_damage_over_damage_keeps_the_level_below(chain, name, level, called):
    assert _called(chain, name, level) == called
