"""The page is one file, whole without a network, and can be read without eyes or a mouse."""

import base64
import hashlib
import itertools
import re
from dataclasses import replace
from importlib.resources import files

import pytest

from restore.show import charts
from restore.show.report.page import VARIABLES, inlined

STYLE = (files("restore.show.report") / "templates/style.css").read_text("utf-8")
HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}&amp;$x^2$\x1b[31m\u202e\udc80"
LINKS = ("src", "href", "xlink:href", "action", "data", "poster", "srcset", "formaction", "background")


def test_sections_stand_in_their_order(page):
    titles = [
        "At a glance",
        "What was run",
        "Training",
        "Scores",
        "Distribution over images",
        "Gallery",
        "Cost",
        "Cite and repeat",
    ]
    found = page()
    assert found.texts("h2") == titles
    assert [one.attributes["href"] for one in found.all("a")][1:] == [
        f"#{one.attributes['id']}" for one in found.all("section")
    ]


def test_nothing_is_fetched(page):
    found = page()
    assert all(
        one.attributes[name].startswith(("data:image/", "#"))
        for one in found.elements
        for name in LINKS
        if name in one.attributes
    )
    assert not found.all("link", "iframe", "object", "embed", "base", "form")
    text = re.sub(r"data:image/[^\"]*", "", found.raw)
    assert re.findall(r"https?:.{9}|//[a-z].{9}|@import|url\((?!#).{9}", text) == []


def test_the_policy_allows_this_script_alone(page):
    found = page()
    (script,) = found.all("script")
    (policy,) = [one.attributes["content"] for one in found.all("meta") if "http-equiv" in one.attributes]
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}';" in policy


def test_the_page_is_read_aloud(page):
    found = page(first={}, second={})
    assert found.all("html")[0].attributes["lang"] == "en"
    assert all(one.attributes.get("alt") for one in found.all("img"))
    for one in found.all("input"):
        assert one.attributes.get("aria-label") or any(
            parent.tag == "label" and parent.text.strip() for parent in one.parents
        )
    levels = [int(one.tag[1]) for one in found.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    idents = [one.attributes["id"] for one in found.elements if "id" in one.attributes]
    assert len(idents) == len(set(idents))
    assert all(
        one.attributes["aria-labelledby"] in idents for one in found.elements if "aria-labelledby" in one.attributes
    )
    assert all(one.attributes.get("scope") in ("col", "row") and one.text.strip() for one in found.all("th"))
    assert all(one.text.strip() for one in found.all("caption", "legend", "summary"))
    assert all(one.parents[-1].attributes["aria-label"] for one in found.all("svg"))


def test_a_table_says_what_that_of_the_terminal_says(page):
    found = page()
    (cell,) = [one for one in found.all("td") if one.text.split() == ["21.75", "19.57", "to", "23.93"]]
    assert [one.tag for one in cell.parents[-2:]] == ["tbody", "tr"]
    assert "box@easy: 9 images of 3 groups" in found.texts("caption")
    assert "median: the mask covers over 90 %" in found.texts("p")


def test_what_was_run_what_it_cost_and_how_it_is_repeated(page):
    found = page()
    for text in (
        "unet:width=16",
        "test 9 (3 groups)",
        "python 3.11.7, keras 3.8.0",
        "1 min 20 s",
        "80",
        "cpu:0; 2 usable cores, L",
    ):
        assert text in " ".join(found.texts("td")), text
    assert found.texts("pre") == ["restore run --like first"]
    assert "constant images: 2" in found.texts("li")
    (notice,) = found.of("notice")
    assert notice.text == "A hypothesis, never evidence."
    cited = " ".join(found.texts("li"))
    assert "restore-prints 1.2, restore-toolkit 0.1.0" in cited
    assert re.search(r"SHA-256 of its content [0-9a-f]{64}", cited)


def test_several_runs_stand_beside_each_other(page):
    found = page(first={}, second={"history": [{"epoch": 1, "loss": 0.1, "val_loss": 0.2}]})
    settings = next(one for one in found.all("table") if "Settings" in one.text)
    heads = [one.text for one in found.all("th") if settings in one.parents and one.attributes["scope"] == "col"]
    assert heads == ["setting", "first", "second"]
    bold = [one.text for one in found.all("b") if settings in one.parents]
    assert "epochs" in bold
    assert "recipe" not in bold
    assert found.texts("pre") == ["restore run --like first", "restore run --like second"]


def test_runs_with_other_test_images_are_not_said_to_be_comparable(page, record):
    test = replace(record.data["test"], sha256=["1" * 64] * 9)
    said = "The runs were not tested on the same images: their scores cannot be compared."
    assert said in page(first={}, second={"data": {**record.data, "test": test}}).texts("p")
    assert said not in page(third={}, fourth={}).texts("p")


def test_a_run_that_was_only_begun_has_a_page(page):
    found = page(
        first={"status": "stopped", "history": (), "scores": None, "gallery": None, "seconds": {}, "weights": {}}
    )
    assert found.texts("h2") == ["At a glance", "What was run", "Cost", "Cite and repeat"]


def test_hostile_texts_are_shown_and_do_nothing(page, full):
    rows = [
        row | {"corruption": HOSTILE, "level": None, "what": row["what"].replace("median", HOSTILE), "reason": HOSTILE}
        for row in full.scores.table
    ]
    plan = {**full.plan, "recipe": HOSTILE, "notice": HOSTILE, "data": HOSTILE}
    gallery = [replace(one, id=HOSTILE, corruption=HOSTILE, rank=HOSTILE) for one in full.gallery]
    changes = {
        "scores": replace(full.scores, table=rows, corruption=[HOSTILE, "other"]),
        "plan": plan,
        "gallery": gallery,
    }
    changes["events"] = [full.events[0]._replace(text=HOSTILE)]
    found, plain = page(first=changes), page(second={})
    assert len(found.all("script")) == 1
    assert not [name for one in found.elements for name in one.attributes if name.startswith("on")]
    assert {one.tag for one in found.elements} <= {one.tag for one in plain.elements}
    assert "{{ 7*7 }}" in found.raw
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", found.raw)
    shown = HOSTILE.encode("utf-8", "surrogatepass").decode("utf-8", "replace")[:40]
    (notice,) = found.of("notice")
    assert notice.text.startswith(shown)
    assert sum(one.attributes["alt"].startswith(shown) for one in found.all("img")) > 5


def test_every_colour_has_a_form_for_the_light_and_the_dark():
    light, dark = (
        dict(re.findall(r"(--[\w-]+):\s*([^;]+);", part))
        for part in STYLE.split("@media screen and (prefers-color-scheme: dark)")[:2]
    )
    used = set(re.findall(r"var\((--[\w-]+)\)", STYLE)) | set(VARIABLES.values())
    assert used <= light.keys() | {"--split"}
    for name in VARIABLES.values():
        assert light[name] != dark[name], name
    for colour, name in VARIABLES.items():
        assert light[name] == colour, name


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("--ink", "--paper"),
        ("--faint", "--paper"),
        ("--faint", "--panel"),
        ("--accent", "--paper"),
        ("--ink", "--notice"),
        ("--series-1", "--paper"),
    ],
)
def test_text_stands_out(text, paper):
    for part in STYLE.split("@media screen and (prefers-color-scheme: dark)")[:2]:
        values = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", part))
        bright, faint = sorted((luminance(values[text]), luminance(values[paper])), reverse=True)
        assert (bright + 0.05) / (faint + 0.05) >= 4.5


def luminance(colour):
    """Return the relative luminance of #rrggbb, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_chart_takes_the_colours_and_letters_of_the_page():
    spans = {"a": {"damaged": charts.Span(1, (0, 2)), "restored": charts.Span(2, (1, 3))}}
    svg = inlined(charts.to_svg(charts.spans("psnr", spans)), "c1")
    assert "var(--ink)" in svg
    assert "var(--series-0)" in svg
    assert not re.search(r"font-family|DejaVu|xmlns|<!--|<metadata", svg)
    assert all(colour not in svg for colour in VARIABLES)
    defined, used = set(re.findall(r' id="([^"]*)"', svg)), set(re.findall(r'(?:href="|url\()#([\w.-]+)', svg))
    assert used <= defined
    assert all(one.startswith("c1-") for one in defined)
