"""How wrong components are checked: registered by a plugin that is installed nowhere."""

import pytest

from restore import testing
from restore.plugins.catalogue import Catalogue
from restore.plugins.discovery import Plugin


@pytest.fixture
def judged():
    """Check components of a plugin `wrong`, and return (check, problem) of what fails and the notes."""

    def judge(*components, plugins=()):
        plugin = Plugin("wrong", "restore-wrong", "2.3", "ok", components=components)
        findings = testing.check_plugin("wrong", catalogue=Catalogue([plugin, *plugins]))
        for one in findings[1:]:
            assert one.component.startswith(f"{components[0].kind} wrong/")
            assert one.component.endswith(" of restore-wrong 2.3")
        problems = [(one.check, one.problem) for one in findings if one.problem is not None]
        return problems, [one.note for one in findings if one.note]

    return judge
