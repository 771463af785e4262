"""An image on its way from file to file: what is written of it."""

from restore.tasks.ledger import Row
from restore.tasks.restoration import Made


def test_nothing_is_written_beside_a_result_whose_place_is_taken(tmp_path):
    target, beside = tmp_path / "a.png", tmp_path / "a.mask.png"
    target.write_bytes(b"another's")
    row = Made(Row("a.png", "a.png", "restored"), [(beside, b"mask"), (target, b"result")]).write()
    assert (row.status, row.code, row.output_sha256) == ("refused", "file-exists", None)
    assert ([*tmp_path.iterdir()], target.read_bytes()) == ([target], b"another's")
