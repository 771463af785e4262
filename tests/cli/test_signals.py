import signal
import subprocess
import sys
import threading

import pytest

from restore.cli.signals import ending_on_sigterm, stopping_gently

TWICE = """
import signal, sys
from restore.cli.signals import stopping_gently

signum = signal.Signals(int(sys.argv[1]))
before = signal.getsignal(signum)
with stopping_gently() as should_stop:
    assert should_stop() is None
    signal.raise_signal(signum)
    assert should_stop() == signum
    try:
        signal.raise_signal(signum)
    finally:
        print("unwound")
"""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_requests_a_stop_and_the_second_aborts(signum):
    ended = subprocess.run([sys.executable, "-c", TWICE, str(int(signum))], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (128 + signum, "")
    first, second = ended.stderr.splitlines()
    assert first != second


def test_handlers_are_put_back_after_an_error():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ValueError, match="inside"), stopping_gently():
        raise ValueError("inside")
    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_changes_no_handler():
    found = []

    def work():
        with ending_on_sigterm(), stopping_gently() as should_stop:
            found.append((signal.getsignal(signal.SIGINT), should_stop()))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [(before, None)]
