"""Every kind of hostile content is refused by its own sentence, under a right seal."""

import h5py
import numpy as np
import pytest

from restore.errors import InputError
from restore.runfile import guard
from restore.runfile.read import read

UTF8 = h5py.string_dtype("utf-8", 4)


def virtual(file):
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4,))
    file.create_virtual_dataset("odd", layout)


def nested(file):
    group = file
    for _ in range(guard.MAX_DEPTH + 1):
        group = group.create_group("deeper")


def in_pieces(file):
    for number in range(20):
        file.create_dataset(f"odd/{number}", (60 * 2**20,), "u1")


HOSTILE = {
    "soft link": (lambda f: f.__setitem__("odd", h5py.SoftLink("/plan")), "/odd"),
    "dangling soft link": (lambda f: f.__setitem__("odd", h5py.SoftLink("/nowhere")), "/odd"),
    "external link": (
        lambda f: f.__setitem__("odd", h5py.ExternalLink("/etc/passwd", "/")),
        "/odd",
    ),
    "second hard link": (lambda f: f.__setitem__("odd", f["plan"]), "/plan"),
    "hard link to the root": (lambda f: f["data"].__setitem__("odd", f["/"]), "/data/odd"),
    "external storage": (
        lambda f: f.create_dataset("odd", (4,), "u1", external=[("/etc/passwd", 0, 4)]),
        "/odd",
    ),
    "virtual dataset": (virtual, "/odd"),
    "lzf": (lambda f: f.create_dataset("odd", data=np.zeros(9), compression="lzf"), "32000"),
    "scale-offset": (lambda f: f.create_dataset("odd", data=np.zeros(9, int), scaleoffset=0), "6"),
    "object references": (
        lambda f: f.create_dataset("odd", data=np.array([f["plan"].ref], h5py.ref_dtype)),
        "/odd",
    ),
    "region references": (lambda f: f.create_dataset("odd", (1,), h5py.regionref_dtype), "/odd"),
    "text of variable length": (lambda f: f.create_dataset("odd", data="text"), "/odd"),
    "ragged": (lambda f: f.create_dataset("odd", (1,), h5py.vlen_dtype(np.int8)), "/odd"),
    "compound": (lambda f: f.create_dataset("odd", data=np.zeros(1, "i4,f4")), "/odd"),
    "opaque": (lambda f: f.create_dataset("odd", data=np.void(b"code")), "/odd"),
    "enumerated": (
        lambda f: f.create_dataset("odd", (1,), h5py.enum_dtype({"red": 1})),
        "/odd",
    ),
    "array": (lambda f: f.create_dataset("odd", (1,), np.dtype(("f4", (2,)))), "/odd"),
    "no values": (lambda f: f.create_dataset("odd", data=h5py.Empty("f4")), "/odd"),
    "a type as an object": (lambda f: f.__setitem__("odd", np.dtype("f4")), "/odd"),
    "declares a tebibyte": (lambda f: f.create_dataset("odd", (2**40,), "u1"), "1,099,511,627,776"),
    "declares a tebibyte in chunks": (
        lambda f: f.create_dataset("odd", (2**40,), "u1", chunks=(2**20,)),
        "1,099,511,627,776",
    ),
    "declares long texts": (
        lambda f: f.create_dataset("odd", (2**20,), h5py.string_dtype("utf-8", 2**20)),
        "1,099,511,627,776",
    ),
    "one huge chunk": (
        lambda f: f.create_dataset("odd", (1,), "u1", maxshape=(None,), chunks=(2**31,)),
        "2,147,483,648",
    ),
    "declares much in pieces": (in_pieces, "1,258,"),
    "nested": (nested, "32"),
    "long text attribute": (lambda f: f["plan"].attrs.__setitem__("odd", "x" * 100_000), "'odd'"),
    "attribute of many values": (lambda f: f.attrs.__setitem__("odd", np.zeros(5, int)), "'odd'"),
    "reference attribute": (lambda f: f.attrs.create("odd", f.ref, dtype=h5py.ref_dtype), "'odd'"),
    "float attribute": (lambda f: f.attrs.__setitem__("odd", 1.5), "'odd'"),
    "many attributes": (
        lambda f: [f["plan"].attrs.create(str(number), number) for number in range(guard.MAX_ATTRIBUTES + 1)],
        "101",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_is_refused(name, forge):
    change, value = HOSTILE[name]
    with pytest.raises(InputError) as refused:
        read(forge(change))
    assert refused.value.code == "bad-run-file"
    assert value in refused.value.what
    assert refused.value.where.endswith("forged.h5")
    assert refused.value.exit_code == 2


def test_user_defined_link_is_refused(forge):
    def patch(data):
        # A link message: kind 64 (external), length of the name, name; 65 is the first kind that a user may define.
        assert data.count(b"\x40\x07outside") == 1
        return data.replace(b"\x40\x07outside", b"\x41\x07outside")

    path = forge(lambda f: f["data"].__setitem__("outside", h5py.ExternalLink("x", "/")), patch=patch)
    with pytest.raises(InputError) as refused:
        read(path)
    assert refused.value.code == "bad-run-file"
    assert "/data/outside" in refused.value.what


def test_a_wrong_checksum_in_a_long_group_does_not_crash(forge):
    # More than eight links of this kind lie in a heap with checksums, which the patch leaves wrong.
    path = forge(
        lambda f: f.__setitem__("outside", h5py.ExternalLink("x", "/")),
        patch=lambda data: data.replace(b"\x40\x07outside", b"\x41\x07outside"),
    )
    with pytest.raises(InputError) as refused:
        read(path)
    assert refused.value.code == "bad-run-file"


def test_too_many_objects_are_refused(forge, monkeypatch):
    monkeypatch.setattr(guard, "MAX_OBJECTS", 60)
    with pytest.raises(InputError) as refused:
        read(forge(lambda f: [f.create_group(f"odd/{number}") for number in range(30)]))
    assert refused.value.code == "bad-run-file"
    assert " 60 " in refused.value.what


@pytest.mark.slow
def test_a_hundred_thousand_objects_are_refused(forge):
    def fill(file):
        for number in range(guard.MAX_OBJECTS):
            h5py.h5g.create(file.id, str(number).encode())

    with pytest.raises(InputError) as refused:
        read(forge(fill))
    assert refused.value.code == "bad-run-file"
    assert "100,000" in refused.value.what


def test_a_name_cannot_reach_the_terminal(forge):
    with pytest.raises(InputError) as refused:
        read(forge(lambda f: f.__setitem__("\x1b[2J\n", h5py.SoftLink("/plan"))))
    assert refused.value.what.isprintable()


def test_admits_what_the_project_never_writes_but_may_meet(forge):
    def change(file):
        file.create_dataset("odd", data=np.arange(9), chunks=(3,), compression="gzip", shuffle=True, fletcher32=True)
        file.create_dataset("yes", data=np.array([True, False]))
        file.create_dataset("nothing", data=np.zeros((0, 3), ">f8"))
        file.create_dataset("zeros", (32 * 2**20,), "u1")  # nothing stored, and little declared

    read(forge(change))
