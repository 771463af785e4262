"""Charts are files that others can read, the same for the same run, whatever a name holds."""

import io
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from PIL import Image

from restore.running.leading import leading
from restore.running.opened import Run
from restore.show.charts import Span, losses, spans, to_file, to_svg
from restore.show.plot import box_of, charts_of, mean_spans
from restore.text import printable

ODD = ("_begins so", "$x^{2$", "<b>&\"'", "a\x1b[31mb", "\udc80", "-->", "x" * 200)
HISTORY = [{"epoch": i + 1, "loss": 1 / (i + 1), "val_loss": 2 / (i + 1)} for i in range(5)]


def texts(svg):
    return ["".join(one.itertext()).strip() for one in ET.fromstring(svg).iter() if one.tag.endswith("}text")]


@pytest.mark.parametrize("name", ODD)
def test_any_name_is_drawn_as_text(name):
    rows = {name: {"damaged": Span(1.0, (0.5, 1.5)), name: Span(2.0, (1.0, 3.0), (1.5, 2.5))}}
    for chart in (spans("psnr", rows), losses({name: HISTORY, "b": HISTORY})):
        shown = texts(to_svg(chart))
        assert any(printable(name)[:8] in text for text in shown)
        assert not any(letter < " " for text in shown for letter in text)


def test_a_chart_is_the_same_each_time_and_leaves_the_settings_of_matplotlib():
    mpl.rcParams["font.size"] = 31
    try:
        before = dict(mpl.rcParams)
        assert to_svg(losses({"a": HISTORY})) == to_svg(losses({"a": HISTORY}))
        assert dict(mpl.rcParams) == before
    finally:
        mpl.rcdefaults()


def test_several_charts_stand_below_each_other():
    one, two = losses({"a": HISTORY}), spans("psnr", {"a": {"damaged": Span(1, (0, 2))}})
    sizes = []
    for charts in ([one], [one, two]):
        with Image.open(io.BytesIO(to_file(charts, "png"))) as image:
            sizes.append(image.size)
    assert sizes[0][0] == sizes[1][0]
    assert sizes[0][1] < sizes[1][1]


def test_losses_over_magnitudes_have_an_axis_for_them():
    wide = [{"epoch": i + 1, "loss": 10.0**-i, "val_loss": 10.0**-i} for i in range(4)]
    assert {"1", "0.1", "0.01", "0.001"} <= set(texts(to_svg(losses({"a": wide}))))


def test_a_missing_or_endless_loss_leaves_a_gap():
    rows = [{"epoch": 1, "loss": 1.0, "val_loss": float("nan")}, {"epoch": 2, "loss": float("inf"), "val_loss": 1.0}]
    chart = losses({"a": rows})
    assert "lowest validation loss 1" in chart.words
    assert texts(to_svg(chart))


def test_a_box_is_made_of_five_numbers():
    assert box_of([5, 1, 3, 2, 4]) == Span(3, (1, 5), (2, 4))


def test_means_with_their_intervals_by_corruption(record):
    run = Run(Path("a.h5"), record)
    found = mean_spans(run.scores, leading(run.scores))
    assert list(found) == ["box@easy", "box@easy|noise"]
    assert found["box@easy"]["restored"] == Span(21.75, (21.75 * 0.9, 21.75 * 1.1))
    assert "median *" in found["box@easy"]
    assert "median *" not in found["box@easy|noise"]


def test_a_run_is_drawn_as_far_as_it_came(record):
    titles = [
        [chart.title for chart in charts_of(Run(Path("a.h5"), one))] for one in (record, replace(record, scores=None))
    ]
    assert titles == [["Loss", "psnr of the whole image (dB)"], ["Loss"]]
    assert charts_of(Run(Path("a.h5"), replace(record, scores=None, history=()))) == []
