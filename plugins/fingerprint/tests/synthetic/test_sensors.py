"""Each style of sensor has the background, grey values and outline of the real one, with medians in its range."""

import numpy as np
import pytest
from scipy import ndimage

from restore_fingerprint.synthetic import synthetic
from restore_fingerprint.synthetic.sensors import SENSORS

SIZES = {"socofing": (97, 90), "optical": (374, 388), "capacitive": (300, 300)}

# The 5 to 95 % range of real prints (benchmarks/prints.py): SOCOFing, FVC2002 DB1_B and DB3_B.
REAL = {
    "socofing": {"mean": (0.46, 0.75), "sd": (0.35, 0.44), "middle": (0.11, 0.75)},
    "optical": {"mean": (0.73, 0.95), "sd": (0.12, 0.34), "middle": (0.5, 0.9)},
    "capacitive": {"mean": (0.28, 0.45), "sd": (0.08, 0.16), "middle": (0.18, 0.42)},
}


def prints(sensor, count=24, **options):
    options.setdefault("size", SIZES[sensor])
    source = synthetic(None, count=count, sensor=sensor, **options)
    return np.stack([source[index].clean[:, :, 0] for index in range(count)])


@pytest.fixture(scope="module")
def drawn():
    return {sensor: prints(sensor) for sensor in SENSORS}


@pytest.mark.parametrize("sensor", SENSORS)
def test_median_grey_values_lie_in_the_real_range(drawn, sensor):
    images = drawn[sensor]
    height, width = SIZES[sensor]
    centre = images[:, height // 2 : 3 * height // 4, width // 3 : 2 * width // 3]
    measured = {"mean": images.mean((1, 2)), "sd": images.std((1, 2)), "middle": centre.mean((1, 2))}
    for name, (low, high) in REAL[sensor].items():
        assert low < np.median(measured[name]) < high, name


def test_backgrounds_differ(drawn):
    corners = {s: images[:, :6, [0, 1, 2, 3, 4, 5, -6, -5, -4, -3, -2, -1]] for s, images in drawn.items()}
    assert np.median(corners["socofing"]) == 1
    assert 0.98 < np.median(corners["optical"]) < 1
    assert 0.4 < np.median(corners["capacitive"]) < 0.6
    # Only the capacitive sensor has a noisy background, and its columns differ more than its rows.
    assert corners["optical"].std() < 0.02
    ground = drawn["capacitive"][:, :12].astype(np.float64)
    assert 0.005 < np.diff(ground, axis=1).std() < 0.08
    assert np.diff(ground.mean(1), axis=1).std() > np.diff(ground.mean(2), axis=1).std()
    assert np.quantile(drawn["capacitive"], 0.99) < 0.75


def test_socofing_is_hard_and_optical_is_soft(drawn):
    def steps(images):
        """Return the mean difference of neighbours, relative to the standard deviation."""
        return np.abs(np.diff(images, axis=2)).mean() / images.std()

    assert steps(drawn["socofing"]) > 2 * steps(drawn["optical"])
    extreme = {s: ((images < 0.02) | (images > 0.995)).mean() for s, images in drawn.items()}
    assert extreme["socofing"] > 0.4
    assert extreme["capacitive"] == 0


@pytest.mark.parametrize("sensor", ["optical", "capacitive"])
def test_ridges_have_their_period_at_500_dpi(drawn, sensor):
    height, width = SIZES[sensor]
    periods = []
    for image in drawn[sensor]:
        window = image[height // 2 - 48 : height // 2 + 48, width // 2 - 48 : width // 2 + 48]
        power = np.abs(np.fft.rfft2((window - window.mean()) * np.outer(np.hanning(96), np.hanning(96)))) ** 2
        cycles = np.hypot(np.fft.fftfreq(96)[:, None], np.fft.rfftfreq(96)[None, :])
        band = (cycles > 1 / 14) & (cycles < 1 / 6)
        periods.append(power[band].sum() / (cycles * power)[band].sum())
    # 5 to 95 % of the real ones: 8.1 to 10.1 pixels.
    assert 8.1 < np.median(periods) < 10.1


@pytest.mark.parametrize(("sensor", "ground"), [("socofing", 1.0), ("optical", 0.996), ("capacitive", 0.5)])
def test_a_larger_frame_shows_the_empty_sensor_around_the_fingertip(sensor, ground):
    image = prints(sensor, 4, size=(440, 440), dpi=300)
    rim = np.concatenate([image[:, :20].ravel(), image[:, :, :20].ravel(), image[:, :, -20:].ravel()])
    assert np.median(rim) == pytest.approx(ground, abs=0.06)
    pixel = (25.4 / 300) ** 2
    for one in image:
        waves = ndimage.gaussian_filter(one, 0.7) - ndimage.gaussian_filter(one, 5)
        touched = ndimage.gaussian_filter(waves**2, 5)
        area = (touched > touched.max() / 10).sum() * pixel
        # The contact of a fingertip: 10 to 18 mm wide and up to 26 mm high.
        assert 70 < area < 400


@pytest.mark.parametrize("sensor", ["optical", "capacitive"])
def test_a_smaller_frame_shows_part_of_the_fingertip(sensor):
    images = prints(sensor, 24, size=(96, 96))
    usual = np.median(prints(sensor, 8)[:, 100:200, 120:200].std((1, 2)))
    assert np.median(images.std((1, 2))) > 0.6 * usual
    assert len({image.tobytes() for image in images}) == 24


@pytest.mark.parametrize("sensor", SENSORS)
def test_prints_are_reproducible(sensor):
    first, second = (prints(sensor, 3, size=(64, 80), seed=5, impressions=2) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    longer = prints(sensor, 6, size=(64, 80), seed=5, impressions=2)
    np.testing.assert_array_equal(longer[:3], first)
