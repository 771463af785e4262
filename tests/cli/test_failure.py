from restore.cli.failure import SHOWN, describe, list_faults
from restore.errors import InputError, RequestError


def test_the_first_faults_are_listed_and_the_rest_counted():
    faults = [InputError("cut short", where=f"{i}.png") for i in range(SHOWN + 3)]
    text = list_faults(faults)
    assert text.startswith("0.png: cut short; 1.png: cut short; ")
    assert text.endswith(f"{SHOWN - 1}.png: cut short; and 3 more")
    assert list_faults(faults[:1]) == "0.png: cut short"
    assert list_faults([InputError("no place")]) == "no place"


def test_an_error_of_ours_is_told_as_it_is():
    error = RequestError("a")
    assert describe(error) is error


def test_an_operating_system_error_without_a_reason_is_a_fault_of_ours():
    assert describe(OSError("odd")).what == "OSError: odd"
