"""XMP packets: that an image was restored, said beside what its file says already.

ISO 16684-1 (packets) and IPTC Photo Metadata Standard 2025.1 (what is said).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

SourceType: TypeAlias = Literal["compositeWithTrainedAlgorithmicMedia", "algorithmicallyEnhanced"]
"""Terms of IPTC: parts were made by a trained model, or the whole image was improved by an algorithm."""
VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_RANKS = ("algorithmicallyEnhanced", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia")
"""Terms by how much a model made of an image, which is never less than was said before."""
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_IPTC, _PHOTOSHOP = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "http://ns.adobe.com/photoshop/1.0/"
_SOURCE, _NOTICE = f"{_IPTC} DigitalSourceType", f"{_PHOTOSHOP} Instructions"
_REPLACED = (_SOURCE, f"{_IPTC} AISystemUsed", f"{_IPTC} AISystemVersionUsed", _NOTICE)
_STATEMENTS = [f"{_RDF} RDF", f"{_RDF} Description"]
_TAG = re.compile(rb"""<(?:"[^"]*"|'[^']*'|[^>"'])*>""")
_PADDING = re.compile(rb"\s+(?=<\?xpacket end)")
"""Spaces in which a packet could be edited in place."""
_EMPTY = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What the metadata of a restored image say: how its pixels came about, by which system and version, and a notice."""

    source_type: SourceType
    system: str
    version: str
    notice: str = ""


@dataclass
class _Packet:
    """What a packet says of a mark, and where: the end of its statements, and the parts that a new mark replaces."""

    end: int = -1
    about: str = ""
    values: dict[str, str] = field(default_factory=dict)
    parts: list[tuple[int, int]] = field(default_factory=list)


def is_sound(packet: bytes) -> bool:
    """Return whether a packet, which may be empty, can be added to."""
    return not packet or _parse(_utf8(packet)) is not None


@lru_cache(maxsize=2)
def marked(packet: bytes, mark: Mark) -> bytes:
    """Return a packet with a mark in the place of an earlier one, and all else as it was.

    One that is empty or not sound is made anew. A notice is added to the instructions that the packet has. Thousands of
    images often have the same packet, or none.
    """
    data = _utf8(packet)
    found = _parse(data)
    if found is None:
        data, found = _EMPTY, _Packet(_EMPTY.index(b"</rdf:RDF>"))
    before = found.values.get(_SOURCE, "").removeprefix(VOCABULARY)
    source = VOCABULARY + max(mark.source_type, before if before in _RANKS else _RANKS[0], key=_RANKS.index)
    said = found.values.get(_NOTICE, "")
    notice = said if mark.notice in said else f"{said} {mark.notice}".strip()
    texts = dict(zip(_REPLACED, (source, mark.system, mark.version, notice), strict=True))
    statements = "".join(_element(name, text) for name, text in texts.items() if text)
    spaces = f'xmlns:rdf="{_RDF}" xmlns:Iptc4xmpExt="{_IPTC}" xmlns:photoshop="{_PHOTOSHOP}"'
    added = f"<rdf:Description rdf:about={quoteattr(found.about)} {spaces}>{statements}</rdf:Description>"
    at, out = 0, b""
    for start, end in sorted(found.parts):
        out, at = out + data[at:start], end
    return out + data[at : found.end] + added.encode() + _PADDING.sub(b"\n", data[found.end :])


def source_type_in(packet: bytes) -> str:
    """Return the address of the digital source type that a packet states, if any."""
    found = _parse(_utf8(packet))
    return found.values.get(_SOURCE, "") if found else ""


def _element(name: str, text: str) -> str:
    space, _, local = name.partition(" ")
    tag = f"{'photoshop' if space == _PHOTOSHOP else 'Iptc4xmpExt'}:{local}"
    return f"<{tag}>{escape(text)}</{tag}>"


def _utf8(packet: bytes) -> bytes:
    """Return a packet in UTF-8, without what fills it up."""
    data = packet.strip(b"\0") if b"\0" not in packet.strip(b"\0") else packet
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode()
    if b"\0" in data[:2]:
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace").encode()
    return data


def _parse(data: bytes) -> _Packet | None:
    """Return what a packet says; None where it is no XMP, is not well-formed, or declares entities."""
    parser = expat.ParserCreate(namespace_separator=" ")
    reader = _Reader(data, parser)
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.texts.append
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError):
        return None
    return reader.found if reader.found.end >= 0 else None


@dataclass
class _Reader:
    """Handles the elements of a packet: `path` holds the names of those that are open, `starts` where they begin."""

    data: bytes
    parser: expat.XMLParserType
    found: _Packet = field(default_factory=_Packet)
    path: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        self.starts.append(self.parser.CurrentByteIndex)
        if self.path[-2:] == _STATEMENTS:
            self.found.about = attributes.get(f"{_RDF} about", self.found.about)
            for one in set(_REPLACED) & attributes.keys():
                self.found.values[one] = attributes[one]
                self.found.parts.append(_attribute(self.data, self.starts[-1], one.partition(" ")[2]))
        elif self._is_replaced():
            self.texts[:] = [attributes.get(f"{_RDF} resource", "")]

    def end(self, name: str) -> None:
        at, opened = self.parser.CurrentByteIndex, _tag_end(self.data, self.starts[-1])
        is_empty = self.data[opened - 2 : opened] == b"/>"
        if self._is_replaced():
            self.found.values[name] = "".join(self.texts).strip()
            self.found.parts.append((self.starts[-1], opened if is_empty else _tag_end(self.data, at)))
        if name == _STATEMENTS[0] and not is_empty:
            self.found.end = at
        self.path.pop()
        self.starts.pop()

    def _is_replaced(self) -> bool:
        return self.path[-3:-1] == _STATEMENTS and self.path[-1] in _REPLACED


def _refuse(*_: object) -> None:
    raise ValueError


def _tag_end(data: bytes, at: int) -> int:
    tag = _TAG.match(data, at)
    if tag is None:
        raise ValueError
    return tag.end()


def _attribute(data: bytes, at: int, name: str) -> tuple[int, int]:
    """Return where an attribute of the tag at an offset begins and ends, by its local name."""
    pattern = rf"""\s[\w.-]+:{name}\s*=\s*("[^"]*"|'[^']*')"""
    attribute = re.compile(pattern.encode()).search(data, at, _tag_end(data, at))
    if attribute is None:
        raise ValueError
    return attribute.span()
