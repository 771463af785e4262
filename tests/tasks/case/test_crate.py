"""A case as an RO-Crate: the same bytes each time, whole, and verified by somebody else."""

import json
import zipfile

import pytest
from tasks.case import lab

from restore.errors import RequestError
from restore.tasks.case.crate import NAME, PROFILE, export_case
from restore.tasks.case.folder import open_case


@pytest.fixture
def crate(made, stand_in, tmp_path):
    export_case(open_case(made / "case"), tmp_path / "case.zip", overwrite=False)
    return tmp_path / "case.zip"


def rewrite(crate, change):
    """Write the archive anew, with members changed: name to bytes, None for none."""
    with zipfile.ZipFile(crate) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(crate, "w") as archive:
        for name, data in change(members).items():
            archive.writestr(name, data)


def test_the_same_case_gives_the_same_bytes(made, crate, tmp_path):
    export_case(open_case(made / "case"), tmp_path / "again.zip", overwrite=False)
    assert crate.read_bytes() == (tmp_path / "again.zip").read_bytes()


def test_an_exported_case_replays(crate):
    verdict = lab.verify(crate)
    assert (verdict.damages, verdict.notes, verdict.replayed) == ([], [], 6)


def ids(links):
    """Return the ids of links; a single one stands without a list."""
    return {one["@id"] for one in (links if isinstance(links, list) else [links])}


def test_it_is_a_process_run_crate(made, crate):
    with zipfile.ZipFile(crate) as archive:
        names = archive.namelist()
        document = json.loads(archive.read(NAME))
    assert names[0] == NAME
    things = {one["@id"]: one for one in document["@graph"]}
    assert len(things) == len(document["@graph"])
    root = things["./"]
    assert things[NAME]["about"] == {"@id": "./"}
    assert root["conformsTo"] == {"@id": PROFILE}
    assert {"name", "description", "datePublished"} <= root.keys()
    assert ids(root["hasPart"]) == set(names) - {NAME}
    assert (ids(root["license"]) | ids(root["author"])) <= things.keys()
    actions = [things[name] for name in sorted(ids(root["mentions"]))]
    entries = [entry for entry in open_case(made / "case").entries if entry.step]
    for action, entry in zip(actions, entries, strict=True):
        assert (action["@type"], action["description"], action["endTime"]) == ("CreateAction", entry.why, entry.time)
        assert things[action["agent"]["@id"]] == {"@id": "#person-ann", "@type": "Person", "name": "ann"}
        assert things[action["instrument"]["@id"]]["@type"] == "SoftwareApplication"
        assert ids(action["object"]) >= {f"originals/{name}" for name in entry.step.originals}
        for name in ids(action["object"]) | ids(action["result"]):
            assert things[name]["sha256"] == open_case(made / "case").files[name]


@pytest.mark.parametrize("name", ["log.jsonl", NAME, "originals/a.png", "steps/0003/b.jpg"])
def test_a_flipped_byte_in_the_archive_is_named(crate, name):
    with zipfile.ZipFile(crate) as archive:
        at = archive.getinfo(name).header_offset + 30 + len(name) + 200
    data = bytearray(crate.read_bytes())
    data[at] ^= 1
    crate.write_bytes(data)
    assert name in [one.part for one in lab.verify(crate, replay=False).damages]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda files: {**files, "../../out.txt": b"x"}, ["out.txt"]),
        (lambda files: {name: data for name, data in files.items() if name != NAME}, [NAME]),
        (lambda files: {**files, NAME: files[NAME].replace(b'"try 1"', b'"try 2"')}, [NAME]),
    ],
    ids=["outside", "without description", "other description"],
)
def test_a_changed_archive_is_named(crate, change, named):
    rewrite(crate, change)
    assert [one.part for one in lab.verify(crate, replay=False).damages] == named
    assert not (crate.parent.parent / "out.txt").exists()


def test_compressed_members_are_not_unpacked(crate):
    with zipfile.ZipFile(crate, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("originals/bomb.png", b"0" * 10**6)
    assert [one.part for one in lab.verify(crate, replay=False).damages] == ["originals/bomb.png"]


def test_names_are_judged(made, crate, stand_in):
    case = open_case(made / "case")
    for file, code in ((crate, "file-exists"), (crate.with_suffix(".tar"), "bad-option")):
        with pytest.raises(RequestError) as refused:
            export_case(case, file, overwrite=False)
        assert refused.value.code == code


def test_a_case_that_has_changed_is_not_exported(case, tmp_path):
    (case / "originals/a.png").chmod(0o600)
    (case / "originals/a.png").write_bytes(b"")
    with pytest.raises(RequestError) as refused:
        export_case(open_case(case), tmp_path / "out.zip", overwrite=False)
    assert refused.value.code == "damaged-case"
    assert "originals/a.png" in refused.value.what
    assert not (tmp_path / "out.zip").exists()
