"""The user block: both lines fit and agree with the file, whatever its length."""

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.runfile import seal


def sealed(content_bytes, summary=b"{}"):
    return bytes(seal.seal(io.BytesIO(bytes(seal.BLOCK) + bytes(content_bytes)), summary))


# Around 10,000 the number of digits changes, and one length has no number without a leading zero.
@given(st.integers(0, 20_000))
def test_length_and_hash_are_of_all_after_the_line(content_bytes):
    data = sealed(content_bytes)
    found = seal.parse(data)
    assert len(data) == seal.BLOCK + content_bytes
    assert found.length + found.size == len(data)
    assert found.sha256 == hashlib.sha256(data[found.length :]).hexdigest()
    assert data.split(b"\n")[1] == b"{}"


def test_every_length_where_digits_change():
    for content_bytes in range(10_000 - seal.BLOCK, 10_000 - seal.BLOCK + 200):
        found = seal.parse(sealed(content_bytes))
        assert found.length + found.size == seal.BLOCK + content_bytes
        assert found.length <= seal.MAX_LINE


def test_longest_summary_fits_and_a_longer_one_is_refused():
    data = sealed(100, b"x" * seal.MAX_SUMMARY)
    assert data[seal.BLOCK - 1 : seal.BLOCK] in (b"\n", b"\0")
    for summary in (b"x" * (seal.MAX_SUMMARY + 1), b"x\n"):
        with pytest.raises(ValueError, match="summary"):
            sealed(100, summary)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"restore-run",
        b"restore-run 1 sha256=" + b"A" * 64 + b" bytes=1\n",
        b"restore-run 1 sha256=" + b"a" * 63 + b" bytes=1\n",
        b"restore-run 0 sha256=" + b"a" * 64 + b" bytes=1\n",
        b"restore-run 1 sha256=" + b"a" * 64 + b" bytes=-1\n",
        b"restore-run 1 sha256=" + b"a" * 64 + b" bytes=1 \n",
        b"restore-run 1 sha256=" + b"a" * 64 + b" bytes=1",
        b" restore-run 1 sha256=" + b"a" * 64 + b" bytes=1\n",
    ],
)
def test_what_is_no_seal(line):
    assert seal.parse(line) is None


def test_any_change_of_a_summary_is_seen():
    fields = {"name": "größe \udcff", "corruptions": ["box"], "score": None}
    block = b"seal\n" + seal.checked(fields) + b"\n"
    block += bytes(seal.BLOCK - len(block))
    assert seal.fields(block, 5).items() >= fields.items()
    for offset in range(5, len(block)):
        changed = bytearray(block)
        changed[offset] ^= 1
        assert seal.fields(bytes(changed), 5) is None
