import signal
import threading

import pytest

from restore.cli.signals import ending_on_sigterm, stopping_gently


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_and_the_second_interrupts(signum):
    before = signal.getsignal(signum)
    with stopping_gently() as should_stop:
        assert should_stop() is None
        signal.raise_signal(signum)
        assert should_stop() == signum
        with pytest.raises(KeyboardInterrupt) as interrupt:
            signal.raise_signal(signum)
        assert interrupt.value.args == (signum,)
    assert signal.getsignal(signum) is before


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
