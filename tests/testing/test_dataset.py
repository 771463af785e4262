"""The checks of a data set fail for each wrong one, by the name of what is wrong."""

import itertools
import random

import numpy as np
import pytest

from restore import testing
from restore.errors import InputError, RequestError, RestoreWarning
from restore.plugins.catalogue import Catalogue
from restore.plugins.components import Dataset
from restore.plugins.discovery import Plugin
from restore.plugins.values import Damaged, Sample
from restore.testing.pictures import draw_ridges, write_folder

CLEAN = draw_ridges(20, (24, 32, 1))


class Right:
    """A synthetic data set without a fault; the wrong ones override a part of it."""

    def __len__(self):
        return len(CLEAN)

    def __getitem__(self, index):
        return Sample(CLEAN[index], self.name(index), f"group-{index // 2}", {"sex": "f"})

    def name(self, index):
        return f"picture-{index}"


class Keyed(Right):
    @property
    def keys(self):
        return [(self.name(i), f"group-{i // 2}") for i in range(len(self))]


class Empty(Right):
    def __len__(self):
        return 0


class NotSized:
    def __getitem__(self, index):
        raise IndexError


class LengthRaises(Right):
    def __len__(self):
        raise OSError("the disk is gone")


class TooFewKeys(Keyed):
    @property
    def keys(self):
        return super().keys[1:]


class OtherKeys(Keyed):
    @property
    def keys(self):
        return [(name, "everybody") for name, _ in super().keys]


class OneName(Right):
    def name(self, index):
        return f"picture-{index // 10}"


class OneKey(Keyed):
    def name(self, index):
        return "picture-0" if index in (3, 4) else super().name(index)


class NoName(Right):
    def name(self, index):
        return ""


class NumberName(Right):
    def name(self, index):
        return index


class Bytes(Right):
    def __getitem__(self, index):
        return Sample((CLEAN[index] * 255).astype(np.uint8), self.name(index), "group")


class Flat(Right):
    def __getitem__(self, index):
        return Sample(CLEAN[index, ..., 0], self.name(index), "group")


class Tuples(Right):
    def __getitem__(self, index):
        return CLEAN[index], self.name(index)


class BadLabels(Right):
    def __getitem__(self, index):
        return Sample(CLEAN[index], self.name(index), "group", {"age": np.float32(3)})


class BadPartner(Right):
    def __getitem__(self, index):
        return Sample(CLEAN[index], self.name(index), "group", damaged=Damaged(CLEAN[index][:20]))


class Raising(Right):
    def __getitem__(self, index):
        if index == 19:
            raise KeyError("picture-19")
        return super().__getitem__(index)


class Forgetful(Right):
    """Gives what was not read before in another way than at the first reading."""

    def __init__(self):
        self.seen = set()

    def __getitem__(self, index):
        sample = super().__getitem__(index)
        again = index in self.seen
        self.seen.add(index)
        return Sample(1 - sample.clean, sample.id, sample.group, sample.labels) if again else sample


class InOrder(Right):
    """Draws samples one after the other from one generator."""

    def __init__(self):
        self.rng, self.drawn = np.random.default_rng(0), {}

    def __getitem__(self, index):
        if index not in self.drawn:
            self.drawn[index] = self.rng.random((8, 8, 1), np.float32)
        return Sample(self.drawn[index], self.name(index), "group")


class GlobalRandom(Right):
    def __getitem__(self, index):
        clean = np.full((8, 8, 1), np.random.rand(), np.float32)  # noqa: NPY002
        return Sample(clean, self.name(index), "group")


COUNTER = itertools.count()


class Counting(Right):
    def __getitem__(self, index):
        clean = np.full((8, 8, 1), next(COUNTER) % 7 / 7, np.float32)
        return Sample(clean, self.name(index), "group")


class PythonRandom(Right):
    def __getitem__(self, index):
        return Sample(np.full((8, 8, 1), random.random(), np.float32), self.name(index), "group")


def opened(path, *, how: str = "Right"):
    return globals()[how]()


def nothing(path):
    return None


OPENS, GIVES, NAMES, KEYS, AGAIN, ALONE = (
    "opens",
    "gives samples",
    "names each sample once",
    "has keys that agree with its samples",
    "gives the same again",
    "leaves global randomness alone",
)
PROBLEMS = {
    Right: [],
    Keyed: [],
    Empty: [(OPENS, "no samples")],
    NotSized: [(OPENS, "NotSized")],
    LengthRaises: [(OPENS, "OSError: the disk is gone")],
    TooFewKeys: [(OPENS, "19 keys for 20")],
    OtherKeys: [(KEYS, "('picture-0', 'everybody') as key 0")],
    OneName: [(NAMES, "4 samples the id picture-0")],
    OneKey: [(NAMES, "3 samples the id picture-0")],
    NoName: [(GIVES, "sample 0 no id"), (NAMES, "8 samples")],
    BadPartner: [(GIVES, "(20, 32, 1) as the damaged partner of picture-0")],
    Forgetful: [
        (AGAIN, "sample 0 when opened anew and read backwards"),
    ],
    InOrder: [(AGAIN, "sample 0 when opened anew and read backwards")],
    GlobalRandom: [
        (AGAIN, "sample 0 at the second reading"),
        (ALONE, "global random state"),
    ],
    Counting: [
        (AGAIN, "sample 0 at the second reading"),
        (ALONE, "state kept between readings"),
    ],
    PythonRandom: [
        (AGAIN, "sample 0 at the second reading"),
        (ALONE, "global random state"),
    ],
}
FIRST = {
    NumberName: (GIVES, "0, 'group-0' (index 0)"),
    Bytes: (GIVES, "uint8 (24, 32, 1) as sample picture-0"),
    Flat: (GIVES, "(24, 32) as sample picture-0"),
    Tuples: (GIVES, "tuple"),
    BadLabels: (GIVES, "{'age': np.float32(3.0)}"),
    Raising: (GIVES, "KeyError while decoding sample 19"),
}


def registered(name, function):
    component = Dataset(name, f"{__name__}:{function.__name__}", "")
    return component, Catalogue([Plugin("wrong", "restore-wrong", "2.3", "ok", components=(component,))])


@pytest.mark.parametrize("source", [*PROBLEMS, *FIRST], ids=lambda one: one.__name__)
def test_a_wrong_data_set_fails_by_name(source):
    _, catalogue = registered("a", opened)
    expected = PROBLEMS.get(source)
    if expected == []:
        testing.check_dataset("a", catalogue=catalogue, how=source.__name__)
        return
    with pytest.raises(testing.Nonconformity) as caught:
        testing.check_dataset("a", catalogue=catalogue, how=source.__name__)
    found = [(one.check, one.problem) for one in caught.value.findings]
    if expected is None:
        found, expected = found[:1], [FIRST[source]]
    assert [check for check, _ in found] == [check for check, _ in expected]
    assert all(words in problem for (_, problem), (_, words) in zip(found, expected, strict=True))


def test_a_function_that_opens_nothing_fails(judged):
    component, _ = registered("a", nothing)
    ((check, problem),) = judged(component)[0]
    assert check == OPENS
    assert "NoneType" in problem


def folder_of_ten(path):
    """Wants a folder of its own kind."""
    if path is None or not (path / "index.txt").exists():
        raise InputError("there is no index.txt")
    return Right()


def eager(path):
    if path is None:
        raise RequestError("say which folder")
    return Eager(path)


class Eager(Right):
    """Decodes all pictures of a folder when it is opened."""

    def __init__(self, path):
        from PIL import Image

        self.pictures = {}
        for file in sorted(path.rglob("*.png")):
            try:
                with Image.open(file) as picture:
                    grey = np.asarray(picture.convert("L"), np.float32) / 255
            except OSError as error:
                raise InputError(f"{file.name} cannot be read") from error
            self.pictures[file.name] = grey[..., None]

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        name = list(self.pictures)[index]
        return Sample(self.pictures[name], name, "group")


def test_a_data_set_that_wants_its_own_pictures_is_noted_and_checked_with_them(judged, tmp_path):
    component, catalogue = registered("a", folder_of_ten)
    problems, notes = judged(component)
    assert problems == []
    (note,) = notes
    assert "there is no index.txt" in note
    assert "--data PATH" in note
    with pytest.warns(RestoreWarning, match="restore-wrong 2.3: was not checked"):
        testing.check_dataset("a", catalogue=catalogue)
    with pytest.raises(testing.Nonconformity, match=r"refuses: there is no index\.txt"):
        testing.check_dataset("a", tmp_path, catalogue=catalogue)
    (tmp_path / "index.txt").touch()
    testing.check_dataset("a", tmp_path, catalogue=catalogue)


def test_a_data_set_that_decodes_when_opened_fails(judged, tmp_path):
    component, catalogue = registered("a", eager)
    ((check, problem),) = judged(component)[0]
    assert check == "opens without decoding"
    assert "zzz.png" in problem
    write_folder(tmp_path)
    testing.check_dataset("wrong/a", tmp_path, catalogue=catalogue)


def test_slow_opening_is_noted(judged, monkeypatch):
    from restore.testing import dataset

    monkeypatch.setattr(dataset, "SLOW", -1.0)
    component, _ = registered("a", opened)
    problems, (note,) = judged(component)
    assert problems == []
    assert note.endswith("s to open; decode images on access")
