import io
import re

import pytest

from restore.events import Advance, Done, EpochDone, Phase, Warned
from restore.show.progress import Course, counting, describe_epoch, watching

COURSE = Course(epochs=3, done=0, batch=32)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def row(epoch):
    return {"epoch": epoch, "seconds": 12.34, "loss": 0.02134, "val_loss": 0.5, "mask_loss": 1.0}


def events(path="run.h5", first=1):
    yield Phase("data", None)
    yield Advance(1, {"total": 2})
    yield Warned("two pictures are alike")
    yield Phase("training", 2)
    for epoch in range(first, 4):
        yield Advance(1, {"loss": 0.3})
        yield Advance(2, {"loss": 0.2})
        yield EpochDone(row(epoch), 3)
    yield Phase("scoring", 4)
    yield Advance(4, {})
    yield Done(path)


def run(course, file, first=1):
    warned = []
    with watching(course, tell=lambda line: print(line, file=file), warn=warned.append, file=file) as listener:
        for event in events(first=first):
            listener(event)
    return warned


def test_elsewhere_than_on_a_terminal_there_is_one_line_an_epoch():
    file = io.StringIO()
    assert run(COURSE, file) == ["two pictures are alike"]
    lines = file.getvalue().splitlines()
    assert [line[:9] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert re.fullmatch(r"epoch 1/3  loss 0\.02134  val_loss 0\.5000  \d+ images/s  12 s", lines[0])
    assert "\x1b" not in file.getvalue()


def test_without_a_course_warnings_alone_are_heard():
    file = io.StringIO()
    assert run(None, file) == ["two pictures are alike"]
    assert file.getvalue() == ""


@pytest.mark.parametrize("first", [1, 3])
def test_a_terminal_sees_a_bar_that_ends_at_the_last_epoch(monkeypatch, first):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    file = Terminal()
    assert run(Course(epochs=3, done=first - 1, batch=32), file, first) == ["two pictures are alike"]
    text = file.getvalue()
    assert "epoch 3/3" in text
    assert "epoch 4" not in text
    assert text.count("val_loss") == 4 - first
    assert "\x1b[?25h" in text  # the cursor is shown again


def test_an_epoch_says_what_it_has():
    assert describe_epoch({"epoch": 7, "seconds": 1.0, "loss": 1.0}, 100, None) == "epoch   7/100  loss 1.000  1.0 s"


def test_counting_says_nothing_in_a_pipe(capsys):
    with counting("reading", 3, shown=True) as advance:
        advance()
    assert capsys.readouterr() == ("", "")
