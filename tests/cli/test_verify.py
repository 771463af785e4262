def test_a_sound_run(restore, make_run):
    path = make_run()
    answer = restore("verify", "last")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith("prints-box.h5: ok\n")
    assert restore("verify", path, "--json").json["ok"] is True


def test_a_damaged_run_is_named_and_exits_with_1(restore, make_run):
    path = make_run()
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    answer = restore("verify", "prints-box")
    assert (answer.code, answer.err) == (1, "")
    assert "damaged" in answer.out.splitlines()[0]
    document = restore("verify", "prints-box", "--json")
    assert document.code == 1
    assert document.json["findings"]


def test_a_missing_run(restore):
    assert restore("verify", "nothing").code == 2
