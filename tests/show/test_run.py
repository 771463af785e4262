from pathlib import Path

import pytest

from restore.running.run import Run
from restore.show.console import render
from restore.show.run import run_parts

GOLDEN_80 = """\
run         prints-box, complete
id          0123456789ab, created 2026-01-02T03:04:05+00:00, restore 0.1.0
file        runs/prints-box.h5
recipe      prints/prints
images      96x128 greyscale, other sizes: pad, constant borders trimmed
alpha       transparent images are refused
training    4 epochs, batch 32, adamw lr=0.002 cosine, loss mse
stops       after 10 epochs without a lower validation loss
seed        7, 60 images in whole groups
dataset     synthetic
corruption  box@easy, box@easy|noise
model       unet:width=16
baselines   median
metrics     psnr
splits      train 42 (3 groups), validation 9 (3 groups), test 9 (3 groups); 1
            left out
epochs      3 of 4, best 2, 1 min 20 s
loss        █▃▁  first 0.5000, best 0.2500, last 0.1250
val_loss    █▁▂  first 0.6000, best 0.3000, last 0.3500

box@easy: 9 images of 3 groups
"""


@pytest.fixture
def show():
    def shown(record, width=80):
        document = Run(Path("runs/prints-box.h5"), record).to_json()
        return render(*run_parts(document, record, width), width=width)

    return shown


def test_a_run_at_80_columns(show, record):
    assert show(record).startswith(GOLDEN_80)


def test_a_run_that_was_only_begun_has_neither_history_nor_scores(show, record):
    from dataclasses import replace

    begun = replace(record, status="stopped", history=(), scores=None, seconds={}, skipped=(), gallery=None)
    text = show(begun)
    assert "run         prints-box, stopped\n" in text
    assert text.endswith("epochs      0 of 4\n")
    assert "test 9 (3 groups)\n" in text


def test_an_unscored_run_shows_its_course(show, record):
    from dataclasses import replace

    text = show(replace(record, scores=None))
    assert "val_loss" in text
    assert "metric " not in text
