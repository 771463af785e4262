"""Records of ISO/IEC 19794-2:2005, byte for byte."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.api import InputError, RequestError
from restore_fingerprint.minutiae import Minutiae
from restore_fingerprint.minutiae.template import View, read_template, write_template
from restore_fingerprint.minutiae.values import no_minutiae

GOLDEN = bytes.fromhex(
    "464d5200"  # FMR\0: format identifier
    "20323000"  # " 20\0": version 2.0
    "0000002a"  # 42 bytes: header 24, view 4, two minutiae of 6, extended data's length 2
    "0000"  # capture equipment: no certification (4 bits), device not reported (12 bits)
    "0120"  # 288 pixels wide
    "0180"  # 384 pixels high
    "00c5"  # 197 pixels per cm across: 500 dpi / 2.54 = 196.85
    "00c5"  # and down
    "01"  # one finger view
    "00"  # reserved
    "02"  # finger position: right index finger
    "00"  # view number 0 (4 bits), impression 0: live-scan plain (4 bits)
    "50"  # finger quality 80 of 100
    "02"  # two minutiae
    "4064"  # type 01 (ending) and x = 100: 0100 0000 0110 0100
    "00c8"  # reserved 00 and y = 200
    "40"  # angle 64 x 1.40625 = 90 degrees, counter-clockwise from the x axis
    "3c"  # quality 60 of 100
    "811f"  # type 10 (bifurcation) and x = 287: 1000 0001 0001 1111
    "0000"  # y = 0
    "f0"  # angle 240 x 1.40625 = 337.5 degrees
    "64"  # quality 100
    "0000"  # no extended data
)
GOLDEN_VIEW = View(
    Minutiae(
        np.array([100.0, 287.0]),
        np.array([200.0, 0.0]),
        np.radians([90.0, 337.5]),
        np.array([1, 2], np.uint8),
        np.array([0.6, 1.0]),
        (384, 288),
        500.0,
    ),
    position=2,
    impression=0,
    quality=80,
)


def test_the_golden_record():
    assert len(GOLDEN) == 42
    assert write_template(GOLDEN_VIEW) == GOLDEN
    (view,) = read_template(GOLDEN)
    assert (view.position, view.impression, view.quality) == (2, 0, 80)
    assert view.minutiae.shape == (384, 288)
    assert view.minutiae.dpi == pytest.approx(500, abs=0.5)
    for name in ("x", "y", "direction", "kind", "quality"):
        np.testing.assert_allclose(getattr(view.minutiae, name), getattr(GOLDEN_VIEW.minutiae, name))


@settings(deadline=None)
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(0, 255),
    dpi=st.floats(260, 1200),
    sides=st.tuples(st.integers(1, 16384), st.integers(1, 16384)),
    finger=st.tuples(st.integers(0, 10), st.integers(0, 15), st.integers(0, 100)),
)
def test_a_template_survives_writing_and_reading(seed, count, dpi, sides, finger):
    rng = np.random.default_rng(seed)
    minutiae = Minutiae(
        rng.uniform(0, sides[1] - 1, count),
        rng.uniform(0, sides[0] - 1, count),
        rng.uniform(0, 2 * np.pi, count),
        rng.integers(0, 3, count).astype(np.uint8),
        rng.uniform(0, 1, count),
        sides,
        dpi,
    )
    record = write_template(View(minutiae, *finger))
    assert len(record) == 24 + 4 + 6 * count + 2
    (view,) = read_template(record)
    assert (view.position, view.impression, view.quality) == finger
    read = view.minutiae
    assert read.shape == sides
    assert read.dpi == pytest.approx(dpi, abs=1.28)
    assert np.abs(read.x - minutiae.x).max(initial=0) <= 0.5
    assert np.abs(read.y - minutiae.y).max(initial=0) <= 0.5
    turn = np.degrees(read.direction - minutiae.direction)
    assert np.abs((turn + 180) % 360 - 180).max(initial=0) <= 1.40625 / 2 + 1e-9
    assert np.abs(read.quality - minutiae.quality).max(initial=0) <= 0.01
    np.testing.assert_array_equal(read.kind, minutiae.kind)
    # Written again it is equal byte for byte, except for the rounded resolution.
    assert write_template(View(read, *finger))[24:] == record[24:]


def test_a_direction_just_below_a_full_turn_is_zero():
    nearly = Minutiae(
        *(np.array([5.0]),) * 2, np.array([2 * np.pi - 1e-6]), np.ones(1, np.uint8), np.ones(1), (9, 9), 500
    )
    assert read_template(write_template(View(nearly)))[0].minutiae.direction[0] == 0


def test_prints_of_low_resolution_are_written_at_500_dpi(scatter):
    minutiae = scatter(20, np.random.default_rng(0), shape=(97, 90), dpi=200.0)
    (view,) = read_template(write_template(View(minutiae)))
    assert view.minutiae.shape == (242, 225)
    assert view.minutiae.dpi == pytest.approx(500, abs=0.5)
    np.testing.assert_allclose(view.minutiae.x, (minutiae.x + 0.5) * 2.5 - 0.5, atol=0.51)


def test_of_too_many_the_best_are_written(scatter):
    minutiae = scatter(300, np.random.default_rng(0))
    (view,) = read_template(write_template(View(minutiae)))
    assert len(view.minutiae) == 255
    assert view.minutiae.quality.min() >= np.sort(minutiae.quality)[45] - 0.01


@pytest.mark.parametrize("finger", [{"position": 11}, {"impression": 16}, {"quality": 101}, {"position": -1}])
def test_numbers_that_a_record_cannot_hold_are_refused(finger):
    with pytest.raises(RequestError) as error:
        write_template(View(no_minutiae((10, 10), 500.0), **finger))
    ((name, value),) = finger.items()
    assert (error.value.code, error.value.where) == ("out-of-range", "ISO/IEC 19794-2 record")
    assert f"{name} {value}" in error.value.what


@pytest.mark.parametrize(("shape", "dpi"), [((20000, 10), 500.0), ((0, 10), 500.0), ((10, 0), 500.0), ((9, 9), 2e5)])
def test_prints_that_a_record_cannot_hold_are_refused(shape, dpi):
    with pytest.raises(RequestError) as error:
        write_template(View(no_minutiae(shape, dpi)))
    assert (error.value.code, error.value.where) == ("out-of-range", "ISO/IEC 19794-2 record")
    assert f"{shape[0]}x{shape[1]}" in error.value.what


def test_an_unreported_quality_is_written_back_as_unreported():
    record = bytearray(GOLDEN)
    record[26], record[33] = 254, 0  # of the finger, of the first minutia
    (view,) = read_template(bytes(record))
    assert view.quality == 254
    assert np.isnan(view.minutiae.quality[0])
    assert view.minutiae.quality[1] == 1
    assert write_template(view) == record


def test_other_files_are_refused():
    for record in (b"", b"BM" + GOLDEN[2:], GOLDEN[:4] + b"030\0" + GOLDEN[8:]):
        with pytest.raises(InputError) as error:
            read_template(record, where="x.fmr")
        assert (error.value.code, error.value.where) == ("not-a-template", "x.fmr")


@pytest.mark.parametrize("length", range(8, len(GOLDEN)))
def test_a_truncated_record_is_refused(length):
    with pytest.raises(InputError) as error:
        read_template(GOLDEN[:length])
    assert error.value.code == "corrupt-template"


@pytest.mark.parametrize(
    ("record", "code", "numbers"),
    [
        (GOLDEN + b"abc", "corrupt-template", [42, 42, 45]),
        (GOLDEN[:11] + b"\x2b" + GOLDEN[12:], "corrupt-template", [43, 42, 42]),
        (GOLDEN[:18] + b"\x00\x63" + GOLDEN[20:], "unsupported-template", [99, 197]),
    ],
)
def test_contradictory_records_are_refused_with_their_numbers(record, code, numbers):
    with pytest.raises(InputError) as error:
        read_template(record)
    assert error.value.code == code
    assert [int(digits) for digits in re.findall(r"\d+", error.value.what)] == numbers


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(tail):
    try:
        views = read_template(GOLDEN[:8] + tail)
    except InputError:
        return
    assert all(isinstance(view, View) for view in views)


def test_extended_data_and_second_views_are_read():
    extended = GOLDEN[:8] + (46).to_bytes(4, "big") + GOLDEN[12:-2] + b"\x00\x04" + bytes(4)
    assert len(read_template(extended)[0].minutiae) == 2
    twice = GOLDEN[:8] + (60).to_bytes(4, "big") + GOLDEN[12:22] + b"\x02\x00" + 2 * GOLDEN[24:]
    assert [len(view.minutiae) for view in read_template(twice)] == [2, 2]
