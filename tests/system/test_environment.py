"""The backend that a run asks for is refused in one sentence where it cannot be had."""

import pytest

from restore.errors import RequestError
from restore.system.environment import require_backend


def test_the_backend_at_hand_is_taken(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    require_backend()
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    require_backend()


@pytest.mark.parametrize(
    ("name", "hint"), [("jaxx", "did you mean jax"), ("nonsense", "one of tensorflow, jax, torch")]
)
def test_a_backend_that_is_none_is_refused(monkeypatch, name, hint):
    monkeypatch.setenv("KERAS_BACKEND", name)
    with pytest.raises(RequestError) as refused:
        require_backend()
    assert str(refused.value).splitlines() == [
        f"there is no backend {name!r}",
        "KERAS_BACKEND",
        hint + "?" * ("mean" in hint),
    ]


def test_a_backend_that_is_not_installed_is_told_with_what_to_install(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(RequestError) as refused:
        require_backend()
    assert str(refused.value).splitlines() == [
        "the backend torch is not installed",
        "KERAS_BACKEND",
        "pip install restore-toolkit[torch]",
    ]
