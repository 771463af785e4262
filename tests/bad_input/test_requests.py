"""Every wrong word, name, number and folder that a command may get, refused before anything is written."""

from __future__ import annotations

import re

import pytest
from bad_input import corpus

NAMES = (
    ("bxo", "unknown-component", "'bxo'", "'box'"),
    ("builtin/bxo", "unknown-component", "'builtin/bxo'", "'builtin/box'"),
    ("box@hrd", "unknown-level", "'hrd'", "'hard'"),
    ("box:sise=3", "unknown-option", "'sise'", "'size'"),
    ("box:size=0", "bad-option", "size=0", ""),
    ("box:size=many", "bad-option", "size=many", ""),
    ("box:size=3.5", "bad-option", "size=3.5", ""),
    ("box:size=" + "9" * 5000, "bad-option", "size=999", ""),
    ("box:size=3,size=4", "bad-spec", "'box:size=3,size=4'", ""),
    ("box:size", "bad-spec", "'box:size'", ""),
    ("box|", "bad-spec", "'box|'", ""),
    ("", "empty-value", "", ""),
    ("box box", "bad-spec", "'box box'", ""),
    ("noise:kind=gausian", "bad-option", "kind=gausian", ""),
    ("noise:amount=-0.1", "bad-option", "amount=-0.1", ""),
    ("noise:amount=1.1", "bad-option", "amount=1.1", ""),
    ("noise:amount=nan", "bad-option", "amount=nan", ""),
    ("noise:amount=inf", "bad-option", "amount=inf", ""),
    ("box:size=33", "box-too-large", "33x33", "size="),
)
"""A damage that is wrong; code, value and hint of the error, the same from every command that takes one."""


@pytest.mark.parametrize(("spec", "code", "value", "hint"), NAMES, ids=[spec[:20] or "empty" for spec, *_ in NAMES])
@pytest.mark.parametrize("command", ["run", "run --dry-run", "corrupt"])
def test_a_wrong_damage(command, spec, code, value, hint, refused, restore, tmp_path):
    folder = corpus.good(tmp_path)
    if command == "corrupt":
        arguments = ["corrupt", spec, folder / "good 0.png", "-o", "out"]
    else:
        arguments = [*command.split(), "fingerprint", "--size=32", "--data", folder, f"--corrupt={spec}"]
    if command == "run --dry-run" and code == "box-too-large":  # it decodes no image
        assert restore(*arguments).code == 0
        return
    failure = refused(*arguments, prepared=True).failure
    assert failure.code == code
    assert value in failure.what
    assert hint in failure.hint


CHOICES = (
    (["fingerprnt"], "unknown-component", "'fingerprnt'", "'fingerprint'"),
    (["fingerprint", "--model=selectiv-unet"], "unknown-component", "'selectiv-unet'", "'selective-unet'"),
    (["fingerprint", "--model=selective-unet:with=3"], "unknown-option", "'with'", "'width'"),
    (["fingerprint", "--model=biharmonic"], "untrained-model", "biharmonic", "--baseline biharmonic"),
    (["fingerprint", "--model=cae|cae"], "bad-spec", "model", ""),
    (["fingerprint", "--baseline=cae"], "trained-baseline", "cae", "--model cae"),
    (["fingerprint", "--baseline=none", "--baseline=identity"], "bad-spec", "none", ""),
    (["fingerprint", "--metric=pnsr"], "unknown-component", "'pnsr'", "'psnr'"),
    (["fingerprint", "--dataset=sinthetic"], "unknown-component", "'sinthetic'", "'synthetic'"),
    (["fingerprint", "--optimizer=adm"], "unknown-value", "'adm'", "'adam'"),
    (["fingerprint", "--loss=mes"], "unknown-value", "'mes'", "'mse'"),
    (["fingerprint", "--alpha=wihte"], "unknown-value", "'wihte'", "'white'"),
    (["fingerprint", "--corrupt=box", "--corrupt=box"], "duplicate", "box", ""),
    (["fingerprint", "--corrupt=none", "--limit=8"], "no-damage", "", "--corrupt"),
    (["fingerprint", "--seed=1", "--seed=2"], "duplicate", "--seed", ""),
    (["fingerprint", "--epoch=1"], "unknown-option", "--epoch", "--epochs"),
    (["fingerprint", "--limit=2"], "too-few-groups", "3", "--limit"),
    (["fingerprint", "--name=a/b"], "bad-name", "'a/b'", ""),
    (["fingerprint", "--name=.."], "bad-name", "'..'", ""),
    (["fingerprint", "--name="], "empty-value", "--name", ""),
    (["fingerprint", "--name=last"], "bad-name", "'last'", ""),
    (["fingerprint", "--name=a\x1b[2Jb"], "bad-name", r"'a\x1b[2Jb'", ""),
)


@pytest.mark.parametrize(("arguments", "code", "value", "hint"), CHOICES, ids=[" ".join(one) for one, *_ in CHOICES])
def test_a_wrong_choice(arguments, code, value, hint, refused):
    failure = refused("run", *arguments, prepared=True).failure
    assert failure.code == code
    assert value in failure.what
    assert hint in failure.hint


GROUPS = (
    ("prints:group=(zzz)", "no-match", "6 of 6", "good 0.png"),
    ("prints:group=good (0)", "no-match", "5 of 6", "good 1.png"),
    ("prints:group=persn", "bad-pattern", "", "'person'"),
    ("folder:group=flie", "bad-pattern", "", "'file'"),
    ('folder:group="("', "bad-pattern", "", ""),
    ("folder:group=^(good)", "too-few-groups", "found 1", "--limit"),
    ("folder:group=folder", "too-few-groups", "found 1", "--limit"),
)


@pytest.mark.parametrize(("spec", "code", "value", "hint"), GROUPS, ids=[spec for spec, *_ in GROUPS])
def test_wrong_groups(spec, code, value, hint, refused, tmp_path):
    arguments = ["run", "fingerprint", "--size=32", "--data", corpus.good(tmp_path), f"--dataset={spec}"]
    failure = refused(*arguments, prepared=True).failure
    assert failure.code == code
    assert value in failure.what
    assert hint in failure.hint


HUGE = "9" * 25
WRONG = {
    "epochs": ("0", "-1", HUGE, "x", "1.5", "nan", ""),
    "batch": ("0", "-1", HUGE, "x", "1.5", ""),
    "limit": ("0", "-1", HUGE, "x", ""),
    "seed": ("-1", HUGE, "x", "0.5", ""),
    "size": ("0", "-1", "7", "4097", HUGE, "x", "32x", "32x32x32", "32x7", "nan", ""),
    "lr": ("0", "-1", "101", "nan", "inf", "x", ""),
    "gallery": ("-1", "1001", HUGE, "x", ""),
    "max-pixels": ("0", "-1", HUGE, "x", "1e6", ""),
}
"""Zero, negative, huge, not a number, and of another kind."""
CODES = {"out-of-range", "bad-value", "bad-usage"}


def assert_named(option, value, failure):
    """Check that an error names the option, and the value where the project and not Typer judges it."""
    assert failure.code in (CODES if value else {"empty-value"})
    assert f"--{option}" in f"{failure.what} {failure.where}"
    assert failure.code == "bad-usage" or value.rpartition("x")[2][:20] in failure.what


@pytest.mark.parametrize(("option", "value"), [(option, value) for option, values in WRONG.items() for value in values])
@pytest.mark.parametrize("more", [[], ["--dry-run"]], ids=["run", "dry run"])
def test_a_wrong_number(option, value, more, refused):
    assert_named(option, value, refused("run", "fingerprint", f"--{option}={value}", *more).failure)


@pytest.mark.parametrize("option", ["seed", "max-pixels"])
def test_a_wrong_number_for_images(option, refused, tmp_path):
    folder = corpus.good(tmp_path)
    for value in WRONG[option]:
        answer = refused("corrupt", "box:size=4", folder, "-o", "out", f"--{option}={value}")
        assert_named(option, value, answer.failure)
    failure = refused("corrupt", "box:size=4", folder, "-o", "out", "--alpha=balck").failure
    assert (failure.code, failure.where) == ("unknown-value", "--alpha")
    assert "'black'" in failure.hint


def below_a_file(root):
    """Name a folder in what is a file."""
    (root / "a.txt").write_text("text")
    return root / "a.txt" / "new"


def a_file(root):
    """Name a file."""
    (root / "a.txt").write_text("text")
    return root / "a.txt"


def read_only(root):
    """Name a folder that is read-only."""
    (root / "kept").mkdir(mode=0o555)
    return root / "kept"


def below_read_only(root):
    """Name a folder to be created in a read-only one."""
    return read_only(root) / "new" / "deep"


def long_name(root):
    """Name a folder that no file system could hold."""
    return root / ("x" * 300)


def broken_link(root):
    """Name a link that leads to nothing."""
    (root / "link").symlink_to(root / "gone")
    return root / "link"


FOLDERS = (
    (below_a_file, "not-writable", "Not a directory"),
    (a_file, "not-writable", "Not a directory"),
    (read_only, "not-writable", "Permission denied"),
    (below_read_only, "not-writable", "Permission denied"),
    (long_name, "name-too-long", "300"),
    (broken_link, "not-writable", "No such file or directory"),
)


@pytest.mark.parametrize(("case", "code", "reason"), FOLDERS)
def test_a_folder_for_results_that_cannot_be_written(case, code, reason, refused, rights, tmp_path):
    images, folder = corpus.good(tmp_path), case(tmp_path)
    for arguments in (["corrupt", "box:size=4", images, "-o", folder], ["run", "fingerprint", "--runs", folder]):
        failure = refused(*arguments, within=rights).failure
        assert (failure.code, failure.where) == (code, str(folder))
        assert reason in failure.what
        assert failure.hint


def test_a_name_that_is_taken(refused, make_run):
    make_run("mine")
    failure = refused("run", "fingerprint", "--name=mine").failure
    assert failure.code == "run-exists"
    assert "'mine'" in failure.what
    assert re.search(r"--resume \S*mine\.h5$", failure.hint)
