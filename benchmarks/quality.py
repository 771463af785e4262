"""Quality of restoration on real fingerprints: trained models, the pretrained run and baselines on the same damage.

python benchmarks/quality.py SOCOFING                   (ten minutes of a processor for each of 3 models and 3 seeds)
python benchmarks/quality.py SOCOFING --pretrained      (the pretrained run and the baselines; nothing is trained)

Models are trained on SOCOFing's subjects 1 to 80, the last eight of which validate, on a mixture of damage, that of the
recipe `prints-any`, and scored on subjects 81 to 100. Choose by those; with --report, subjects 101 to 120 are scored
instead, so that these are looked at once. With --faces, a folder for each person, and --fvc, of whose prints the middle
is taken, the pretrained runs and the baselines are scored on black boxes.

The folder --out holds figures, by which an interrupted benchmark goes on, run files, the tables, and a panel of real
prints: keep it to yourself. --page writes the tables into a page too, between two comments, `<!-- figures -->` and
`<!-- end of figures -->`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from quality_book import SPEED, TRAINING, Book, Entry
from quality_damage import BOX, CHOSEN, DAMAGE, METRICS, REPORTED, Cases, Source, damaged, joined, split_of
from quality_page import DEFAULT, FACES, FVC, PRETRAINED, PRINTS, put_into, tables
from quality_panel import draw
from quality_rows import DAMAGED, FOUND, score_baselines, score_found_baselines, score_model
from quality_training import Trainings

import restore

MODELS = ("cae", "selective-unet", DEFAULT)
BOXES = {BOX: DAMAGE[BOX]}


def main(arguments: list[str]) -> None:
    """Measure what has no figures yet, and write tables and panel; Ctrl-C ends the measuring, not the writing."""
    options = _parse(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    people = REPORTED if options.report else CHOSEN
    split = split_of(options.data, people, options.limit)
    cases = joined([damaged(Source(options.data, *what, split=split)) for what in ((DAMAGE,), ({}, "socofing"))])
    settings = {"people": [people[0], people[-1]], "limit": options.limit, "minutes": options.minutes}
    books = {PRINTS: Book(options.out / "figures.json", settings, cases)}
    trainings = Trainings(options.data, split, options.minutes, options.out / "runs")
    runs = {PRETRAINED: restore.open("fingerprint/pretrained")}
    try:
        _train(trainings, [] if options.pretrained else options.models, options.seeds, books[PRINTS], cases)
        trained = [model for model in books[PRINTS].models if model != PRETRAINED]
        runs = {**{model: restore.open(trainings.path(model, 0)) for model in trained}, **runs}
        _measure(cases, books[PRINTS], runs)
        for name, (run, source) in _others(options).items():
            others = damaged(source)
            books[name] = Book(options.out / f"figures-{name}.json", {"limit": options.limit}, others)
            _measure(others, books[name], {PRETRAINED: restore.open(run)})
    except KeyboardInterrupt:
        _say("stopped: the same command goes on from here")
    text = tables(books)
    print(text)
    (options.out / "quality.md").write_text(text, "utf-8")
    draw(cases, {name: run.restorer() for name, run in runs.items()}).save(options.out / "quality.png", optimize=True)
    if options.page:
        put_into(options.page, text)


def _train(trainings: Trainings, models: Iterable[str], seeds: int, book: Book, cases: Cases) -> None:
    """Train and score every model with every seed, the first seed of all models first."""
    for seed, model in ((seed, model) for seed in range(seeds) for model in models):
        if not book.has(TRAINING, model, seed=seed):
            _say(f"training {model}, seed {seed}")
            run, took = trainings.train(model, seed)
            scored = score_model(model, cases, run.restorer())
            book.write(Entry(*one, seed=seed) for one in ((TRAINING, model, took), *scored))


def _measure(cases: Cases, book: Book, runs: Mapping[str, restore.Run]) -> None:
    """Score the pretrained run, where it is another one than before, and the baselines, some within masks found."""
    pretrained, finder = runs[PRETRAINED], DEFAULT if DEFAULT in runs else PRETRAINED
    book.settings["finder"] = finder
    if not book.has(SPEED, PRETRAINED, run=pretrained.id):
        _say("the pretrained run")
        scored = score_model(PRETRAINED, cases, pretrained.restorer())
        book.write(Entry(*one, run=pretrained.id) for one in scored)
    for kind in cases.sets:
        _say(f"baselines, {kind}")
        if not book.has(kind, DAMAGED):
            book.write(Entry(*one) for one in score_baselines(cases, kind))
        if not book.has(kind, f"telea, {FOUND}", run=runs[finder].id):
            scored = score_found_baselines(cases, kind, runs[finder].restorer())
            book.write(Entry(*one, run=runs[finder].id) for one in scored)


def _others(options: argparse.Namespace) -> dict[str, tuple[str, Source]]:
    """Return the additional images, and the pretrained run that restores them."""
    found = {}
    if options.faces:
        faces = Source(options.faces, BOXES, "folder:group=folder", "faces-any", METRICS, limit=options.limit)
        found[FACES] = "face/pretrained", faces
    if options.fvc:
        whole = Source(options.fvc, BOXES, "fvc2002", limit=options.limit, options={"fit": "crop"})
        found[FVC] = "fingerprint/pretrained", whole
    return found


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="SOCOFing, the folder that holds Real and Altered")
    parser.add_argument("--minutes", type=float, default=10, help="processor time of a training")
    parser.add_argument("--seeds", type=int, default=3, help="trainings of each model")
    parser.add_argument("--models", nargs="+", default=MODELS, metavar="SPEC", help="models to train")
    parser.add_argument("--pretrained", action="store_true", help="train nothing")
    parser.add_argument("--limit", type=int, help="prints to train on, and prints to score, at most; whole subjects")
    parser.add_argument("--report", action="store_true", help="score subjects 101 to 120")
    parser.add_argument("--faces", type=Path, help="folder of faces, such as LFW")
    parser.add_argument("--fvc", type=Path, help="database of FVC2002")
    parser.add_argument("--out", type=Path, default=Path("quality"), help="folder of what is made")
    parser.add_argument("--page", type=Path, help="page to write the tables into")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
