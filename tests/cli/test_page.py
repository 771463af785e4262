"""`restore page` is refused before anything is served, and its stack is loaded by nobody else."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nosuch",), "unknown-run"),
        (("face/pretrained", "--host", "0.0.0.0"), "bad-option"),
        (("face/pretrained", "--host", "elsewhere"), "bad-option"),
        (("face/pretrained", "--port", "99999"), "bad-option"),
        (("face/pretrained", "--max-pixels", "0"), "out-of-range"),
    ],
)
def test_a_page_that_cannot_be_served_is_refused(restore, arguments, code):
    answer = restore("page", *arguments)
    assert (answer.code, answer.out, answer.failure.code) == (2, "", code)


def test_two_pages_never_share_a_folder(restore, tmp_path):
    from restore.system.locks import hold

    (tmp_path / "kept").mkdir()
    with hold(tmp_path / "kept" / ".page.lock"):
        assert restore("page", "face/pretrained", "--folder", "kept").failure.code == "held"


def test_no_other_command_loads_the_server():
    code = "import sys, restore, restore.cli.app, restore.tasks.apply, restore.tasks.page; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"starlette", "uvicorn", "anyio", "restore.page"} & set(loaded)


def test_a_page_is_served_until_a_signal_ends_it_and_leaves_nothing(tmp_path):
    import http.client
    import os
    import signal
    import urllib.parse

    command = [sys.executable, "-m", "restore", "page", "face/pretrained", "--no-open"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        address = urllib.parse.urlsplit(process.stderr.readline().removeprefix("page: ").strip())
        link = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        link.request("GET", f"/?{address.query}")
        assert link.getresponse().status == 303
        link.close()
        assert [one.name for one in tmp_path.iterdir() if one.name.startswith("restore-page-")]
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=120)
    assert not [one.name for one in tmp_path.iterdir() if one.name.startswith("restore-page-")]
