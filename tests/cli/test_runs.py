def test_an_empty_folder(restore):
    answer = restore("runs")
    assert (answer.code, len(answer.out.splitlines())) == (0, 1)
    assert restore("runs", "--json").json == {"schema": 1, "total": 0, "runs": []}


def test_runs_are_listed_newest_first_with_damaged_files_marked(restore, make_run):
    make_run("old", created="2026-01-01T00:00:00+00:00")
    path = make_run("new", created="2026-01-02T00:00:00+00:00")
    broken = make_run("broken", created="2026-01-03T00:00:00+00:00")
    broken.write_bytes(broken.read_bytes()[:-1])
    answer = restore("runs")
    assert [line.split()[:2] for line in answer.out.splitlines()[2:]] == [
        ["broken", "damaged"],
        ["new", "complete"],
        ["old", "complete"],
    ]
    listed = restore("runs", "--json").json
    assert [one["name"] for one in listed["runs"]] == ["broken", "new", "old"]
    assert listed["runs"][1]["path"].endswith(f"runs/{path.name}")
    assert listed["runs"][0]["damage"]


def test_the_newest_fifty_unless_all_are_wanted(restore, make_run):
    for i in range(52):
        make_run(f"run{i:02}", created=f"2026-01-01T00:00:{i:02}+00:00", gallery=None)
    few, every = restore("runs"), restore("runs", "--all")
    assert "run51" in few.out
    assert "run01" not in few.out
    assert "2 older runs" in few.out.splitlines()[-1]
    assert "--all" in few.out.splitlines()[-1]
    assert "run01" in every.out
    assert len(restore("runs", "--json").json["runs"]) == 50


def test_another_folder(restore, make_run, tmp_path, monkeypatch):
    make_run()
    assert "prints-box" in restore("runs", "--runs", tmp_path / "runs").out
    monkeypatch.setenv("RESTORE_RUNS", str(tmp_path / "other"))
    assert restore("runs", "--json").json["total"] == 0
