"""OpenCV's inpainting: only masked pixels change, in a plausible way, whatever size, mask and threads."""

import sys
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore import testing
from restore.errors import RequestError
from restore.planning.options import make_request
from restore.running.run import make_plan

NEEDED = pytest.mark.skipif(not find_spec("cv2"), reason="needs the extra opencv")
MODELS = ("telea", "navier-stokes", "fsr")
MODULE = "restore.builtin.models.opencv"


def model(name):
    from restore.builtin.models import opencv

    return getattr(opencv, name.replace("-", "_"))


def waves(height, width, channels):
    """Return an image of slow waves of another phase in each channel, float32 (1, H, W, C)."""
    rows, columns = np.mgrid[:height, :width]
    each = [0.65 + 0.3 * np.sin(rows / 9 + channel) * np.cos(columns / 11) for channel in range(channels)]
    return np.stack(each, axis=-1)[None].astype(np.float32)


def with_hole(clean, top, left, side):
    """Return an image with a black square, and its mask."""
    mask = np.zeros(clean.shape[:3], bool)
    mask[0, top : top + side, left : left + side] = True
    return np.where(mask[..., None], 0, clean).astype(np.float32), mask


def rms(restored, clean, mask):
    return float(np.sqrt(np.mean((restored[mask] - clean[mask]) ** 2)))


@NEEDED
@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(MODELS),
    st.tuples(st.integers(1, 2), st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3])),
    st.sampled_from([0, 0.05, 0.5, 0.95, 1]),
    st.integers(0, 2**32),
)
def test_only_masked_pixels_change(name, shape, share, seed):
    rng = np.random.default_rng(seed)
    images, masks = rng.random(shape, dtype=np.float32), rng.random(shape[:3]) < share
    before, masks_before = images.copy(), masks.copy()
    restored = model(name)(images, masks)
    assert np.array_equal(images, before)
    assert np.array_equal(masks, masks_before)
    assert restored.dtype == np.float32
    assert restored.shape == shape
    assert not np.shares_memory(restored, images)
    assert restored.min() >= 0
    assert restored.max() <= 1
    assert np.array_equal(restored[~masks], images[~masks])  # not rounded to 8 bits
    whole = masks.all(axis=(1, 2))
    assert np.array_equal(restored[whole], images[whole])


@NEEDED
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(64, 64), (61, 53), (17, 40)])
@pytest.mark.parametrize(("place", "most"), [((4, 9), 0.05), ((0, 0), 0.2), ((999, 999), 0.2)])
def test_slow_waves_are_continued(name, channels, size, place, most):
    side = 8
    clean = waves(*size, channels)
    top, left = (min(at, extent - side) for at, extent in zip(place, size, strict=True))
    damaged, mask = with_hole(clean, top, left, side)
    assert rms(model(name)(damaged, mask), clean, mask) < most < 0.3 < rms(damaged, clean, mask)


@NEEDED
@pytest.mark.parametrize("name", MODELS)
def test_a_constant_image_is_filled_to_its_last_row_and_column(name):
    clean = np.full((1, 45, 37, 1), 0.8, np.float32)
    damaged, mask = with_hole(clean, 30, 20, 17)
    assert model(name)(damaged, mask) == pytest.approx(clean, abs=0.05)


@NEEDED
@pytest.mark.parametrize("name", MODELS)
def test_channels_are_inpainted_each_by_itself(name):
    colour = waves(48, 48, 3)
    damaged, mask = with_hole(colour, 10, 20, 12)
    restored = model(name)(damaged, mask)
    for channel in range(3):
        alone = model(name)(damaged[..., channel : channel + 1], mask)
        assert np.array_equal(restored[..., channel : channel + 1], alone)


@NEEDED
def test_fsr_continues_a_texture_that_the_others_blur():
    rows, columns = np.mgrid[:64, :64]
    clean = (0.5 + 0.4 * np.sin(columns / 1.5 + rows / 3))[None, ..., None].astype(np.float32)
    damaged, mask = with_hole(clean, 20, 20, 16)
    fast, best, telea = (
        rms(model(name)(damaged, mask, **options), clean, mask)
        for name, options in (("fsr", {}), ("fsr", {"quality": "best"}), ("telea", {}))
    )
    assert best < fast < telea / 2


@NEEDED
def test_a_larger_radius_is_another_fill():
    damaged, mask = with_hole(waves(48, 48, 1), 10, 20, 12)
    assert not np.array_equal(model("telea")(damaged, mask), model("telea")(damaged, mask, radius=9))


@NEEDED
@pytest.mark.parametrize("name", MODELS)
def test_the_number_of_threads_changes_nothing(name):
    import cv2

    damaged, mask = with_hole(waves(96, 96, 3), 30, 40, 28)
    before, filled = cv2.getNumThreads(), []
    try:
        for threads in (0, 1, 2, 4):
            cv2.setNumThreads(threads)
            filled.append(model(name)(damaged, mask))
    finally:
        cv2.setNumThreads(before)
    assert all(np.array_equal(one, filled[0]) for one in filled)


@pytest.fixture
def without_opencv(monkeypatch):
    """Make importing OpenCV fail, as where the extra is not installed."""
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    yield
    sys.modules.pop(MODULE, None)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.usefixtures("without_opencv")
def test_a_missing_extra_is_reported_when_the_plan_is_made(name, restore, tmp_path):
    with pytest.raises(RequestError) as error:
        make_plan(make_request("fingerprint", corrupt="box", baselines=name))
    assert error.value.code == "missing-extra"
    assert f"builtin/{name}" in error.value.where
    assert "pip install 'restore-toolkit[opencv]'" in error.value.hint
    answer = restore("run", "fingerprint", "--corrupt", "box", "--baseline", name)
    assert answer.code == 2
    assert "restore-toolkit[opencv]" in answer.error[-1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("without_opencv")
def test_a_missing_extra_leaves_the_listing_whole(restore):
    answer = restore("list-plugins", "fsr", "--check")
    assert answer.code == 0
    assert "builtin/fsr" in answer.err
    assert "restore-toolkit[opencv]" in answer.err
    (plugin,) = restore("list-plugins", "builtin", "--json").json["plugins"]
    options = {one["name"]: one["options"] for one in plugin["components"] if one["kind"] == "model"}
    assert [name for name, read in options.items() if read is None] == list(MODELS)


@pytest.mark.usefixtures("without_opencv")
def test_a_check_without_the_extra_says_how_to_install_it():
    with pytest.raises(testing.Nonconformity) as error:
        testing.check("model builtin/fsr")
    (finding,) = error.value.findings
    assert "restore-toolkit[opencv]" in finding.hint
