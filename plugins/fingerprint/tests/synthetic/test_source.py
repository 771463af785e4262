"""The dataset of synthetic prints: reproducible by index, and with the statistics of real prints."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import fft

from restore.api import RequestError, Source
from restore_fingerprint.synthetic import synthetic
from restore_fingerprint.synthetic.sensors import SENSORS


def image(source, index):
    return source[index].clean[:, :, 0]


@given(number=st.integers(0, 10**6), seed=st.integers(0, 2**31), data=st.data())
@settings(max_examples=10, deadline=None)
def test_a_print_depends_on_its_index_and_seed_alone(number, seed, data):
    impressions = data.draw(st.integers(1, 3))
    source = synthetic(None, count=number + 2, impressions=impressions, seed=seed)
    other = synthetic(None, count=number + 50, impressions=impressions, seed=seed)
    later = image(source, number + 1)
    sample, again = source[number], other[number]
    assert (sample.id, sample.group, sample.labels) == (again.id, again.group, again.labels)
    np.testing.assert_array_equal(sample.clean, again.clean)
    np.testing.assert_array_equal(image(other, number + 1), later)


def test_prints_differ_between_seeds_and_indices():
    prints = [image(synthetic(None, seed=seed), number) for seed in (0, 1) for number in (0, 1)]
    for i, first in enumerate(prints):
        for second in prints[:i]:
            assert (first != second).mean() > 0.2


def test_order_does_not_matter():
    size = (48, 48)
    forward = [image(synthetic(None, size=size, impressions=2), i) for i in range(24)]
    source = synthetic(None, size=size, impressions=2)
    for i in np.random.default_rng(0).permutation(24):
        np.testing.assert_array_equal(image(source, int(i)), forward[i])


@given(
    size=st.tuples(st.integers(8, 220), st.integers(8, 220)),
    dpi=st.sampled_from([None, 120, 250, 500]),
    sensor=st.sampled_from(list(SENSORS)),
    number=st.integers(0, 1499),
)
@settings(max_examples=25, deadline=None)
def test_a_print_of_any_size_is_an_eight_bit_greyscale_image(size, dpi, sensor, number):
    sample = synthetic(None, size=size, dpi=dpi, sensor=sensor)[number]
    assert sample.clean.shape == (*size, 1)
    assert sample.clean.dtype == np.float32
    assert sample.clean.min() >= 0
    assert sample.clean.max() <= 1
    np.testing.assert_array_equal(sample.clean, np.rint(sample.clean * 255).astype(np.float32) / np.float32(255))


def test_impressions_share_a_group_and_a_class():
    source = synthetic(None, count=9, impressions=4)
    samples = [source[i] for i in range(len(source))]
    assert isinstance(source, Source)
    assert list(source.keys) == [(sample.id, sample.group) for sample in samples]
    assert len({sample.id for sample in samples}) == 9
    assert [len({s.group for s in samples[i : i + 4]}) for i in (0, 4, 8)] == [1, 1, 1]
    assert len({sample.group for sample in samples}) == 3
    assert len({sample.labels["class"] for sample in samples[:4]}) == 1


def test_keys_generate_no_prints():
    keys = synthetic(None, count=100_000, size=(4000, 4000)).keys
    assert len(keys) == 100_000
    assert len({name for name, _ in keys}) == 100_000


@pytest.mark.parametrize("dpi", [170, 250, 340])
def test_ridges_have_the_period_of_fingers(dpi):
    side = round(96 * dpi / 170)
    source = synthetic(None, size=(side, side), dpi=dpi)
    periods = []
    for number in range(12):
        window = image(source, number)[side // 3 :, side // 4 : -side // 4]
        power = np.abs(fft.rfft2((window - window.mean()) * np.outer(*map(np.hanning, window.shape)))) ** 2
        cycles = np.hypot(fft.fftfreq(window.shape[0])[:, None], fft.rfftfreq(window.shape[1])[None, :])
        # Wavelengths between 0.3 and 0.7 mm.
        band = (cycles * dpi / 25.4 > 1 / 0.7) & (cycles * dpi / 25.4 < 1 / 0.3)
        periods.append(25.4 / dpi * power[band].sum() / (cycles * power)[band].sum())
    # The ridge period is 0.44 mm within 8 %.
    assert np.mean(periods) == pytest.approx(0.44, rel=0.08)
    assert 0.33 < min(periods) < max(periods) < 0.6


def test_prints_are_black_ridges_on_white():
    source = synthetic(None)
    prints = np.stack([image(source, number) for number in range(40)])
    # The 5 to 95 % range of real small prints (benchmarks/prints.py), slightly widened.
    assert 0.55 < np.median(prints.mean((1, 2))) < 0.75
    assert 0.33 < np.median(prints.std((1, 2))) < 0.44
    corners = prints[:, :4, [0, 1, 2, 3, -4, -3, -2, -1]]
    assert corners.mean() > 0.97
    assert prints[:, 40:80, 30:66].mean() < 0.68
    # Prints are not binary: nearly every grey value occurs.
    assert len(np.unique(prints)) > 200


@pytest.mark.skipif("RESTORE_TEST_DATA" not in os.environ, reason="RESTORE_TEST_DATA names no real prints")
def test_brightness_and_contrast_are_those_of_real_prints():
    from PIL import Image

    paths = sorted(Path(os.environ["RESTORE_TEST_DATA"], "SOCOFing", "Real").glob("*.BMP"))[::8]
    images = [np.asarray(Image.open(path).convert("L"), dtype=np.float32)[2:98, 2:92] / 255 for path in paths]
    real = np.stack([one for one in images if one.shape == (96, 90)])
    source = synthetic(None, size=(96, 90))
    drawn = np.stack([image(source, number) for number in range(150)])
    for measure in (np.mean, np.std):
        truth, made = measure(real, axis=(1, 2)), measure(drawn, axis=(1, 2))
        assert np.median(made) == pytest.approx(np.median(truth), abs=0.05)
        # Most synthetic prints lie within the range of most real ones.
        low, high = np.percentile(truth, [2.5, 97.5])
        assert ((made > low) & (made < high)).mean() > 0.85


def test_a_path_or_a_tiny_size_is_refused(tmp_path):
    with pytest.raises(RequestError) as error:
        synthetic(Path(tmp_path))
    assert (error.value.code, error.value.where) == ("conflict", f"--data {tmp_path}")
    with pytest.raises(RequestError) as error:
        synthetic(None, size=(7, 96))
    assert (error.value.code, error.value.where) == ("out-of-range", "dataset synthetic")
    assert "7x96" in error.value.what


def test_samples_beyond_the_end_are_refused():
    with pytest.raises(IndexError):
        synthetic(None, count=3)[3]


def test_sensors_take_turns_a_finger_each():
    mixed = synthetic(None, count=12, impressions=2, size=(48, 48), sensor="all")
    for index, (finger, sensor) in {0: (0, "socofing"), 3: (1, "optical"), 10: (5, "capacitive")}.items():
        assert mixed[index].group == f"finger-{finger:06d}"
        alone = synthetic(None, count=12, impressions=2, size=(48, 48), sensor=sensor)
        assert np.array_equal(mixed[index].clean, alone[index].clean)
