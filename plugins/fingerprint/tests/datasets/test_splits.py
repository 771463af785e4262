"""No subject and no image is in two sets of a split, as prepared by the engine."""

import pytest

from restore.pipeline.data import prepare
from restore_fingerprint.datasets.fvc import fvc2002
from restore_fingerprint.datasets.socofing import socofing
from restore_fingerprint.datasets.source import UNCHANGED

SIZES = {"size": (96, 96), "channels": 1, "cache": False, "workers": 1}


def people_of(examples):
    return {one["subject"] for one in examples.labels}


def require_disjoint(*sides):
    """Raise `AssertionError` where a subject or an image is in two sets."""
    for number, one in enumerate(sides):
        for other in sides[number + 1 :]:
            assert people_of(one).isdisjoint(people_of(other))
            assert set(one.sha256).isdisjoint(other.sha256)


def sides_of(data):
    return data.train, data.validation, data.test


def test_the_check_finds_a_subject_in_two_sets(collection):
    data = prepare(socofing(collection, group="finger"), **SIZES)
    with pytest.raises(AssertionError):
        require_disjoint(*sides_of(data))


@pytest.mark.parametrize("options", [{}, {"altered": "none"}, {"altered": "zcut", "level": "hard"}])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_subject_is_in_two_sets(tmp_path, drawn, options, seed):
    root = drawn.make_socofing(tmp_path, subjects=range(1, 8), digits=["Left_thumb", "Right_thumb"], kinds=["zcut"])
    data = prepare(socofing(root, **options), seed=seed, **SIZES)
    require_disjoint(*sides_of(data))
    assert set().union(*map(people_of, sides_of(data))) == {str(subject) for subject in range(1, 8)}


@pytest.mark.parametrize("seed", range(4))
def test_subjects_that_share_an_image_stay_together_and_are_noted(tmp_path, drawn, seed):
    root = drawn.make_socofing(tmp_path, subjects=range(1, 9), digits=["Left_little"], kinds=["zcut"], levels=["Hard"])
    twins = {2: 7, 7: 5}  # a chain: 2 and 5 have nothing in common but 7
    digits = {2: ["Right_little"], 7: ["Left_little", "Right_little"], 5: ["Left_little"]}
    for first, second in twins.items():
        inside = drawn.ridges(("common", first), (97, 90))
        for subject, digit in ((first, digits[first][-1]), (second, digits[second][0])):
            drawn.save_real(root / "Real" / drawn.name_of(subject, digit), inside)
            path = root / "Altered" / "Altered-Hard" / drawn.name_of(subject, digit, "zcut")
            drawn.save_altered(path, inside)
    data = prepare(socofing(root), seed=seed, **SIZES)
    require_disjoint(*sides_of(data))
    (side,) = (people_of(one) for one in sides_of(data) if "7" in people_of(one))
    assert {"2", "5", "7"} <= side
    assert any(all(f"/{subject}__" in note for subject in (2, 5, 7)) for note in data.warnings)


def test_a_limit_keeps_subjects_whole(collection):
    root = collection
    (small, large) = (prepare(socofing(root), limit=limit, **SIZES) for limit in (80, 108))
    counts = {}
    for side in sides_of(small):
        for group in side.groups:
            counts[group] = counts.get(group, 0) + 1
    assert set(counts.values()) == {36}
    assert set().union(*map(people_of, sides_of(large))) == {"1", "2", "3"}


def test_fingers_of_the_fvc_are_in_one_set(tmp_path, drawn):
    for database in ("DB1_B", "DB2_B"):
        for finger in range(101, 105):
            for impression in (1, 2):
                image = drawn.ridges((database, finger, impression), (80, 70), 9)
                drawn.save(tmp_path / database / f"{finger}_{impression}.tif", image)
    data = prepare(fvc2002(tmp_path), **SIZES)
    sides = [{(one["database"], one["finger"]) for one in side.labels} for side in sides_of(data)]
    assert sum(map(len, sides)) == 8


def test_the_real_collection(real):
    data = prepare(socofing(real / "SOCOFing", altered="obliteration", level="easy"), **SIZES)
    require_disjoint(*sides_of(data))
    (equal,) = (note for note in data.warnings if UNCHANGED in note)
    assert "26__M_Right_little_finger_Obl" in equal
    assert len(set().union(*map(people_of, sides_of(data)))) == 120
