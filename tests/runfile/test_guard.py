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
    "soft link": (lambda f: f.__setitem__("odd", h5py.SoftLink("/plan")), "/odd is a soft link"),
    "dangling soft link": (lambda f: f.__setitem__("odd", h5py.SoftLink("/nowhere")), "/odd is a soft link"),
    "external link": (
        lambda f: f.__setitem__("odd", h5py.ExternalLink("/etc/passwd", "/")),
        "/odd is an external link",
    ),
    "second hard link": (lambda f: f.__setitem__("odd", f["plan"]), "an object that the file lists twice"),
    "hard link to the root": (lambda f: f["data"].__setitem__("odd", f["/"]), "/data/odd is an object that the file"),
    "external storage": (
        lambda f: f.create_dataset("odd", (4,), "u1", external=[("/etc/passwd", 0, 4)]),
        "/odd keeps its values in external files",
    ),
    "virtual data set": (virtual, "/odd is a virtual data set"),
    "lzf": (lambda f: f.create_dataset("odd", data=np.zeros(9), compression="lzf"), "packed with filter 32000"),
    "scale-offset": (lambda f: f.create_dataset("odd", data=np.zeros(9, int), scaleoffset=0), "packed with filter 6"),
    "object references": (
        lambda f: f.create_dataset("odd", data=np.array([f["plan"].ref], h5py.ref_dtype)),
        "/odd holds references",
    ),
    "region references": (lambda f: f.create_dataset("odd", (1,), h5py.regionref_dtype), "/odd holds references"),
    "text of variable length": (lambda f: f.create_dataset("odd", data="text"), "/odd holds text of variable length"),
    "ragged": (lambda f: f.create_dataset("odd", (1,), h5py.vlen_dtype(np.int8)), "values of variable length"),
    "compound": (lambda f: f.create_dataset("odd", data=np.zeros(1, "i4,f4")), "/odd holds compound values"),
    "opaque": (lambda f: f.create_dataset("odd", data=np.void(b"code")), "/odd holds opaque objects"),
    "enumerated": (
        lambda f: f.create_dataset("odd", (1,), h5py.enum_dtype({"red": 1})),
        "/odd holds enumerated values",
    ),
    "array": (lambda f: f.create_dataset("odd", (1,), np.dtype(("f4", (2,)))), "/odd holds arrays"),
    "no values": (lambda f: f.create_dataset("odd", data=h5py.Empty("f4")), "/odd has no values"),
    "a type as an object": (lambda f: f.__setitem__("odd", np.dtype("f4")), "neither a group nor a data set"),
    "declares a tebibyte": (lambda f: f.create_dataset("odd", (2**40,), "u1"), "/odd declares 1,099,511,627,776 bytes"),
    "declares a tebibyte in chunks": (
        lambda f: f.create_dataset("odd", (2**40,), "u1", chunks=(2**20,)),
        "/odd declares 1,099,511,627,776 bytes, and stores 0",
    ),
    "declares long texts": (
        lambda f: f.create_dataset("odd", (2**20,), h5py.string_dtype("utf-8", 2**20)),
        "/odd declares 1,099,511,627,776 bytes",
    ),
    "one huge chunk": (
        lambda f: f.create_dataset("odd", (1,), "u1", maxshape=(None,), chunks=(2**31,)),
        "declares 2,147,483,648 bytes in one chunk",
    ),
    "declares much in pieces": (in_pieces, "the data sets declare 1,258,"),
    "nested": (nested, "nested more than 32 deep"),
    "long text attribute": (lambda f: f["plan"].attrs.__setitem__("odd", "x" * 100_000), "no single short value"),
    "attribute of many values": (lambda f: f.attrs.__setitem__("odd", np.zeros(5, int)), "no single short value"),
    "reference attribute": (lambda f: f.attrs.create("odd", f.ref, dtype=h5py.ref_dtype), "holds references"),
    "float attribute": (lambda f: f.attrs.__setitem__("odd", 1.5), "not a text or number"),
    "many attributes": (
        lambda f: [f["plan"].attrs.create(str(number), number) for number in range(guard.MAX_ATTRIBUTES + 1)],
        "/plan has 101 attributes",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_is_refused(name, forge):
    change, sentence = HOSTILE[name]
    with pytest.raises(InputError) as refused:
        read(forge(change))
    assert sentence in refused.value.what
    assert refused.value.where.endswith("forged.h5")
    assert refused.value.exit_code == 2


def test_user_defined_link_is_refused(forge):
    def patch(data):
        # A link message: kind 64 (external), length of the name, name; 65 is the first kind that a user may define.
        assert data.count(b"\x40\x07outside") == 1
        return data.replace(b"\x40\x07outside", b"\x41\x07outside")

    path = forge(lambda f: f["data"].__setitem__("outside", h5py.ExternalLink("x", "/")), patch=patch)
    with pytest.raises(InputError, match="/data/outside is a user-defined link"):
        read(path)


def test_a_wrong_checksum_in_a_long_group_does_not_crash(forge):
    # More than eight links of this kind lie in a heap with checksums, which the patch leaves wrong.
    path = forge(
        lambda f: f.__setitem__("outside", h5py.ExternalLink("x", "/")),
        patch=lambda data: data.replace(b"\x40\x07outside", b"\x41\x07outside"),
    )
    with pytest.raises(InputError, match="the HDF5 structure is damaged"):
        read(path)


def test_too_many_objects_are_refused(forge, monkeypatch):
    monkeypatch.setattr(guard, "MAX_OBJECTS", 60)
    with pytest.raises(InputError, match="more than 60 objects"):
        read(forge(lambda f: [f.create_group(f"odd/{number}") for number in range(30)]))


@pytest.mark.slow
def test_a_hundred_thousand_objects_are_refused(forge):
    def fill(file):
        for number in range(guard.MAX_OBJECTS):
            h5py.h5g.create(file.id, str(number).encode())

    with pytest.raises(InputError, match="more than 100,000 objects"):
        read(forge(fill))


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
