"""A mark is added to what a packet says, and takes the place of an earlier one."""

import pytest

from restore.images.metadata.xmp import VOCABULARY, Mark, is_sound, marked, source_type_in

FILLED = Mark("compositeWithTrainedAlgorithmicMedia", "restore, run a", "1.0", "Never <evidence>.")
ENHANCED = Mark("algorithmicallyEnhanced", "restore, run b", "1.1")
SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:p="http://ns.adobe.com/photoshop/1.0/"'
)
CAPTURED = f"{VOCABULARY}digitalCapture"


def packet(attributes="", inner="", about="uuid:1"):
    text = (
        f'<?xpacket begin="" id="W5M0"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {SPACES}><rdf:Description '
        f'rdf:about="{about}" dc:format="a &gt; b" {attributes}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>'
        f"{' ' * 2000}<?xpacket end='w'?>"
    )
    return text.encode()


@pytest.mark.parametrize(
    "before",
    [
        packet(),
        packet(f'i:DigitalSourceType="{CAPTURED}"'),
        packet(inner=f"<i:DigitalSourceType>{CAPTURED}</i:DigitalSourceType>"),
        packet(inner=f'<i:DigitalSourceType rdf:resource="{CAPTURED}"/><dc:creator>Zoë</dc:creator>'),
        packet().decode().encode("utf-16"),
        packet() + b"\0",
    ],
    ids=["none", "attribute", "element", "resource", "UTF-16", "NUL"],
)
def test_what_a_packet_says_stays_beside_the_mark(before):
    after = marked(before, FILLED)
    assert is_sound(after)
    assert source_type_in(after) == f"{VOCABULARY}compositeWithTrainedAlgorithmicMedia"
    assert after.count(b'rdf:about="uuid:1"') == 2
    assert CAPTURED.encode() not in after
    assert b'dc:format="a &gt; b"' in after
    assert ("Zoë".encode() in after) == ("Zoë".encode() in before)
    assert b"Never &lt;evidence&gt;." in after
    assert len(after) < len(packet())  # spaces for edits in place are gone


def test_a_mark_takes_the_place_of_an_earlier_one_but_never_says_less():
    once = marked(packet('p:Instructions="Keep dry."'), FILLED)
    twice = marked(once, ENHANCED)
    assert source_type_in(twice).endswith("compositeWithTrainedAlgorithmicMedia")
    assert twice.count(b"AISystemUsed>") == 2
    assert b"run b" in twice
    assert b"run a" not in twice
    assert b"Keep dry. Never &lt;evidence&gt;." in twice
    assert marked(twice, FILLED).count(b"evidence") == 1


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"<x",
        b"<a/>",
        packet()[:300],
        b'<!DOCTYPE a [<!ENTITY b "cc">]>' + packet().partition(b"?>")[2],
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    ],
)
def test_a_packet_that_is_none_is_made_anew(broken):
    assert is_sound(broken) == (not broken)
    assert source_type_in(marked(broken, ENHANCED)) == f"{VOCABULARY}algorithmicallyEnhanced"
