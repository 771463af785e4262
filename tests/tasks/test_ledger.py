"""The ledger of another version, and one that another process writes to."""

import json

import pytest

from restore.errors import RequestError
from restore.tasks.ledger import NAME, Row, read_ledger


def code_of(function, *arguments, **more):
    with pytest.raises(RequestError) as error:
        function(*arguments, **more)
    return error.value.code


def test_a_ledger_of_a_newer_schema_is_refused(tmp_path):
    head = {"schema": 1, "run": {"name": "a"}, "settings": {}}
    path = tmp_path / NAME
    path.write_text(json.dumps({**head, "schema": 2}) + "\n")
    assert code_of(read_ledger, path, head, replace=False, targets=set()) == "bad-ledger"
    assert not read_ledger(tmp_path / "none", head, replace=False, targets=set()).has(Row("a", "a", "restored"))
    path.write_text(json.dumps(head) + "\n")
    read_at_once = read_ledger(path, head, replace=False, targets=set())
    read_ledger(path, head, replace=False, targets=set()).add(Row("a", "a", "started"))
    assert code_of(read_at_once.begin) == "held"
