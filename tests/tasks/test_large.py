"""`restore apply` on a photograph of 24 megapixels: the memory that its process takes."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from restore.images import read

pytest.importorskip("resource", reason="needs getrusage")
HEIGHT, WIDTH = 4000, 6000
MOST = 2e9
"""Bytes of memory that are allowed."""
CHILD = """
import atexit, resource, sys
from restore.cli import main
atexit.register(lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr))
main(sys.argv[1:])
"""
SCRATCHES = [((600, 200), (5400, 3720)), ((4800, 400), (1800, 2400)), ((300, 2800), (5700, 2400))]


def scratched(colours):
    """Return a photograph, smooth shapes of many sizes under noise, with scratches, and their mask."""
    rng = np.random.default_rng(0)
    light = np.full((HEIGHT, WIDTH, 3), 128, np.float32)
    for octave in range(1, 8):
        coarse = rng.normal(0, 60 / octave, (3, 2**octave + 1, 2**octave * 3 // 2 + 1)).astype(np.float32)
        for channel, plane in enumerate(coarse):
            light[..., channel] += np.asarray(Image.fromarray(plane).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
    light += rng.normal(0, 3, (HEIGHT, WIDTH, 1)).astype(np.float32)
    image, mask = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8)), Image.new("L", (WIDTH, HEIGHT))
    for line, colour in zip(SCRATCHES, colours, strict=True):
        ImageDraw.Draw(image).line(line, fill=colour, width=8)
        ImageDraw.Draw(mask).line(line, fill=255, width=10)
    return image, mask


@pytest.mark.slow
@pytest.mark.parametrize("given", [False, True], ids=["blind", "mask"])
def test_a_photograph_takes_less_than_two_gigabytes(given, tmp_path, figure):
    image, mask = scratched([(250, 250, 250), (5, 5, 5), (255, 255, 240)])
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "photo.jpg", quality=92, exif=exif)
    mask.transpose(Image.Transpose.ROTATE_270).save(tmp_path / "mask.png")
    options = ["--mask", "mask.png"] if given else []
    command = [sys.executable, "-c", CHILD, "apply", "face/pretrained", "photo.jpg", "-o", "out.jpg", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    taken = int(done.stderr.splitlines()[-1]) * 1024
    before, after = (read(tmp_path / name).pixels for name in ("photo.jpg", "out.jpg"))
    changed = (before != after).any(axis=2).mean()
    figure(
        f"24 megapixels, {'mask given' if given else 'blind'}: {taken / 1e9:.2f} GB, {changed:.1%} of the pixels changed"
    )
    assert 0 < changed < 0.1
    assert taken < MOST
