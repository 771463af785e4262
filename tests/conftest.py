"""What several tests share."""

import sys
from pathlib import Path

import pytest

from restore import plugins

ZOO = Path(__file__).parent / "plugin_zoo"


@pytest.fixture
def zoo(monkeypatch):
    """Install packages of the plugin zoo, and return every plugin that is found then."""

    def install(*cases):
        for case in cases:
            assert (ZOO / case).is_dir()
            monkeypatch.syspath_prepend(ZOO / case)
        plugins.discover.cache_clear()
        return plugins.discover()

    yield install
    plugins.discover.cache_clear()
    for name in [name for name in sys.modules if name.startswith("zoo_")]:
        del sys.modules[name]


@pytest.fixture
def figure(record_property):
    """Take a line with a figure that the test has seen; it is shown under the tests' results."""
    return lambda line: record_property("figure", line)


def pytest_terminal_summary(terminalreporter):
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind)]
    lines = [text for one in reports for name, text in one.user_properties if name == "figure"]
    if lines:
        terminalreporter.section("figures")
    for line in lines:
        terminalreporter.write_line(line)
