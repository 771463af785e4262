"""Pages parsed, and what the runs shown on them hold: scores of single images, and a gallery."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import numpy as np

from restore.runfile.record import GalleryImage, Scores

VOID = {"br", "hr", "img", "input", "link", "meta"}
CASES = ("box@easy", "box@easy|noise")
IDS = [f"test/{i}" for i in range(9)]


@dataclass(repr=False)
class Element:
    tag: str
    attributes: dict
    parents: tuple
    text: str = ""


@dataclass(repr=False)
class Page(HTMLParser):
    """The elements of a page in their order, each with its attributes, parents, and the text below it."""

    raw: str
    elements: list = field(default_factory=list)
    open: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self.feed(self.raw)
        self.close()
        assert not self.open, f"never closed: {[one.tag for one in self.open]}"

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"an attribute twice: {tag} {attrs}"
        self.elements.append(Element(tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(self.elements[-1])

    def handle_startendtag(self, tag, attrs):
        self.elements.append(Element(tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag):
        assert self.open, f"{tag} is closed, but was never opened"
        assert self.open[-1].tag == tag, f"{tag} is closed within {self.open[-1].tag}"
        self.open.pop()

    def handle_data(self, data):
        for one in self.open:
            one.text += data

    def all(self, *tags):
        return [one for one in self.elements if one.tag in tags]

    def of(self, name):
        return [one for one in self.elements if name in one.attributes.get("class", "").split()]

    def texts(self, *tags):
        return [" ".join(one.text.split()) for one in self.all(*tags)]


def scores(table):
    """Return scores of nine images under two corruptions; the worst restored ones come last."""
    value = np.full((9, 2, 1, 1, 2), np.nan, np.float32)
    value[..., 0] = 10
    value[:, :, 0, 0, 1] = 30 - np.arange(9)[:, None]
    value[0, 0, 0, 0, 1] = 200  # an image without any error
    pixels = np.full((9, 2, 1), 100, np.int64)
    return Scores(value, IDS, CASES, ["psnr"], ["full"], ["damaged", "restored"], table, pixels, [""] * 9)


def images(count, side=24, channels=1, corruption="box@easy"):
    """Return the first images of a gallery, all pixels drawn."""
    rng = np.random.default_rng(0)
    made = []
    for i in range(count):
        clean, damaged, restored = rng.integers(0, 256, (3, side, side, channels), np.uint8)
        true, used, sure = rng.integers(0, 256, (3, side, side), np.uint8)
        masks = {
            "mask": np.where(used > 127, 255, 0).astype(np.uint8),
            "true_mask": np.where(true > 127, 255, 0).astype(np.uint8),
        }
        made.append(GalleryImage(f"test/{i}", corruption, "first", clean, damaged, restored, **masks, confidence=sure))
    return made
