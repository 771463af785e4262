"""Models can be built on installed ones."""

from __future__ import annotations

import pytest

from restore.api import Network, RequestError, assemble_model, build_model


def test_an_installed_model_is_built_and_assembled_around_its_networks() -> None:
    built = build_model("find-restore", (32, 32, 1), variant="tiny")
    assert set(built.models) == {"finder", "restorer"}
    again = assemble_model("builtin/find-restore", built.models)
    assert again.models == built.models
    assert again.restore is not None


def test_a_single_network_is_one_too() -> None:
    assert isinstance(build_model("small-cae", (32, 32, 1)), Network)


@pytest.mark.parametrize(
    ("name", "code"), [("finde-restore", "unknown-component"), ("small-cae", "no-assembly")], ids=str
)
def test_what_cannot_be_assembled_is_refused(name: str, code: str) -> None:
    with pytest.raises(RequestError) as raised:
        assemble_model(name, {})
    assert raised.value.code == code
