import io

import pytest
from rich.text import Text

from restore.show.console import measure, render, table, write


def names(text):
    listed = table()
    listed.add_column("name", overflow="fold")
    listed.add_row(text)
    return listed


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_long_name_is_folded_and_never_cut():
    folded = render(names("x" * 100), width=40)
    assert folded.count("x") == 100
    assert "…" not in folded
    assert max(map(len, folded.splitlines())) <= 40


def test_a_pipe_gets_no_colour_no_folds_and_no_trailing_spaces():
    file = io.StringIO()
    write(names("x" * 300), Text("red", style="red"), "[bold]", file=file)
    lines = file.getvalue().splitlines()
    assert "x" * 300 in lines
    assert lines[-2:] == ["red", "[bold]"]
    assert "\x1b" not in file.getvalue()
    assert all(line == line.rstrip() for line in lines)


def test_a_terminal_gets_colour_and_its_own_width(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.delenv("NO_COLOR", raising=False)
    file = Terminal()
    write(Text("red", style="red"), names("x" * 60), file=file)
    assert "\x1b[31m" in file.getvalue()
    assert "x" * 60 not in file.getvalue()


@pytest.mark.parametrize("length", [1, 30, 300])
def test_measuring_gives_the_width_where_nothing_is_folded(length):
    width = measure(names("x" * length))
    assert render(names("x" * length), width=width).splitlines()[-1] == "x" * length
