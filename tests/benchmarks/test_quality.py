"""The parts of the benchmark of quality: who is trained on, what is kept of earlier figures, how targets are judged."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from quality_book import SPEED, TRAINING, UNDAMAGED, Book, Entry
from quality_damage import ALTERATIONS, BOX, CHOSEN, LEVELS, NOISE, REPORTED, Cases, split_of

pytest.importorskip("cv2")
from quality_page import PRINTS, put_into, tables
from quality_rows import wavelet

KINDS = (BOX, NOISE, *(f"{one} {level}" for one in ALTERATIONS for level in LEVELS))
CASES = Cases({kind: SimpleNamespace(ids=["a", "b"]) for kind in KINDS}, ())
SETTINGS = {"people": [81, 100], "limit": None, "minutes": 10.0}


@pytest.fixture
def data(tmp_path):
    """Return a folder of real prints, two each of every third subject from 1 to 120."""
    (tmp_path / "Real").mkdir()
    for subject in range(1, 121, 3):
        for finger in ("thumb", "index"):
            image = Image.fromarray(np.full((8, 8), subject, np.uint8))
            image.save(tmp_path / "Real" / f"{subject}__M_Left_{finger}_finger.BMP")
    return tmp_path


@pytest.mark.parametrize("scored", [CHOSEN, REPORTED])
def test_sets_share_nobody(data, scored):
    sets = {name: set(map(int, subjects)) for name, subjects in split_of(data, scored, None).items()}
    assert sets["train"] == set(range(1, 73, 3))
    assert sets["validation"] == {73, 76, 79}
    assert sets["test"] == {subject for subject in range(1, 121, 3) if subject in scored}


def test_a_limit_takes_subjects_from_first_to_last(data):
    sets = split_of(data, CHOSEN, 20)
    assert (sets["train"], sets["test"]) == (["1", "70"], ["82", "100"])


def test_data_without_people_to_score_is_refused(data):
    for path in (data / "Real").iterdir():
        if int(path.name.split("__")[0]) > 100:
            path.unlink()
    with pytest.raises(SystemExit, match="no subject from 101 to 120"):
        split_of(data, REPORTED, None)


def test_figures_of_a_replaced_run_are_measured_anew_and_others_kept(tmp_path):
    book = Book(tmp_path / "figures.json", SETTINGS, CASES)
    book.write([Entry(BOX, "pretrained", {"hole": 9.0}, run="old"), Entry(BOX, "cae", {"hole": 8.0}, seed=1)])
    again = Book(tmp_path / "figures.json", SETTINGS, CASES)
    assert again.has(BOX, "pretrained", run="old")
    assert not again.has(BOX, "pretrained", run="new")
    assert not again.has(BOX, "cae")
    again.write([Entry(BOX, "pretrained", {"hole": 10.0}, run="new"), Entry(BOX, "cae", {"hole": 7.0})])
    assert again.values(BOX, "pretrained", "hole") == [10.0]
    assert sorted(again.values(BOX, "cae", "hole")) == [7.0, 8.0]
    assert again.median(BOX, "cae", "hole") == 7.5
    assert again.median(BOX, "cae", "clean") is None


def test_figures_of_other_people_or_images_are_not_mixed(tmp_path):
    Book(tmp_path / "figures.json", SETTINGS, CASES).write([])
    with pytest.raises(SystemExit, match="other people"):
        Book(tmp_path / "figures.json", {**SETTINGS, "people": [101, 120]}, CASES)
    with pytest.raises(SystemExit, match="other images"):
        Book(tmp_path / "figures.json", SETTINGS, Cases({BOX: CASES.sets[BOX]}, ()))


@pytest.fixture
def book(tmp_path):
    """Return a book whose default model has 11.5 dB in the hole, and 23 dB on every alteration."""
    found = Book(tmp_path / "figures.json", SETTINGS, CASES)
    figures = {"full": 23.0, "hole": 11.5, "false": 0.0003, "alarm": 0.97}
    found.write(
        [
            *(Entry(kind, "find-restore", figures, seed) for kind in KINDS for seed in (0, 1)),
            Entry(BOX, "find-restore", {**figures, "hole": 11.9}, seed=2),
            Entry(BOX, "fsr, true mask", {"hole": 12.0}),
            *(Entry(NOISE, one, {"full": full}) for one, full in (("tv", 18.0), ("nl-means", 19.5))),
            Entry(UNDAMAGED, "find-restore", {"unchanged": 0.99}),
            Entry(TRAINING, "find-restore", {"minutes": 10.0, "epochs": 30}),
            Entry(SPEED, "find-restore", {UNDAMAGED: 700.0, BOX: 300.0}),
        ]
    )
    return found


def cells(text, row):
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {row} |")]
    return [cell.strip() for cell in line.split("|")[2:-1]]


@pytest.mark.parametrize(
    ("target", "figure", "mark"),
    [
        ("box 28, hole", "11.50", "yes"),
        ("box 28, hole, above `fsr` given the mask", "-0.50", "no"),
        ("box 28, clean pixels marked", "0.03", "no"),
        ("nine alterations, mean squared error", "0.00501", "no"),
        ("rotation hard, whole print", "23.00", "yes"),
        ("undamaged prints unchanged", "99.00", "yes"),
        ("alarm for hard alterations", "97.00", "no"),
        ("alarm for easy alterations", "97.00", "yes"),
        ("noise .3, above the best denoiser", "3.50", "no"),
        ("box 28, orientation", "\N{EN DASH}", ""),
        ("faces, box 28 at 128x128, hole", "\N{EN DASH}", ""),
        ("undamaged, prints a second, relative to `selective-unet`", "\N{EN DASH}", ""),
    ],
)
def test_targets_are_judged_by_the_median_of_the_seeds(book, target, figure, mark):
    assert cells(tables({PRINTS: book}), target)[1:] == [figure, mark]


def test_several_seeds_are_given_with_their_range(book):
    text = tables({PRINTS: book}).partition("## Box 28")[2]
    assert cells(text.partition("##")[0], "`find-restore`")[1] == "11.50 (11.50 to 11.90)"
    assert cells(text.partition("##")[0], "`fsr`, true mask")[1] == "12.00"


def test_tables_replace_those_of_a_page_and_nothing_else(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n", "utf-8")
    put_into(page, "new\n")
    put_into(page, "newer\n")
    assert page.read_text("utf-8") == "before\n<!-- figures -->\n\nnewer\n\n<!-- end of figures -->\nafter\n"
    page.write_text("no comments", "utf-8")
    with pytest.raises(SystemExit, match="no comments"):
        put_into(page, "new")


def test_wavelets_remove_noise_and_keep_the_image():
    pytest.importorskip("pywt")
    rows, columns = np.mgrid[:64, :64]
    clean = (0.5 + 0.3 * np.sin(columns / 6 + rows / 9))[None, ..., None].astype(np.float32)
    noisy = (clean + np.random.default_rng(0).normal(0, 0.15, clean.shape)).clip(0, 1).astype(np.float32)
    error = [float(np.sqrt(np.mean((one - clean) ** 2))) for one in (noisy, wavelet(noisy))]
    assert error[1] < error[0] / 2
    assert wavelet(noisy).dtype == np.float32
