"""What is no image is called what it is, whatever its name."""

import gzip
import io
import zipfile

import numpy as np
import pytest
from images.fuzzing.files import saved

from restore.errors import InputError
from restore.images import read

POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.png", b"")
    return buffer.getvalue()


OTHERS = {
    "Git LFS pointer": (POINTER,),
    "HTML": (
        b"<!DOCTYPE html>\n<html><body>404</body></html>",
        b"\xef\xbb\xbf  \r\n<HTML><head>",
        b"<!-- moved --><html>",
        b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">',
        b"<html" + b" " * 9000 + b">",
    ),
    "XML": (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg/>'),
    "text": (
        b"not found\n",
        b'{"message": "Not Found"}',
        "nicht gefunden: ä".encode(),
        b"P6 is a model of a car",
        b"x",
    ),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3",),
    "PostScript": (b"%!PS-Adobe-3.0\n",),
    "ZIP": (zipped(),),
    "gzip": (gzip.compress(saved(np.zeros((4, 4), np.uint8), "PNG")),),
    "NumPy": (b"\x93NUMPY\x01\x00",),
    "PNG with a corrupt header": (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x0dIHDR" + bytes(13) + b"\xc4\xea\xc1\xe6",),
    "JPEG with a corrupt header": (b"\xff\xd8\xff\xe0\0\x10",),
    "PNM with a corrupt header": (b"P6\n-3 4 255\n",),
}
FORMATS = {
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "JPEG XL": b"\xff\x0a\x00",
    "WSQ": b"\xff\xa0\xff\xa8",
    "HEIC": b"\0\0\0\x18ftypheic",
    "AVIF": b"\0\0\0\x1cftypavif",
    "DICOM": bytes(128) + b"DICM",
    "PAM": b"P7\nWIDTH 4\n",
    "OpenEXR": b"v/1\1\2\0\0\0",
    "Photoshop PSD": b"8BPS\0\1",
}


def refusal(path):
    with pytest.raises(InputError) as error:
        read(path)
    assert str(path) in error.value.where
    assert error.value.hint
    return error.value


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg", "a.bmp"])
@pytest.mark.parametrize("kind", OTHERS)
def test_other_files_with_the_ending_of_an_image(kind, name, tmp_path):
    for data in OTHERS[kind]:
        (tmp_path / name).write_bytes(data)
        error = refusal(tmp_path / name)
        assert error.code in {"not-an-image", "truncated"}
        if error.code == "not-an-image":
            assert kind in error.what


def test_a_pointer_is_fetched_by_git(tmp_path):
    (tmp_path / "a.png").write_bytes(POINTER)
    assert "git lfs pull" in refusal(tmp_path / "a.png").hint


@pytest.mark.parametrize("kind", FORMATS)
def test_formats_that_are_not_read(kind, tmp_path):
    (tmp_path / "a.png").write_bytes(FORMATS[kind])
    error = refusal(tmp_path / "a.png")
    assert error.code == "unsupported-format"
    assert kind in error.what


def test_what_nobody_knows(tmp_path):
    (tmp_path / "a.png").write_bytes(bytes(range(128, 256)))
    assert refusal(tmp_path / "a.png").code == "not-an-image"
