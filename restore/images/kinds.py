"""What a file is that is not read as an image, from its first bytes."""

from __future__ import annotations

import re
from itertools import product

from restore.errors import InputError

HEAD = 512
"""First bytes of a file by which its kind is recognised."""
_READ = "supported: BMP, GIF, JPEG, PNG, PNM, TIFF and WebP"
_DOWNLOAD = "download it again; the server may have answered with an error page"
_CONVERT = f"convert it; {_READ}"
_STARTS = (
    (b"version https://git-lfs.github.com/spec/", "a Git LFS pointer, not the image itself", "run `git lfs pull`"),
    (b"%PDF-", "a PDF document, not an image", "export its pages as images"),
    (b"%!PS", "a PostScript document, not an image", "export it as an image"),
    (b"PK\3\4", "a ZIP archive, not an image", "unpack it"),
    (b"PK\5\6", "an empty ZIP archive, not an image", "unpack it"),
    (b"\x1f\x8b", "gzip-compressed data, not an image", "unpack it"),
    (b"BZh", "bzip2-compressed data, not an image", "unpack it"),
    (b"\xfd7zXZ\0", "xz-compressed data, not an image", "unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive, not an image", "unpack it"),
    (b"Rar!\x1a\7", "a RAR archive, not an image", "unpack it"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, not an image", "export its images"),
    (b"\x93NUMPY", "a NumPy array, not an image file", "save it as PNG or TIFF"),
    (b"\x89PNG\r\n\x1a\n", "PNG with a corrupt header", "export it again"),
    (b"\xff\xd8", "JPEG with a corrupt header", "export it again"),
    *((b"P%d%c" % one, "PNM with a corrupt header", "export it again") for one in product(range(1, 7), b" \n\r\t#")),
    (b"RIFF", "WebP with a corrupt header, or not an image", "export it again"),
    (b"GIF8", "GIF with a corrupt header", "export it again"),
    (b"BM", "BMP with a corrupt header", "export it again"),
    (b"II*\0", "TIFF with a corrupt header", "export it again"),
    (b"MM\0*", "TIFF with a corrupt header", "export it again"),
)
"""First bytes, what a file with them is, and what to do."""
_FORMATS = (
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\xff\xa0\xff", "WSQ"),
    (b"II\xbc", "JPEG XR"),
    (b"8BPS", "Photoshop PSD"),
    (b"v/1\1", "OpenEXR"),
    (b"#?R", "Radiance HDR"),
    (b"P7", "PAM"),
    (b"\0\0\1\0", "the format of Windows icons"),
    (b"\0\0\2\0", "the format of Windows cursors"),
    (b"FORM", "IFF"),
    (b"SIMPLE  =", "FITS"),
    (b"gimp xcf", "GIMP XCF"),
)
"""First bytes of images in formats that are not read."""
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", **dict.fromkeys((b"heic", b"heix", b"mif1", b"msf1", b"hevc"), "HEIC")}
"""Brands of ISO base media files."""
_MARKUP = re.compile(
    rb"^\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(!doctype html|html|head|body|svg|[a-z?!])", re.IGNORECASE | re.DOTALL
)


def explain(head: bytes, where: str) -> InputError:
    """Return the refusal of a file that no decoder takes, from its first `HEAD` bytes."""
    if name := _format(head):
        return InputError(f"{name} is not supported", code="unsupported-format", where=where, hint=_CONVERT)
    found = next(((what, hint) for start, what, hint in _STARTS if head.startswith(start)), None) or _text(head)
    what, hint = found or ("not an image, or its header is corrupt", _READ)
    return InputError(what, code="not-an-image", where=where, hint=hint)


def _format(head: bytes) -> str:
    """Return the name of an image format that is not read, "" for others."""
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return _BRANDS[head[8:12]]
    if head[128:132] == b"DICM":
        return "DICOM"
    return next((name for start, name in _FORMATS if head.startswith(start)), "")


def _text(head: bytes) -> tuple[str, str] | None:
    """Return the kind of a page, drawing or text, None for others."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    if found := _MARKUP.match(text):
        element = found[1].lower()
        if element == b"svg":
            return "an SVG drawing, not an image of pixels", "export it as PNG"
        page = element in (b"!doctype html", b"html", b"head", b"body")
        return f"an {'HTML page' if page else 'XML document'}, not an image", _DOWNLOAD
    return ("a text file, not an image", _DOWNLOAD) if _is_text(text) else None


def _is_text(head: bytes) -> bool:
    """Return whether these bytes are printable UTF-8, perhaps cut within a character."""
    for end in range(len(head), max(len(head) - 4, 0), -1):
        try:
            text = head[:end].decode()
        except UnicodeDecodeError:
            continue
        return all(one.isprintable() or one in "\t\r\n\f" for one in text)
    return False
