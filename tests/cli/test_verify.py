def test_a_sound_run(restore, make_run):
    path = make_run()
    answer = restore("verify", "last")
    assert (answer.code, answer.err) == (0, "")
    assert "prints-box.h5" in answer.out
    assert restore("verify", path, "--json").json["ok"] is True


def test_a_damaged_run_is_named_and_exits_with_1(restore, make_run):
    path = make_run()
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    answer = restore("verify", "prints-box")
    assert (answer.code, answer.err) == (1, "")
    assert "prints-box.h5" in answer.out.splitlines()[0]
    document = restore("verify", "prints-box", "--json")
    assert (document.code, document.json["ok"]) == (1, False)
    assert document.json["findings"]


def test_a_missing_run(restore):
    answer = restore("verify", "nothing")
    assert (answer.code, answer.failure.code) == (2, "unknown-run")
