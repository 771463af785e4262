"""Images are held without loss of what 8-bit and 16-bit files hold."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from restore.pipeline.data.examples import plain, revive, to_image, to_stored


def test_8_and_16_bits_come_back_bit_for_bit():
    for dtype in (np.uint8, np.uint16):
        most = np.iinfo(dtype).max
        image = np.arange(most + 1).astype(np.float32) / np.float32(most)
        assert np.array_equal(to_image(to_stored(image)), image)
        assert to_stored(image).dtype == np.uint16


@given(st.floats(0, 1, width=32))
def test_any_value_is_near(value):
    image = np.full((1, 1, 1), value, np.float32)
    assert abs(float(to_image(to_stored(image))[0, 0, 0]) - value) <= 0.5 / 65535 + 1e-7


@given(arrays.arrays(np.float32, (2, 3)), st.text(), st.integers())
def test_truth_comes_back_from_json(values, text, number):
    import json

    truth = {"corners": values, "name": text, "count": np.int64(number % 100), "list": [1, (2.5, None)]}
    back = revive(json.loads(json.dumps(plain(truth))))
    assert back["corners"].dtype == np.float32
    assert np.array_equal(back["corners"], values, equal_nan=True)
    assert (back["name"], back["count"], back["list"]) == (text, number % 100, [1, [2.5, None]])
