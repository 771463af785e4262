"""Images on their way from file to file: which go together, and what is written of them."""

from restore.tasks.ledger import Row
from restore.tasks.restoration import PIXELS, TOGETHER, Made, _Making, _read_together


def test_nothing_is_written_beside_a_result_whose_place_is_taken(tmp_path):
    target, beside = tmp_path / "a.png", tmp_path / "a.mask.png"
    target.write_bytes(b"another's")
    row = Made(Row("a.png", "a.png", "restored"), [(beside, b"mask"), (target, b"result")]).write()
    assert (row.status, row.code, row.output_sha256) == ("refused", "file-exists", None)
    assert ([*tmp_path.iterdir()], target.read_bytes()) == ([target], b"another's")


def test_images_are_read_together_as_long_as_they_are_small():
    sizes = [1, 2, PIXELS, 3, *[1] * TOGETHER]
    makings = (_Making(Row("a.png", "a.png", "refused"), iter((size,))) for size in sizes)
    parts = [[one.pixels for one in part] for part in _read_together(makings)]
    assert parts == [[1, 2, PIXELS], [3, *[1] * (TOGETHER - 1)], [1]]
