"""What must hold for every corrupt file, and a process of its own that judges many of them."""

import io
import re
import signal
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

import numpy as np
from images.fuzzing.mutations import fuzzed
from PIL import Image, ImageFile

from restore.errors import InputError
from restore.images import MAX_PIXELS, read

COMPARED = bool(find_spec("cv2") and find_spec("imagecodecs"))
"""Whether other decoders than Pillow are at hand: those of the group `bench`."""
OWN = ("BMP", "DIB", "TIFF")
"""Formats that are not decoded by Pillow, which is then one of the other decoders."""
FORMATS = ("BMP", "DIB", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
FEW_BITS = {"L;2": 85, "L;4": 17}
"""What Pillow multiplies greys of few bits by, but not their transparent value."""
ROOM = 2**30
"""Bytes that a process may take beyond those it starts with."""
PATIENCE = 60
"""Seconds after which decoding counts as a hang; an intact image of the most pixels takes a few."""
SMALL = 1_000_000
"""Pixels allowed for all but every fiftieth file, so that ten thousand take a minute."""
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def judge(path, max_pixels=SMALL):
    """Return `decoded` or the code of the refusal; raises AssertionError for anything else."""
    try:
        image_file = read(path, max_pixels=max_pixels)
    except InputError as error:
        _assert_refusal(error, path)
        return error.code
    _assert_image(image_file, max_pixels)
    try:
        if image_file.format not in OWN and (seen := _strictly_decoded(path)):
            _assert_equal(image_file, *seen)
        if COMPARED:
            _assert_seen_alike(image_file, path.read_bytes())
    except MemoryError:
        return "decoded, not compared"
    return "decoded"


def _assert_refusal(error, path):
    """Assert that a refusal has a code and one line each for what is wrong, where, and what to do."""
    assert error.exit_code == 2
    assert error.code != InputError.code
    assert error.what
    assert str(path) in error.where
    for line in (error.what, error.where, error.hint):
        assert line.isprintable()
        assert len(line) < 400


def _assert_image(image_file, max_pixels):
    """Assert that the content of a file is of the documented shapes, types and ranges."""
    pixels, alpha = image_file.pixels, image_file.alpha
    assert pixels.ndim == 3
    assert pixels.shape[2] in (1, 3)
    assert 0 < pixels.shape[0] * pixels.shape[1] <= max_pixels
    assert alpha is None or alpha.shape == pixels.shape[:2]
    for values in (pixels,) if alpha is None else (pixels, alpha):
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
        assert values.min() >= 0
        assert values.max() <= 1
    assert all(note.isprintable() and note for note in image_file.notes), image_file.notes


def _assert_seen_alike(image_file, data):
    """Assert that one of the other decoders that take a file sees the same pixels."""
    from other_decoders import differs, others

    answers = {name: differs(image_file, values, most) for name, values, most in others(data, image_file)}
    assert not answers or not all(answers.values()), f"{' and '.join(answers)} differ"


def _strictly_decoded(path):
    """Return a file decoded by Pillow without padding and without a limit of pixels, upright and as it is stored.

    None for metadata that it refuses, in PNG and JPEG: there the other decoders have to agree.
    """
    settings = patch.object(Image, "MAX_IMAGE_PIXELS", None), patch.object(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    with warnings.catch_warnings(), settings[0], settings[1]:
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(path.read_bytes()), formats=FORMATS)
            raw = str(image.tile[0][3]) if image.format == "PNG" and image.tile else ""
            image.load()
            if raw in FEW_BITS and "transparency" in image.info:
                image.info["transparency"] *= FEW_BITS[raw]
        except (OSError, SyntaxError, ValueError):
            if path.read_bytes()[:2] in (b"\x89P", b"\xff\xd8"):
                return None
            raise
        try:
            orientation = image.getexif().get(0x0112, 1)
        except Exception:  # noqa: BLE001 - broken EXIF data is not a reason to refuse an image
            orientation = 1
        upright = image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image
    return upright, image


def _assert_equal(image_file, upright, image):
    """Assert that a file has the values that Pillow decodes, where its mode defines them."""
    assert image_file.format == image.format
    assert image_file.pixels.shape[:2] == upright.size[::-1]
    if image.mode in ("RGB", "RGBA") and image_file.depth == 16:  # of which Pillow keeps the upper byte
        whole = np.rint(image_file.pixels * 65535).astype(np.uint16) >> 8
        upper = np.asarray(upright)
        if upper.shape[2] == 3 or image_file.pixels.shape[2] == 3:
            assert np.array_equal(whole, upper[..., :3])
        else:  # grey with alpha, which Pillow reads as colour
            assert np.array_equal(whole[..., 0], upper[..., 0])
        return
    scale = {8: 255, 16: 65535, 32: 1}[image_file.depth]
    key = image.info.get("transparency")
    if image.mode in ("1", "L", "LA", "RGB", "RGBA"):
        values = np.asarray(upright.convert("L") if image.mode == "1" else upright)
        values = values[..., None] if values.ndim == 2 else values
    elif image.mode in ("P", "PA"):
        values = np.asarray(upright.convert("RGB" if image.mode == "P" and key is None else "RGBA"))
        if (values[..., :1] == values[..., :3]).all():
            values = values[..., [0, *range(3, values.shape[2])]]
        key = None
    elif image.mode.startswith(("I", "F")):
        values = np.asarray(upright)[..., None]
    else:
        assert image_file.pixels.shape[2] == 3
        assert f"{image.mode} converted to RGB" in image_file.notes
        return
    colours = values.shape[2] - 1 + values.shape[2] % 2
    assert np.array_equal(image_file.pixels, values[..., :colours].astype(np.float32) / np.float32(scale))
    if colours < values.shape[2]:
        assert np.array_equal(image_file.alpha, values[..., -1].astype(np.float32) / np.float32(scale))
    elif key is None:
        assert image_file.alpha is None or image.format == "GIF"  # whose first frame may be smaller
    elif isinstance(key, int | tuple) and image.format != "GIF" and np.size(key) == colours:
        assert np.array_equal(image_file.alpha == 0, (values == np.asarray(key)).all(axis=-1))


def main(kind, seed, start, end, folder):
    """Judge files `start` to `end` of a format; prints the number of each, then its outcome."""
    import resource  # which not every system has

    size = int(re.search(r"VmSize:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size + ROOM, size + ROOM))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    path = Path(folder) / f"{kind}.{start}"
    for number in range(start, end):
        sys.stdout.write(f"{number} ")
        sys.stdout.flush()
        path.write_bytes(fuzzed(kind, seed, number))
        signal.alarm(PATIENCE)  # whose default is to end the process, also inside a decoder
        outcome = judge(path, SMALL if number % 50 else MAX_PIXELS)
        signal.alarm(0)
        sys.stdout.write(f"{outcome}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
