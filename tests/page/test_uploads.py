"""Hostile uploads: damaged images of every format under names that lead elsewhere, and damaged masks.

Each is restored or refused with a code, nothing is written outside its own folder, and the page goes on.
"""

import collections
import json
import os
import random
from pathlib import PurePosixPath
from urllib.parse import quote

import pytest
from images.fuzzing.files import FILES
from images.fuzzing.mutations import fuzzed
from page.serving import serving

COUNT = int(os.environ.get("RESTORE_UPLOADS", "2000"))
ENDINGS = {"JPEG": "jpg", "TIFF": "tif", "PNM": "pgm"}
NAMES = (
    "{}", "../../{}", "..%2f..%2f{}", "/etc/{}", "C:\\{}", "a/../../{}", "\0{}", "\n{}", "-o {}", "image.json", "..", ".",
    "", "{}.mask.png", "CON.{}", "\u202e{}", "\ud83d\ude00{}", "a" * 300 + "{}", "<script>{}", "$(touch x){}", "* {}",
)  # fmt: skip
DONE = {"restored", "untouched", "refused"}


def snapshot(folder):
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*")}


def upload(page, data, name):
    """Upload an image; return its id, None where the server refuses it, which it may with a 4xx alone."""
    answer = page.ask("POST", f"/images?name={quote(name, errors='surrogatepass')}", data)
    assert answer.status < 500, (answer.status, name)
    return json.loads(answer.content)["id"] if answer.status < 300 else None


@pytest.fixture(scope="module")
def page(tmp_path_factory, damaged):
    """Return a page whose folder lies beside others."""
    root = tmp_path_factory.mktemp("uploads")
    for name in ("desk", "runs"):
        (root / name).mkdir()
    (root / "witness.png").write_bytes(damaged)
    with serving(root / "desk", runs=str(root / "runs")) as opened:
        yield opened


@pytest.mark.parametrize("count", [56, pytest.param(COUNT, marks=pytest.mark.slow)], ids=["some", "many"])
def test_damaged_uploads_are_restored_or_refused(page, count, seed, figure, damaged):
    root = page.desk.folder.parent
    before, items = snapshot(root), len(page.desk.items)
    rng, kinds = random.Random(seed), list(FILES)
    outcomes, codes = collections.Counter(), collections.Counter()
    for number in range(count):
        kind = kinds[number % len(kinds)]
        name = rng.choice(NAMES).format(f"{number}.{ENDINGS.get(kind, kind.lower())}")
        ident = upload(page, fuzzed(kind, seed, number), name)
        if ident is None:
            outcomes["not taken"] += 1
            continue
        item = page.done(ident)
        assert item.status in DONE
        assert PurePosixPath(item.name).name == item.name
        assert item.status != "refused" or item.code
        outcomes[item.status] += 1
        codes[item.code] += 1
        if item.status != "refused" and number % 3 == 0:
            answer = page.ask("POST", f"/images/{ident}/restore?fill=leave", fuzzed("PNG", seed, number))
            assert answer.status < 500
            assert answer.status >= 300 or page.done(ident, 2).status in DONE
    assert page.done(upload(page, damaged, "sound.png")).status == "restored"
    assert page.ask("GET", "/session").status == 200
    assert len(page.desk.items) == items + count + 1 - outcomes["not taken"]
    written = snapshot(root).keys() - before.keys()
    assert {PurePosixPath(path).parts[:2] for path in written} <= {("desk", ident) for ident in page.desk.items}
    assert not any(path.endswith(".tmp") for path in written)
    assert not {"internal-error", "worker-died"} & codes.keys()
    assert min(outcomes["refused"], outcomes["restored"] + outcomes["untouched"]) > count // 20
    figure(f"{count} uploads (seed {seed}): {dict(outcomes)}; {dict(codes.most_common(6))}; nothing written elsewhere")


@pytest.mark.parametrize(("name", "result"), [("scan", "scan.png"), ("scan.jfif", "scan.png"), ("a.b.Png", "a.b.Png")])
def test_a_name_need_not_say_the_format(page, damaged, name, result):
    item = page.done(upload(page, damaged, name))
    assert (item.status, item.name) == ("restored", name)
    assert PurePosixPath(item.files["result"]).name == result
