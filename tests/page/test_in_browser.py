"""The page in Chromium: an image dropped, its damage corrected by mouse and keys, restored, compared, printed."""

import io
import urllib.parse

import numpy as np
import pytest
from browser import PROGRAM, browsing
from PIL import Image

import restore

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed: the page is not looked at")
MARKED = """(() => {
  return [...document.querySelectorAll('.marks canvas')].reduce((sum, one) => {
    const data = one.getContext('2d').getImageData(0, 0, one.width, one.height).data;
    for (let i = 3; i < data.length; i += 4) sum += data[i] > 0;
    return sum;
  }, 0);
})()"""
CONTROL = 2


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def look(browser, name):
    browser.value(f"document.querySelector('[name=look][value={name}]').click()")


def choose(browser, tool):
    browser.value(f"document.querySelector('[name=tool][value={tool}]').click()")


def test_an_image_is_corrected_and_the_result_is_that_of_apply(browser, page, damaged, tmp_path):
    source = tmp_path / "print.png"
    source.write_bytes(damaged)
    browser.open(page.address.url)
    browser.until("document.body.dataset.ready")
    browser.choose_files("#files", source)
    browser.until("[...document.querySelectorAll('.entry')].some((one) => one.textContent.startsWith('print.png'))")
    browser.value(
        "[...document.querySelectorAll('.entry')].find((one) => one.textContent.startsWith('print.png')).click()"
    )
    browser.until(
        "document.querySelector('#name').textContent == 'print.png' && document.querySelector('#bench').dataset.shown"
    )
    found = browser.value(MARKED)
    assert found > 0
    # A stroke of the brush, undone and redone by keys.
    browser.value("document.querySelector('#stage').scrollIntoView({block: 'center'})")
    box = "(({left, top, width, height}) => [left, top, width, height])(document.querySelector('.world').getBoundingClientRect())"
    left, top, width, height = browser.value(box)
    browser.drag((left + 0.1 * width, top + 0.1 * height), (left + 0.5 * width, top + 0.15 * height))
    painted = browser.value(MARKED)
    assert painted > found + 300
    browser.press("z", 90, CONTROL)
    assert browser.value(MARKED) == found
    browser.press("y", 89, CONTROL)
    assert browser.value(MARKED) == painted
    # A rectangle by keys alone: two corners.
    browser.press("r", 82)
    browser.press(" ", 32)
    for _ in range(3):
        browser.press("ArrowRight", 39)
        browser.press("ArrowDown", 40)
    browser.press(" ", 32)
    # A polygon, closed by Enter, erases.
    choose(browser, "polygon")
    browser.value("document.querySelector('#erase').click()")
    before = browser.value(MARKED)
    for x, y in ((0.12, 0.02), (0.3, 0.02), (0.3, 0.3)):
        browser.click(left + x * width, top + y * height)
    browser.press("Enter", 13)
    assert browser.value(MARKED) < before
    marked = browser.value(MARKED)
    browser.value("document.querySelector('#restore').click()")
    item = next(one for one in page.desk.items.values() if one.name == "print.png")
    page.done(item.id, 2)
    browser.until(f"document.querySelector('#bench').dataset.shown == '{item.id}/2'")
    mask = page.ask("GET", f"/images/{item.id}/mask").content
    with Image.open(io.BytesIO(mask)) as written:
        assert int((np.asarray(written) > 0).sum()) == marked
    (tmp_path / "mask.png").write_bytes(mask)
    restore.apply("face/pretrained", str(source), str(tmp_path / "mask.png"), output=tmp_path / "again.png")
    link = urllib.parse.urlsplit(browser.value("[...document.querySelectorAll('#downloads a')][0].href"))
    taken = page.ask("GET", f"{link.path}?{link.query}")
    assert taken.content == (tmp_path / "again.png").read_bytes()
    assert 'filename="print.png"' in taken.headers["Content-Disposition"]
    assert browser.complaints == []
    assert {urllib.parse.urlsplit(one).netloc for one in browser.requests} == {f"127.0.0.1:{page.address.port}"}


def test_results_are_compared_and_confidence_is_said_in_words(browser):
    look(browser, "slider")
    browser.value("document.querySelector('#stage').focus()")
    for _ in range(5):
        browser.press("ArrowRight", 39)
    assert browser.value("document.querySelector('#split').value") == "55"
    assert "55%" in browser.value("getComputedStyle(document.querySelector('.pane .after')).clipPath")
    look(browser, "sides")
    assert browser.value("getComputedStyle(document.querySelector('.pane.other')).display") == "block"
    look(browser, "difference")
    assert browser.value("getComputedStyle(document.querySelector('.pane .after')).mixBlendMode") == "difference"
    look(browser, "confidence")
    browser.until("document.querySelectorAll('#legend li').length == 3")
    assert browser.complaints == []


def test_the_page_fits_wherever_it_is_opened_and_prints_its_report(browser, page):
    address = f"http://127.0.0.1:{page.address.port}/"
    for width, scheme in ((360, "dark"), (1400, "light")):
        browser.open(address, width=width, scheme=scheme)
        browser.until("document.querySelector('#bench').dataset.shown")
        assert browser.value("document.documentElement.scrollWidth") <= width
        with Image.open(io.BytesIO(browser.screenshot())) as taken:
            corner = np.asarray(taken.convert("L"))[:5, :5].mean()
        assert corner > 240 if scheme == "light" else corner < 40
    browser.open(address, media="print")
    browser.until("document.querySelector('#bench').dataset.shown")
    assert browser.value("getComputedStyle(document.querySelector('main')).display") == "none"
    assert "restore apply face/pretrained" in browser.value("document.querySelector('#report').innerText")
    assert browser.complaints == []
