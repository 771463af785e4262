"""Damage done to picture files: bits, bytes, header fields, chunks, cuts and splices."""

import random
import re
import struct
import zlib

from images.fuzzing.files import FILES

EXTREMES = (0, 1, 2, 3, 7, 8, 16, 127, 255, 256, 32767, 32768, 65535, 65536, 10**5, 2**28, 2**31 - 1, 2**31, 2**32 - 1)
FIELD = {1: "B", 2: "H", 4: "I"}


def fuzzed(kind, seed, number):
    """Return the bytes of damaged file `number` of a format: the same for the same seed."""
    rng = random.Random(f"{seed} {kind} {number}")
    data = rng.choice(FILES[kind])
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 6))):
        mutate = rng.choice(MUTATIONS)
        data = mutate(kind, data, rng) or data
    return _repaired(kind, data) if rng.random() < 0.7 else data


def flip_bits(kind, data, rng):
    """Flip one to eight bits, half of the time in the first 64 bytes."""
    made = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        made[_place(made, rng)] ^= 1 << rng.randrange(8)
    return bytes(made)


def set_bytes(kind, data, rng):
    """Set one to four bytes to values that parsers stumble over."""
    made = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        made[_place(made, rng)] = rng.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF, rng.randrange(256)))
    return bytes(made)


def set_field(kind, data, rng):
    """Set a header field, such as a width, an offset or a count, to an extreme value."""
    made, length = bytearray(data), rng.choice((1, 2, 4, 4))
    fields = _fields(kind, data)
    place = rng.choice(fields) if fields and rng.random() < 0.8 else _place(made, rng)
    if place + length <= len(made):
        value = rng.choice((*EXTREMES, len(data), len(data) - 1, rng.getrandbits(32))) % 2 ** (8 * length)
        struct.pack_into(rng.choice("<>") + FIELD[length], made, place, value)
    return bytes(made)


def swell(kind, data, rng):
    """Set width and height to values whose product or rows overflow or fill the memory."""
    made = bytearray(data)
    sides = {"PNG": (16, ">I"), "BMP": (18, "<I"), "DIB": (4, "<I"), "GIF": (6, "<H")}
    if kind not in sides:
        return re.sub(rb"\d+", lambda _: str(rng.choice(EXTREMES)).encode(), data, count=1) if kind == "PNM" else None
    place, form = sides[kind]
    for side in range(2):
        size = struct.calcsize(form)
        if rng.random() < 0.7 and len(made) >= place + 2 * size:
            value = rng.choice((1, 255, 4096, 9999, 30000, 65535, 2**24, 2**31 - 1, 2**31, 2**32 - 1))
            struct.pack_into(form, made, place + side * size, value % 2 ** (8 * size))
    return bytes(made)


def shuffle_chunks(kind, data, rng):
    """Remove, double, swap or move a chunk."""
    pieces = split(kind, data)
    if len(pieces) < 3:
        return None
    one, other = rng.randrange(len(pieces)), rng.randrange(len(pieces))
    match rng.randrange(4):
        case 0:
            del pieces[one]
        case 1:
            pieces.insert(other, pieces[one])
        case 2:
            pieces[one], pieces[other] = pieces[other], pieces[one]
        case 3:
            pieces[one:one] = [pieces[one]] * rng.choice((2, 8, 200))
    return b"".join(pieces)


def cut(kind, data, rng):
    """Cut the end off."""
    return data[: rng.randrange(len(data))]


def splice(kind, data, rng):
    """Continue with another file, mostly of the same format, at a chunk or anywhere."""
    other = rng.choice(FILES[kind if rng.random() < 0.8 else rng.choice(sorted(FILES))])
    if rng.random() < 0.5:
        mine, theirs = split(kind, data), split(kind, other)
        return b"".join(mine[: rng.randrange(len(mine) + 1)] + theirs[rng.randrange(len(theirs) + 1) :])
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def blank(kind, data, rng):
    """Set a run of bytes to zero, or to ones."""
    start, length = _place(data, rng), rng.choice((2, 4, 16, 64, 1000))
    run = (data[start : start + length] and bytes([rng.choice((0, 255))])) * len(data[start : start + length])
    return data[:start] + run + data[start + length :]


def lengthen(kind, data, rng):
    """Put random bytes in somewhere, or behind the end."""
    start = rng.choice((len(data), rng.randrange(len(data) + 1)))
    return data[:start] + rng.randbytes(rng.choice((1, 4, 100))) + data[start:]


MUTATIONS = (flip_bits, set_bytes, set_field, set_field, swell, shuffle_chunks, cut, splice, blank, lengthen)


def split(kind, data):
    """Return the chunks of a file of a format, as far as it can be read, and the rest; joined they are the file."""
    pieces, at = [], 0
    for end in _ends(kind, data):
        if not at < end <= len(data):
            break
        pieces.append(data[at:end])
        at = end
    return [*pieces, data[at:]] if at < len(data) or not pieces else pieces


MARKERS = {"JPEG": rb"(?=\xff[\xc0-\xfe])", "GIF": rb"(?=[,!])", "PNM": rb"(?<=\s)(?=\S)"}
"""Between what the chunks of a format lie, where they do not say their length."""


def _ends(kind, data):
    """Return where the chunks of a file end."""
    if kind in MARKERS:
        return [found.start() for found in re.finditer(MARKERS[kind], data) if found.start()]
    if kind == "PNG":
        return _walk(data, 8, lambda at: 12 + int.from_bytes(data[at : at + 4], "big"))
    if kind == "WebP":
        return _walk(data, 12, lambda at: 8 + (int.from_bytes(data[at + 4 : at + 8], "little") + 1) // 2 * 2)
    if kind == "TIFF":
        return _tiff_entries(data)
    return range(2, min(len(data), 70), 4)


def _walk(data, at, length):
    """Yield where chunks begin that say their length."""
    while at + 8 <= len(data):
        yield at
        at += length(at)
    yield at


def _tiff_entries(data):
    """Return the offsets of the entries of a TIFF's first directory."""
    order = "little" if data[:2] == b"II" else "big"
    at = int.from_bytes(data[4:8], order)
    return [at + 2 + 12 * entry for entry in range(int.from_bytes(data[at : at + 2], order) % 64)]


def _fields(kind, data):
    """Return offsets of header fields."""
    if kind == "TIFF":
        return [4, *(entry + part for entry in _tiff_entries(data) for part in (0, 2, 4, 8))]
    if kind == "JPEG":  # lengths of segments, and sizes in the frame header
        return [found.start() + part for found in re.finditer(rb"\xff[\xc0-\xfe]", data) for part in (2, 5, 7)]
    if kind in ("PNG", "WebP"):
        return [end + part for end in _ends(kind, data) for part in (0, 4, 8, 12)]
    start = {"BMP": 2, "DIB": 0, "GIF": 6, "PNM": 0}[kind]
    return list(range(start, min(len(data), 62), 2))


def _place(data, rng):
    """Return an offset, half of the time near the start."""
    return rng.randrange(min(64, len(data)) if rng.random() < 0.5 else len(data)) if data else 0


def _repaired(kind, data):
    """Return the file with the sums and lengths that make parsers look further than these."""
    if kind == "PNG":
        head, *pieces = split(kind, data)
        return head + b"".join(_summed(piece) for piece in pieces)
    if kind == "WebP" and len(data) > 12:
        return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]
    return data


def _summed(piece):
    """Return a PNG chunk with the right checksum."""
    return piece if len(piece) < 12 else piece[:-4] + struct.pack(">I", zlib.crc32(piece[4:-4]))
