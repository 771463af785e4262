"""An image's way: uploaded, its damage found, corrected, restored as `restore apply` does, compared, taken away."""

import io
import json
import threading
import zipfile

import numpy as np
import pytest
from PIL import Image

import restore
from restore.page.desk import Desk


@pytest.fixture(scope="module")
def first(page, damaged):
    return page.done(page.upload(damaged, "first%20one.png"))


def fetch(page, item, kind):
    answer = page.ask("GET", f"/images/{item.id}/{kind}")
    assert answer.status == 200
    return answer.content


def test_damage_is_found_and_restored_as_apply_does(page, first, damaged, tmp_path):
    assert (first.status, first.name, first.size) == ("restored", "first one.png", (96, 96))
    (tmp_path / "first one.png").write_bytes(damaged)
    made = restore.apply("face/pretrained", str(tmp_path / "first one.png"), output=tmp_path / "again.png")
    assert fetch(page, first, "result") == (tmp_path / "again.png").read_bytes()
    assert first.row["output_sha256"] == made.rows[0].output_sha256


def test_a_corrected_mask_restores_as_apply_with_that_mask_does(page, first, damaged, tmp_path):
    mask = np.zeros((96, 96), np.uint8)
    mask[28:52, 38:67] = 255
    file = io.BytesIO()
    Image.fromarray(mask).convert("1").save(file, "PNG")
    ident = page.upload(damaged, "b.png")
    page.done(ident)
    answer = page.ask("POST", f"/images/{ident}/restore?fill=leave", file.getvalue())
    assert (answer.status, json.loads(answer.content)) == (202, {"revision": 2})
    item = page.done(ident, 2)
    (tmp_path / "b.png").write_bytes(damaged)
    (tmp_path / "b.mask.png").write_bytes(fetch(page, item, "mask"))
    settings = restore.tasks.restoration.Settings(fill="leave")
    restore.apply(
        "face/pretrained",
        str(tmp_path / "b.png"),
        str(tmp_path / "b.mask.png"),
        output=tmp_path / "c.png",
        settings=settings,
    )
    assert fetch(page, item, "result") == (tmp_path / "c.png").read_bytes()
    with Image.open(io.BytesIO(fetch(page, item, "result"))) as result, Image.open(io.BytesIO(damaged)) as before:
        assert round(result.info["dpi"][0]) == 300
        changed = (np.asarray(result) != np.asarray(before)).any(axis=2)
    assert changed.any()
    assert not changed[mask == 0].any()
    assert item.repeat == "restore apply face/pretrained b.png -o again/b.png --mask b.mask.png --fill leave"


def test_the_record_names_run_version_and_hashes(page, first):
    head, *_, row = map(json.loads, fetch(page, first, "record").splitlines())
    assert (head["run"]["id"], row["output_sha256"]) == (first.head["run"]["id"], first.row["output_sha256"])
    assert len(head["run"]["content"]) == 64


def test_a_tiff_of_sixteen_bits_keeps_its_depth_and_is_shown_as_png(page, tmp_path):
    image = np.random.default_rng(1).integers(20_000, 30_000, (48, 56)).astype(np.uint16)
    image[10:20, 10:20] = 0
    file = io.BytesIO()
    Image.fromarray(image).save(file, "TIFF")
    item = page.done(page.upload(file.getvalue(), "a.tif"))
    with Image.open(io.BytesIO(fetch(page, item, "result"))) as result:
        assert (result.format, result.mode, result.size) == ("TIFF", "I;16", (56, 48))
    seen = page.ask("GET", f"/images/{item.id}/seen-result")
    assert seen.headers["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(seen.content)) as shown:
        assert shown.mode == "L"


def test_what_is_no_image_is_refused_by_name_and_an_empty_mask_too(page, first):
    item = page.done(page.upload(b"<svg onload='x'>", "x.png"))
    assert (item.status, item.done) == ("refused", 0)
    assert item.code
    assert str(page.desk.folder) not in json.dumps(item.to_json())
    file = io.BytesIO()
    Image.new("1", (96, 96)).save(file, "PNG")
    page.ask("POST", f"/images/{first.id}/restore", file.getvalue())
    item = page.done(first.id, 2)
    assert (item.status, item.code, item.done) == ("refused", "empty-mask", 1)
    assert fetch(page, first, "result")  # what stood before stands


def test_everything_is_taken_away_at_once(page, first):
    answer = page.ask("GET", "/results.zip")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"first one.png", "first one.mask.png", "first one.restored.jsonl"} <= set(names)


def test_what_changes_is_streamed(page, first):
    found = []

    def listen():
        import http.client

        link = http.client.HTTPConnection("127.0.0.1", page.address.port, timeout=60)
        link.request("GET", "/events", headers={"Cookie": f"restore-{page.address.port}={page.address.token}"})
        answer = link.getresponse()
        while len(found) < 2:
            line = answer.readline()
            if line.startswith(b"data: "):
                found.append(json.loads(line[6:]))
        link.close()

    thread = threading.Thread(target=listen)
    thread.start()
    while not found:
        pass
    assert first.id in {one["id"] for one in found[0]["images"]}
    page.ask("POST", "/queue?paused=true")
    thread.join(60)
    assert found[1]["queue"]["paused"]
    page.ask("POST", "/queue?paused=false")


def test_what_was_under_way_goes_on_after_a_restart(page, first, tmp_path):
    import shutil

    home = tmp_path / first.id
    shutil.copytree(page.desk.folder / first.id, home)
    state = json.loads((home / "image.json").read_text())
    (home / "image.json").write_text(json.dumps(state | {"status": "working"}))
    (tmp_path / "half").mkdir()  # an upload that never became whole
    again = Desk(tmp_path, "face/pretrained")
    assert [(one.id, one.status) for one in again.items.values()] == [(first.id, "waiting")]
    assert again.file(again.items[first.id], "result").is_file()
