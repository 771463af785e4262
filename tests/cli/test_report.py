import pytest


def test_a_report_is_written_and_never_replaces_a_file_unasked(restore, make_run, tmp_path):
    make_run()
    answer = restore("report", "last", "-o", "page.html")
    assert (answer.code, answer.out, answer.err) == (0, "", "report: page.html\n")
    page = (tmp_path / "page.html").read_bytes()
    assert page.startswith(b"<!DOCTYPE html>")
    assert b"prints-box" in page
    again = restore("report", "last", "-o", "page.html")
    assert (again.code, again.failure.code) == (2, "file-exists")
    assert restore("report", "last", "-o", "page.html", "--overwrite").code == 0


def test_the_same_runs_make_the_same_page(restore, make_run, tmp_path):
    make_run()
    make_run("other")
    for name in ("a.html", "b.html"):
        assert restore("report", "prints-box", "other", "-o", name).code == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("prints-box", "-o", "page.pdf"), "format-not-written"),
        (("prints-box", "-o", "page"), "format-not-written"),
        (("prints-box", "-o", "no/page.html"), "no-such-folder"),
        (("prints-box", "nosuch", "-o", "page.html"), "unknown-run"),
        (("prints-box", "last", "-o", "page.html"), "duplicate"),
    ],
)
def test_a_report_that_cannot_be_written_is_refused(restore, make_run, tmp_path, arguments, code):
    make_run()
    answer = restore("report", *arguments)
    assert (answer.code, answer.out, len(answer.error), answer.failure.code) == (2, "", 3, code)
    assert not [one for one in tmp_path.iterdir() if one.suffix in (".html", ".pdf", ".tmp") or one.name == "page"]


def test_runs_of_one_name_are_told_apart(restore, make_run, tmp_path, record):
    make_run()
    (tmp_path / "runs").rename(tmp_path / "others")
    make_run()
    assert restore("report", "others/prints-box.h5", "runs/prints-box.h5", "-o", "page.html").code == 0
    assert f"prints-box {record.id}" in (tmp_path / "page.html").read_text("utf-8")
