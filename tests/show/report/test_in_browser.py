"""A page in Chromium: without complaints, in any width and in the dark, by keyboard, and on paper."""

import io

import numpy as np
import pytest
from browser import PROGRAM, browsing
from PIL import Image

from restore.show.report.page import report_page

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed: pages are not looked at")
RIGHT = ("ArrowRight", 39)
TABLES = "[...document.querySelectorAll('.box')]"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def written(examined, tmp_path):
    """Return the file of a page of two runs."""
    file = tmp_path / "report.html"
    file.write_bytes(report_page(examined(first={}, **{"second-of-a-name-that-is-as-long-as-names-come": {}})))
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1400])
def test_the_page_fits_and_nothing_complains(browser, written, width, scheme):
    browser.open(written, width=width, scheme=scheme)
    assert browser.complaints == []
    assert browser.requests == []
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value(f"{TABLES}.every((one) => one.getBoundingClientRect().right <= {width})")
    assert width > 400 or browser.value(f"{TABLES}.some((one) => one.scrollWidth > one.clientWidth)")
    with Image.open(io.BytesIO(browser.screenshot())) as taken:
        corner = np.asarray(taken.convert("L"))[:10, :10].mean()
        assert taken.width == width
        assert corner > 240 if scheme == "light" else corner < 40


def test_every_image_is_drawn(browser, written):
    browser.open(written)
    assert browser.value("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    assert browser.value("document.images.length") == 2 * 5 * 6


def test_the_slider_moves_by_keyboard(browser, written):
    browser.open(written)
    browser.value("document.querySelector('.frame input').focus()")
    for _ in range(7):
        browser.press(*RIGHT)
    slider = "document.querySelector('.frame input')"
    assert browser.value(f"{slider}.value") == "57"
    assert browser.value(f"{slider}.getAttribute('aria-valuetext')") == "57 % damaged, 43 % restored"
    clip = "getComputedStyle(document.querySelector('.before')).clipPath"
    assert "43%" in browser.value(clip) or "57%" in browser.value(clip)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_the_edge_goes_where_an_image_is_clicked(browser, written, share):
    browser.open(written)
    frame = "document.querySelector('.frame')"
    browser.value(f"{frame}.scrollIntoView({{block: 'center'}})")
    left, top, width = browser.value(f"(({{left, top, width}}) => [left, top, width])({frame}.getBoundingClientRect())")
    browser.click(left + share * width, top + width / 3)
    edge = browser.value("document.querySelector('.edge').getBoundingClientRect().left") + 1
    assert abs(edge - left - share * width) <= 0.01 * width + 1


def test_overlays_and_the_clean_image_are_switched(browser, written):
    browser.open(written)
    for name, shown in (("damage", "[data-overlay=damage]"), ("doubt", "[data-overlay=doubt]"), ("clean", ".clean")):
        seen = f"getComputedStyle(document.querySelector('.frame {shown}')).visibility"
        assert browser.value(seen) == "hidden"
        browser.value(f"document.querySelector('[data-show={name}]').click()")
        assert browser.value(seen) == "visible"


def test_on_paper_controls_are_left_out_and_both_images_stand_beside_each_other(browser, written):
    browser.open(written, scheme="dark", media="print")
    assert browser.value("getComputedStyle(document.querySelector('.controls')).display") == "none"
    places = "[...document.querySelector('.frame').querySelectorAll('.before:not(.clean), .after')]"
    after, before = browser.value(f"{places}.map((one) => one.getBoundingClientRect().left)")
    assert before < after
    assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(254, 254, 254)"
